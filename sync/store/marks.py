"""Which orders wait for the central, and who will have them? Derived from the outbox, only for lists."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from sync.domain.commands import Command
from sync.domain.order import Order, OrderId
from sync.store.columns import BODY, ORGANISED, organised_columns
from sync.store.database import Connection, one
from sync.store.projection import project

Pending = Callable[[Sequence[OrderId] | None], dict[OrderId, int]]
"""Tells how many unsettled commands orders have (``Outbox.pending``). Asked while the cache is locked, so that the
last mark made is the newest."""

UnderWay = Callable[[Sequence[OrderId] | None], dict[OrderId, tuple[Command, ...]]]
"""The unsettled commands (``Outbox.under_way``) on these orders, or on all; asked as ``Pending`` is."""


def _none(_: Sequence[OrderId] | None) -> dict[OrderId, int]:
    return {}


class Marks:
    """The marking half of ``OrderCache``."""

    _under_way: UnderWay

    def __init__(self) -> None:
        self._noted: set[OrderId] = set()
        self._noted_by: Pending = _none
        self._noting = threading.Lock()
        self._marking = threading.Lock()

    def _writing(self, ids: Sequence[OrderId] | None = None) -> AbstractContextManager[Connection]:
        raise NotImplementedError

    def _order(self, body: bytes) -> Order:
        raise NotImplementedError

    def note_pending(self, ids: Sequence[OrderId], pending: Pending) -> None:
        """These are to be marked before anybody looks at a list again. Writes nothing, waits for nobody."""
        with self._noting:
            self._noted.update(ids)
            self._noted_by = pending

    def mark_noted(self) -> None:
        """Mark what was noted; when it is over, so is whatever another thread was marking. A failure forgets them."""
        with self._marking:
            with self._noting:
                ids, self._noted = tuple(self._noted), set()
            if ids:
                self.mark_pending(ids, self._noted_by)

    def mark_pending(self, ids: Sequence[OrderId], pending: Pending) -> None:
        """Note in the file how many unsettled commands each of these orders has."""
        with self._writing(ids) as db:
            self._mark_pending(db, dict.fromkeys(ids, 0) | pending(ids))

    def reset_pending(self, pending: Pending) -> None:
        """As ``mark_pending``, for every order."""
        with self._writing() as db:
            db.execute("UPDATE orders SET pending = 0, listed = (stopped AND NOT asleep) WHERE pending > 0")
            projected = [OrderId(row[0]) for row in db.execute("SELECT id FROM orders WHERE projected = 1")]
            self._mark_pending(db, dict.fromkeys(projected, 0) | pending(None))

    def _mark_pending(self, db: Connection, counts: dict[OrderId, int]) -> None:
        """Marks, and who will have the order or put it away once all is sent."""
        db.executemany(
            "UPDATE orders SET pending = ?1 WHERE id = ?2", [(n, order_id) for order_id, n in counts.items()]
        )
        under_way = self._under_way(list(counts)) if counts else {}
        for order_id, commands in under_way.items():
            body = one(db, BODY, (order_id,))
            if body is not None:
                _organise(db, project(self._order(body), commands).order, projected=True)
        for order_id in counts.keys() - under_way.keys():
            if one(db, "SELECT projected FROM orders WHERE id = ?", (order_id,)):
                _organise(db, self._order(one(db, BODY, (order_id,))), projected=False)
        db.executemany(
            "UPDATE orders SET listed = ((stopped OR pending > 0) AND NOT asleep) WHERE id = ?",
            [(order_id,) for order_id in counts],
        )

    def _projected(self, truths: Sequence[Order]) -> tuple[Order, ...]:
        """What these orders become once all is sent."""
        under_way = self._under_way([order.id for order in truths]) if truths else {}
        return tuple(project(order, under_way.get(order.id, ())).order for order in truths)


def _organise(db: Connection, order: Order, *, projected: bool) -> None:
    sql = f"UPDATE orders SET {ORGANISED}, projected = ? WHERE id = ?"
    db.execute(sql, (*organised_columns(order), int(projected), order.id))
