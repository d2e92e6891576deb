"""What can staff ask for? The command, its parts, and whether it is well formed."""

from enum import StrEnum
from typing import Literal

import msgspec

from sync.domain.exceptions import ExceptionId, Reason
from sync.domain.holds import HoldId
from sync.domain.order import CarrierId, CommandKey, OrderId, UserId, WarehouseId


class Op(StrEnum):
    INTERCEPT = "intercept"
    REASSIGN = "reassign"
    RELEASE = "release"
    CARRIER_INTERCEPT = "carrier_intercept"
    UNDO = "undo"
    CLAIM = "claim"
    UNCLAIM = "unclaim"
    ASSIGN = "assign"
    SNOOZE = "snooze"
    WAKE = "wake"
    NOTE = "note"
    DECIDE = "decide"


ORGANISING = frozenset({Op.CLAIM, Op.UNCLAIM, Op.ASSIGN, Op.SNOOZE, Op.WAKE, Op.NOTE, Op.DECIDE})
"""Verbs that say who looks after an order, when, and what was decided, and move nothing (``organise``)."""

NOTE_AT_MOST = 1000
"""Characters of a note."""

SNOOZE_AT_MOST_MS = 30 * 24 * 60 * 60 * 1000


class Outcome(StrEnum):
    """What an applied command did. The three outcomes of an intercept are never confused."""

    STOPPED = "stopped"
    REQUESTED = "requested"
    TOO_LATE = "too_late"
    REASSIGNED = "reassigned"
    RELEASED = "released"
    STILL_HELD = "still_held"
    RETURN_REQUESTED = "return_requested"
    UNDONE = "undone"
    CLAIMED = "claimed"
    UNCLAIMED = "unclaimed"
    ASSIGNED = "assigned"
    SNOOZED = "snoozed"
    AWAKE = "awake"
    NOTED = "noted"
    DECIDED = "decided"


class Decision(StrEnum):
    """What a person decided about a command that was not done."""

    KEPT = "kept"
    """Leave the order as it is."""
    RETRIED = "retried"
    """The same wish on the order as it is now."""
    ALTERNATIVE = "alternative"
    """What is still possible instead: a carrier intercept."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where an order is reassigned to: another warehouse or another carrier."""

    kind: Literal["warehouse", "carrier"]
    id: str

    @property
    def warehouse(self) -> WarehouseId | None:
        return WarehouseId(self.id) if self.kind == "warehouse" else None

    @property
    def carrier(self) -> CarrierId | None:
        return CarrierId(self.id) if self.kind == "carrier" else None


class Args(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a command needs besides the order: holds to lift, where to, which command to undo.

    Those that organise: ``person`` to assign to, ``instead_of`` whoever was seen to have the order, ``until`` (Unix ms)
    to snooze and the exceptions that were ``known`` then. The record of a decision: what was decided about the command
    ``decides``, and the command that it ``gives``, if any.
    """

    holds: tuple[HoldId, ...] = ()
    to: Target | None = None
    undo: CommandKey | None = None
    note: str = ""
    person: UserId | None = None
    instead_of: UserId | None = None
    until: int | None = None
    known: tuple[ExceptionId, ...] = ()
    decides: CommandKey | None = None
    decision: Decision | None = None
    gives: CommandKey | None = None


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """How a spoken command was heard: kept in the audit trail. ``noise_db`` is dBFS of the room before the words."""

    transcript: str
    alternatives: tuple[str, ...] = ()
    confidence: float | None = None
    noise_db: float | None = None
    language: str = ""
    grammar: str = ""
    model: str = ""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One wish of one person, safe to send twice: ``key`` is a UUIDv7, ``n`` counts per device.

    Exactly one of ``base`` (the version the person saw) and ``after`` (the command it follows) is given.
    ``issued_at`` is Unix ms UTC by the workstation's clock.
    """

    key: CommandKey
    device: str
    n: int
    order_id: OrderId
    op: Op
    issued_by: UserId
    issued_at: int
    reason: Reason | None = None
    args: Args = Args()
    base: int | None = None
    after: CommandKey | None = None
    heard: Heard | None = None


class Malformed(StrEnum):
    """Why a command cannot be understood at all."""

    BASE_OR_AFTER = "base_or_after"
    REASON_MISSING = "reason_missing"
    HOLDS_MISSING = "holds_missing"
    TARGET_MISSING = "target_missing"
    UNDO_MISSING = "undo_missing"
    PERSON_MISSING = "person_missing"
    UNTIL_WRONG = "until_wrong"
    NOTE_MISSING = "note_missing"
    NOTE_TOO_LONG = "note_too_long"
    DECISION_MISSING = "decision_missing"


def malformed(command: Command) -> Malformed | None:
    """The first thing that makes the command meaningless, whatever the order's state; None when well formed."""
    if (command.base is None) == (command.after is None):
        return Malformed.BASE_OR_AFTER
    missing = {
        Op.INTERCEPT: Malformed.REASON_MISSING if command.reason is None else None,
        Op.CARRIER_INTERCEPT: Malformed.REASON_MISSING if command.reason is None else None,
        Op.REASSIGN: Malformed.TARGET_MISSING if command.args.to is None else None,
        Op.RELEASE: Malformed.HOLDS_MISSING if not command.args.holds else None,
        Op.UNDO: Malformed.UNDO_MISSING if command.args.undo is None else None,
        Op.ASSIGN: Malformed.PERSON_MISSING if command.args.person is None else None,
        Op.SNOOZE: None if _is_ahead(command) else Malformed.UNTIL_WRONG,
        Op.NOTE: Malformed.NOTE_MISSING if not command.args.note.strip() else None,
        Op.DECIDE: None if command.args.decides and command.args.decision else Malformed.DECISION_MISSING,
    }
    too_long = Malformed.NOTE_TOO_LONG if len(command.args.note) > NOTE_AT_MOST else None
    return missing.get(command.op) or too_long


def _is_ahead(command: Command) -> bool:
    """Whether the time is after that of the command, by the same clock, and no longer than may be snoozed."""
    until = command.args.until
    return until is not None and 0 < until - command.issued_at <= SNOOZE_AT_MOST_MS
