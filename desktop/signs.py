"""Which sign stands for what? Icon and tone of every state, so that no colour ever speaks alone.

Icon names are those of the Phosphor set. A tone is a meaning, not a colour: the theme decides how it looks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sync.domain.commands import Op, Outcome
from sync.domain.exceptions import Reason
from sync.domain.order import Status
from sync.events import Link

Tone = Literal["neutral", "info", "ok", "warn", "danger"]


@dataclass(frozen=True, slots=True)
class Sign:
    icon: str
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Badge:
    """A sign with its word; ``title`` is the longer wording, for a tooltip and for screen readers."""

    icon: str
    label: str
    tone: Tone = "neutral"
    title: str = ""


REASONS: Mapping[Reason, Sign] = {
    Reason.BAD_ADDRESS: Sign("map-pin"),
    Reason.STOCK_OUT: Sign("package"),
    Reason.DUPLICATE: Sign("copy"),
    Reason.PAYMENT_CHECK: Sign("credit-card"),
    Reason.PRICE_CHECK: Sign("currency-cny"),
    Reason.WAYBILL_REFUSED: Sign("truck"),
    Reason.CUSTOMER_CHANGE: Sign("pencil-simple"),
    Reason.CUSTOMER_CANCEL: Sign("x-circle"),
    Reason.DAMAGED: Sign("link-break"),
    Reason.FRAUD: Sign("shield-warning"),
    Reason.URGENT: Sign("lightning"),
    Reason.OTHER: Sign("dots-three"),
}

STATUSES: Mapping[Status, Sign] = {
    Status.WAITING: Sign("circle-dashed"),
    Status.PICKING: Sign("shopping-cart", "info"),
    Status.PACKING: Sign("package", "info"),
    Status.PACKED: Sign("archive-box", "info"),
    Status.HANDED_OVER: Sign("truck", "ok"),
    Status.CLOSED: Sign("check-circle"),
}

OPS: Mapping[Op, Sign] = {
    Op.INTERCEPT: Sign("hand-palm", "danger"),
    Op.REASSIGN: Sign("swap", "info"),
    Op.RELEASE: Sign("lock-simple-open", "ok"),
    Op.CARRIER_INTERCEPT: Sign("arrow-bend-up-left", "warn"),
    Op.UNDO: Sign("arrow-counter-clockwise"),
    Op.CLAIM: Sign("hand", "info"),
    Op.UNCLAIM: Sign("user-minus"),
    Op.ASSIGN: Sign("user-plus", "info"),
    Op.SNOOZE: Sign("alarm"),
    Op.WAKE: Sign("bell-ringing"),
    Op.NOTE: Sign("note-pencil"),
    Op.DECIDE: Sign("scales"),
}

OUTCOMES: Mapping[Outcome, Sign] = {
    Outcome.STOPPED: Sign("hand-palm", "ok"),
    Outcome.REQUESTED: Sign("hand-pointing", "warn"),
    Outcome.TOO_LATE: Sign("truck", "danger"),
    Outcome.REASSIGNED: Sign("swap", "ok"),
    Outcome.RELEASED: Sign("lock-simple-open", "ok"),
    Outcome.STILL_HELD: Sign("lock", "warn"),
    Outcome.RETURN_REQUESTED: Sign("arrow-bend-up-left", "info"),
    Outcome.UNDONE: Sign("arrow-counter-clockwise", "info"),
    Outcome.CLAIMED: Sign("hand", "ok"),
    Outcome.UNCLAIMED: Sign("user-minus", "info"),
    Outcome.ASSIGNED: Sign("user-plus", "ok"),
    Outcome.SNOOZED: Sign("alarm", "info"),
    Outcome.AWAKE: Sign("bell-ringing", "info"),
    Outcome.NOTED: Sign("note-pencil", "ok"),
    Outcome.DECIDED: Sign("scales", "ok"),
}

LINKS: Mapping[Link, Sign] = {
    Link.SIGNED_OUT: Sign("user", "neutral"),
    Link.CONNECTING: Sign("cloud-arrow-up", "info"),
    Link.ONLINE: Sign("cloud-check", "ok"),
    Link.STUMBLING: Sign("cloud-lightning", "warn"),
    Link.PULLING: Sign("cloud-arrow-down", "info"),
    Link.OFFLINE: Sign("cloud-slash", "warn"),
    Link.SIGN_IN_AGAIN: Sign("lock-key", "warn"),
    Link.WORKSTATION_REVOKED: Sign("lock-key", "danger"),
    Link.CLIENT_TOO_OLD: Sign("warning-octagon", "danger"),
    Link.STORE_FULL: Sign("warning-octagon", "danger"),
}

VIEWS: Mapping[str, str] = {
    "stopped": "hand-palm",
    "all": "stack",
    "attention": "scales",
    "pending": "paper-plane-tilt",
}
