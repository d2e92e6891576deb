"""How many orders of each kind has the list? Counted for the list as it is narrowed otherwise, on a worker."""

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.bridge import Line
from desktop.context import Context
from desktop.orders.model import OrdersModel
from sync.domain.exceptions import Reason
from sync.store.listing import ListQuery

COUNT_MS = 250
"""Changes that come within this time are counted together."""


class KindCounts(QObject):
    """``changed`` says that ``counted`` is new: numbers by kind; None: those of all stopped orders will do."""

    changed = Signal()

    def __init__(self, context: Context, orders: OrdersModel, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._orders = orders
        self._base = ListQuery()
        self.counted: dict[Reason, int] | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(COUNT_MS)
        self._soon.timeout.connect(self._count)
        orders.asked.connect(self._follow)
        context.bridge.orders_changed.connect(self._later)

    @Slot()
    def _follow(self) -> None:
        """Another list is shown; what was typed and which kinds are chosen make no other base."""
        base = base_of(self._orders.query)
        if base != self._base:
            self._base = base
            self._count()

    @Slot()
    def _later(self) -> None:
        if self._base != ListQuery() and not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _count(self) -> None:
        if self._base == ListQuery():
            self.counted = None
            self.changed.emit()
        elif self._context.bridge.desk.user is not None:
            base, desk = self._base, self._context.bridge.desk
            asked = [msgspec.structs.replace(base, kinds=frozenset({kind})) for kind in Reason]
            self._context.bridge.run(Line.LOOK, lambda: (base, desk.view_counts(asked)), self._take)

    @Slot(object)
    def _take(self, answer: tuple[ListQuery, tuple[int, ...]]) -> None:
        if answer[0] == self._base:
            self.counted = dict(zip(Reason, answer[1], strict=True))
            self.changed.emit()


def base_of(query: ListQuery) -> ListQuery:
    """The list but for kinds, words, order and groups: of these orders each kind is counted."""
    plain = ListQuery()
    return msgspec.structs.replace(
        query, kinds=plain.kinds, text=plain.text, sort=plain.sort, then=plain.then, group=plain.group
    )
