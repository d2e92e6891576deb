"""What can be asked of the list, and what does one row of it hold?"""

from typing import Literal

import msgspec

from sync.domain.exceptions import Reason
from sync.domain.order import CarrierId, OrderId, Status, WarehouseId

View = Literal["stopped", "all", "attention", "pending"]
"""``stopped``: orders with an open exception or hold; ``all``: every open order of the scope; ``attention``: orders
with an unacknowledged conflict or rejection; ``pending``: orders with unsettled commands."""

Column = Literal["due", "number", "customer", "city", "warehouse", "carrier", "status", "total", "raised"]


class ListQuery(msgspec.Struct, frozen=True, kw_only=True):
    """One list: view, free text, filters and order. ``sort`` is (column, ascending)."""

    view: View = "stopped"
    text: str = ""
    kinds: frozenset[Reason] = frozenset()
    warehouses: frozenset[WarehouseId] = frozenset()
    sort: tuple[Column, bool] = ("due", True)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list: the projected order in short. ``raised_at`` is the oldest open exception, ms, or None."""

    rowid: int
    id: OrderId
    number: str
    customer: str
    city: str
    warehouse: WarehouseId
    carrier: CarrierId | None
    status: Status
    due_at: int
    total: int
    kinds: tuple[Reason, ...]
    holds: int
    pending: int
    raised_at: int | None
    attention: bool
    version: int


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers for the views and filter chips; ``kinds`` counts stopped orders per reason."""

    stopped: int
    all: int
    attention: int
    pending: int
    kinds: dict[Reason, int]
