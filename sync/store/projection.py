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

    ``ahead``: what it will make of the order cannot be told from the state shown here, which is an older one than it
    was given on, or lacks what a refused command before it was to do.
    """

    key: CommandKey
    op: Op
    expected: Outcome | Refusal
    ahead: bool = False


class Sight(msgspec.Struct, frozen=True):
    """What a person looked at: an order as the central told it, and in which of the central's histories that was.

    ``epoch`` is empty where none is known.
    """

    order: Order
    epoch: str = ""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it stands on the screen. ``truth`` is the server's, ``order`` what it becomes when all is sent."""

    order: Order
    truth: Order
    pending: tuple[Pending, ...] = ()
    epoch: str = ""

    @property
    def sight(self) -> Sight:
        """What lies under it; a new command says so."""
        return Sight(self.truth, self.epoch)

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
    """Whether two orders of one version are one state, as whoever looks at both may see it."""
    return one.version == other.version and alike(one, other)


def alike(one: Order, other: Order) -> bool:
    """Whether a person, and a command, find the same in both, whatever their versions."""
    return _state(one) == _state(other)


def _state(of: Order) -> tuple[object, ...]:
    holds = tuple((h.id, h.reason) for h in of.holds)
    exceptions = tuple((e.id, e.kind, e.resolved_at, e.change) for e in of.exceptions)
    return (
        (of.status, of.warehouse, of.carrier, of.waybill, of.return_requested, of.lines, holds, exceptions),
        (of.customer, of.due_at, of.total),
    )


Left = Mapping[CommandKey, int | None]
"""The versions at which applied commands left their orders, by key; None while one may still be applied, and without
those that were refused (``Outbox.left_at``)."""


def project(truth: Order, unsettled: Sequence[Command], left: Left | None = None, epoch: str = "") -> Seen:
    """Apply the unsettled commands of this order, oldest first, over the server's state of this history.

    ``left`` tells of the commands that they follow; without it all of those are taken to be alive.
    """
    order, marks, out = truth, [], ahead(truth, unsettled, left)
    for command in unsettled:
        result = apply(order, command, command.issued_at)
        expected = result.outcome if isinstance(result, Applied) else result
        marks.append(Pending(key=command.key, op=command.op, expected=expected, ahead=command.key in out))
        if isinstance(result, Applied) and command.key not in out:
            order = result.order
    return Seen(order=order, truth=truth, pending=tuple(marks), epoch=epoch)


def ahead(truth: Order, unsettled: Sequence[Command], left: Left | None) -> frozenset[CommandKey]:
    """Those of an order's unsettled commands, oldest first, of which this state does not tell what they will make.

    What is left is one chain, each command given on what the one before it makes: two that follow the same state
    cannot both be done, and the newer one is what a person meant last. Out is what was given on a newer state, what
    follows one that was refused or is out, and what the central will refuse for it was given on an older state, unless
    it may lie in this one already, its answer being lost. What only organises applies to any state.
    """
    out: set[CommandKey] = set()
    chain: list[CommandKey] = []
    known = {} if left is None else left
    for command in unsettled:
        if command.op in ORGANISING:
            continue
        given_on = command.base if command.after is None else known.get(command.after)
        is_refused = left is not None and command.after is not None and command.after not in left
        is_late = bool(chain) and given_on is not None and given_on < truth.same_since
        if (given_on or 0) > truth.version or is_refused or is_late or command.after in out:
            out.add(command.key)
            continue
        kept = chain[: chain.index(command.after) + 1] if command.after in chain else []
        out.update(chain[len(kept) :])
        chain = [*kept, command.key]
    return frozenset(out)
