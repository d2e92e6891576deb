"""Who may do what? Per verb, reason and warehouse; the central decides, the workstation shows the same answer early."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from sync.domain.apply import SOLVED_BY_CARRIER, SOLVED_BY_WAREHOUSE, Refusal
from sync.domain.commands import Command, Op
from sync.domain.exceptions import Reason
from sync.domain.order import ON_THE_FLOOR, Order, Status, UserId, WarehouseId


class Role(StrEnum):
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in; ``language`` is ``en`` or ``zh``; ``warehouses`` is the scope."""

    id: UserId
    name: str
    role: Role
    warehouses: tuple[WarehouseId, ...]
    language: str = "zh"


_ALL = frozenset(Reason)

GRANTS: Mapping[Role, Mapping[Op, frozenset[Reason]]] = {
    Role.OPERATOR: {
        Op.INTERCEPT: _ALL,
        Op.CARRIER_INTERCEPT: _ALL,
        Op.RELEASE: frozenset({Reason.BAD_ADDRESS}),
        Op.REASSIGN: SOLVED_BY_CARRIER | SOLVED_BY_WAREHOUSE,
        Op.UNDO: _ALL,
        Op.CLAIM: _ALL,
        Op.UNCLAIM: _ALL,
        Op.ASSIGN: frozenset(),
        Op.SNOOZE: _ALL,
        Op.WAKE: _ALL,
        Op.NOTE: _ALL,
        Op.DECIDE: _ALL,
    },
    Role.SUPERVISOR: dict.fromkeys(Op, _ALL),
}


def _reasons(order: Order, command: Command) -> Iterable[Reason]:
    """The reasons that the command touches, each of which needs a grant."""
    if command.op is Op.RELEASE:
        wanted = set(command.args.holds)
        return [h.reason for h in order.holds if h.id in wanted]
    if command.op is Op.UNDO:
        return []
    if command.op is Op.REASSIGN:
        return [reassign_reason(order)]
    return [command.reason or Reason.OTHER]


def refusal(user: User, order: Order, command: Command) -> Refusal | None:
    """Why this person may not give this command on this order; None when permitted."""
    if order.warehouse not in user.warehouses and not _takes_own_move_back(user, order, command):
        return Refusal.OTHER_WAREHOUSE
    granted = GRANTS[user.role].get(command.op, frozenset())
    if not all(reason in granted for reason in _reasons(order, command)):
        return Refusal.NOT_PERMITTED
    return _claim_refusal(user, order) if command.op is Op.UNCLAIM else None


def _claim_refusal(user: User, order: Order) -> Refusal | None:
    """Only a supervisor takes an order from somebody else."""
    other = order.claim is not None and order.claim.by != user.id
    return Refusal.CLAIMED_BY_OTHER if other and user.role is not Role.SUPERVISOR else None


def _takes_own_move_back(user: User, order: Order, command: Command) -> bool:
    """Whether the command undoes this person's own reassignment, by which the order left the person's scope."""
    last = order.before
    return command.op is Op.UNDO and last is not None and last.by == user.id and last.warehouse in user.warehouses


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One verb on one order for one person: possible, or why not."""

    op: Op
    refusal: Refusal | None = None


def actions(user: User, order: Order) -> tuple[Action, ...]:
    """Every verb for this order, in a fixed order, each with the reason why it would be refused."""
    return tuple(
        Action(op=op, refusal=_refused(user, order, op))
        for op in (Op.INTERCEPT, Op.REASSIGN, Op.RELEASE, Op.CARRIER_INTERCEPT)
    )


def organising(user: User, order: Order) -> tuple[Action, ...]:
    """As ``actions``, for the verbs that organise work; apart, for they came later and older programs read those."""
    return tuple(
        Action(op=op, refusal=_organising_refusal(user, order, op))
        for op in (Op.CLAIM, Op.UNCLAIM, Op.ASSIGN, Op.SNOOZE, Op.WAKE, Op.NOTE)
    )


def _organising_refusal(user: User, order: Order, op: Op) -> Refusal | None:
    if order.warehouse not in user.warehouses:
        return Refusal.OTHER_WAREHOUSE
    if order.status is Status.CLOSED:
        return Refusal.CLOSED
    if not GRANTS[user.role].get(op):
        return Refusal.NOT_PERMITTED
    if op is Op.CLAIM and order.claim is not None:
        return Refusal.ALREADY_YOURS if order.claim.by == user.id else Refusal.CLAIMED_BY_OTHER
    if op is Op.UNCLAIM:
        return _claim_refusal(user, order) if order.claim is not None else Refusal.NOT_CLAIMED
    return Refusal.NOT_SNOOZED if op is Op.WAKE and order.snooze is None else None


def _refused(user: User, order: Order, op: Op) -> Refusal | None:
    if order.warehouse not in user.warehouses:
        return Refusal.OTHER_WAREHOUSE
    return _state_refusal(order, op) or _grant_refusal(user, order, op)


def _state_refusal(order: Order, op: Op) -> Refusal | None:
    if order.status is Status.CLOSED:
        return Refusal.CLOSED
    gone = order.status is Status.HANDED_OVER
    refused = {
        Op.INTERCEPT: None,
        Op.REASSIGN: Refusal.HANDED_OVER if gone else None,
        Op.RELEASE: Refusal.HANDED_OVER if gone else (None if order.holds else Refusal.HOLD_GONE),
        Op.CARRIER_INTERCEPT: (
            (Refusal.ALREADY_REQUESTED if order.return_requested else None) if gone else Refusal.NOT_HANDED_OVER
        ),
    }
    return refused[op]


def _grant_refusal(user: User, order: Order, op: Op) -> Refusal | None:
    granted = GRANTS[user.role].get(op, frozenset())
    if op is Op.RELEASE:
        return None if any(h.reason in granted for h in order.holds) else Refusal.NOT_PERMITTED
    if op is Op.REASSIGN:
        return None if reassign_reason(order) in granted else Refusal.NOT_PERMITTED
    return None if granted else Refusal.NOT_PERMITTED


def reassign_reason(order: Order) -> Reason:
    """Why this order would be reassigned: the open exception that a move solves, else ``other``."""
    solvable = SOLVED_BY_CARRIER | SOLVED_BY_WAREHOUSE
    return next((e.kind for e in order.open_exceptions if e.kind in solvable), Reason.OTHER)


def needs_pull(order: Order) -> bool:
    """Whether stopping this order means that someone must pull the tote."""
    return order.status in ON_THE_FLOOR
