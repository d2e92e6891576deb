"""Who looks after an order, when, what was noted and decided? Commands that organise work and move nothing.

Such a command relies on no version: it names what it relies on (who had the order, which exceptions were known), so
that nobody's note or claim stands in the way of an intercept, nor an intercept in the way of a note.
"""

from collections.abc import Callable

import msgspec

from sync.domain.commands import ORGANISING, Args, Command, Decision, Op, Outcome
from sync.domain.order import Claim, CommandKey, Note, Order, Snooze, UserId
from sync.domain.refusals import Applied, Refusal

NOTES_KEPT = 20
"""So many of the newest notes travel with the order; the audit trail has all."""

MEANWHILE = frozenset({Refusal.CLAIMED_BY_OTHER, Refusal.NEW_EXCEPTION})
"""Refusals by what others did: a conflict for whoever could not have seen it."""

_OUTCOMES = frozenset(
    {Outcome.CLAIMED, Outcome.UNCLAIMED, Outcome.ASSIGNED, Outcome.SNOOZED, Outcome.AWAKE, Outcome.NOTED}
    | {Outcome.DECIDED}
)


def organised(outcome: Outcome | None) -> bool:
    """Whether this is the outcome of a command that organises: it vouches for nothing that the order was like."""
    return outcome in _OUTCOMES


# -- what each needs, from the order as the person saw it


def claim_args(_order: Order) -> Args:
    return Args()


def unclaim_args(order: Order) -> Args:
    return Args(instead_of=holder(order))


def assign_args(order: Order, person: UserId) -> Args:
    return Args(person=person, instead_of=holder(order))


def snooze_args(order: Order, until: int) -> Args:
    """``until`` is Unix ms, UTC."""
    return Args(until=until, known=tuple(e.id for e in order.open_exceptions))


def wake_args(order: Order) -> Args:
    """With what an undo needs to put it away again."""
    return Args() if order.snooze is None else snooze_args(order, order.snooze.until)


def note_args(text: str) -> Args:
    return Args(note=text.strip())


def decide_args(decides: CommandKey, decision: Decision, gives: CommandKey | None) -> Args:
    return Args(decides=decides, decision=decision, gives=gives)


def holder(order: Order) -> UserId | None:
    """Who looks after the order."""
    return None if order.claim is None else order.claim.by


# -- the rules


def _claim(order: Order, command: Command, at: int) -> Applied | Refusal:
    if order.claim is None:
        return Applied(
            msgspec.structs.replace(order, claim=Claim(by=command.issued_by, at=at)),
            Outcome.CLAIMED,
        )
    mine = order.claim.by == command.issued_by
    return Applied(order, Outcome.CLAIMED) if mine else Refusal.CLAIMED_BY_OTHER


def _unclaim(order: Order, command: Command, _at: int) -> Applied | Refusal:
    if holder(order) not in {None, command.args.instead_of or command.issued_by}:
        return Refusal.CLAIMED_BY_OTHER
    return Applied(msgspec.structs.replace(order, claim=None), Outcome.UNCLAIMED)


def _assign(order: Order, command: Command, at: int) -> Applied | Refusal:
    person = command.args.person
    if person is None:
        return Refusal.NO_SUCH_PERSON
    if holder(order) == person:
        return Applied(order, Outcome.ASSIGNED)
    if holder(order) != command.args.instead_of:
        return Refusal.CLAIMED_BY_OTHER
    given = Claim(by=person, at=at, given_by=command.issued_by)
    return Applied(msgspec.structs.replace(order, claim=given), Outcome.ASSIGNED)


def _snooze(order: Order, command: Command, at: int) -> Applied | Refusal:
    """One that comes when its time is over already leaves the order as it is."""
    until = command.args.until or 0
    if {e.id for e in order.open_exceptions} - set(command.args.known):
        return Refusal.NEW_EXCEPTION
    if until <= at:
        return Applied(order, Outcome.AWAKE)
    asleep = Snooze(until=until, by=command.issued_by, at=at)
    return Applied(msgspec.structs.replace(order, snooze=asleep), Outcome.SNOOZED)


def _wake(order: Order, _command: Command, _at: int) -> Applied | Refusal:
    return Applied(msgspec.structs.replace(order, snooze=None), Outcome.AWAKE)


def _note(order: Order, command: Command, at: int) -> Applied | Refusal:
    note = Note(id=command.key, by=command.issued_by, at=at, text=command.args.note)
    return Applied(msgspec.structs.replace(order, notes=(*order.notes, note)[-NOTES_KEPT:]), Outcome.NOTED)


def _decide(order: Order, _command: Command, _at: int) -> Applied | Refusal:
    """A record only: it stands in the audit trail, and nothing of the order is another."""
    return Applied(order, Outcome.DECIDED)


RULES: dict[Op, Callable[[Order, Command, int], Applied | Refusal]] = {
    Op.CLAIM: _claim,
    Op.UNCLAIM: _unclaim,
    Op.ASSIGN: _assign,
    Op.SNOOZE: _snooze,
    Op.WAKE: _wake,
    Op.NOTE: _note,
    Op.DECIDE: _decide,
}


# -- taking back


def taken_back(command: Command) -> tuple[Op, Args] | None:
    """The command that undoes an applied one of these; None for a note or decision, which stay, and for other verbs."""
    args = command.args
    had = args.instead_of
    if command.op not in ORGANISING or command.op in {Op.NOTE, Op.DECIDE}:
        return None
    if command.op is Op.UNCLAIM and had in {None, command.issued_by}:
        return Op.CLAIM, Args()
    given_back = (Op.UNCLAIM, Args(instead_of=args.person)) if had is None else None
    undoing = {
        Op.CLAIM: (Op.UNCLAIM, Args(instead_of=command.issued_by)),
        Op.UNCLAIM: (Op.ASSIGN, Args(person=had)),
        Op.ASSIGN: given_back or (Op.ASSIGN, Args(person=had, instead_of=args.person)),
        Op.SNOOZE: (Op.WAKE, Args()),
        Op.WAKE: None if args.until is None else (Op.SNOOZE, Args(until=args.until, known=args.known)),
    }
    return undoing[command.op]
