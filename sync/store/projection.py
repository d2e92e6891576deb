"""What does the person see? Server truth with the unsettled commands over it, by the central's own rules.

Two people at one desk may have two caches, one of them behind. A command that was given on a newer state than the one
shown is not laid over it and not followed: nobody who looks at this state knows what that command will make of it.
"""

from collections.abc import Mapping, Sequence

import msgspec

from sync.domain.apply import Applied, Refusal, apply
from sync.domain.commands import ORGANISING, Command, Op, Outcome
from sync.domain.order import CommandKey, Order


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """One command that the central has not settled: expected outcome, or why it will probably be refused.

    ``ahead``: it was given on a newer state than the one shown here.
    """

    key: CommandKey
    op: Op
    expected: Outcome | Refusal
    ahead: bool = False


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it stands on the screen. ``truth`` is the server's, ``order`` what it becomes when all is sent."""

    order: Order
    truth: Order
    pending: tuple[Pending, ...] = ()

    @property
    def last(self) -> Pending | None:
        """The newest pending command of which the shown state knows, and that changes more than who looks after the
        order.
        """
        return next((p for p in reversed(self.pending) if p.op not in ORGANISING and not p.ahead), None)

    @property
    def base(self) -> int | None:
        """The version a new command refers to; None when it must follow a pending command."""
        return None if self.last else self.truth.version

    @property
    def after(self) -> CommandKey | None:
        """The pending command that a new command must follow."""
        return self.last.key if self.last else None


def same_state(one: Order, other: Order) -> bool:
    """Whether two orders of one version are one state, whoever looked at them and however masked."""
    return one.version == other.version and alike(one, other)


def alike(one: Order, other: Order) -> bool:
    """Whether a command finds the same in both, whatever their versions."""
    return _state(one) == _state(other)


def _state(of: Order) -> tuple[object, ...]:
    holds = tuple((h.id, h.reason) for h in of.holds)
    exceptions = tuple((e.id, e.kind, e.resolved_at) for e in of.exceptions)
    return (of.status, of.warehouse, of.carrier, of.waybill, of.return_requested, of.lines, holds, exceptions)


Left = Mapping[CommandKey, int | None]
"""The versions at which applied commands left their orders, by key (``Outbox.left_at``)."""
_NOTHING: Left = {}


def project(truth: Order, unsettled: Sequence[Command], left: Left = _NOTHING) -> Seen:
    """Apply the unsettled commands of this order, oldest first, over the server's state.

    ``left`` tells of the settled commands that they follow.
    """
    order, marks, out = truth, [], ahead(truth.version, unsettled, left)
    for command in unsettled:
        result = apply(order, command, command.issued_at)
        expected = result.outcome if isinstance(result, Applied) else result
        marks.append(Pending(key=command.key, op=command.op, expected=expected, ahead=command.key in out))
        if isinstance(result, Applied) and command.key not in out:
            order = result.order
    return Seen(order=order, truth=truth, pending=tuple(marks))


def ahead(version: int, unsettled: Sequence[Command], left: Left) -> frozenset[CommandKey]:
    """Those of an order's unsettled commands, oldest first, that were given on a newer state than this version, or
    follow one that was. What only organises applies to any state.
    """
    found: set[CommandKey] = set()
    for command in unsettled:
        given_on = command.base if command.after is None else left.get(command.after)
        if command.op not in ORGANISING and ((given_on or 0) > version or command.after in found):
            found.add(command.key)
    return frozenset(found)
