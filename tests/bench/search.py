"""What does a typed letter cost over 200,000 orders? Beside the bare FTS query for the same text."""

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sync.domain.order import Order
from sync.server.demo.orders import demo_orders
from sync.store.database import DatabaseKey, connect
from sync.store.listing import ListQuery
from sync.store.orders import OrderCache
from sync.store.search import match_query
from sync.wire.codec import encode
from tests.bench.central import now
from tests.bench.measure import Measured

BUDGET = 1.3
ORDERS = 200_000
_SCREENFUL = 60
_KEY = DatabaseKey("0" * 64)


def measure(rounds: int) -> list[Measured]:
    """One row: p95 seconds from text to the rows of the first screenful, and of the bare query."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "cache.db"
        cache = OrderCache(path, _KEY)
        orders = fill(cache, ORDERS)
        texts = _typed(orders, 40)
        bare = connect(path, _KEY, "NORMAL")
        ours: list[float] = []
        floor: list[float] = []
        for _ in range(rounds):
            ours.append(_p95(texts, lambda text: _look(cache, text)))
            floor.append(_p95(texts, lambda text: bare.execute(_BARE, (match_query(text),)).fetchall()))
        bare.close()
        cache.close()
    return [
        Measured(
            name="search",
            what=f"p95 of one keystroke over {ORDERS:,} orders: row ids by due time, first screenful read",
            floor="p95 of the bare FTS query that finds the same rows",
            budget=BUDGET,
            ours_s=tuple(ours),
            floor_s=tuple(floor),
            facts={"texts": len(texts), "example": texts[1]},
        )
    ]


_BARE = "SELECT rowid FROM order_search WHERE order_search MATCH ?"


def fill(cache: OrderCache, count: int) -> list[Order]:
    """Put so many orders into the cache and index them; the first hundred of them as values."""
    first: list[Order] = []
    batch: list[Order] = []
    for order in demo_orders(1, count, now()):
        if len(first) < 100:
            first.append(order)
        batch.append(order)
        if len(batch) == 5_000:
            cache.put_page(batch, [encode(o) for o in batch], 1, {"generation": "1"}, lambda _: {})
            batch = []
    cache.put_page(batch, [encode(o) for o in batch], 1, {"cursor": "1.1"}, lambda _: {})
    while cache.index_some(5_000):
        pass
    return first


def _typed(orders: list[Order], count: int) -> list[str]:
    """What people type: parts of company names, tails, streets, article numbers, letter by letter."""
    chance = random.Random(7)
    texts: list[str] = []
    while len(texts) < count:
        order = chance.choice(orders)
        whole = chance.choice([order.customer.company, order.number[-6:], order.customer.street, order.lines[0].sku])
        begin = chance.randrange(max(1, len(whole) - 3)) if not whole.isascii() else 0
        texts += [whole[begin : begin + n] for n in range(2, min(6, len(whole) - begin) + 1)]
    return texts


def _look(cache: OrderCache, text: str) -> None:
    ids = cache.ids(ListQuery(view="all", text=text))
    cache.rows(ids[:_SCREENFUL], frozenset())


def _p95(texts: list[str], look: Callable[[str], object]) -> float:
    seconds = []
    for text in texts:
        began = time.perf_counter()
        look(text)
        seconds.append(time.perf_counter() - began)
    return statistics.quantiles(seconds, n=20)[-1]
