"""What does it cost to pull 20,000 orders over HTTP into the cache? Beside decoding and inserting the same rows."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from sync.client.api import CentralApi
from sync.client.readahead import Snapshot
from sync.domain.order import Order, OrderId
from sync.service import Desk
from sync.store.columns import order_columns
from sync.store.database import DatabaseKey, connect
from sync.wire.messages import PAGE_LIMIT, BadgeGrant
from tests.bench.central import SUPERVISOR, central_with, signed_in
from tests.bench.measure import Measured, in_turn, timed

BUDGET = 1.5
ORDERS = 20_000
_decoder = msgspec.json.Decoder(Order)


def measure(rounds: int) -> list[Measured]:
    """One row: seconds for the whole pull, and for decode + executemany of the same rows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with central_with(ORDERS, folder) as url:
            pages = _pages(url)
            bodies = [body for page in pages for body in page.bodies]
            ours, floor = in_turn(_pull(url, folder), _insert(bodies, folder), rounds)
            wire = _bare_transfer(url)
    return [
        Measured(
            name="pull",
            what=f"pull {len(bodies):,} orders over HTTP into the encrypted cache, resumable page by page",
            floor="decode the same JSON + raw executemany of the same rows into an encrypted file",
            budget=BUDGET,
            ours_s=tuple(ours),
            floor_s=tuple(floor),
            facts={"megabytes on the wire": round(sum(map(len, bodies)) / 1e6, 1), "bare HTTP transfer, s": wire},
        )
    ]


def _pages(url: str) -> list[Snapshot]:
    api = CentralApi(url, language=lambda: "en")
    badge, pin = SUPERVISOR
    token = api.session(BadgeGrant(badge=badge, pin=pin, device="bench")).access_token
    pages: list[Snapshot] = []
    after: OrderId | None = None
    while not pages or after is not None:
        page = api.orders(token, after, PAGE_LIMIT)
        pages.append(page)
        after = page.after
    api.close()
    return pages


def _bare_transfer(url: str) -> float:
    began = time.perf_counter()
    _pages(url)
    return round(time.perf_counter() - began, 3)


def _pull(url: str, folder: Path) -> Callable[[], float]:
    turn = 0

    def pull() -> float:
        nonlocal turn
        turn += 1
        with signed_in(url, folder / f"desk-{turn}") as desk:
            return timed(lambda: _until_pulled(desk))

    return pull


def _until_pulled(desk: Desk) -> None:
    """Turn the engine until the snapshot is whole; the search index is filled afterwards and does not count."""
    while desk.connection.pulled < ORDERS:
        desk.engine.step()


def _insert(bodies: list[bytes], folder: Path) -> Callable[[], float]:
    turn = 0

    def insert() -> float:
        nonlocal turn
        turn += 1
        connection = connect(folder / f"floor-{turn}.db", DatabaseKey("0" * 64), "NORMAL")
        rest = len(order_columns(_decoder.decode(bodies[0]), 1)) - len(("id", "version"))
        names = ", ".join(f"c{i}" for i in range(rest))
        connection.execute(f"CREATE TABLE orders (rowid INTEGER PRIMARY KEY, id TEXT UNIQUE, version, {names})")
        connection.execute("CREATE TABLE bodies (rowid INTEGER PRIMARY KEY, body BLOB)")

        def work() -> None:
            orders = [_decoder.decode(body) for body in bodies]
            rows = [order_columns(order, 1) for order in orders]
            marks = ", ".join("?" * len(rows[0]))
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(f"INSERT INTO orders(id, version, {names}) VALUES ({marks})", rows)
            connection.executemany("INSERT INTO bodies VALUES (?, ?)", enumerate(bodies, 1))
            connection.execute("COMMIT")

        seconds = timed(work)
        connection.close()
        return seconds

    return insert
