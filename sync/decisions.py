"""What waits for a person's decision, and on which state would a new command stand?"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from sync.domain.commands import Command
from sync.domain.order import CommandKey, Order, OrderId
from sync.domain.permissions import Action, User, actions
from sync.store.outbox import Settled


class OpenCase(msgspec.Struct, frozen=True, kw_only=True):
    """A command that the central did not do.

    ``now`` is the order in the newest state known here, ``actions`` what is allowed on it, ``waiting`` the later
    commands on this order that are not sent before the decision. ``after``: a new command follows this one of them;
    None when it stands on ``now`` itself, because none of them can still be applied.
    """

    settled: Settled
    now: Order | None
    actions: tuple[Action, ...] = ()
    waiting: tuple[Command, ...] = ()
    after: CommandKey | None = None

    @property
    def base(self) -> int | None:
        """The version that a new command refers to: that of ``now``, unless it follows a waiting one."""
        return None if self.after is not None or self.now is None else self.now.version


class Recorded(msgspec.Struct, frozen=True):
    """What became of a decision: ``new`` is False when somebody had decided before, and then nothing was given."""

    new: bool
    key: CommandKey | None = None


Chances = Callable[[Sequence[CommandKey]], Mapping[CommandKey, bool]]
"""Tells of stored commands whether each was, or may still be, applied (``Outbox.chances``)."""


def open_cases(
    attention: Sequence[Settled],
    held_back: Iterable[Command],
    truths: Mapping[OrderId, Order],
    user: User | None,
    chances: Chances,
) -> tuple[OpenCase, ...]:
    """One case for each refused command, in their order."""
    waiting: dict[OrderId, list[Command]] = {}
    for command in held_back:
        waiting.setdefault(command.order_id, []).append(command)
    may = chances([c.after for commands in waiting.values() for c in commands if c.after is not None])
    follow = {order_id: _last_alive(commands, may) for order_id, commands in waiting.items()}
    return tuple(_case(s, waiting.get(s.command.order_id, ()), follow, truths, user) for s in attention)


def _case(
    settled: Settled,
    waiting: Sequence[Command],
    follow: Mapping[OrderId, CommandKey | None],
    truths: Mapping[OrderId, Order],
    user: User | None,
) -> OpenCase:
    order_id, told = settled.command.order_id, settled.result.order
    here = truths.get(order_id)
    later = tuple(c for c in waiting if c.n > settled.command.n)
    after = follow.get(order_id) if later else None
    if told is not None and (here is None or here.version <= told.version) and settled.result.actions:
        return OpenCase(settled=settled, now=told, actions=settled.result.actions, waiting=later, after=after)
    now = here or told
    allowed = () if now is None or user is None else actions(user, now)
    return OpenCase(settled=settled, now=now, actions=allowed, waiting=later, after=after)


def _last_alive(commands: Sequence[Command], may: Mapping[CommandKey, bool]) -> CommandKey | None:
    """The last of these that can still be applied: one that follows a refused command cannot."""
    dead: set[CommandKey] = set()
    alive: CommandKey | None = None
    for command in commands:
        if command.after is not None and (command.after in dead or not may.get(command.after, False)):
            dead.add(command.key)
        else:
            alive = command.key
    return alive
