"""What does it cost to clear a backlog of 2,300 held orders? Foreseen and accepted, beside writing the same rows."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sync.bulk import Request
from sync.domain.apply import Refusal
from sync.domain.commands import Op
from sync.keys import new_key
from sync.service import Desk
from sync.store.database import DatabaseKey, connect
from sync.store.listing import ListQuery
from tests.bench.central import central_with, now, pull, signed_in
from tests.bench.measure import Measured, in_turn, timed

BUDGET = 12.0
BACKLOG = 2_300
AT_ONCE = 250
ORDERS = 9_000
MINUTE_S = 60.0


def measure(rounds: int) -> list[Measured]:
    """One row: seconds until the backlog is foreseen and durable, without the central; with it, as a fact."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with central_with(ORDERS, folder) as url:
            ours, floor = in_turn(_clear(url, folder), _write(folder), rounds)
            facts = _settle(url, folder)
    return [
        Measured(
            name="bulk",
            what=f"release {BACKLOG:,} held orders offline: foreseen for each, {AT_ONCE} a durable transaction",
            floor="the same number of rows of the same size, executemany, in as many FULL commits",
            budget=BUDGET,
            ours_s=tuple(ours),
            floor_s=tuple(floor),
            facts=facts,
        )
    ]


def _backlog(desk: Desk) -> list[int]:
    pull(desk)
    held = [row.rowid for row in desk.rows(desk.ids(ListQuery())) if row.holds and row.status != "handed_over"]
    if len(held) < BACKLOG:
        raise RuntimeError(f"only {len(held)} of {ORDERS} made-up orders are held")
    return held[:BACKLOG]


def _release(desk: Desk, rowids: list[int]) -> None:
    request = Request(op=Op.RELEASE)
    for start in range(0, len(rowids), AT_ONCE):
        foreseen = [
            f for f in desk.foresee(request, rowids[start : start + AT_ONCE]) if not isinstance(f.expected, Refusal)
        ]
        desk.submit_all([(new_key(now()), f.wish) for f in foreseen])


def _clear(url: str, folder: Path) -> Callable[[], float]:
    turn = 0

    def clear() -> float:
        nonlocal turn
        turn += 1
        with signed_in(url, folder / f"desk-{turn}") as desk:
            rowids = _backlog(desk)
            seconds = timed(lambda: _release(desk, rowids))
            if desk.connection.unsent != BACKLOG:
                raise RuntimeError(f"{desk.connection.unsent} of {BACKLOG} were accepted")
            return seconds

    return clear


def _write(folder: Path) -> Callable[[], float]:
    connection = connect(folder / "floor.db", DatabaseKey("0" * 64), "FULL")
    connection.execute("CREATE TABLE commands (n INTEGER PRIMARY KEY, body TEXT, seen TEXT)")
    rows = [("x" * 450, "y" * 1600)] * BACKLOG

    def write() -> None:
        for start in range(0, BACKLOG, AT_ONCE):
            connection.execute("BEGIN IMMEDIATE")
            some = rows[start : start + AT_ONCE]
            connection.executemany("INSERT INTO commands(body, seen) VALUES (?, ?)", some)
            connection.execute("COMMIT")

    return lambda: timed(write)


def _settle(url: str, folder: Path) -> dict[str, object]:
    """With the central: until every command has its answer."""
    with signed_in(url, folder / "online") as desk:
        rowids = _backlog(desk)
        began = time.perf_counter()
        _release(desk, rowids)
        while desk.connection.unsent:
            desk.engine.step()
        seconds = time.perf_counter() - began
        refused = len(desk.attention())
    return {
        "until the central has answered all, s": round(seconds, 2),
        "within a minute": "yes" if seconds < MINUTE_S else "NO",
        "refused by the central": refused,
    }
