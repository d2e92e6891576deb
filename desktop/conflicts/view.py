"""Where does a person decide what the central refused? Cases at the left, at the right one of them or those chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QListView,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop.conflicts.delegate import CaseDelegate
from desktop.conflicts.model import CasesModel
from desktop.conflicts.presenter import DECISIONS, Case, batch, case, question
from desktop.conflicts.sheet import BatchView, CaseView, scrolling
from desktop.context import Context
from desktop.panes import Panes
from desktop.parts import Emptiness, label, rule
from sync.decisions import OpenCase
from sync.domain.order import CommandKey

_OPEN = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class CaseList(QListView):
    """The cases. ``decided`` carries the number of a choice, from its key."""

    decided = Signal(int)
    alike_wanted = Signal()
    opened = Signal()

    def event(self, event: QEvent) -> bool:
        """Letters belong to this list, not to the verbs on an order that cannot be seen from here."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _plain(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _plain(event) and event.text() in {"1", "2", "3"}:
            self.decided.emit(int(event.text()))
        elif _plain(event) and event.key() == Qt.Key.Key_A:
            self.alike_wanted.emit()
        elif event.key() in _OPEN:
            self.opened.emit()
        elif not (_plain(event) and event.text().isalpha()):
            super().keyPressEvent(event)


def _plain(event: QKeyEvent) -> bool:
    """A letter or digit without Ctrl or Alt."""
    return event.text().isalnum() and event.modifiers() in {
        Qt.KeyboardModifier.NoModifier,
        Qt.KeyboardModifier.KeypadModifier,
    }


class ConflictsView(QWidget):
    """The cases. ``decided`` carries the OpenCases and the decision taken; ``order_wanted`` an order's number."""

    decided = Signal(object, str)
    order_wanted = Signal(str)
    stopped = Signal()
    """No more decisions of those under way."""
    record_wanted = Signal()
    """The decided cases are to be shown: they are read only then."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._waiting: tuple[OpenCase, ...] = ()
        self._record: tuple[OpenCase, ...] = ()
        self._busy: frozenset[CommandKey] = frozenset()
        self._progress: tuple[int, int] | None = None
        self.model = CasesModel(self._word)
        self.list = CaseList()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setModel(self.model)
        self._delegate = CaseDelegate(context)
        self.list.setItemDelegate(self._delegate)
        self.list.setMouseTracking(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.list.setUniformItemSizes(True)
        self._title, self._count = label(role="title"), label(role="small")
        self._tabs = (QPushButton(), QPushButton())
        self._case, self._batch = CaseView(context), BatchView(context)
        self._blank = Emptiness(context)
        self._build()
        self._connect()
        context.follow(self)

    def _connect(self) -> None:
        self.list.selectionModel().selectionChanged.connect(self._select)
        self.list.selectionModel().currentChanged.connect(self._move)
        self.list.decided.connect(self._press)
        self.list.alike_wanted.connect(self._take_alike)
        self.list.opened.connect(self._to_choices)
        self._case.taken.connect(self._take)
        self._batch.taken.connect(self._take)
        self._batch.stopped.connect(self.stopped)
        self._case.order_wanted.connect(self._want_order)
        self._case.alike_wanted.connect(self._take_alike)
        self._group.idClicked.connect(self._turn)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 8, 8)
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self._count, 0, Qt.AlignmentFlag.AlignBottom)
        head.addStretch(1)
        self._group = QButtonGroup(self)
        for number, tab in enumerate(self._tabs):
            tab.setProperty("kind", "chip")
            tab.setCheckable(True)
            self._group.addButton(tab, number)
            head.addWidget(tab)
        self._tabs[0].setChecked(True)
        left = QFrame()
        left.setProperty("part", "panel")
        column = QVBoxLayout(left)
        column.setContentsMargins(1, 0, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(rule())
        column.addWidget(self.list, 1)
        right = QFrame()
        right.setProperty("part", "panel")
        self._stack = QStackedLayout(right)
        self._stack.setContentsMargins(1, 1, 1, 1)
        self._stack.addWidget(self._blank)
        self._stack.addWidget(self._case)
        self._stack.addWidget(scrolling(self._batch))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.panes = Panes(self._context, left, right, least=(300, 440), shares=(2, 3))
        self.panes.left_wanted.connect(self.list.setFocus)
        self.list.opened.connect(self.panes.show_right)
        self.list.clicked.connect(self.panes.show_right)
        row.addWidget(self.panes)

    def _word(self, open_: OpenCase) -> Case:
        return case(open_, self._context.words, self._context.now())

    # -- what is shown

    @property
    def shows_record(self) -> bool:
        return self._tabs[1].isChecked()

    def show_cases(self, cases: tuple[OpenCase, ...]) -> None:
        """These cases wait now; what is chosen stays chosen while it waits."""
        self._waiting = cases
        if not self.shows_record:
            self._show(cases)
        self.redraw()

    def show_record(self, cases: tuple[OpenCase, ...]) -> None:
        """What was decided last."""
        self._record = cases
        if self.shows_record:
            self._show(cases)
        self.redraw()

    def _show(self, cases: tuple[OpenCase, ...]) -> None:
        line, kept, chosen = (
            self.list.currentIndex().row(),
            self._current(),
            {c.settled.command.key for c in self._chosen()},
        )
        if not self.model.show_cases(cases) or not cases:
            return
        found = self.model.line_of(kept.settled.command.key if kept else None)
        line = found if found is not None else min(max(line, 0), len(cases) - 1)
        self.list.setCurrentIndex(self.model.index(line))
        again = self.model.lines(lambda c: c.settled.command.key in chosen)
        if len(again) > 1:
            self._choose(again)

    def show_order(self, order_id: str) -> None:
        """Make the case of this order the current one, if there is one."""
        self._tabs[0].setChecked(True)
        self._show(self._waiting)
        line = self.model.line_of_order(order_id)
        if line is not None:
            self.list.setCurrentIndex(self.model.index(line))

    def show_progress(self, done: int, all_: int) -> None:
        """So many of the decisions under way are recorded."""
        self._progress = (done, all_)
        self.redraw()

    def settle(self) -> None:
        """The decisions under way have come to their end, done or not."""
        self._busy, self._progress = frozenset(), None
        self.redraw()

    def _current(self) -> OpenCase | None:
        return self.model.open_case(self.list.currentIndex())

    def _chosen(self) -> list[OpenCase]:
        """The selected cases, top to bottom."""
        lines = sorted(index.row() for index in self.list.selectionModel().selectedRows())
        return [found for line in lines if (found := self.model.open_case(self.model.index(line))) is not None]

    def _choose(self, lines: Sequence[int]) -> None:
        chosen = QItemSelection()
        for first, last in _stretches(lines):
            chosen.select(self.model.index(first), self.model.index(last))
        self.list.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    @Slot()
    def redraw(self) -> None:
        text = self._context.text
        self.model.reword()
        self._title.setText(text("view.attention.title"))
        self._count.setText(self._context.words.translator.count("conflict.count", len(self._waiting)))
        for tab, name in zip(self._tabs, ("show_waiting", "show_decided"), strict=True):
            tab.setText(text(f"conflict.{name}"))
        self.list.setAccessibleName(text("conflict.decided_name" if self.shows_record else "conflict.name"))
        self._show_right()
        self.list.viewport().update()

    def _show_right(self) -> None:
        chosen, current = self._chosen(), self.model.case(self.list.currentIndex())
        if (len(chosen) > 1 and not self.shows_record) or self._progress is not None:
            self._stack.setCurrentIndex(2)
            self._batch.show_batch(batch(chosen, self._context.words, self._context.now()), self._progress)
        elif current is not None:
            self._stack.setCurrentIndex(1)
            self._case.show_case(current, busy=current.key in self._busy, alike=len(self._alike()))
        else:
            self._stack.setCurrentIndex(0)
            self._show_blank()

    def _show_blank(self) -> None:
        text = self._context.text
        if self.shows_record:
            self._blank.show_blank("scales", text("conflict.decided_none_title"), text("conflict.decided_none_body"))
        elif self._waiting:
            self._blank.show_blank("scales", text("conflict.none_title"), text("conflict.none_body"))
        else:
            self._blank.show_blank("check-circle", text("blank.attention.title"), text("blank.attention.body"))

    @Slot(QItemSelection, QItemSelection)
    def _select(self, _chosen: QItemSelection, _dropped: QItemSelection) -> None:
        self._show_right()

    @Slot(QModelIndex, QModelIndex)
    def _move(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self._show_right()

    # -- what is wanted

    @Slot(int)
    def _turn(self, tab: int) -> None:
        """To what waits, or to what was decided."""
        self._show(self._record if tab else self._waiting)
        self.redraw()
        if tab:
            self.record_wanted.emit()
        self.list.setFocus()

    @Slot(int)
    def _press(self, number: int) -> None:
        self._take(DECISIONS[number - 1])

    @Slot(str)
    def _take(self, decision: str) -> None:
        """Take one decision for every chosen case that offers it."""
        current = self._current()
        cases = self._chosen() or ([current] if current else [])
        ways = batch(cases, self._context.words, self._context.now()).choices if cases else ()
        if not self._busy and any(w.decision == decision and w.enabled for w in ways):
            self._busy = frozenset(c.settled.command.key for c in cases)
            self._progress = (0, len(cases)) if len(cases) > 1 else None
            self.redraw()
            self.decided.emit(cases, decision)

    def _alike(self) -> list[int]:
        """The lines of the cases that are the same question as the current one."""
        current = self._current()
        if current is None or self.shows_record:
            return []
        asked = question(current)
        return self.model.lines(lambda c: question(c) == asked)

    @Slot()
    def _take_alike(self) -> None:
        self._choose(self._alike())
        self.list.setFocus()

    @Slot()
    def _to_choices(self) -> None:
        (self._batch if self._stack.currentIndex() == 2 else self._case).choices.focus_first()

    @Slot()
    def _want_order(self) -> None:
        case_ = self.model.case(self.list.currentIndex())
        if case_ is not None:
            self.order_wanted.emit(case_.number)


def _stretches(lines: Sequence[int]) -> list[tuple[int, int]]:
    """Lines in rising order as first and last of each run without a gap."""
    found: list[tuple[int, int]] = []
    for line in lines:
        if found and found[-1][1] == line - 1:
            found[-1] = (found[-1][0], line)
        else:
            found.append((line, line))
    return found
