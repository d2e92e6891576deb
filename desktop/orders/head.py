"""What stands above the list? Views, kinds and filters, each with its numbers, and what of them is kept."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.bridge import Line
from desktop.context import Context
from desktop.notices import presenter as notices
from desktop.notices.book import Telling
from desktop.notices.messaging import MessageDialog, arrived
from desktop.orders import filters
from desktop.orders.arranging import Arrangement
from desktop.orders.bars import FilterBar, ViewsBar
from desktop.orders.chips import ChipBar
from desktop.orders.keeping import KeptViews
from desktop.orders.model import OrdersModel
from desktop.orders.presenter import chips
from desktop.orders.row_menu import RowMenu
from desktop.orders.view import OrdersView
from desktop.words import Words
from sync.domain.order import OrderId
from sync.domain.permissions import Role
from sync.events import Event, MessageArrived, OrdersWoke, ViewsChanged
from sync.store.listing import Counts, ListQuery


class ListHead(QWidget):
    """The bars above the list. ``view_shown`` names the view of a list that was chosen; ``told`` carries Tellings."""

    view_shown = Signal(str)
    told = Signal(object)

    def __init__(self, context: Context, orders: OrdersModel, view: OrdersView) -> None:
        super().__init__()
        self._context = context
        self._orders = orders
        self._view = view
        self._counts: Counts | None = None
        self.kept = KeptViews(context, self)
        self.views = ViewsBar(context, orders, self.kept)
        self.chips = ChipBar(context)
        self.filters = FilterBar(context, orders)
        view.put_beside(self.filters.open)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for bar in (self.views, self.chips, self.filters):
            column.addWidget(bar)
        self.kept.came.connect(self._restore)
        self.kept.failed.connect(self._fail)
        self.views.chosen.connect(self.show_list)
        view.arrange.arranged.connect(self._leave)
        self.row_menu = RowMenu(context, view)
        view.table.menu_wanted.connect(self.row_menu.open)
        view.arrange.message_wanted.connect(self.write_message)
        orders.asked.connect(self._leave)
        orders.asked.connect(self.redraw)
        context.bridge.told.connect(self._hear)

    def show_counts(self, counts: Counts) -> None:
        self._counts = counts
        self.redraw()

    @Slot()
    def redraw(self) -> None:
        if self._counts is not None:
            self.chips.show_chips(chips(self._counts, self._orders.query.kinds, self._context.words))

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
    def _restore(self, query: ListQuery, arrangement: Arrangement) -> None:
        self._view.show_arrangement(arrangement)
        self.show_list(query)

    @Slot()
    def _leave(self) -> None:
        self.kept.leave(self._orders.query, self._view.arrange.arrangement)

    # -- what is told

    @Slot()
    def write_message(self) -> None:
        """A supervisor tells colleagues something."""
        user = self._context.bridge.desk.user
        if user is not None and user.role is Role.SUPERVISOR:
            dialog = MessageDialog(self._context, user, self.window())
            dialog.told.connect(self._tell)
            dialog.open()

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
