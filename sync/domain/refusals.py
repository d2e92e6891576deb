"""Why can a command not be done, and what is it called when it can?"""

from enum import StrEnum

import msgspec

from sync.domain.commands import Outcome
from sync.domain.order import Order


class Refusal(StrEnum):
    """Why a command cannot be done on the order as it is."""

    CLOSED = "closed"
    ALREADY_HELD = "already_held"
    HOLD_GONE = "hold_gone"
    HANDED_OVER = "handed_over"
    NOT_HANDED_OVER = "not_handed_over"
    ALREADY_REQUESTED = "already_requested"
    UNDER_WAY = "under_way"
    SAME_PLACE = "same_place"
    NOTHING_TO_UNDO = "nothing_to_undo"
    UNDO_EXPIRED = "undo_expired"
    NOT_YOURS_TO_UNDO = "not_yours_to_undo"
    NOT_PERMITTED = "not_permitted"
    OTHER_WAREHOUSE = "other_warehouse"
    NO_SUCH_TARGET = "no_such_target"
    TARGET_NOT_POSSIBLE = "target_not_possible"
    CLAIMED_BY_OTHER = "claimed_by_other"
    ALREADY_YOURS = "already_yours"
    NOT_CLAIMED = "not_claimed"
    NEW_EXCEPTION = "new_exception"
    NOT_SNOOZED = "not_snoozed"
    NO_SUCH_PERSON = "no_such_person"
    NOT_OFFERED = "not_offered"


class Applied(msgspec.Struct, frozen=True):
    """The order as it is after the command (its version untouched: the central counts), and what that means."""

    order: Order
    outcome: Outcome
