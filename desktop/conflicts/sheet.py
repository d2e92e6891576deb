"""How does a person read one case, or several at once? What was seen, what is, who was there before, the ways out."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.conflicts.differences import Difference
from desktop.conflicts.presenter import Allowed, Batch, Case, Choice
from desktop.context import Context, mark
from desktop.detail.presenter import Moment
from desktop.detail.rows import MomentRow, Row, Rows
from desktop.parts import Elided, SignLabel, label, reading, rule


class _DifferenceRow(Row[Difference]):
    """What it was, a sign, what it is: an arrow and heavy letters where it changed, an equals sign where not."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._label = label(role="small")
        self._label.setFixedWidth(context.look.theme.px(96))
        self._seen, self._now = reading(), reading()
        self._sign = SignLabel(context, "equals", "faint", 14)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        for column, widget in enumerate((self._label, self._seen, self._sign, self._now)):
            grid.addWidget(widget, 0, column, Qt.AlignmentFlag.AlignTop)
        for column in (1, 3):
            grid.setColumnStretch(column, 1)

    def show_value(self, difference: Difference) -> None:
        self._label.setText(difference.label)
        self._seen.setText(difference.seen)
        self._now.setText(difference.now)
        changed = difference.changed
        self._sign.show_sign("arrow-right" if changed else "equals", "danger" if changed else "faint")
        mark(self._seen, role="" if changed else "faint")
        mark(self._now, role="strong" if changed else "faint", tone="danger" if changed else "")
        self.setAccessibleName(difference.told)
        self._now.setAccessibleName(difference.told)


class _Differences(QWidget):
    """A small table: what I saw, what it is now."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._head = (label(role="small"), label(role="small"))
        px = context.look.theme.px
        head = QHBoxLayout()
        head.setSpacing(0)
        for width, title in ((px(96) + 12, self._head[0]), (px(14) + 24, self._head[1])):
            head.addSpacing(width)
            head.addWidget(title, 1)
        self._rows: Rows[Difference] = Rows(lambda: _DifferenceRow(context), gap=6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._rows)

    def show_differences(self, differences: tuple[Difference, ...]) -> None:
        self._head[0].setText(self._context.text("conflict.column_seen"))
        self._head[1].setText(self._context.text("conflict.column_now"))
        self._rows.show_values(differences)


class _AllowedRow(Row[Allowed]):
    """A verb with a check, or with a crossed circle and why it cannot be."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._sign = SignLabel(context, size=14)
        self._word = label(role="small")
        self._word.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._word, 1)

    def show_value(self, allowed: Allowed) -> None:
        self._sign.show_sign("prohibit" if allowed.why_not else "check", "faint" if allowed.why_not else "ok")
        told = self._context.text("conflict.allowed_no", label=allowed.label, why=allowed.why_not)
        self._word.setText(told if allowed.why_not else allowed.label)


class Choices(QWidget):
    """One large button per way out, side by side, each with its key and under it what it does or why it cannot be."""

    taken = Signal(str)
    alike_wanted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._keys = label(role="faint")
        self._keys.setWordWrap(True)
        self._alike = QPushButton()
        self._alike.setProperty("kind", "link")
        self._alike.clicked.connect(self.alike_wanted)
        ways = QHBoxLayout()
        ways.setSpacing(16)
        self._ways = [self._way(ways) for _ in range(3)]
        under = QHBoxLayout()
        under.addWidget(self._keys, 1)
        under.addWidget(self._alike)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(ways)
        column.addLayout(under)

    def _way(self, row: QHBoxLayout) -> tuple[QPushButton, QLabel, QWidget]:
        button = QPushButton()
        button.clicked.connect(self._take)
        effect = label(role="small")
        effect.setWordWrap(True)
        effect.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        way = QWidget()
        column = QVBoxLayout(way)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(button)
        column.addWidget(effect)
        column.addStretch(1)
        row.addWidget(way, 1)
        return button, effect, way

    def show_choices(self, choices: tuple[Choice, ...], *, busy: bool, alike: int = 0) -> None:
        """``alike``: how many cases, the one shown among them, are the same question."""
        self._keys.setText(self._context.text("conflict.keys"))
        self._keys.setVisible(bool(choices))
        self._alike.setText(self._context.text("conflict.alike", n=alike))
        self._alike.setVisible(alike > 1 and bool(choices))
        for number, (button, effect, way) in enumerate(self._ways):
            way.setVisible(number < len(choices))
            if number < len(choices):
                self._fill(button, effect, choices[number], busy=busy)

    def _fill(self, button: QPushButton, effect: QLabel, choice: Choice, *, busy: bool) -> None:
        button.setText(" " + self._context.text("verb.shortcut", label=choice.label, key=choice.key))
        button.setIcon(self._context.look.icon(choice.icon))
        button.setEnabled(choice.enabled and not busy)
        button.setToolTip(choice.why_not)
        button.setAccessibleName(choice.label)
        button.setAccessibleDescription(choice.why_not or choice.effect)
        button.setProperty("decision", choice.decision)
        effect.setText(choice.why_not or choice.effect)
        effect.setMinimumHeight(effect.fontMetrics().lineSpacing() * 2)

    def focus_first(self) -> None:
        ready = next((button for button, _, way in self._ways if way.isVisible() and button.isEnabled()), None)
        if ready is not None:
            ready.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _take(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.taken.emit(str(sender.property("decision")))


class CaseView(QWidget):
    """One case in full."""

    taken = Signal(str)
    order_wanted = Signal()
    alike_wanted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._sign = SignLabel(context, size=24)
        self._heading, self._number, self._customer = label(role="heading"), label(role="strong"), Elided("small")
        self._heading.setWordWrap(True)
        self._asked, self._when, self._heard = label(role="title"), label(role="small"), reading("small")
        self._problem, self._steps_word = label(), label(role="small")
        for shown in (self._number, self._customer, self._when):
            shown.setProperty("foreign", True)
        for shown in (self._problem, self._asked, self._steps_word):
            shown.setWordWrap(True)
        names = ("asked", "problem", "differences", "changed", "allowed", "waiting", "choices")
        self._titles = {name: label(role="section") for name in names}
        self._differences, self.choices = _Differences(context), Choices(context)
        self._steps: Rows[Moment] = Rows(lambda: MomentRow(context), gap=8)
        self._allowed: Rows[Allowed] = Rows(lambda: _AllowedRow(context), gap=4)
        self._waiting, self._waiting_asked = label(role="strong"), label(role="small")
        self._waiting_asked.setWordWrap(True)
        self._decided = label(role="strong")
        self.choices.taken.connect(self.taken)
        self.choices.alike_wanted.connect(self.alike_wanted)
        self._open = QPushButton()
        self._open.setProperty("kind", "link")
        self._open.clicked.connect(self.order_wanted)
        self._build()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._heading, 1)
        order = QHBoxLayout()
        order.setSpacing(8)
        order.addWidget(self._number)
        order.addWidget(self._customer, 1)
        order.addWidget(self._open)
        told = QWidget()
        column = QVBoxLayout(told)
        column.setContentsMargins(24, 16, 24, 12)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(order)
        column.addSpacing(4)
        column.addWidget(rule())
        column.addSpacing(12)
        self._parts = {
            "differences": self._part("differences", self._differences),
            "changed": self._part("changed", self._steps, self._steps_word),
            "allowed": self._part("allowed", self._allowed),
            "waiting": self._part("waiting", self._waiting, self._waiting_asked),
            "problem": self._part("problem", self._problem),
        }
        asked = self._part("asked", self._asked, self._when, self._heard)
        before = (self._parts["problem"], self._parts["changed"])
        column.addLayout(_beside((asked, self._parts["waiting"]), before))
        for name in ("differences", "allowed"):
            column.addSpacing(14)
            column.addWidget(self._parts[name])
        column.addStretch(1)
        choices = self._part("choices", self._decided, self.choices)
        choices.setContentsMargins(24, 10, 24, 10)
        choices.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scrolling(told), 1)
        whole.addWidget(rule())
        whole.addWidget(choices)

    def _part(self, name: str, *widgets: QWidget) -> QWidget:
        """A small heading over what belongs to it."""
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._titles[name])
        for widget in widgets:
            column.addWidget(widget)
        column.addStretch(1)
        return part

    def show_case(self, case: Case, *, busy: bool, alike: int) -> None:
        """``alike``: how many cases, this one among them, are the same question."""
        text = self._context.text
        self._sign.show_sign(case.icon, case.tone)
        for shown, words in (
            (self._heading, case.heading),
            (self._number, case.number),
            (self._asked, case.asked),
            (self._when, case.asked_when),
            (self._heard, case.heard),
            (self._problem, case.problem),
            (self._steps_word, case.steps_word),
            (self._waiting, case.waiting),
            (self._waiting_asked, case.waiting_asked),
            (self._decided, case.decided),
        ):
            shown.setText(words)
        self._customer.setText(case.customer)
        for shown in (self._heard, self._steps_word, self._decided):
            shown.setVisible(bool(shown.text()))
        self._open.setText(text("conflict.show_order"))
        for name, title in self._titles.items():
            title.setText(text(f"conflict.{name}_title"))
        if case.decided:
            self._titles["choices"].setText(text("conflict.show_decided"))
        for name, there in (
            ("differences", case.differences),
            ("problem", case.problem),
            ("changed", case.steps or case.steps_word),
            ("allowed", case.allowed),
            ("waiting", case.waiting),
        ):
            self._parts[name].setVisible(bool(there))
        self._differences.show_differences(case.differences)
        self._steps.show_values(case.steps)
        self._allowed.show_values(case.allowed)
        self.choices.show_choices(case.choices, busy=busy, alike=alike)


def scrolling(page: QWidget) -> QScrollArea:
    """The page in a frame of its own, with a bar at the right where it is longer than its place."""
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(page)
    return scroll


def _beside(*columns: tuple[QWidget, ...]) -> QHBoxLayout:
    """Columns of equal width, side by side."""
    row = QHBoxLayout()
    row.setSpacing(24)
    for widgets in columns:
        column = QVBoxLayout()
        column.setSpacing(14)
        for widget in widgets:
            column.addWidget(widget)
        column.addStretch(1)
        row.addLayout(column, 1)
    return row


class BatchView(QWidget):
    """Several cases: of which sorts they are, and one decision for all."""

    taken = Signal(str)
    stopped = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._title, self._groups, self._choose = label(role="heading"), label(), label(role="section")
        self._groups.setWordWrap(True)
        self._progress = label(role="strong")
        self._stop = QPushButton()
        self._stop.clicked.connect(self.stopped)
        self.choices = Choices(context)
        self.choices.taken.connect(self.taken)
        under = QHBoxLayout()
        under.addWidget(self._progress, 1)
        under.addWidget(self._stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        for widget in (self._title, self._groups, rule(), self._choose, self.choices):
            column.addWidget(widget)
        column.addLayout(under)
        column.addStretch(1)

    def show_batch(self, batch: Batch, progress: tuple[int, int] | None) -> None:
        """``progress``: decisions recorded of how many; None when nothing is under way."""
        text = self._context.text
        self._title.setText(batch.title)
        self._groups.setText("\n".join(batch.groups))
        self._choose.setText(text("conflict.many_title"))
        self.choices.show_choices(batch.choices, busy=progress is not None)
        self._stop.setText(text("conflict.stop"))
        for widget in (self._stop, self._progress):
            widget.setVisible(progress is not None)
        if progress is not None:
            self._progress.setText(text("conflict.recording", done=progress[0], all=progress[1]))
