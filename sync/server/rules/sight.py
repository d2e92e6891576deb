"""Who sees an order, who still reaches it, and what of what was written about it may they read?"""

import msgspec

from sync.domain.apply import UNDO_WINDOW_MS
from sync.domain.commands import Command, Heard, Op
from sync.domain.masking import mask, strike
from sync.domain.order import Customer, Order
from sync.domain.permissions import Role, User
from sync.wire.messages import HistoryEntry, Result


def visible(user: User, order: Order | None) -> Order | None:
    """The order if it is one of the user's; to others it does not exist."""
    return order if order is not None and order.warehouse in user.warehouses else None


def moved_away_by(user: User, command: Command, order: Order | None) -> bool:
    """Whether this would take back the person's own move, by which the order left the person's sight."""
    last = None if order is None else order.before
    if command.op is not Op.UNDO or last is None:
        return False
    return last.key == command.args.undo and last.by == user.id and last.warehouse in user.warehouses


def reached(user: User, command: Command, order: Order | None, at: int) -> Order | None:
    """The order that this command may be about: one that is seen, or that the person's own move has just taken away and
    that is to come back. Nothing else of it is told, and that not for longer than a move can be taken back.
    """
    seen = visible(user, order)
    if seen is not None or order is None or order.before is None or not moved_away_by(user, command, order):
        return seen
    return order if at - order.before.at <= UNDO_WINDOW_MS else None


def readable(entry: HistoryEntry, customer: Customer, role: Role) -> HistoryEntry:
    """A line of the trail as this role may read it: words that were typed or spoken may name the customer."""
    detail = strike(entry.detail, customer, role)
    return msgspec.structs.replace(entry, detail=detail, heard=entry.heard and _said(entry.heard, customer, role))


def _said(heard: Heard, customer: Customer, role: Role) -> Heard:
    others = tuple(strike(words, customer, role) for words in heard.alternatives)
    return msgspec.structs.replace(heard, transcript=strike(heard.transcript, customer, role), alternatives=others)


def told_again(result: Result, user: User) -> Result:
    """A kept result for whoever asks now: the role may be a lesser one than when it was given."""
    order = result.order
    if order is None:
        return result
    since = tuple(readable(entry, order.customer, user.role) for entry in result.since)
    return msgspec.structs.replace(result, order=mask(order, user.role), since=since)
