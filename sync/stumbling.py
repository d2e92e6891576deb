"""How does a command over which the central stumbles hold up no other? It is set aside, its person's others go on.

A central that answers 500 to a batch may be mended any day: everything is tried again for ever. The batches of the
person whose it was get smaller, after short pauses, until the command is known; from then on it is tried after ever
longer pauses, and all else goes first. Other people's commands, the feed and all else go on meanwhile. What is known
ends with the program; after that it is found out anew.
"""

import random
from collections.abc import Callable, Sequence

from sync.client.backoff import Backoff
from sync.domain.commands import Command, Op
from sync.domain.order import UserId
from sync.errors import Answered
from sync.store.outbox import Outbox
from sync.wire.problems import Kind

NARROWING_S = 2.0
"""At most so long is waited while it is not yet known which command it is."""
MANY = 100
"""After so many in a row it is the central itself: from then on the pauses get longer."""


class _Pause:
    """Until when something is not done, by a clock that may be set back: that ends it."""

    def __init__(self) -> None:
        self._since = self._until = 0

    def begin(self, now: int, seconds: float) -> None:
        self._since, self._until = now, now + max(1, int(seconds * 1000))

    def left(self, now: int) -> float:
        """Seconds."""
        return (self._until - now) / 1000 if self._since <= now < self._until else 0.0


class _Line:
    """One person's part of the queue: how much goes at once, what is set aside, and the pauses of all and of that."""

    def __init__(self, chance: random.Random) -> None:
        self.limit: int | None = None
        self.aside: dict[str, None] = {}
        self.is_retrying = self.is_told = False
        """Of what is under way: one of those set aside; ``over`` was told of it."""
        self.in_a_row = 0
        self.pause, self.pause_aside = _Pause(), _Pause()
        self.backoff, self.backoff_aside = Backoff(chance), Backoff(chance)


class Stumbling:
    """Gives out the queue's batches, and hears what became of each. ``now`` gives Unix ms."""

    def __init__(self, outbox: Outbox, now: Callable[[], int], chance: random.Random) -> None:
        self._outbox = outbox
        self._now = now
        self._chance = chance
        self._moment = now()
        self._lines: dict[str, _Line] = {}

    def look_at_the_clock(self) -> None:
        """A step of the engine begins: until the next one, what pauses now pauses."""
        self._moment = self._now()

    def _line(self, whose: str) -> _Line:
        if whose not in self._lines:
            self._lines[whose] = _Line(self._chance)
        return self._lines[whose]

    def troubles(self, *whose: str) -> bool:
        """Whether something under one of these names is set aside, or waits."""
        lines = [self._lines[name] for name in whose if name in self._lines]
        return any(line.aside or line.pause.left(self._moment) for line in lines)

    @property
    def shortest_pause(self) -> float | None:
        """Seconds until the first pause is over; None where there is none."""
        now, lines = self._moment, self._lines.values()
        left = [line.pause.left(now) for line in lines] + [line.pause_aside.left(now) for line in lines if line.aside]
        return min(filter(None, left), default=None)

    def unless_paused(self, whose: str, work: Callable[[], bool]) -> bool:
        """Do something of this person's, or whatever else has this name, unless it pauses; a pause begins when the
        central stumbles over it. A central that says how long to wait is obeyed in all that is asked: that is raised.
        """
        line = self._line(whose)
        if line.pause.left(self._moment):
            return False
        line.is_retrying = line.is_told = False
        try:
            done = work()
        except Answered as answer:
            if answer.problem.type != Kind.INTERNAL.uri:
                raise
            if not line.is_told:
                line.pause.begin(self._moment, line.backoff.failed())
            if answer.retry_after is not None:
                raise
            return False
        line.backoff.succeeded()
        return done

    # -- batches

    def next_batch(self, issuer: UserId, most: int) -> tuple[Command, ...]:
        """As ``Outbox.next_batch``: first of all other orders, then one command of those set aside, in turn."""
        line = self._line(issuer)
        batch = self._outbox.next_batch(issuer, min(most, line.limit or most), without=tuple(line.aside))
        if batch or line.pause_aside.left(self._moment):
            return batch
        for name in tuple(line.aside):
            one = self._outbox.next_batch(issuer, 1, only=name)
            if one:
                line.is_retrying = True
                return one
            del line.aside[name]  # settled otherwise, or held back
        return ()

    def refused(self, issuer: UserId, batch: Sequence[Command]) -> None:
        """It was not taken because of one of its commands: the next batch is half as long."""
        self._line(issuer).limit = max(1, len(batch) // 2)

    def over(self, issuer: UserId, batch: Sequence[Command]) -> None:
        """The central stumbled over this batch. A single command is set aside, behind all others."""
        line, now = self._line(issuer), self._moment
        line.is_told = True
        if len(batch) > 1:
            self.refused(issuer, batch)
        else:
            name = _name(batch[0])
            line.aside.pop(name, None)
            line.aside[name] = None
            line.pause_aside.begin(now, line.backoff_aside.failed())
        if line.limit is not None and not line.is_retrying:
            line.in_a_row += 1
            narrowing = line.in_a_row < MANY
            line.pause.begin(now, self._chance.uniform(0, NARROWING_S) if narrowing else line.backoff.failed())

    def answered(self, issuer: UserId, batch: Sequence[Command], most: int) -> None:
        """It was taken: the next batch may be twice as long, up to ``most``."""
        line = self._line(issuer)
        line.in_a_row = 0
        for command in batch:
            line.aside.pop(_name(command), None)
        if line.is_retrying or not line.aside:
            line.backoff_aside.succeeded()
        if line.limit is not None and not line.is_retrying:
            line.limit = None if line.limit * 2 >= most else line.limit * 2


def _name(command: Command) -> str:
    """What is set aside with it: all on its order, for which it comes first. A decision's record stands alone."""
    return command.key if command.op is Op.DECIDE else command.order_id
