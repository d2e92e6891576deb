"""What do a filter, a sort, a group and live counts cost over 10,000 and 200,000 orders? Beside SQLite asked the same.

The peer is what a plain ``QSqlTableModel`` does for such a list: the whole SELECT with WHERE and ORDER BY, its rows
read, on the same encrypted file.
"""

import gc
import statistics
import tempfile
import time
from array import array
from collections.abc import Callable
from pathlib import Path

from sync.domain.exceptions import Reason
from sync.domain.order import CarrierId
from sync.store.database import DatabaseKey, connect
from sync.store.listing import ListQuery, Moment
from sync.store.orders import OrderCache
from tests.bench.central import now
from tests.bench.measure import Measured
from tests.bench.search import fill

SIZES = (10_000, 200_000)
BUDGET = 1.0
_KEY = DatabaseKey("0" * 64)
_ALPHA = CarrierId("alpha")

ASKED: tuple[tuple[str, ListQuery, str], ...] = (
    (
        "filter",
        ListQuery(view="all", carriers=frozenset({_ALPHA}), kinds=frozenset({Reason.STOCK_OUT})),
        "SELECT rowid FROM orders WHERE carrier = 'alpha' AND kinds & 2 != 0 ORDER BY due_at, rowid",
    ),
    (
        "sort",
        ListQuery(view="all", sort=("customer", True), then=(("total", False),)),
        "SELECT rowid FROM orders ORDER BY customer, total DESC, rowid DESC",
    ),
    (
        "group",
        ListQuery(view="all", group="customer"),
        "SELECT customer, rowid FROM orders ORDER BY customer, due_at, rowid",
    ),
)


def measure(rounds: int) -> list[Measured]:
    found: list[Measured] = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "cache.db"
            cache = OrderCache(path, _KEY)
            fill(cache, size)
            moment = Moment(now=now())
            before = _resident()
            began = time.perf_counter()
            cache.listing(ASKED[1][1], None, moment)
            first = time.perf_counter() - began
            gc.collect()
            grown = _resident() - before
            for name_, query, sql in ASKED:
                found.append(_row(cache, path, size, name_, query, sql, moment, rounds, grown, first))
            found.append(_counts(cache, size, moment, rounds))
            cache.close()
    return found


def _row(
    cache: OrderCache, path: Path, size: int, name: str, query: ListQuery, sql: str, moment: Moment, rounds: int,
    grown: float, first: float,
) -> Measured:  # fmt: skip
    bare = connect(path, _KEY, "NORMAL")
    ours = tuple(_once(lambda: cache.listing(query, None, moment)) for _ in range(rounds))
    floor = tuple(_once(lambda: array("q", [row[-1] for row in bare.execute(sql)])) for _ in range(rounds))
    bare.close()
    return Measured(
        name=f"lists: {name} {size:,}",
        what="ids of the whole list, from the columns in memory",
        floor="the same SELECT on the same file, as QSqlTableModel asks it",
        budget=BUDGET,
        ours_s=ours,
        floor_s=floor,
        facts={"memory for the columns, MB": round(grown, 1), "first question, with reading them, s": round(first, 2)},
    )


def _counts(cache: OrderCache, size: int, moment: Moment, rounds: int) -> Measured:
    views = [(query, None) for _, query, _ in ASKED] * 4
    ours = tuple(_once(lambda: cache.view_counts(views, moment)) for _ in range(rounds))
    floor = tuple(_once(lambda: [len(cache.ids(query, None, moment)) for query, _ in views]) for _ in range(rounds))
    return Measured(
        name=f"lists: counts {size:,}",
        what="live numbers of 12 views",
        floor="reading these 12 lists",
        budget=BUDGET,
        ours_s=ours,
        floor_s=floor,
        facts={"median, ms": round(statistics.median(ours) * 1000, 1)},
    )


def _once(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _resident() -> float:
    """Megabytes that this process holds (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
