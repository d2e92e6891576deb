"""What is an order? The frozen value that the central stores, the feed carries and the screen shows."""

from enum import StrEnum
from typing import NewType

import msgspec

from sync.domain.exceptions import ExceptionId, OrderException
from sync.domain.holds import Hold

OrderId = NewType("OrderId", str)
WarehouseId = NewType("WarehouseId", str)
CarrierId = NewType("CarrierId", str)
CommandKey = NewType("CommandKey", str)
UserId = NewType("UserId", str)


class Status(StrEnum):
    """How far the order has come; a hold does not change it, it keeps it from changing."""

    WAITING = "waiting"
    PICKING = "picking"
    PACKING = "packing"
    PACKED = "packed"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"


ON_THE_FLOOR = frozenset({Status.PICKING, Status.PACKING, Status.PACKED})
"""Work is under way: an intercept can only ask someone to pull the tote."""


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """Who buys. ``company`` is shown to all; contact, phone and street are personal and masked by role."""

    company: str
    contact: str
    phone: str
    province: str
    city: str
    district: str
    street: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One article of an order. ``price`` is fen (1/100 CNY) per piece."""

    sku: str
    name: str
    quantity: int
    price: int


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where the goods are now: warehouse zone, tote and bench; empty strings where not known."""

    zone: str = ""
    tote: str = ""
    bench: str = ""


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """What the last command changed, as it was before: all that an undo needs."""

    key: CommandKey
    op: str
    by: UserId
    at: int
    holds: tuple[Hold, ...] = ()
    resolved: tuple[ExceptionId, ...] = ()
    warehouse: WarehouseId | None = None
    carrier: CarrierId | None = None
    waybill: str | None = None
    return_requested: bool = False


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks after the order; ``given_by`` whoever assigned it, None when it was taken."""

    by: UserId
    at: int
    given_by: UserId | None = None


class Snooze(msgspec.Struct, frozen=True, kw_only=True):
    """Put away until then (Unix ms); whoever acts on the order, or a new exception, ends it."""

    until: int
    by: UserId
    at: int


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What a colleague wrote down about the order; ``id`` is the key of the command."""

    id: CommandKey
    by: UserId
    at: int
    text: str


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file that the central keeps for the order; ``size`` in bytes. Never opened by itself."""

    id: str
    name: str
    media_type: str
    size: int


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One customer order. Money is fen, times are Unix ms UTC; ``version`` rises by one with every change.

    ``since`` is the first version from which on only work was organised; 0 where this version changed more than that.
    """

    id: OrderId
    number: str
    version: int
    warehouse: WarehouseId
    status: Status
    customer: Customer
    lines: tuple[Line, ...]
    total: int
    carrier: CarrierId | None
    waybill: str | None
    due_at: int
    created_at: int
    updated_at: int
    exceptions: tuple[OrderException, ...] = ()
    holds: tuple[Hold, ...] = ()
    place: Place = Place()
    return_requested: bool = False
    before: Before | None = None
    claim: Claim | None = None
    snooze: Snooze | None = None
    notes: tuple[Note, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    since: int = 0

    @property
    def same_since(self) -> int:
        """The first version that is like this one in all that a command could depend on."""
        return self.since or self.version

    @property
    def tail(self) -> str:
        """The last four digits of the number: what people say."""
        return self.number[-4:]

    @property
    def open_exceptions(self) -> tuple[OrderException, ...]:
        return tuple(e for e in self.exceptions if e.is_open)

    @property
    def is_held(self) -> bool:
        return bool(self.holds)
