"""What waits for a person's decision, on which state would a new command stand, and how is the central told?"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from sync.domain.commands import ORGANISING, Command, Decision, Heard, Op
from sync.domain.order import CommandKey, Order, OrderId
from sync.domain.organise import decide_args
from sync.domain.permissions import Action, User, actions
from sync.store.outbox import Settled
from sync.store.projection import Left, ahead
from sync.wishes import Wish


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


LeftAt = Callable[[Sequence[CommandKey]], Left]
"""Tells which stored commands were, or may still be, applied (``Outbox.left_at``)."""


def open_cases(
    attention: Sequence[Settled],
    held_back: Iterable[Command],
    truths: Mapping[OrderId, Order],
    user: User | None,
    left_at: LeftAt,
) -> tuple[OpenCase, ...]:
    """One case for each refused command, in their order."""
    waiting: dict[OrderId, list[Command]] = {}
    for command in held_back:
        waiting.setdefault(command.order_id, []).append(command)
    left = left_at([c.after for commands in waiting.values() for c in commands if c.after is not None])
    return tuple(_case(s, waiting.get(s.command.order_id, ()), left, truths, user) for s in attention)


def _case(
    settled: Settled,
    waiting: Sequence[Command],
    left: Left,
    truths: Mapping[OrderId, Order],
    user: User | None,
) -> OpenCase:
    order_id, told = settled.command.order_id, settled.result.order
    here = truths.get(order_id)
    later = tuple(c for c in waiting if c.n > settled.command.n)
    now, allowed = told, settled.result.actions
    if told is None or not allowed or (here is not None and here.version > told.version):
        now = here or told
        allowed = () if now is None or user is None else actions(user, now)
    after = _last_alive(waiting, left, now) if later and now is not None else None
    return OpenCase(settled=settled, now=now, actions=allowed, waiting=later, after=after)


def _last_alive(commands: Sequence[Command], left: Left, now: Order) -> CommandKey | None:
    """The last of these that can still be applied, and of whose state ``now`` knows: one that follows a refused command
    cannot, and one that only organises says nothing of a state.
    """
    out = set(ahead(now.version, commands, left))
    alive: CommandKey | None = None
    for command in commands:
        if command.after is not None and (command.after in out or command.after not in left):
            out.add(command.key)
        elif command.key not in out and command.op not in ORGANISING:
            alive = command.key
    return alive


_MEANT = {
    "kept": Decision.KEPT,
    "keep": Decision.KEPT,
    "retried": Decision.RETRIED,
    "again": Decision.RETRIED,
    "alternative": Decision.ALTERNATIVE,
    "carrier_intercept": Decision.ALTERNATIVE,
}
"""What screen and voice call it, which are remembered apart on the workstation."""


def record(about: Command, decision: str, gives: CommandKey | None, heard: Heard | None) -> Wish | None:
    """What tells the central of the decision; None of one that it has no word for."""
    meant = _MEANT.get(decision)
    if meant is None:
        return None
    args = decide_args(about.key, meant, gives)
    return Wish(order_id=about.order_id, op=Op.DECIDE, base=about.base or 0, args=args, heard=heard)
