"""What does it cost to accept a command, until it is durable? Beside one FULL commit of the same bytes."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from sync.service import Desk, Wish
from sync.store.database import DatabaseKey, connect
from sync.store.listing import ListQuery
from tests.bench.central import central_with, pull, signed_in
from tests.bench.measure import Measured, in_turn, timed

BUDGET = 2.0
PER_ROUND = 10
TURNS = 5
"""Of each side in a round: a shared disk is fast and slow by turns, and both sides must meet the same of it."""


def measure(rounds: int) -> list[Measured]:
    """One row: seconds per accepted command, and per bare commit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with central_with(2_000, folder) as url, signed_in(url, folder / "desk") as desk:
            pull(desk)
            ours, floor = in_turn(_accept(desk), _commit(folder / "floor.db"), rounds * TURNS)
            waiting = desk.connection.unsent
    return [
        Measured(
            name="submit",
            what="accept one command until it is durable (Desk.submit into the encrypted outbox)",
            floor="one FULL commit of a row of the same size into an encrypted file",
            budget=BUDGET,
            ours_s=tuple(s / PER_ROUND for s in ours),
            floor_s=tuple(s / PER_ROUND for s in floor),
            facts={"commands": PER_ROUND * TURNS * rounds, "commands waiting at the end": waiting},
        )
    ]


def _accept(desk: Desk) -> Callable[[], float]:
    free = [r for r in desk.rows(desk.ids(ListQuery(view="all"))) if r.holds == 0 and r.status != "handed_over"]
    rows = iter(free)

    def accept() -> None:
        for _ in range(PER_ROUND):
            row = next(rows)
            desk.submit(Wish(order_id=row.id, op=Op.INTERCEPT, base=row.version, reason=Reason.FRAUD))

    return lambda: timed(accept)


def _commit(path: Path) -> Callable[[], float]:
    connection = connect(path, DatabaseKey("0" * 64), "FULL")
    connection.execute("CREATE TABLE commands (n INTEGER PRIMARY KEY, body TEXT, seen TEXT)")
    body, seen = "x" * 400, "y" * 1200

    def commit() -> None:
        for _ in range(PER_ROUND):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO commands(body, seen) VALUES (?, ?)", (body, seen))
            connection.execute("COMMIT")

    return lambda: timed(commit)
