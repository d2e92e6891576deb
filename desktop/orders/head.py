"""What stands above the list? Kinds and filters, each with its numbers; and which view it shows and keeps."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.bridge import Line
from desktop.context import Context
from desktop.messages.inbox import arrived
from desktop.notices import presenter as notices
from desktop.notices.book import Telling
from desktop.orders import filters
from desktop.orders.arranging import Arrangement
from desktop.orders.bars import FilterBar
from desktop.orders.chips import ChipBar
from desktop.orders.keeping import KeptViews
from desktop.orders.kinds import KindCounts
from desktop.orders.model import OrdersModel
from desktop.orders.presenter import chips
from desktop.orders.row_menu import RowMenu
from desktop.orders.view import OrdersView
from desktop.orders.views import OwnView, ViewChip, same_list
from desktop.rail.saved import SavedViews, plain
from desktop.words import Words
from sync.domain.order import OrderId
from sync.events import Event, MessageArrived, OrdersWoke, ViewsChanged
from sync.store.listing import Counts, ListQuery


class ListHead(QWidget):
    """The bars above the list. ``view_shown`` names the view of a list that was chosen; ``told`` carries Tellings.

    ``views`` belong into the rail: whoever has one puts them there.
    """

    view_shown = Signal(str)
    density_wanted = Signal(str)
    told = Signal(object)

    def __init__(self, context: Context, orders: OrdersModel, view: OrdersView) -> None:
        super().__init__()
        self._context = context
        self._orders = orders
        self._view = view
        self._counts: Counts | None = None
        self.kept = KeptViews(context, self)
        self._usual: tuple[Arrangement, str] | None = None
        self._in: OwnView | None = None
        self.views = SavedViews(context, orders, self.kept)
        self.chips = ChipBar(context)
        self._kinds = KindCounts(context, orders, self)
        self._kinds.changed.connect(self.redraw)
        self.filters = FilterBar(context, orders)
        view.put_beside(self.filters.open)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for bar in (self.chips, self.filters):
            column.addWidget(bar)
        self.kept.came.connect(self._restore)
        self.kept.failed.connect(self._fail)
        self.views.chosen.connect(self.show_view)
        self.views.keep_wanted.connect(self._keep_view)
        self.views.renew_wanted.connect(self._renew_view)
        view.arrange.arranged.connect(self._leave)
        self.row_menu = RowMenu(context, view)
        view.table.menu_wanted.connect(self.row_menu.open)
        self.row_menu.told.connect(self.told)
        orders.asked.connect(self._leave)
        orders.asked.connect(self.redraw)
        context.bridge.told.connect(self._hear)

    def order_tabs(self) -> None:
        """Tab goes as one reads; to be said once all of it stands in its window."""
        self._view.order_tabs(self.filters.open)

    def show_counts(self, counts: Counts) -> None:
        self._counts = counts
        self.redraw()

    @Slot()
    def redraw(self) -> None:
        if self._counts is not None:
            counted = self._counts.kinds if self._kinds.counted is None else self._kinds.counted
            self.chips.show_chips(chips(counted, self._orders.query.kinds, self._context.words))

    def meet(self) -> None:
        """Somebody signed in: the list will be as that person left it."""
        self.kept.meet()
        self._orders.ask(ListQuery())

    @Slot(object)
    def show_list(self, query: ListQuery) -> None:
        self.view_shown.emit(query.view)
        self._orders.ask(query)

    @Slot()
    def clear(self) -> None:
        """Back to the whole list of the view."""
        self._orders.ask(filters.whole(self._orders.query))

    @Slot(object, object)
    def _restore(self, query: ListQuery, view: OwnView | None) -> None:
        self._view.show_arrangement(self.kept.arrangement)
        self._in = self._usual = None
        if view is not None:
            self._look_like(view)
        self.show_list(query)

    # -- views, which look as they were kept

    @Slot(object)
    def show_view(self, chip: ViewChip) -> None:
        """A saved view was chosen: the list, and its columns and row height where it has them."""
        view = self.kept.find(chip.id)
        if view is not None:
            self._look_like(view)
        self.show_list(chip.query)

    def _look_like(self, view: OwnView) -> None:
        if self._usual is None:
            self._usual = (self._view.arrange.arrangement, self._context.look.density)
        self._in = view
        if view.columns:
            self._view.show_arrangement(Arrangement(columns=view.columns))
        if view.density:
            self.density_wanted.emit(view.density)

    def _come_out(self) -> None:
        """The list is no longer the saved view's: it looks again as it did before."""
        usual, self._usual, self._in = self._usual, None, None
        if usual is not None:
            self._view.show_arrangement(usual[0])
            self.density_wanted.emit(usual[1])

    @Slot(str)
    def _keep_view(self, name: str) -> None:
        usual = (self._view.arrange.arrangement, self._context.look.density)
        view = self.kept.add(name, plain(self._orders.query), *usual)
        self._usual = self._usual or usual
        self._in = view

    @Slot(object)
    def _renew_view(self, view: OwnView) -> None:
        arrangement, density = self._view.arrange.arrangement, self._context.look.density
        self.kept.renew(view, plain(self._orders.query), arrangement, density)

    @Slot()
    def _leave(self) -> None:
        if self._in is not None and not same_list(plain(self._orders.query), self._in.query):
            self._come_out()
        shown = self._view.arrange.arrangement
        if self._in is None or self._usual is None:
            self.kept.leave(self._orders.query, shown)
        else:
            self.kept.leave(self._orders.query, self._usual[0], self._in.id)

    # -- what is told

    @Slot(object)
    def _hear(self, event: Event) -> None:
        if isinstance(event, MessageArrived):
            self._tell(arrived(event.message))
        elif isinstance(event, ViewsChanged):
            self.kept.refresh()
        elif isinstance(event, OrdersWoke):
            desk, ids = self._context.bridge.desk, event.ids
            self._context.bridge.run(Line.LOOK, lambda: _woken(ids, desk.order(ids[0])), self._tell)

    @Slot(object)
    def _tell(self, telling: Telling) -> None:
        self.told.emit(telling)

    @Slot(object)
    def _fail(self, _error: Exception) -> None:
        def say(words: Words) -> notices.Notice:
            return notices.failed(words.text("views.share_failed"), words.text("views.gone"))

        self._tell(Telling(None, None, say))


def _woken(ids: tuple[OrderId, ...], first: object) -> Telling:
    """That snoozed orders are back: one by its tail, several by their number."""
    tail = getattr(getattr(first, "order", None), "tail", "")

    def say(words: Words) -> notices.Notice:
        return notices.plain(words.translator.count("woke", len(ids), tail=tail), words.text("woke.body"))

    return Telling(None, ids[0] if len(ids) == 1 else None, say)
