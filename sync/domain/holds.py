"""What is a hold? A stop placed on an order; the order moves only when none is left."""

from typing import NewType

import msgspec

from sync.domain.exceptions import ExceptionId, Reason

HoldId = NewType("HoldId", str)


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """One stop. ``placed_by`` is a user id or ``central``; ``placed_at`` is Unix ms, UTC."""

    id: HoldId
    reason: Reason
    placed_by: str
    placed_at: int
    exception: ExceptionId | None = None
    note: str = ""
