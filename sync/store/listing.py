"""What can be asked of the list, and what does one row of it hold?"""

from array import array
from typing import Literal, NamedTuple

import msgspec

from sync.domain.exceptions import Node, Reason
from sync.domain.order import CarrierId, OrderId, Status, UserId, WarehouseId

View = Literal["stopped", "all", "attention", "pending"]
"""``stopped``: orders with an open exception or hold that are not snoozed; ``all``: every open order of the scope;
``attention``: orders with an unacknowledged conflict or rejection; ``pending``: orders with unsettled commands."""

Column = Literal[
    "due", "number", "customer", "city", "warehouse", "carrier", "status", "total", "raised", "claimed", "node"
]
Sort = tuple[Column, bool]
"""A column, and whether it rises."""

Due = Literal["", "overdue", "hour", "today"]
"""Overdue; due within the next hour; due before this day ends (what is overdue included)."""

Grouping = Literal["", "customer", "node"]

ME, NOBODY, SOMEBODY = "me", "nobody", "somebody"
"""Who has the order; any other word is the id of a person."""


class ListQuery(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One list: view, free text, filters, order and grouping. An empty filter lets all through; filters are ANDed.

    ``older_than`` is ms since the oldest open exception was raised; values are fen. ``snoozed``: of the view
    ``stopped`` those put away are left out unless ``shown`` or asked for alone. Groups come largest first.
    """

    view: View = "stopped"
    text: str = ""
    kinds: frozenset[Reason] = frozenset()
    warehouses: frozenset[WarehouseId] = frozenset()
    carriers: frozenset[CarrierId] = frozenset()
    statuses: frozenset[Status] = frozenset()
    nodes: frozenset[Node] = frozenset()
    claimed: str = ""
    due: Due = ""
    value_from: int | None = None
    value_to: int | None = None
    older_than: int | None = None
    snoozed: Literal["hidden", "shown", "only"] = "hidden"
    sort: Sort = ("due", True)
    then: tuple[Sort, ...] = ()
    group: Grouping = ""

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """All columns to sort by, the first one first."""
        return (self.sort, *self.then)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the view limits the list."""
        whole = ListQuery(view=self.view, sort=self.sort, then=self.then, group=self.group)
        return self != whole


class Moment(NamedTuple):
    """Who looks and when: what ``me``, ``overdue`` and ``today`` mean. Unix ms."""

    me: UserId | None = None
    now: int = 0
    day_ends: int = 0


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
    claimed_by: UserId | None = None
    snoozed_until: int | None = None
    notes: int = 0
    node: Node = Node("")


class Group(msgspec.Struct, frozen=True):
    """Orders of one customer or node; ``key`` is its name or id, empty where there is none."""

    key: str
    count: int


class Listing(NamedTuple):
    """Row ids of a list in its order; with groups, those of the first group first, and so on."""

    ids: "array[int]"
    groups: tuple[Group, ...] = ()


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers for the views and filter chips; ``kinds`` counts stopped orders per reason, ``mine`` what I claimed."""

    stopped: int
    all: int
    attention: int
    pending: int
    kinds: dict[Reason, int]
    mine: int = 0
    snoozed: int = 0
