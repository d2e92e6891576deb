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


class OrderException(msgspec.Struct, frozen=True, kw_only=True):
    """One cause that stops an order. ``detail`` is free text of the source, in its language. Times are Unix ms, UTC."""

    id: ExceptionId
    kind: Reason
    node: Node
    raised_at: int
    detail: str = ""
    resolved_at: int | None = None

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None
