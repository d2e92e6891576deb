"""What does a signed-in person work with? List, sheet, cases and voice bar, and how they hang together."""

from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.actions import Actions
from desktop.bridge import Line
from desktop.conflicts.presenter import case
from desktop.conflicts.view import ConflictsView
from desktop.connection.view import AdviceLine
from desktop.context import Context
from desktop.detail.presenter import sheet, timeline
from desktop.detail.view import DetailView
from desktop.exporting import Export
from desktop.giving import Giving
from desktop.notices.book import Telling
from desktop.notices.presenter import Offer
from desktop.notices.view import Toasts
from desktop.orders.chips import ChipBar
from desktop.orders.model import OrdersModel
from desktop.orders.presenter import chips
from desktop.orders.view import OrdersView
from desktop.rail.view import NOTHING, RailView
from desktop.reading import Look, Reading
from desktop.top_bar import TopBar
from desktop.voice_bar.view import VoiceBar
from desktop.walk import Walk
from sync.domain.exceptions import Reason
from sync.domain.order import OrderId
from sync.domain.permissions import User
from sync.errors import CentralUnreachable, SyncError
from sync.events import Connection
from sync.store.listing import Counts, ListQuery, View
from sync.store.outbox import Settled

REFRESH_MS = 60
"""Changes that come within this time are read together."""


@dataclass(frozen=True, slots=True)
class _Numbers:
    counts: Counts
    attention: tuple[Settled, ...]


class Workbench(QWidget):
    """The page after signing in."""

    sign_in_wanted = Signal()
    language_chosen = Signal(str)

    def __init__(self, context: Context, walk: Walk) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self._numbers = _Numbers(NOTHING, ())
        self._user: User | None = None
        self.orders = OrdersModel(context, self)
        self.reading = Reading(context, self)
        self.walk = walk
        self.giving = Giving(context, self)
        self.rail, self.top, self.chips = RailView(context), TopBar(context), ChipBar(context)
        self.list, self.detail = OrdersView(context, self.orders), DetailView(context)
        self.conflicts, self.advice, self.voice = ConflictsView(context), AdviceLine(context), VoiceBar(context)
        self._build()
        self.export = Export(context, self.orders, self)
        self.export.told.connect(self._tell)
        self.actions_ = Actions(context, self.giving, self)
        self.toasts = Toasts(context, self)
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(REFRESH_MS)
        self._refresh.timeout.connect(self.refresh)
        self._connect_parts()
        self._connect_bridge()
        context.follow(self)

    def _build(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(8)
        split.setChildrenCollapsible(False)
        px = self._context.look.theme.px
        self.list.setMinimumWidth(px(480))
        self.detail.setMinimumWidth(px(376))
        split.addWidget(self.list)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 2)
        split.setSizes([px(708), px(380)])
        self._split = split
        self._orders_page = QWidget()
        page = QVBoxLayout(self._orders_page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(8)
        page.addWidget(self.chips)
        page.addWidget(split, 1)
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
        self.top.searched.connect(self._search)
        self.top.left.connect(self._to_list)
        self.top.language_chosen.connect(self.language_chosen)
        self.top.sign_out_wanted.connect(self._sign_out)
        self.chips.kinds_chosen.connect(self._narrow)
        self.list.table.order_chosen.connect(self.reading.choose)
        self.list.table.stood.connect(self.walk.stand)
        self.orders.changed.connect(self._learn_list)
        self.walk.moved.connect(self.list.table.go_to_row)
        self.walk.shown.connect(self._show_spoken)
        self.list.table.opened.connect(self.detail.verbs.focus_first)
        self.reading.looked.connect(self._looked)
        self.reading.history_changed.connect(self._show_history)
        self.detail.verb_wanted.connect(self.actions_.want)
        self.detail.offer_taken.connect(self.actions_.take_offer)
        self.detail.decision_wanted.connect(self._decide_current)
        self.detail.history_wanted.connect(self.reading.fetch_history)
        self.giving.told.connect(self._tell)
        self.giving.decided.connect(self._decision_over)
        self.toasts.taken.connect(self.actions_.take_offer)
        self.actions_.decide_wanted.connect(self._decide)
        self.conflicts.decided.connect(self.giving.decide)
        self.conflicts.order_wanted.connect(self.show_order)
        self.advice.sign_in_wanted.connect(self.sign_in_wanted)

    def _connect_bridge(self) -> None:
        bridge = self._context.bridge
        bridge.orders_changed.connect(self._later)
        bridge.command_queued.connect(self._later)
        bridge.command_settled.connect(self._later)
        bridge.connection_changed.connect(self.show_connection)
        voice = bridge.voice
        if voice is not None:
            bridge.voice_changed.connect(self.voice.show_view)
            self.voice.talk.connect(self._talk)
            self.voice.said.connect(self._say)
            self.voice.stopped.connect(self._hush)
            self.voice.show_view(voice.view)

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
        self.orders.refresh()
        self.reading.refresh()
        self._context.bridge.run(Line.LOOK, lambda: _Numbers(desk.counts(), desk.attention()), self._count)
        self._context.bridge.run(Line.LOOK, desk.directory, self._context.voicing.learn)

    @Slot(object)
    def _count(self, numbers: _Numbers) -> None:
        self._numbers = numbers
        self.redraw()

    @Slot()
    def redraw(self) -> None:
        """Everything here that is made of words and numbers."""
        words, now = self._context.words, self._context.now()
        self.rail.show_counts(self._numbers.counts)
        self.chips.show_chips(chips(self._numbers.counts, self.orders.query.kinds, words))
        self.conflicts.show_cases(tuple(case(settled, words, now) for settled in self._numbers.attention))
        self._show_look()
        self._show_history()

    @Slot(object)
    def _looked(self, look: Look | None) -> None:
        self.actions_.look_at(look.seen if look else None, look.actions if look else ())
        self._show_look()

    def _show_look(self) -> None:
        look, words = self.reading.look, self._context.words
        if look is None:
            self.detail.show_sheet(None)
            return
        telling = self.giving.book.last(look.seen.order.id)
        notice = telling.say(words) if telling else None
        shown = sheet(look.seen, look.actions, words, self._context.now(), notice=notice, attention=look.attention)
        self.detail.show_sheet(shown)

    @Slot()
    def _show_history(self) -> None:
        history, trouble, words = self.reading.history, self.reading.trouble, self._context.words
        if history is not None:
            moments = timeline(history, words, self._context.now())
            self.detail.show_history(moments, "" if moments else words.text("history.empty"), again=False)
        elif isinstance(trouble, CentralUnreachable):
            self.detail.show_history((), words.text("history.offline"), again=True)
        elif trouble is not None:
            key = trouble.key if isinstance(trouble, SyncError) else "unknown"
            why = words.text(f"error.{key}.title")
            self.detail.show_history((), words.text("history.failed", why=why), again=True)
        else:
            self.detail.show_history((), words.text("history.loading"), again=False)

    # -- who and how connected

    def show_user(self, user: User) -> None:
        """Someone is at the desk: nothing of another one before stays."""
        if user != self._user:
            self._user = user
            self.toasts.clear()
            self.giving.book.clear()
            self.orders.forget()
            self.show_view("stopped")
        self._context.voicing.meet(user)
        self.top.show_user(user)
        self.show_connection(self._context.bridge.desk.connection)
        self.refresh()
        self._to_list()

    @Slot(object)
    def show_connection(self, connection: Connection) -> None:
        self.top.pill.show_connection(connection)
        self.advice.show_connection(connection)
        self.list.show_link(connection.link)
        self._later()

    @Slot()
    def _sign_out(self) -> None:
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
        if view == "attention":
            self.toasts.drop(Offer.DECIDE)
            self.conflicts.list.setFocus()
        else:
            self._ask(view=view)

    def _ask(
        self, *, view: View | None = None, text: str | None = None, kinds: frozenset[Reason] | None = None
    ) -> None:
        """The same list but for what is given."""
        query = self.orders.query
        asked = ListQuery(
            view=query.view if view is None else view,
            text=query.text if text is None else text,
            kinds=query.kinds if kinds is None else kinds,
            warehouses=query.warehouses,
            sort=query.sort,
        )
        self.orders.ask(asked)

    @Slot(str)
    def _search(self, words: str) -> None:
        if self.pages.currentIndex():
            self.show_view("all")
        self._ask(text=words.strip())

    @Slot(object)
    def _narrow(self, kinds: frozenset[Reason]) -> None:
        self._ask(kinds=kinds)
        self.redraw()

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
        self._narrow(frozenset())
        self._to_list()

    @Slot()
    def _to_list(self) -> None:
        (self.conflicts.list if self.pages.currentIndex() else self.list.table).setFocus()

    @Slot(str)
    def show_order(self, number: str) -> None:
        """Bring the order of this number onto the sheet, by searching for it among all."""
        self.show_view("all")
        self._narrow(frozenset())
        self.top.search.setText(number)
        self._to_list()

    @Slot(str)
    def _show_spoken(self, order_id: str) -> None:
        """Voice speaks of this order: its sheet is shown, its line chosen where the list has it on the screen."""
        if self.pages.currentIndex():
            self.show_view("all")
        if not self.list.table.go_to_order(OrderId(order_id)):
            self.reading.choose(OrderId(order_id))

    @Slot()
    def _learn_list(self) -> None:
        self.walk.learn(self.orders.ids)

    @Slot()
    def _decide_current(self) -> None:
        if self.reading.look is not None:
            self._decide(self.reading.look.seen.order.id)

    @Slot(str)
    def _decide(self, order_id: str) -> None:
        self.show_view("attention")
        self.conflicts.show_order(order_id)

    @Slot()
    def _decision_over(self) -> None:
        self.conflicts.settle()
        self._later()

    # -- telling

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.toasts.place()

    @Slot(object)
    def _tell(self, telling: Telling) -> None:
        self.toasts.left, self.toasts.bottom = self.rail.width() + 24, self.voice.height()
        self.toasts.tell(telling)
        self._show_look()

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
