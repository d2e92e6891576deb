"""Which orders may the digits mean, and is the wanted command possible on each? Asked of the cache, not the net."""

from collections.abc import Sequence

import msgspec

from sync.decisions import OpenCase
from sync.domain.apply import Refusal, apply
from sync.domain.commands import ORGANISING, Command, Op
from sync.domain.holds import HoldId
from sync.domain.order import CommandKey, OrderId, UserId
from sync.domain.permissions import GRANTS, Action, User
from sync.errors import NotSignedIn
from sync.store.projection import Seen
from sync.wire.messages import ResultStatus
from voice.desk import Desk
from voice.dialogue.proposing import OPS, propose
from voice.dialogue.state import Candidate, News, Sent
from voice.understanding.meaning import Intent, Meaning


def candidates(desk: Desk, wanted: Meaning, current: OrderId | None, at: int) -> tuple[Candidate, ...]:
    """The open orders that end with the digits, without digits the ``current`` one; raises NotSignedIn.

    ``at`` is Unix ms.
    """
    user = desk.user
    if user is None:
        raise NotSignedIn("sign in first")
    found = _meant(desk, wanted.order, current)
    if wanted.intent not in OPS or OPS[wanted.intent] in ORGANISING:
        return tuple(_candidate(desk, user, wanted, seen, at) for seen in found)
    waiting = {case.settled.command.order_id: case for case in reversed(desk.cases()) if _holds_back(case)}
    return tuple(
        Candidate(seen, question=question(waiting[seen.order.id]))
        if seen.order.id in waiting
        else _candidate(desk, user, wanted, seen, at)
        for seen in found
    )


def _holds_back(case: OpenCase) -> bool:
    """Nothing else is sent for this order before somebody has decided."""
    return case.settled.result.status is ResultStatus.CONFLICT and case.now is not None


def question(case: OpenCase) -> News:
    """What is asked about it, on the order as it is now."""
    command, now = case.settled.command, case.now
    shown = now or case.settled.seen
    tail = "" if shown is None else shown.tail
    sent = Sent(command.key, command.order_id, tail, command.op, None, command.reason, command.args)
    version = None if now is None else now.version
    met = msgspec.structs.replace(case.settled.result, order=now, version=version, actions=case.actions)
    return News(sent, met, after=case.after, epoch=case.epoch)


def question_behind(cases: Sequence[OpenCase], user: UserId, after: CommandKey | None) -> News | None:
    """The open question behind that one, then from the beginning again; one's own commands come first."""
    own = [case for case in cases if case.settled.command.issued_by == user]
    ordered = [*own, *(case for case in cases if case not in own)]
    keys = [case.settled.command.key for case in ordered]
    at = keys.index(after) + 1 if after in keys else 0
    return question(ordered[at % len(ordered)]) if ordered else None


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
