"""What does a signed-in person work with? List, sheet, cases and voice bar, and how they hang together."""

from dataclasses import dataclass
from typing import Any, cast

import msgspec
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.actions import Actions
from desktop.bridge import Line
from desktop.bulk.opening import Bulk
from desktop.conflicts.deciding import Deciding
from desktop.conflicts.view import ConflictsView
from desktop.connection.view import AdviceLine
from desktop.context import Context
from desktop.detail.view import DetailView
from desktop.exporting import Export
from desktop.giving import Giving, plain
from desktop.in_question import InQuestion
from desktop.notices.book import Telling
from desktop.notices.presenter import Offer
from desktop.notices.view import Toasts
from desktop.orders.head import ListHead
from desktop.orders.model import OrdersModel
from desktop.orders.view import OrdersView
from desktop.panes import Panes
from desktop.rail.view import NOTHING, RailView
from desktop.reading import Reading
from desktop.top_bar import TopBar
from desktop.voice_bar.view import VoiceBar
from desktop.walk import Walk
from sync.decisions import OpenCase
from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, OrderId
from sync.domain.permissions import User
from sync.events import Connection
from sync.store.listing import Counts, View

ROOMY = 1100
"""Pixels of width at normal text size from which the rail has room for words."""
ORGANISING = frozenset({Op.CLAIM, Op.ASSIGN, Op.SNOOZE})
"""Verbs of the menu of a line."""
REFRESH_MS = 60
"""Changes that come within this time are read together."""


@dataclass(frozen=True, slots=True)
class _Numbers:
    counts: Counts
    cases: tuple[OpenCase, ...]

    @property
    def keys(self) -> frozenset[CommandKey]:
        return frozenset(case.settled.command.key for case in self.cases)


class Workbench(QWidget):
    """The page after signing in."""

    sign_in_wanted = Signal()
    language_chosen = Signal(str)
    waiting = Signal(int)
    """How many cases wait for a decision."""
    warmed = Signal()
    """The list is there, and what filters and search need."""

    def __init__(self, context: Context, walk: Walk, parent: QWidget | None = None) -> None:
        """Made where it belongs: a page that is moved there whole has the style of each part worked out anew."""
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self._numbers = _Numbers(NOTHING, ())
        self._user: User | None = None
        self._listed = False
        """Whether this person has seen the list."""
        self.orders = OrdersModel(context, self)
        self.reading = Reading(context, self)
        self.walk = walk
        self.giving = Giving(context, self)
        self.rail, self.top = RailView(context), TopBar(context)
        self.list, self.detail = OrdersView(context, self.orders), DetailView(context)
        self.conflicts, self.advice, self.voice = ConflictsView(context), AdviceLine(context), VoiceBar(context)
        self.head = ListHead(context, self.orders, self.list)
        self.chips = self.head.chips
        self.deciding = Deciding(context, self.giving, self.conflicts)
        self._build()
        self.export = Export(context, self.orders, self)
        self.export.told.connect(self._tell)
        self.actions_ = Actions(context, self.giving, self)
        self.in_question = InQuestion(context, self.reading, self.detail, self.actions_, self.giving, self)
        self.bulk = Bulk(context, self.giving, self.orders, self.list, self)
        self.toasts = Toasts(context, self)
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(REFRESH_MS)
        self._refresh.timeout.connect(self.refresh)
        self._connect_parts()
        self._connect_bridge()
        context.follow(self)

    def _build(self) -> None:
        self.panes = Panes(self._context, self.list, self.detail, least=(480, 376), shares=(5, 2))
        self._orders_page = QWidget()
        page = QVBoxLayout(self._orders_page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(8)
        page.addWidget(self.head)
        page.addWidget(self.panes, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._orders_page)
        self.pages.addWidget(self.conflicts)
        middle = QVBoxLayout()
        middle.setContentsMargins(12, 10, 12, 10)
        middle.addWidget(self.pages)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.top)
        right.addWidget(self.advice)
        right.addLayout(middle, 1)
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self.rail)
        upper.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(upper, 1)
        column.addWidget(self.voice)

    def _connect_parts(self) -> None:
        self.rail.view_chosen.connect(self.show_view)
        self.list.export_wanted.connect(self.export.ask)
        self.list.print_wanted.connect(self.export.print_pull_list)
        self.list.pull_wanted.connect(self.export.ask_pull_list)
        self.top.searched.connect(self._search)
        self.top.left.connect(self.to_list)
        self.top.language_chosen.connect(self.language_chosen)
        self.top.sign_out_wanted.connect(self.sign_out)
        self.top.switch_wanted.connect(self.sign_in_wanted)
        self.chips.kinds_chosen.connect(self._narrow)
        self.head.view_shown.connect(self.rail.show_view)
        self.head.told.connect(self._tell)
        self.head.row_menu.asked.connect(self.giving.submit)
        self.list.table.order_chosen.connect(self.reading.choose)
        self.list.table.stood.connect(self.walk.stand)
        self.orders.changed.connect(self._learn_list)
        self.walk.moved.connect(self.list.table.go_to_row)
        self.walk.shown.connect(self._show_spoken)
        self.list.table.opened.connect(self.panes.show_right)
        self.list.table.clicked.connect(self.panes.show_right)
        self.list.table.opened.connect(self.detail.verbs.focus_first)
        self.panes.left_wanted.connect(self.to_list)
        self.panes.turned.connect(self.head.setVisible)
        self.detail.decision_wanted.connect(self._decide_current)
        self.detail.notes.left.connect(self.to_list)
        self.giving.told.connect(self._tell)
        self.deciding.over.connect(self._later)
        self.toasts.taken.connect(self.actions_.take_offer)
        self.actions_.decide_wanted.connect(self._decide)
        self.conflicts.order_wanted.connect(self.show_order)
        self.advice.sign_in_wanted.connect(self.sign_in_wanted)

    def _connect_bridge(self) -> None:
        bridge = self._context.bridge
        bridge.orders_changed.connect(self._later)
        bridge.command_queued.connect(self._later)
        bridge.command_settled.connect(self._later)
        bridge.connection_changed.connect(self.show_connection)
        bridge.voice_changed.connect(self.voice.show_view)
        self.voice.talk.connect(self._talk)
        self.voice.said.connect(self._say)
        self.voice.stopped.connect(self._hush)
        if bridge.voice is not None:
            self.voice.show_view(bridge.voice.view)

    # -- reading

    @Slot()
    def _later(self) -> None:
        if not self._refresh.isActive():
            self._refresh.start()

    @property
    def refreshing(self) -> bool:
        """Whether the screen will be read again in a moment."""
        return self._refresh.isActive() or self.reading.pausing

    @Slot()
    def refresh(self) -> None:
        """Read everything that is on the screen again."""
        desk = self._context.bridge.desk
        if desk.user is None:
            return
        self._context.bridge.run(Line.LOOK, desk.directory, self._context.voicing.learn)
        self.orders.refresh()
        self.reading.refresh()
        if self._listed:  # before that the list alone is waited for
            self._read_numbers()

    def _read_numbers(self) -> None:
        desk = self._context.bridge.desk
        self._context.bridge.run(Line.LOOK, lambda: _Numbers(desk.counts(), desk.cases()), self._count)

    @Slot(object)
    def _count(self, numbers: _Numbers) -> None:
        self.toasts.forget(self._numbers.keys - numbers.keys)
        self._numbers = numbers
        self.waiting.emit(numbers.counts.attention)
        self.redraw()

    @Slot()
    def redraw(self) -> None:
        """Everything here that is made of words and numbers."""
        self.rail.show_counts(self._numbers.counts)
        self.head.show_counts(self._numbers.counts)
        self.conflicts.show_cases(self._numbers.cases)
        self.in_question.show()

    def _aim(self) -> None:
        self.in_question.aim(seen=not self.pages.currentIndex())

    # -- who and how connected

    def show_user(self, user: User) -> None:
        """Someone is at the desk: nothing of another one before stays."""
        if user != self._user:
            self.head.meet()
            self._user = user
            self.toasts.clear()
            self.giving.book.clear()
            self._listed = False
            self.orders.forget()
            self.show_view("stopped")
        self._context.voicing.meet(user)
        self.top.show_user(user)
        self.show_connection(self._context.bridge.desk.connection)
        self.refresh()
        self.to_list()

    @Slot(object)
    def show_connection(self, connection: Connection) -> None:
        self.top.pill.show_connection(connection)
        self.advice.show_connection(connection)
        self.list.show_link(connection.link)
        self._later()

    @Slot()
    def sign_out(self) -> None:
        self._context.bridge.run(Line.DO, self._context.bridge.desk.sign_out, self._nothing, self.giving.fail)

    @Slot(object)
    def _nothing(self, _answer: object) -> None:
        """The event tells."""

    # -- moving about

    @Slot(str)
    def show_view(self, name: str) -> None:
        view = cast("View", name)
        self.rail.show_view(view)
        self.pages.setCurrentIndex(1 if view == "attention" else 0)
        self._aim()
        if view == "attention":
            self.toasts.drop(Offer.DECIDE)
            self.conflicts.list.setFocus()
        else:
            self._ask(view=view)

    def _ask(self, **changes: Any) -> None:
        """The same list but for what is given."""
        self.orders.ask(msgspec.structs.replace(self.orders.query, **changes))

    @Slot(str)
    def _search(self, words: str) -> None:
        if self.pages.currentIndex():
            self.show_view("all")
        self._ask(text=words.strip())

    @Slot(object)
    def _narrow(self, kinds: frozenset[Reason]) -> None:
        self._ask(kinds=kinds)

    def act(self, op: Op) -> None:
        """A verb by its key: of the orders marked by hand where there are some, else of the order on the sheet."""
        if self.pages.currentIndex():
            self.actions_.want(op.value)
        elif self.bulk.marks.rowids:
            self.bulk.ask(op)
        elif op in ORGANISING and self.reading.look is not None:
            self.head.row_menu.want(op, self.reading.look.seen.order.id, self.list.table.beneath())
        else:
            self.actions_.want(op.value)

    def note(self) -> None:
        """Write something down: of many in their dialog, of one on its sheet."""
        if self.bulk.marks.rowids:
            self.bulk.ask(Op.NOTE)
        elif self.pages.currentIndex() or self.reading.look is None:
            self.giving.tell(plain("select_first"))
        else:
            self.panes.show_right()
            self.detail.write_note()

    @Slot()
    def escape(self) -> None:
        """Put away what voice asks; else back to the whole list."""
        if self.voice.awake:
            self._hush()
        else:
            self.clear()

    @Slot()
    def clear(self) -> None:
        """Back to the whole list of the view."""
        self.top.search.clear()
        self.head.clear()
        self.to_list()

    @Slot()
    def to_list(self) -> None:
        self.panes.show_left()
        (self.conflicts.list if self.pages.currentIndex() else self.list.table).setFocus()

    @Slot(str)
    def show_order(self, number: str) -> None:
        """Bring the order of this number onto the sheet, by searching for it among all."""
        self.show_view("all")
        self.clear()
        self.top.search.setText(number)

    @Slot(str)
    def _show_spoken(self, order_id: str) -> None:
        """Voice speaks of this order: its sheet is shown, its line chosen where the list has it on the screen."""
        if self.pages.currentIndex():
            self.show_view("all")
        self.panes.show_right()
        if not self.list.table.go_to_order(OrderId(order_id)):
            self.reading.choose(OrderId(order_id))

    @Slot()
    def _learn_list(self) -> None:
        self.walk.learn(self.orders.ids)
        if self.orders.loaded and not self._listed:
            self._listed = True
            self._read_numbers()
            self._context.bridge.run(Line.LOOK, self._context.bridge.desk.warm_lists, self._warm)

    @Slot(object)
    def _warm(self, _answer: object) -> None:
        self.warmed.emit()

    @Slot()
    def _decide_current(self) -> None:
        if self.reading.look is not None:
            self._decide(self.reading.look.seen.order.id)

    @Slot(str)
    def _decide(self, order_id: str) -> None:
        self.show_view("attention")
        self.conflicts.show_order(order_id)

    # -- telling

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.show_compact(compact=self.width() < self._context.look.theme.px(ROOMY))
        self.toasts.place()

    @Slot(object)
    def _tell(self, telling: Telling) -> None:
        self.toasts.left, self.toasts.bottom = self.rail.width() + 24, self.voice.height()
        self.toasts.tell(telling)
        self.in_question.show_sheet()

    # -- voice

    @Slot(bool)
    def _talk(self, held: bool) -> None:
        if self._context.bridge.voice is not None:
            self._context.bridge.voice.push_to_talk(held)

    @Slot(str)
    def _say(self, words: str) -> None:
        if self._context.bridge.voice is not None:
            self._context.bridge.voice.type_line(words)

    @Slot()
    def _hush(self) -> None:
        if self._context.bridge.voice is not None:
            self._context.bridge.voice.cancel()
