"""Which orders may the digits mean, and is the wanted command possible on each? Asked of the cache, not the net."""

from sync.domain.apply import Refusal, apply
from sync.domain.commands import ORGANISING, Command, Op
from sync.domain.holds import HoldId
from sync.domain.order import CommandKey, OrderId
from sync.domain.permissions import GRANTS, Action, User
from sync.errors import NotSignedIn
from sync.store.projection import Seen
from voice.desk import Desk
from voice.dialogue.proposing import OPS, propose
from voice.dialogue.state import Candidate
from voice.understanding.meaning import Intent, Meaning


def candidates(desk: Desk, wanted: Meaning, current: OrderId | None, at: int) -> tuple[Candidate, ...]:
    """The open orders that end with the digits, without digits the ``current`` one; raises NotSignedIn.

    ``at`` is Unix ms.
    """
    user = desk.user
    if user is None:
        raise NotSignedIn("sign in first")
    return tuple(_candidate(desk, user, wanted, seen, at) for seen in _meant(desk, wanted.order, current))


def _meant(desk: Desk, digits: str, current: OrderId | None) -> tuple[Seen, ...]:
    if digits:
        return desk.find_by_tail(digits)
    seen = None if current is None else desk.order(current)
    return () if seen is None else (seen,)


def _candidate(desk: Desk, user: User, wanted: Meaning, seen: Seen, at: int) -> Candidate:
    if wanted.intent is Intent.READ:
        return Candidate(seen)
    op = OPS[wanted.intent]
    refused = next((a.refusal for a in _offered(desk, op, seen) if a.op is op), Refusal.NOT_PERMITTED)
    if refused is not None:
        return Candidate(seen, refused)
    holds, refused = _liftable(user, wanted, seen) if op is Op.RELEASE else ((), None)
    return Candidate(seen, refused or _preview(user, wanted, Candidate(seen, holds=holds), at), holds)


def _offered(desk: Desk, op: Op, seen: Seen) -> tuple[Action, ...]:
    return desk.organising(seen) if op in ORGANISING else desk.actions(seen)


def _liftable(user: User, wanted: Meaning, seen: Seen) -> tuple[tuple[HoldId, ...], Refusal | None]:
    """The holds to lift: those named by reason, else all; never one that this person may not lift."""
    named = [h for h in seen.order.holds if wanted.reason in (None, h.reason)]
    permitted = tuple(h.id for h in named if h.reason in GRANTS[user.role].get(Op.RELEASE, frozenset()))
    if permitted:
        return permitted, None
    return (), Refusal.NOT_PERMITTED if named else Refusal.HOLD_GONE


def _preview(user: User, wanted: Meaning, candidate: Candidate, at: int) -> Refusal | None:
    """What the central's own rules would say to it."""
    proposal = propose(wanted, candidate)
    trial = Command(
        key=CommandKey("preview"),
        device="",
        n=0,
        order_id=proposal.order_id,
        op=proposal.op,
        issued_by=user.id,
        issued_at=at,
        reason=proposal.reason,
        args=proposal.args,
    )
    result = apply(candidate.seen.order, trial, at)
    return result if isinstance(result, Refusal) else None
