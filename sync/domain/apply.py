"""What does a command do to an order? One pure function, run by the central for real and by the screen as a preview."""

from collections.abc import Callable

import msgspec

from sync.domain import organise
from sync.domain.commands import ORGANISING, Command, Op, Outcome
from sync.domain.exceptions import ExceptionId, OrderException, Reason
from sync.domain.holds import Hold, HoldId
from sync.domain.order import ON_THE_FLOOR, Before, CommandKey, Order, Status
from sync.domain.refusals import Applied, Refusal

__all__ = ["SOLVED_BY_CARRIER", "SOLVED_BY_WAREHOUSE", "UNDO_WINDOW_MS", "Applied", "Refusal", "apply", "hold_id"]

UNDO_WINDOW_MS = 10 * 60 * 1000
"""How long after a command the central still takes it back, if nothing else touched the order."""

SOLVED_BY_WAREHOUSE = frozenset({Reason.STOCK_OUT})
SOLVED_BY_CARRIER = frozenset({Reason.WAYBILL_REFUSED})


def hold_id(key: CommandKey) -> HoldId:
    """The id of the hold that this command places: derived, so that both ends name it alike."""
    return HoldId(f"hold-{key}")


def _remember(order: Order, command: Command, at: int, resolved: tuple[ExceptionId, ...] = ()) -> Before:
    return Before(
        key=command.key,
        op=command.op,
        by=command.issued_by,
        at=at,
        holds=order.holds,
        resolved=resolved,
        warehouse=order.warehouse,
        carrier=order.carrier,
        waybill=order.waybill,
        return_requested=order.return_requested,
    )


def _new_hold(command: Command, at: int) -> Hold:
    return Hold(
        id=hold_id(command.key),
        reason=command.reason or Reason.OTHER,
        placed_by=command.issued_by,
        placed_at=at,
        note=command.args.note,
    )


def _resolve(
    exceptions: tuple[OrderException, ...], ids: frozenset[ExceptionId], at: int
) -> tuple[OrderException, ...]:
    return tuple(msgspec.structs.replace(e, resolved_at=at) if e.id in ids and e.is_open else e for e in exceptions)


def _intercept(order: Order, command: Command, at: int) -> Applied | Refusal:
    if order.status is Status.HANDED_OVER:
        return Applied(order, Outcome.TOO_LATE)
    if any(h.reason is command.reason for h in order.holds):
        return Refusal.ALREADY_HELD
    held = msgspec.structs.replace(
        order, holds=(*order.holds, _new_hold(command, at)), before=_remember(order, command, at)
    )
    return Applied(held, Outcome.REQUESTED if order.status in ON_THE_FLOOR else Outcome.STOPPED)


def _carrier_intercept(order: Order, command: Command, at: int) -> Applied | Refusal:
    if order.status is not Status.HANDED_OVER:
        return Refusal.NOT_HANDED_OVER
    if order.return_requested:
        return Refusal.ALREADY_REQUESTED
    asked = msgspec.structs.replace(order, return_requested=True, before=_remember(order, command, at))
    return Applied(asked, Outcome.RETURN_REQUESTED)


def _lift(order: Order, command: Command, at: int, lifted: tuple[Hold, ...]) -> Order:
    """The order without those holds, their exceptions resolved where no other hold keeps them open."""
    gone = {h.id for h in lifted}
    left = tuple(h for h in order.holds if h.id not in gone)
    kept = {h.exception for h in left}
    solved = frozenset(h.exception for h in lifted if h.exception is not None and h.exception not in kept)
    resolved = tuple(e.id for e in order.exceptions if e.is_open and e.id in solved)
    return msgspec.structs.replace(
        order,
        holds=left,
        exceptions=_resolve(order.exceptions, solved, at),
        before=_remember(order, command, at, resolved),
    )


def _release(order: Order, command: Command, at: int) -> Applied | Refusal:
    if order.status is Status.HANDED_OVER:
        return Refusal.HANDED_OVER
    wanted = set(command.args.holds)
    lifted = tuple(h for h in order.holds if h.id in wanted)
    if not lifted or len(lifted) != len(wanted):
        return Refusal.HOLD_GONE
    free = _lift(order, command, at, lifted)
    return Applied(free, Outcome.STILL_HELD if free.holds else Outcome.RELEASED)


def _reassign_refusal(order: Order, command: Command) -> Refusal | None:
    to = command.args.to
    if to is None or not to.id:
        return Refusal.NO_SUCH_TARGET
    if order.status is Status.HANDED_OVER:
        return Refusal.HANDED_OVER
    if to.kind == "warehouse" and order.status is not Status.WAITING:
        return Refusal.UNDER_WAY
    if to.id == (order.warehouse if to.kind == "warehouse" else order.carrier):
        return Refusal.SAME_PLACE
    return None


def _reassign(order: Order, command: Command, at: int) -> Applied | Refusal:
    refused = _reassign_refusal(order, command)
    to = command.args.to
    if refused is not None or to is None:
        return refused or Refusal.NO_SUCH_TARGET
    solves = SOLVED_BY_WAREHOUSE if to.kind == "warehouse" else SOLVED_BY_CARRIER
    lifted = tuple(h for h in order.holds if h.reason in solves and h.exception is not None)
    moved = msgspec.structs.replace(
        _lift(order, command, at, lifted),
        warehouse=to.warehouse or order.warehouse,
        carrier=to.carrier or order.carrier,
        waybill=None if to.kind == "carrier" else order.waybill,
    )
    return Applied(moved, Outcome.REASSIGNED)


def _undo(order: Order, command: Command, at: int) -> Applied | Refusal:
    last = order.before
    if last is None or last.key != command.args.undo:
        return Refusal.NOTHING_TO_UNDO
    if last.by != command.issued_by:
        return Refusal.NOT_YOURS_TO_UNDO
    if at - last.at > UNDO_WINDOW_MS:
        return Refusal.UNDO_EXPIRED
    back = _reopened(order, last)
    if last.op == Op.REASSIGN:
        back = msgspec.structs.replace(
            back, warehouse=last.warehouse or order.warehouse, carrier=last.carrier, waybill=last.waybill
        )
    if last.op == Op.CARRIER_INTERCEPT:
        back = msgspec.structs.replace(back, return_requested=last.return_requested)
    return Applied(back, Outcome.UNDONE)


def _reopened(order: Order, last: Before) -> Order:
    """The order with the exceptions that the command resolved open again, and its holds as they were.

    What others did since stays: a hold placed later is kept, one whose exception was solved later is not put back.
    """
    exceptions = tuple(
        msgspec.structs.replace(e, resolved_at=None) if e.id in last.resolved else e for e in order.exceptions
    )
    solved = {e.id for e in exceptions if e.resolved_at is not None and e.resolved_at > last.at}
    standing, own, earlier = {h.id for h in order.holds}, hold_id(last.key), {h.id for h in last.holds}
    holds = tuple(h for h in last.holds if h.id in standing or h.exception not in solved)
    since = tuple(h for h in order.holds if h.id != own and h.id not in earlier)
    return msgspec.structs.replace(order, holds=holds + since, exceptions=exceptions, before=None)


_RULES: dict[Op, Callable[[Order, Command, int], Applied | Refusal]] = {
    Op.INTERCEPT: _intercept,
    Op.CARRIER_INTERCEPT: _carrier_intercept,
    Op.RELEASE: _release,
    Op.REASSIGN: _reassign,
    Op.UNDO: _undo,
    **organise.RULES,
}


def apply(order: Order, command: Command, at: int) -> Applied | Refusal:
    """The order after a well-formed command at Unix ms ``at``, or why it cannot be.

    Pure: no permission, version or clock is looked at here. A refused command changes nothing. Whoever acts on an order
    that was snoozed wakes it.
    """
    if order.status is Status.CLOSED:
        return Refusal.CLOSED
    done = _RULES[command.op](order, command, at)
    if isinstance(done, Refusal) or command.op in ORGANISING or done.order == order:
        return done
    return Applied(msgspec.structs.replace(done.order, snooze=None), done.outcome)
