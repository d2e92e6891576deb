"""What does the person see? Server truth with the unsettled commands over it, by the central's own rules."""

import msgspec

from sync.domain.apply import Applied, Refusal, apply
from sync.domain.commands import ORGANISING, Command, Op, Outcome
from sync.domain.order import CommandKey, Order


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """One command that the central has not settled: expected outcome, or why it will probably be refused."""

    key: CommandKey
    op: Op
    expected: Outcome | Refusal


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it stands on the screen. ``truth`` is the server's, ``order`` what it becomes when all is sent."""

    order: Order
    truth: Order
    pending: tuple[Pending, ...] = ()

    @property
    def last(self) -> Pending | None:
        """The newest pending command that changes more than who looks after the order."""
        return next((p for p in reversed(self.pending) if p.op not in ORGANISING), None)

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
    return one.version == other.version and _state(one) == _state(other)


def _state(of: Order) -> tuple[object, ...]:
    holds = tuple((h.id, h.reason) for h in of.holds)
    exceptions = tuple((e.id, e.kind, e.resolved_at) for e in of.exceptions)
    return (of.status, of.warehouse, of.carrier, of.waybill, of.return_requested, of.lines, holds, exceptions)


def project(truth: Order, unsettled: tuple[Command, ...]) -> Seen:
    """Apply the unsettled commands of this order, oldest first, over the server's state."""
    order, marks = truth, []
    for command in unsettled:
        result = apply(order, command, command.issued_at)
        if isinstance(result, Applied):
            order = result.order
            marks.append(Pending(key=command.key, op=command.op, expected=result.outcome))
        else:
            marks.append(Pending(key=command.key, op=command.op, expected=result))
    return Seen(order=order, truth=truth, pending=tuple(marks))
