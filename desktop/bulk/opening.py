"""When does a person ask the same of many orders? From the list: of the marked ones, or of all that it shows."""

from array import array

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.bridge import Line
from desktop.bulk.marks import Marks
from desktop.bulk.run import Run
from desktop.bulk.view import BulkDialog, Scope
from desktop.context import Context
from desktop.giving import Giving, plain
from desktop.orders.model import OrdersModel
from desktop.orders.view import OrdersView
from sync.domain.commands import Op

MOST = 5_000
"""More orders than these are not looked through by anybody: the list has to be narrowed."""


class Bulk(QObject):
    """``opened`` carries the dialog."""

    opened = Signal(object)

    def __init__(
        self, context: Context, giving: Giving, orders: OrdersModel, view: OrdersView, window: QWidget
    ) -> None:
        super().__init__(window)
        self._context = context
        self._giving = giving
        self._orders = orders
        self._window = window
        self.marks = Marks(orders, view.table)
        self.marks.changed.connect(view.show_marked)
        view.bulk_wanted.connect(self.ask)
        self._verb: Op | None = None
        self.dialog: BulkDialog | None = None
        """The dialog that is open now."""

    @Slot()
    def ask(self, verb: Op | None = None) -> None:
        """Open it, with the ids of the whole list as it is now; with this verb chosen already."""
        desk, query = self._context.bridge.desk, self._orders.query
        self._verb = verb
        if self.dialog is None:
            self._context.bridge.run(Line.LOOK, lambda: desk.ids(query), self._open, self._giving.fail)

    @Slot(object)
    def _open(self, ids: "array[int]") -> None:
        user, marked = self._context.bridge.desk.user, self.marks.rowids
        if user is None or self.dialog is not None:
            return
        if not ids and not marked:
            self._giving.tell(plain("select_first"))
            return
        run = Run(self._context, self._giving)
        self.dialog = BulkDialog(self._context, run, Scope(marked[:MOST], ids[:MOST], len(ids)), user, self._window)
        self.dialog.finished.connect(self._closed)
        self.dialog.open()
        if self._verb is not None:
            self.dialog.choose(self._verb)
        self.opened.emit(self.dialog)

    @Slot()
    def _closed(self) -> None:
        self.dialog = None
        self.marks.clear()
