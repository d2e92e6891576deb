"""The parts of the desk in memory that are about many commands: those refused, and those given all at once."""

import threading
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

from sync.bulk import Foreseen, Request, Taken, foresee
from sync.decisions import OpenCase, open_cases
from sync.domain.commands import Command
from sync.domain.order import Attachment, CommandKey, Order, OrderId
from sync.domain.permissions import User
from sync.errors import Refused
from sync.service import Wish
from sync.store.outbox import Settled
from sync.store.projection import Seen
from sync.wire.messages import Result, ResultStatus
from tests.gui.lifelike import OPERATOR
from tests.patience import PATIENCE_S


class FakeMany:
    """Mixed into ``FakeDesk``, whose memory it reads."""

    user: User | None
    decisions: dict[CommandKey, str]
    _now: Callable[[], int]
    _cache: dict[OrderId, Order]
    _commands: dict[CommandKey, Command]
    _results: dict[CommandKey, Result]
    _seen: dict[CommandKey, Order | None]
    _by_rowid: dict[int, OrderId]
    files_come: threading.Event

    def submit(self, wish: Wish) -> CommandKey:
        raise NotImplementedError

    def order(self, order_id: OrderId) -> Seen | None:
        raise NotImplementedError

    def _unsettled(self, order_id: OrderId | None = None) -> tuple[Command, ...]:
        raise NotImplementedError

    def attention(self) -> tuple[Settled, ...]:
        return tuple(
            Settled(command=self._commands[key], result=result, seen=self._seen[key])
            for key, result in list(self._results.items())
            if result.status is not ResultStatus.APPLIED and key not in self.decisions
        )

    def cases(self) -> tuple[OpenCase, ...]:
        may = self._may_apply
        return open_cases(self.attention(), self._unsettled(), self._cache, self.user, may)

    def _may_apply(self, keys: Sequence[CommandKey]) -> dict[CommandKey, bool]:
        results = {key: self._results.get(key) for key in keys}
        return {key: result is None or result.status is ResultStatus.APPLIED for key, result in results.items()}

    def decided(self, newest: int) -> tuple[Settled, ...]:
        who = self.user.id if self.user else OPERATOR.id
        return tuple(
            Settled(
                command=self._commands[key],
                result=self._results[key],
                seen=self._seen[key],
                decision=decision,
                decided_by=who,
                decided_at=self._now(),
            )
            for key, decision in reversed(self.decisions.items())
        )[:newest]

    def previous(self, order_id: OrderId) -> tuple[Order, ...]:
        self._reach()
        return self.previous_here(order_id)

    def previous_here(self, order_id: OrderId) -> tuple[Order, ...]:
        of = self._cache.get(order_id)
        if of is None:
            return ()
        kinds = {e.kind for e in of.exceptions}
        same = (o for o in tuple(self._cache.values()) if o.id != of.id and o.customer.company == of.customer.company)
        return tuple(sorted((o for o in same if kinds & {e.kind for e in o.exceptions}), key=lambda o: -o.created_at))

    def save_attachment(
        self, order_id: OrderId, attachment: Attachment, to: Path, told: Callable[[int], object]
    ) -> None:
        """Comes in halves; between them it waits for ``files_come``, where a test has cleared that."""
        self._reach()
        told(attachment.size // 2)
        self.files_come.wait(PATIENCE_S)
        told(attachment.size)
        to.write_text(f"{attachment.id} of {order_id}", encoding="utf-8")

    def _reach(self) -> None:
        raise NotImplementedError

    def foresee(self, request: Request, rowids: "Sequence[int] | array[int]") -> tuple[Foreseen, ...]:
        return self.foresee_orders(request, [self._by_rowid[rowid] for rowid in rowids])

    def foresee_orders(self, request: Request, ids: Sequence[OrderId]) -> tuple[Foreseen, ...]:
        user = self.user
        assert user is not None
        return tuple(foresee(request, seen, user, self._now()) for i in ids if (seen := self.order(i)) is not None)

    def submit_all(self, wishes: Sequence[tuple[CommandKey, Wish]]) -> tuple[Taken, ...]:
        """Under keys of its own: nobody who uses this desk looks at them twice."""
        taken = []
        for key, wish in wishes:
            try:
                taken.append(Taken(wish.order_id, self.submit(wish)))
            except Refused as refused:
                taken.append(Taken(wish.order_id, key, refused.refusal))
        return tuple(taken)
