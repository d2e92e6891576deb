"""What becomes of commands that were given in another history of the central? Each is looked at before it is sent.

One whose fate is known over there gets it; one whose state still stands is sent, and so is one that the central itself
will find to be too late; about the rest a person decides. Nothing can change unseen in between: within one history a
version never means two states.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from sync.domain.commands import ORGANISING, Command, Op
from sync.domain.order import CommandKey, Order, OrderId, UserId
from sync.errors import Answered
from sync.store.orders import OrderCache
from sync.store.outbox import Outbox
from sync.store.projection import alike, same_state
from sync.wire.messages import Result, ResultStatus
from sync.wire.problems import STATUS, Kind, Problem


class Central(Protocol):
    """Tells what became of a command; raises Answered with ``NOT_FOUND`` where it never came."""

    def result(self, token: str, key: CommandKey) -> Result: ...


class Reviewing:
    """``store`` takes what came of a command, as if the central had answered it."""

    def __init__(
        self,
        central: Central,
        outbox: Outbox,
        store: Callable[[Sequence[Result], OrderCache], None],
        now: Callable[[], int],
    ) -> None:
        self._central = central
        self._outbox = outbox
        self._store = store
        self._now = now

    def look(self, token: str, user_id: UserId, cache: OrderCache) -> bool:
        """At the next command of this person; False when there is none. The cache is as new as the feed.

        One whose fate the central cannot tell holds up none on other orders; raised where there are only such.
        """
        stumbled: Answered | None = None
        put_off: list[OrderId] = []
        while (found := self._outbox.to_review(user_id, put_off)) is not None:
            command, seen = found
            try:
                self._judge(token, command, seen, cache)
            except Answered as answer:
                if answer.problem.type != Kind.INTERNAL.uri:
                    raise
                stumbled = answer
                put_off.append(command.order_id)
            else:
                return True
        if stumbled is not None:
            raise stumbled
        return False

    def _judge(self, token: str, command: Command, seen: Order | None, cache: OrderCache) -> None:
        try:
            self._store((self._central.result(token, command.key),), cache)
        except Answered as answer:
            if answer.problem.type != Kind.NOT_FOUND.uri:
                raise
            now = cache.order(command.order_id)
            if command.op is Op.DECIDE or _can_be_judged(command, seen, now):
                self._outbox.accept(command.key)
            else:
                self._store((self._overtaken(command, now),), cache)

    def _overtaken(self, command: Command, now: Order | None) -> Result:
        conflict = Problem(type=Kind.CONFLICT.uri, title=Kind.CONFLICT.value, status=int(STATUS[Kind.CONFLICT]))
        return Result(
            key=command.key,
            status=ResultStatus.CONFLICT,
            at=self._now(),
            version=None if now is None else now.version,
            order=now,
            problem=conflict,
        )


def _can_be_judged(command: Command, seen: Order | None, now: Order | None) -> bool:
    """Whether the version that the command names tells the central enough: that of the very state it was given on, or
    one that is past in any case. One that follows another command names none.
    """
    if seen is None or now is None or command.base is None:
        return False
    if command.op in ORGANISING:
        return same_state(seen, now)
    return command.base < now.same_since or (command.base <= now.version and alike(seen, now))
