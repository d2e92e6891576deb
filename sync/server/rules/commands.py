"""What becomes of a command? Settled once: effect, feed step, history and result in the caller's transaction."""

import re

import msgspec

from sync.domain.apply import Applied, Refusal, apply
from sync.domain.commands import ORGANISING, Command, Op, Outcome, malformed
from sync.domain.masking import mask
from sync.domain.order import Order
from sync.domain.organise import MEANWHILE, organised
from sync.domain.permissions import User, actions
from sync.domain.permissions import refusal as permission_refusal
from sync.server.errors import Answer
from sync.server.rules import reassign
from sync.server.rules.decisions import concerned
from sync.server.rules.sight import moved_away_by, reached, readable, told_again
from sync.server.storage.base import Reading, StoredResult, Writing
from sync.server.texts import problem
from sync.wire.codec import decode, encode, fingerprint
from sync.wire.messages import BATCH_LIMIT, SINCE_LIMIT, CommandBatch, HistoryEntry, Result, ResultStatus
from sync.wire.problems import Kind

UUID7 = "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
EXACT = 2**53
"""The largest number that every reader of JSON holds exactly (RFC 8259, 6)."""
LARGEST_COMMAND = 16 * 1024
"""Bytes of a command. It stands in the trail for ever: no workstation sends one half as large."""
_UUID7 = re.compile(UUID7)
_CHANGED_NOTHING = frozenset({*ResultStatus} - {ResultStatus.APPLIED} | {Outcome.TOO_LATE, Outcome.DECIDED})
_MINE_TO_REFUSE = frozenset({Refusal.NOT_PERMITTED, Refusal.OTHER_WAREHOUSE, Refusal.NOT_YOURS_TO_UNDO})


def check_shape(batch: CommandBatch) -> None:
    """Raise Answer MALFORMED when the batch as a whole cannot be taken: too many commands, or keys that are none."""
    if len(batch.commands) > BATCH_LIMIT:
        raise Answer(Kind.MALFORMED, "batch_limit", limit=str(BATCH_LIMIT))
    for place, command in enumerate(batch.commands):
        if not _is_uuid7(command.key):
            raise Answer(Kind.MALFORMED, "bad_key", where=f"$.commands[{place}].key")
        numbers = (command.n, command.issued_at, command.base or 0, command.args.until or 0)
        if max(map(abs, numbers)) > EXACT:
            raise Answer(Kind.MALFORMED, "where", what=f"$.commands[{place}]: a number beyond {EXACT}")


def _is_uuid7(text: str) -> bool:
    return _UUID7.fullmatch(text) is not None


def settle(writing: Writing, user: User, device: str, command: Command, at: int) -> Result:
    """The fate of a command, decided now or at its first arrival. ``device`` is the one that the person signed in on:
    that is what the trail names, whatever the command says.
    """
    if command.issued_by != user.id:
        return _rejected(command, user, at, Kind.NOT_PERMITTED, "not_issuer")
    if len(encode(command)) > LARGEST_COMMAND:
        return _rejected(command, user, at, Kind.MALFORMED, "command_too_long")
    mark = fingerprint(command)
    known = writing.result(command.key)
    if known is not None:
        if known.fingerprint != mark:
            return _rejected(command, user, at, Kind.KEY_REUSED)
        return told_again(decode(known.body, Result), user)
    stored = writing.order(command.order_id)
    order = reached(user, command, stored, at)
    if command.op is Op.DECIDE:
        order = concerned(writing, command, stored, order)
    if order is None and moved_away_by(user, command, stored):
        result = _rejected(command, user, at, Kind.REFUSED, f"refusal.{Refusal.UNDO_EXPIRED}", Refusal.UNDO_EXPIRED)
    else:
        result = _decide(writing, user, command, order, at)
    if order is not None:
        writing.note(order.id, _entry(user, device, command, result, order))
    writing.keep_result(command, mark, result)
    return result


def _decide(writing: Writing, user: User, command: Command, order: Order | None, at: int) -> Result:
    wrong = malformed(command)
    if wrong is not None:
        return _rejected(command, user, at, Kind.MALFORMED, f"malformed.{wrong}", refusal=wrong)
    if order is None:
        return _rejected(command, user, at, Kind.NOT_FOUND, "no_such_order")
    if command.op is Op.DECIDE:
        return Result(key=command.key, status=ResultStatus.APPLIED, at=at, outcome=Outcome.DECIDED)
    if command.op in ORGANISING:
        return _organise(writing, user, command, order, at)
    return (
        _blocked(writing, user, command, order, at)
        or _conflict(writing, user, command, order, at)
        or _carry_out(writing, user, command, order, at)
    )


def _blocked(reading: Reading, user: User, command: Command, order: Order, at: int) -> Result | None:
    """A chained command waits for nothing: its predecessor applied and the order is as that left it, or it is off."""
    if command.after is None:
        return None
    prior = reading.result(command.after)
    fits = prior is not None and prior.order_id == order.id and _vouches(prior)
    if fits and prior is not None and order.same_since <= (prior.version or 0) <= order.version:
        return None
    return Result(
        key=command.key,
        status=ResultStatus.BLOCKED,
        at=at,
        version=order.version,
        order=mask(order, user.role),
        actions=actions(user, order),
        problem=problem(Kind.BLOCKED, user.language),
        since=_since(reading, user, order, prior.version) if fits and prior is not None else (),
    )


def _vouches(prior: StoredResult) -> bool:
    """Whether whoever gave this command knows the order as it left it: a claim or a note applies to any state."""
    return prior.status is ResultStatus.APPLIED and not organised(decode(prior.body, Result).outcome)


def _since(reading: Reading, user: User, order: Order, seen: int | None) -> tuple[HistoryEntry, ...]:
    """Who did what to the order after the version that a person saw; what was refused changed nothing."""
    steps = [e for e in reading.history(order.id) if e.version > (seen or 0) and e.outcome not in _CHANGED_NOTHING]
    return tuple(
        msgspec.structs.replace(readable(e, order.customer, user.role), heard=None) for e in steps[-SINCE_LIMIT:]
    )


def _conflict(reading: Reading, user: User, command: Command, order: Order, at: int) -> Result | None:
    if command.base is None or order.same_since <= command.base <= order.version:
        return None
    return _conflicting(reading, user, command, order, at)


def _conflicting(reading: Reading, user: User, command: Command, order: Order, at: int) -> Result:
    return Result(
        key=command.key,
        status=ResultStatus.CONFLICT,
        at=at,
        version=order.version,
        order=mask(order, user.role),
        actions=actions(user, order),
        problem=problem(Kind.CONFLICT, user.language),
        since=_since(reading, user, order, command.base),
    )


def _organise(writing: Writing, user: User, command: Command, order: Order, at: int) -> Result:
    """Done on whatever version; what others did meanwhile to that which it relies on is a conflict."""
    refused = permission_refusal(user, order, command)
    if refused is None and command.op is Op.ASSIGN and not _works_there(writing, command, order):
        refused = Refusal.NO_SUCH_PERSON
    done = refused or apply(order, command, at)
    if not isinstance(done, Refusal):
        return _done(writing, user, command, order, done, at)
    if done in MEANWHILE and command.base != order.version:
        return _conflicting(writing, user, command, order, at)
    return _refused(command, user, order, at, done)


def _works_there(reading: Reading, command: Command, order: Order) -> bool:
    return any(person.id == command.args.person for person in reading.people([order.warehouse]))


def _carry_out(writing: Writing, user: User, command: Command, order: Order, at: int) -> Result:
    refused = permission_refusal(user, order, command)
    if refused is not None:
        return _refused(command, user, order, at, refused)
    done = apply(order, command, at)
    if isinstance(done, Refusal):
        return _refused(command, user, order, at, done)
    if command.op is Op.REASSIGN and command.args.to is not None:
        refused = reassign.refusal(writing, order, command.args.to)
        if refused is not None:
            return _refused(command, user, order, at, refused)
    return _done(writing, user, command, order, done, at)


def _done(writing: Writing, user: User, command: Command, order: Order, done: Applied, at: int) -> Result:
    after = _store(writing, order, done, at)
    return Result(
        key=command.key,
        status=ResultStatus.APPLIED,
        at=at,
        version=after.version,
        outcome=done.outcome,
        order=mask(after, user.role),
        actions=actions(user, after),
    )


def _store(writing: Writing, before: Order, done: Applied, at: int) -> Order:
    """The order as stored; one that a command left as it was (too late) keeps its version and makes no feed step."""
    if done.order == before:
        return before
    since = before.same_since if organised(done.outcome) else 0
    counted = msgspec.structs.replace(done.order, version=before.version + 1, updated_at=at, since=since)
    writing.save(counted, before.warehouse)
    return counted


def _refused(command: Command, user: User, order: Order, at: int, why: Refusal) -> Result:
    kind = Kind.NOT_PERMITTED if why in _MINE_TO_REFUSE else Kind.REFUSED
    rejected = _rejected(command, user, at, kind, f"refusal.{why}", refusal=why)
    return msgspec.structs.replace(
        rejected, version=order.version, order=mask(order, user.role), actions=actions(user, order)
    )


def _rejected(command: Command, user: User, at: int, kind: Kind, about: str = "", refusal: str | None = None) -> Result:
    return Result(
        key=command.key,
        status=ResultStatus.REJECTED,
        at=at,
        refusal=None if refusal is None else str(refusal),
        problem=problem(kind, user.language, about),
    )


def _entry(user: User, device: str, command: Command, result: Result, order: Order) -> HistoryEntry:
    outcome: Outcome | ResultStatus = result.outcome or result.status
    return HistoryEntry(
        at=result.at,
        version=result.version or order.version,
        who=user.name,
        device=device,
        action=command.op,
        outcome=outcome,
        reason=command.reason,
        detail=command.args.note,
        heard=command.heard,
        key=command.key,
        person=command.args.person or "",
        until=command.args.until,
        given_at=command.issued_at,
        decides=command.args.decides,
        decision=command.args.decision or "",
        gives=command.args.gives,
    )
