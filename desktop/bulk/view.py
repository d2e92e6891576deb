"""How does a person ask the same of many orders? What, of which, what will come of it; then what came of each."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.bulk.options import OptionGrid
from desktop.bulk.presenter import (
    VERBS,
    Line,
    Option,
    complete,
    hold_options,
    people_options,
    preview,
    reason_options,
    snooze_options,
    target_options,
    verb_offered,
)
from desktop.bulk.results import Results
from desktop.bulk.run import Run
from desktop.context import Context
from desktop.detail.rows import Row, Rows
from desktop.parts import SignLabel, Wrap, label, rule
from desktop.room import Snug
from desktop.signs import OPS
from sync.bulk import Request
from sync.domain.commands import Op, Target
from sync.domain.exceptions import Reason
from sync.domain.permissions import User

VERB_KEYS: dict[str, Op] = {
    "I": Op.INTERCEPT,
    "T": Op.REASSIGN,
    "R": Op.RELEASE,
    "C": Op.CARRIER_INTERCEPT,
    "L": Op.CLAIM,
    "G": Op.ASSIGN,
    "S": Op.SNOOZE,
    "N": Op.NOTE,
}
_KEY_OF = {op: key for key, op in VERB_KEYS.items()}
TYPING_MS = 250
NOTE_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Scope:
    """Of which orders it may be asked: row ids of those marked by hand, and of the list from its top.

    ``total``: how long the list is.
    """

    marked: "array[int]"
    listed: "array[int]"
    total: int


class _LineRow(Row[Line]):
    """A sign and so many orders."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._sign, self._word = SignLabel(context, size=16), label()
        self._word.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._word, 1)

    def show_value(self, line: Line) -> None:
        self._sign.show_sign(line.icon, "muted" if line.tone == "neutral" else line.tone)
        self._word.setText(line.text)


class BulkDialog(QDialog):
    """Two pages: what to ask, and what came of it. The items are the run's; this only asks and shows."""

    def __init__(self, context: Context, run: Run, scope: Scope, user: User, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._run = run
        self._scope = scope
        self._user = user
        self._op: Op | None = None
        run.setParent(self)
        self._build()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._look)
        self._connect()
        context.follow(self)
        px, room = context.look.theme.px, parent.window().size()
        self.resize(min(px(980), room.width() - 48), min(px(640), room.height() - 48))

    # -- what it is made of

    def _build(self) -> None:
        self._title = label(role="heading")
        self._scopes = self._row_of_buttons("chip", 2)
        self._scopes.button(0 if self._scope.marked else 1).setChecked(True)
        self._scopes.button(0).setVisible(bool(self._scope.marked))
        self._verbs = self._row_of_buttons("chip", len(VERBS))
        self._section = label(role="section")
        self._options = OptionGrid(self._context)
        self._note = QLineEdit()
        self._note.setMaxLength(NOTE_LIMIT)
        self._ahead, self._count = label(role="section"), label(role="strong")
        self._lines: Rows[Line] = Rows(lambda: _LineRow(self._context), gap=6)
        for shown in (self._section, self._ahead, self._count):
            shown.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._typed_hint, self._typed = label(role="small"), QLineEdit()
        self._typed.setFixedWidth(self._context.look.theme.px(96))
        self._cancel, self.go = QPushButton(), QPushButton()
        self._cancel.setAutoDefault(False)
        self.go.setProperty("kind", "primary")
        self.go.setDefault(True)
        self.results = Results(self._context, self._run)
        what = QWidget()
        column = QVBoxLayout(what)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for group in (self._scopes, self._verbs):
            column.addWidget(_wrapped(group))
        column.addWidget(rule())
        column.addLayout(self._halves(), 1)
        asking = QWidget()
        column = QVBoxLayout(asking)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(Snug(what), 1)
        column.addWidget(rule())
        column.addLayout(self._foot())
        self.pages = QStackedWidget()
        self.pages.addWidget(asking)
        self.pages.addWidget(self.results)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 20)
        whole.setSpacing(10)
        whole.addWidget(self._title)
        whole.addWidget(self.pages, 1)

    def _row_of_buttons(self, kind: str, count: int) -> QButtonGroup:
        group = QButtonGroup(self)
        for number in range(count):
            button = QPushButton()
            button.setProperty("kind", kind)
            button.setCheckable(True)
            button.setAutoDefault(False)
            group.addButton(button, number)
        return group

    def _halves(self) -> QHBoxLayout:
        self._choice, ahead = QWidget(), QFrame()
        ahead.setProperty("part", "well")
        left, right = QVBoxLayout(self._choice), QVBoxLayout(ahead)
        left.setContentsMargins(0, 0, 0, 0)
        right.setContentsMargins(16, 12, 16, 16)
        for column in (left, right):
            column.setSpacing(8)
        for widget in (self._section, self._note):
            left.addWidget(widget)
        left.addWidget(self._options, 1)
        right.addWidget(self._ahead)
        right.addWidget(self._count)
        right.addWidget(self._lines)
        right.addStretch(1)
        halves = QHBoxLayout()
        halves.setSpacing(24)
        halves.addWidget(self._choice, 3)
        halves.addWidget(ahead, 2)
        return halves

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        for widget in (self._typed_hint, self._typed, self._cancel, self.go):
            foot.addWidget(widget)
        return foot

    def _connect(self) -> None:
        self._verbs.idClicked.connect(self._choose_verb)
        self._scopes.idClicked.connect(self._change)
        self._options.chosen.connect(self._change)
        self._note.textChanged.connect(self._write)
        self._typed.textChanged.connect(self._show_ahead)
        self._run.looked.connect(self._looked)
        self._cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._give)
        self.results.closed.connect(self.accept)

    # -- what is asked

    @property
    def rowids(self) -> "array[int]":
        return self._scope.marked if self._scopes.checkedId() == 0 else self._scope.listed

    def request(self) -> Request | None:
        """What is asked so far; None before a verb is chosen."""
        if self._op is None:
            return None
        values = self._options.values()
        reasons = [v for v in values if isinstance(v, Reason)]
        lifts = self._op is Op.RELEASE
        return Request(
            op=self._op,
            reason=reasons[0] if reasons and not lifts else None,
            reasons=frozenset(reasons) if lifts else frozenset(),
            to=next((v for v in values if isinstance(v, Target)), None),
            person=next((v for v in values if isinstance(v, str) and self._op is Op.ASSIGN), None),  # type: ignore[arg-type]  # a UserId
            until=next((v for v in values if isinstance(v, int)), None),
            note=self._note.text().strip() if self._op is Op.NOTE else "",
        )

    def choose(self, op: Op) -> None:
        """As if its button had been pressed."""
        self._verbs.button(VERBS.index(op)).click()

    @Slot(int)
    def _choose_verb(self, number: int) -> None:
        self._op = VERBS[number]
        self._typed.clear()
        self._options.forget()
        self.redraw()
        self._look()
        if self._op is Op.NOTE:
            self._note.setFocus()

    def _offer(self) -> None:
        options = self._choices()
        self._options.show_options(options, several=self._op is Op.RELEASE)
        self._options.follow_in_tab_order(self._note)

    def _choices(self) -> Sequence[Option]:
        words, directory = self._context.words, self._context.words.directory
        if self._op in {Op.INTERCEPT, Op.CARRIER_INTERCEPT}:
            return reason_options(words)
        if self._op is Op.RELEASE:
            return hold_options(self._run.foreseen, words)
        if self._op is Op.REASSIGN:
            return target_options(directory, words)
        if self._op is Op.ASSIGN:
            return people_options(directory, self._user, words)
        return snooze_options(self._context.now(), words) if self._op is Op.SNOOZE else ()

    @Slot()
    def _change(self) -> None:
        self._typed.clear()
        self._look()

    @Slot()
    def _write(self) -> None:
        self._typing.start()

    @Slot()
    def _look(self) -> None:
        request = self.request()
        if request is not None and complete(request):
            self._run.look(self.rowids, request)
        else:
            self._run.forget()
        self._show_ahead()

    @Slot()
    def _looked(self) -> None:
        if self._op is Op.RELEASE and not self._run.looking and not self._options.values():
            self._offer()
        self._show_ahead()

    @Slot()
    def _give(self) -> None:
        request = self.request()
        if request is not None and self._is_meant():
            self.pages.setCurrentIndex(1)
            self.results.begin()
            self._run.give()

    def _is_meant(self) -> bool:
        """Whether it may be given now: foreseen for all, possible for some, their number typed where that is asked."""
        if self._op is None or self._run.looking or self._run.busy or self._typing.isActive():
            return False
        ahead = preview(self._run.items, self._op, self._context.words)
        return bool(ahead.able) and self._typed.text().strip() == ahead.typed

    # -- what is shown

    @Slot()
    def redraw(self) -> None:
        text = self._context.text
        self.setWindowTitle(text("bulk.title"))
        self._title.setText(text("bulk.title"))
        for number, (name, ids) in enumerate((("marked", self._scope.marked), ("listed", self._scope.listed))):
            button = self._scopes.button(number)
            button.setText(f"{text(f'bulk.{name}')} · {len(ids):,}")
        if self._scope.total > len(self._scope.listed):
            first = text("bulk.first", n=f"{len(self._scope.listed):,}", all=f"{self._scope.total:,}")
            self._scopes.button(1).setText(first)
        for number, op in enumerate(VERBS):
            button = self._verbs.button(number)
            button.setText(" " + text("verb.shortcut", label=self._context.words.op(op), key=_KEY_OF[op]))
            button.setIcon(self._context.look.icon(OPS[op].icon, "muted", checked="accent"))
            button.setVisible(verb_offered(op, self._user))
        for group in (self._scopes, self._verbs):
            for chip in group.buttons():  # the chosen one is written in heavier letters
                chip.setMinimumWidth(
                    chip.fontMetrics().horizontalAdvance(chip.text()) + self._context.look.theme.px(48)
                )
        self._offer()
        self._section.setText(self._heading())
        self._choice.setVisible(self._op is Op.NOTE or bool(self._choices()))
        self._note.setVisible(self._op is Op.NOTE)
        self._note.setPlaceholderText(text("bulk.note_hint"))
        self._note.setAccessibleName(text("bulk.note_hint"))
        self._ahead.setText(text("bulk.preview"))
        self._cancel.setText(text("ask.cancel"))
        self._show_ahead()

    def _heading(self) -> str:
        """What is to be chosen for the verb."""
        if self._op is Op.RELEASE:
            return self._context.text("bulk.which_reasons")
        if self._op in {Op.INTERCEPT, Op.CARRIER_INTERCEPT}:
            return self._context.text("ask.reason")
        return self._context.words.op(self._op) if self._op is not None else ""

    @Slot()
    def _show_ahead(self) -> None:
        words = self._context.words
        if self._op is None or not (self._run.items or self._run.looking):
            self._count.setText(words.translator.count("bulk.of", len(self.rowids)))
            self._lines.show_values((Line("info", "neutral", words.text("bulk.nothing")),))
            self.go.setText(words.text("bulk.give"))
            typed = ""
        else:
            ahead = preview(self._run.items, self._op, words)
            looking = words.text("bulk.looking", done=f"{len(self._run.items):,}", all=f"{self._run.total:,}")
            self._count.setText(looking if self._run.looking else ahead.title)
            self._lines.show_values(ahead.lines)
            self.go.setText(ahead.confirm)
            typed = "" if self._run.looking else ahead.typed
        self._typed_hint.setText(words.text("bulk.type_count", n=typed))
        self._typed.setAccessibleName(words.text("bulk.type_count", n=typed))
        for widget in (self._typed_hint, self._typed):
            widget.setVisible(bool(typed))
        self.go.setEnabled(self._is_meant())

    # -- leaving

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape does not leave while commands are being given: it stops them."""
        if event.key() == Qt.Key.Key_Escape and self._run.busy:
            self.results.stop.click()
            return
        verb = VERB_KEYS.get(event.text().upper())
        if verb is not None and self.pages.currentIndex() == 0 and self._verbs.button(VERBS.index(verb)).isVisible():
            self._verbs.button(VERBS.index(verb)).click()
            return
        if self.pages.currentIndex() == 0 and self._options.press(event.text().upper()):
            return
        super().keyPressEvent(event)


def _wrapped(group: QButtonGroup) -> QWidget:
    """The buttons in a row that goes on in the next line where there is no room."""
    holder = QWidget()
    row = Wrap(holder, gap=6)
    for button in group.buttons():
        row.addWidget(button)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    holder.setSizePolicy(policy)
    return holder
