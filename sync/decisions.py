"""What waits for a person's decision, on which state would a new command stand, and how is the central told?"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from sync.domain.commands import ORGANISING, Command, Decision, Heard, Op
from sync.domain.order import CommandKey, Order, OrderId
from sync.domain.organise import decide_args
from sync.domain.permissions import Action, User, actions
from sync.store.outbox import Settled
from sync.store.projection import Left, Sight, ahead
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
    epoch: str = ""

    @property
    def sight(self) -> Sight | None:
        """``now``, and in which of the central's histories it was told."""
        return None if self.now is None else Sight(self.now, self.epoch)

    @property
    def base(self) -> int | None:
        """The version that a new command refers to: that of ``now``, unless it follows a waiting one."""
        return None if self.after is not None or self.now is None else self.now.version


class Recorded(msgspec.Struct, frozen=True):
    """What became of a decision: ``new`` is False when somebody had decided before, and then nothing was given."""

    new: bool
    key: CommandKey | None = None


class Histories(msgspec.Struct, frozen=True):
    """Of which of the central's histories are the orders ``shown`` here, and which one is ``present``? Empty where that
    is not known: then it is taken for the present one.
    """

    shown: str = ""
    present: str = ""

    def is_present(self, epoch: str) -> bool:
        return epoch in {"", self.present}

    def is_newer(self, here: Order, told: Order, told_in: str) -> bool:
        """Whether what is shown is newer than what was told; versions tell that within one history only."""
        if told_in == self.shown or not (told_in and self.shown):
            return here.version > told.version
        return self.is_present(self.shown)


ALL_ONE = Histories()
LeftAt = Callable[[Sequence[CommandKey]], Left]
"""Tells which stored commands were, or may still be, applied (``Outbox.left_at``)."""


def open_cases(
    attention: Sequence[Settled],
    held_back: Iterable[Command],
    truths: Mapping[OrderId, Order],
    user: User | None,
    left_at: LeftAt,
    histories: Histories = ALL_ONE,
) -> tuple[OpenCase, ...]:
    """One case for each refused command, in their order."""
    waiting: dict[OrderId, list[Command]] = {}
    for command in held_back:
        waiting.setdefault(command.order_id, []).append(command)
    left = left_at([c.after for commands in waiting.values() for c in commands if c.after is not None])
    return tuple(_case(s, waiting.get(s.command.order_id, ()), left, truths, user, histories) for s in attention)


def _case(
    settled: Settled,
    waiting: Sequence[Command],
    left: Left,
    truths: Mapping[OrderId, Order],
    user: User | None,
    histories: Histories,
) -> OpenCase:
    told, here = settled.result.order, truths.get(settled.command.order_id)
    later = tuple(c for c in waiting if c.n > settled.command.n)
    now, epoch, allowed = told, settled.epoch or histories.present, settled.result.actions
    if here is not None and (told is None or not allowed or histories.is_newer(here, told, settled.epoch)):
        now, epoch = here, histories.shown
    if now is not told or not allowed or not histories.is_present(settled.epoch):
        allowed = () if now is None or user is None else actions(user, now)
    after = _last_alive(waiting, left, now) if later and now is not None else None
    return OpenCase(settled=settled, now=now, actions=allowed, waiting=later, after=after, epoch=epoch)


def _last_alive(commands: Sequence[Command], left: Left, now: Order) -> CommandKey | None:
    """The last of these that can still be applied, and of whose state ``now`` knows. One that only organises says
    nothing of a state.
    """
    out = ahead(now, commands, left)
    alive = [c.key for c in commands if c.key not in out and c.op not in ORGANISING]
    return alive[-1] if alive else None


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
