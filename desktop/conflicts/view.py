"""Where does a person decide what the central refused? Cases at the left, one case with its ways out at the right."""

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QListView,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop.conflicts.delegate import CaseDelegate
from desktop.conflicts.model import CasesModel
from desktop.conflicts.presenter import Case, Choice, Difference
from desktop.context import Context, mark
from desktop.parts import Elided, Emptiness, SignLabel, label, rule
from sync.domain.order import CommandKey


class _Differences(QWidget):
    """A small table: what I saw, what it is now; what changed stands out by weight and sign."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        self._head = (label(role="section"), label(role="section"))
        self._grid.addWidget(self._head[0], 0, 1)
        self._grid.addWidget(self._head[1], 0, 3)
        self._rows = [self._row(number) for number in range(1, 6)]

    def _row(self, number: int) -> tuple[QWidget, ...]:
        cells = (label(role="small"), label(), SignLabel(self._context, "arrow-right", "faint", 14), label())
        for cell in (cells[1], cells[3]):
            cell.setWordWrap(True)
        for column, widget in enumerate(cells):
            self._grid.addWidget(widget, number, column)
        return cells

    def show_differences(self, differences: tuple[Difference, ...]) -> None:
        self._head[0].setText(self._context.text("conflict.column_seen"))
        self._head[1].setText(self._context.text("conflict.column_now"))
        for number, (name, seen, sign, now) in enumerate(self._rows):
            shown = number < len(differences)
            for widget in (name, seen, sign, now):
                widget.setVisible(shown)
            if shown:
                difference = differences[number]
                for widget, text in ((name, difference.label), (seen, difference.seen), (now, difference.now)):
                    widget.setText(text)  # type: ignore[attr-defined]  # labels
                sign.setVisible(difference.changed)
                mark(seen, role="", quiet=True)
                mark(now, role="strong" if difference.changed else "", tone="danger" if difference.changed else "")
                now.setToolTip(self._context.text("conflict.changed") if difference.changed else "")


class _Choices(QWidget):
    """One large button per way out, with what it does, or why it cannot be."""

    taken = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._rows: list[tuple[QPushButton, QWidget, QWidget]] = []
        for _ in range(3):
            button = QPushButton()
            button.setIconSize(QSize(16, 16))
            button.setMinimumWidth(context.look.theme.px(176))
            button.clicked.connect(self._take)
            effect = label(role="small")
            effect.setWordWrap(True)
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(12)
            row.addWidget(button)
            row.addWidget(effect, 1)
            column.addWidget(line)
            self._rows.append((button, effect, line))

    def show_choices(self, choices: tuple[Choice, ...], *, busy: bool) -> None:
        for number, (button, effect, line) in enumerate(self._rows):
            line.setVisible(number < len(choices))
            if number < len(choices):
                self._fill(button, effect, choices[number], busy=busy)

    def _fill(self, button: QPushButton, effect: QWidget, choice: Choice, *, busy: bool) -> None:
        button.setText(f" {choice.label}")
        button.setIcon(self._context.look.icon(choice.icon))
        button.setEnabled(choice.enabled and not busy)
        button.setToolTip(choice.why_not)
        button.setAccessibleDescription(choice.why_not or choice.effect)
        button.setProperty("decision", choice.decision)
        effect.setText(choice.why_not or choice.effect)  # type: ignore[attr-defined]  # a label

    @Slot()
    def _take(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.taken.emit(str(sender.property("decision")))


class CaseView(QWidget):
    """One case in full."""

    taken = Signal(str)
    order_wanted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._sign = SignLabel(context, size=24)
        self._heading, self._number, self._customer = label(role="heading"), label(role="strong"), Elided("small")
        self._heading.setWordWrap(True)
        self._asked, self._when, self._problem = label(role="title"), label(role="small"), label()
        for shown in (self._number, self._customer, self._when):
            shown.setProperty("foreign", True)
        self._problem.setWordWrap(True)
        self._asked.setWordWrap(True)
        self._titles = {name: label(role="section") for name in ("asked", "problem", "differences", "choices")}
        self._differences, self._choices = _Differences(context), _Choices(context)
        self._choices.taken.connect(self.taken)
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
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(4)
        column.addLayout(head)
        column.addSpacing(4)
        column.addLayout(order)
        column.addSpacing(8)
        column.addWidget(rule())
        column.addSpacing(16)
        told = QHBoxLayout()
        told.setSpacing(24)
        told.addLayout(self._part("asked", self._asked, self._when), 1)
        told.addLayout(self._part("problem", self._problem), 1)
        column.addLayout(told)
        for name, widget in (("differences", self._differences), ("choices", self._choices)):
            column.addSpacing(20)
            column.addLayout(self._part(name, widget))
        column.addStretch(1)

    def _part(self, name: str, *widgets: QWidget) -> QVBoxLayout:
        """A small heading over what belongs to it."""
        part = QVBoxLayout()
        part.setSpacing(4)
        part.addWidget(self._titles[name])
        for widget in widgets:
            part.addWidget(widget)
        part.addStretch(1)
        return part

    def show_case(self, case: Case, *, busy: bool) -> None:
        self._sign.show_sign(case.icon, case.tone)
        self._heading.setText(case.heading)
        self._number.setText(case.number)
        self._customer.setText(case.customer)
        self._asked.setText(case.asked)
        self._when.setText(case.asked_when)
        self._problem.setText(case.problem)
        self._open.setText(self._context.text("conflict.show_order"))
        for name, title in self._titles.items():
            title.setText(self._context.text(f"conflict.{name}_title"))
        self._titles["differences"].setVisible(bool(case.differences))
        self._differences.setVisible(bool(case.differences))
        self._differences.show_differences(case.differences)
        self._choices.show_choices(case.choices, busy=busy)


class ConflictsView(QWidget):
    """The cases. ``decided`` carries a Case and the Choice taken; ``order_wanted`` an order's number."""

    decided = Signal(object, object)
    order_wanted = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._cases: tuple[Case, ...] = ()
        self._busy: CommandKey | None = None
        self.model = CasesModel()
        self.list = QListView()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setModel(self.model)
        self._delegate = CaseDelegate(context)
        self.list.setItemDelegate(self._delegate)
        self.list.setMouseTracking(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.selectionModel().currentChanged.connect(self._move)
        self._title, self._count = label(role="title"), label(role="small")
        self._case = CaseView(context)
        self._case.taken.connect(self._take)
        self._case.order_wanted.connect(self._want_order)
        self._blank = Emptiness(context)
        self._build()
        context.follow(self)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 10, 12, 8)
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self._count, 0, Qt.AlignmentFlag.AlignBottom)
        head.addStretch(1)
        left = QFrame()
        left.setProperty("part", "panel")
        column = QVBoxLayout(left)
        column.setContentsMargins(1, 0, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(rule())
        column.addWidget(self.list, 1)
        left.setMinimumWidth(self._context.look.theme.px(300))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._case)
        right = QFrame()
        right.setProperty("part", "panel")
        self._stack = QStackedLayout(right)
        self._stack.setContentsMargins(1, 1, 1, 1)
        self._stack.addWidget(self._blank)
        self._stack.addWidget(scroll)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(left, 2)
        row.addWidget(right, 3)

    def show_cases(self, cases: tuple[Case, ...]) -> None:
        """These cases wait now; the current one stays current while it waits."""
        kept = self._current()
        line = self.list.currentIndex().row()
        self._cases = cases
        if kept is not None and self._busy == kept.key and kept.key not in {c.key for c in cases}:
            self._busy = None
        if self.model.show_cases(cases) and cases:
            found = self.model.line_of(kept.key if kept else None)
            chosen = found if found is not None else min(max(line, 0), len(cases) - 1)
            self.list.setCurrentIndex(self.model.index(chosen))
        self.redraw()

    def show_order(self, order_id: str) -> None:
        """Make the case of this order the current one, if there is one."""
        line = next((n for n, case in enumerate(self._cases) if case.order_id == order_id), None)
        if line is not None:
            self.list.setCurrentIndex(self.model.index(line))

    def settle(self) -> None:
        """The decision under way has come to its end, done or not."""
        self._busy = None
        self.redraw()

    def _current(self) -> Case | None:
        return self.model.case(self.list.currentIndex())

    @Slot()
    def redraw(self) -> None:
        text = self._context.text
        self._title.setText(text("view.attention.title"))
        self._count.setText(self._context.words.translator.count("conflict.count", len(self._cases)))
        self.list.setAccessibleName(text("conflict.name"))
        case = self._current()
        self._stack.setCurrentIndex(0 if case is None else 1)
        if case is not None:
            self._case.show_case(case, busy=self._busy == case.key)
        elif self._cases:
            self._blank.show_blank("scales", text("conflict.none_title"), text("conflict.none_body"))
        else:
            self._blank.show_blank("check-circle", text("blank.attention.title"), text("blank.attention.body"))
        self.list.viewport().update()

    @Slot(QModelIndex, QModelIndex)
    def _move(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self.redraw()

    @Slot(str)
    def _take(self, decision: str) -> None:
        case = self._current()
        choice = next((c for c in case.choices if c.decision == decision), None) if case else None
        if case is not None and choice is not None and choice.enabled:
            self._busy = case.key
            self.redraw()
            self.decided.emit(case, choice)

    @Slot()
    def _want_order(self) -> None:
        case = self._current()
        if case is not None:
            self.order_wanted.emit(case.number)
