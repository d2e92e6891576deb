"""Three orders, and the short ways to put them into a cache and to read them there."""

from collections.abc import Sequence

import msgspec

from sync.domain.order import Order, OrderId
from sync.store.listing import ListQuery
from sync.store.marks import Pending
from sync.store.orders import OrderCache
from sync.wire.codec import encode
from sync.wire.messages import Change
from tests.sync.samples import order

A, B, C = (order(f"SO2026112200000{n}") for n in range(3))


def nobody(of: Sequence[OrderId] | None) -> dict[OrderId, int]:
    return {}


def waiting(*ids: OrderId, n: int = 1) -> Pending:
    return lambda of: {i: n for i in ids if of is None or i in of}


def fill(cache: OrderCache, *orders: Order, generation: int = 1) -> None:
    """A whole snapshot of these, indexed."""
    bodies = [encode(o) for o in orders]
    cache.put_page(orders, bodies, generation, {"generation": str(generation)}, nobody)
    cache.finish_snapshot(generation, {"cursor": "e.1"})
    while cache.index_some(100):
        pass


def put(of: Order, seq: int = 9) -> Change:
    return Change(id=of.id, version=of.version, seq=seq, op="put", order=of)


def remove(of: Order, version: int) -> Change:
    return Change(id=of.id, version=version, seq=9, op="remove")


def at(of: Order, version: int, **changes: object) -> Order:
    return msgspec.structs.replace(of, version=version, **changes)


def numbers(cache: OrderCache, query: ListQuery, only: frozenset[OrderId] | None = None) -> list[str]:
    return [row.number for row in cache.rows(cache.ids(query, only), frozenset())]
