"""What stops an order? The reasons, and the exception that carries one of them."""

from enum import StrEnum
from typing import NewType

import msgspec

ExceptionId = NewType("ExceptionId", str)
Node = NewType("Node", str)
"""Where an exception was raised, e.g. ``carrier:alpha``, ``warehouse:W-EAST``, ``payment``."""


class Reason(StrEnum):
    """Why an order is stopped; shared by exceptions, holds and commands."""

    BAD_ADDRESS = "bad_address"
    STOCK_OUT = "stock_out"
    DUPLICATE = "duplicate"
    PAYMENT_CHECK = "payment_check"
    PRICE_CHECK = "price_check"
    WAYBILL_REFUSED = "waybill_refused"
    CUSTOMER_CHANGE = "customer_change"
    CUSTOMER_CANCEL = "customer_cancel"
    DAMAGED = "damaged"
    FRAUD = "fraud"
    URGENT = "urgent"
    OTHER = "other"


EXCEPTION_KINDS: tuple[Reason, ...] = (
    Reason.BAD_ADDRESS,
    Reason.STOCK_OUT,
    Reason.DUPLICATE,
    Reason.PAYMENT_CHECK,
    Reason.PRICE_CHECK,
    Reason.WAYBILL_REFUSED,
    Reason.CUSTOMER_CHANGE,
    Reason.CUSTOMER_CANCEL,
)
"""The reasons that the central raises by itself; the others are given only by people."""


class WantedAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where the customer wants the goods instead."""

    contact: str
    phone: str
    province: str
    city: str
    district: str
    street: str


class WantedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One article as the customer wants it; ``price`` is fen per piece."""

    sku: str
    name: str
    quantity: int
    price: int


class WantedChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer asks to change: another address, all articles as they should be, or everything cancelled."""

    address: WantedAddress | None = None
    lines: tuple[WantedLine, ...] | None = None
    cancel: bool = False


class OrderException(msgspec.Struct, frozen=True, kw_only=True):
    """One cause that stops an order. ``detail`` is free text of the source, in its language. Times are Unix ms, UTC."""

    id: ExceptionId
    kind: Reason
    node: Node
    raised_at: int
    detail: str = ""
    resolved_at: int | None = None
    change: WantedChange | None = None

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None
