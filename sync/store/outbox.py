"""Which commands has this workstation accepted, and what became of each? The durable queue: nothing here is ever lost.

A command is pending until the central's result for its key is stored beside it, in the same file. A row is never
deleted by code.
"""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from sync.domain.commands import Command
from sync.domain.order import CommandKey, Order, OrderId, UserId
from sync.errors import StoreDamaged
from sync.store import migrations
from sync.store.database import DatabaseKey, SqliteError, connect, migrate, named, one, transaction
from sync.wire.codec import decode, encode
from sync.wire.messages import Result, ResultStatus

WITHDRAWN = "withdrawn"
"""Status of a command taken back before it was ever sent."""


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """A command with the central's answer, and the order as its issuer saw it."""

    command: Command
    result: Result
    seen: Order | None
    decision: str | None = None


class Outbox:
    """The queue in one file. Thread-safe: one connection under one lock; every write is a FULL commit."""

    def __init__(self, path: Path, key: DatabaseKey, now: Callable[[], int]) -> None:
        """Open or make the file; ``now`` gives Unix ms. Raises StoreDamaged, StoreTooNew, StoreFull, StoreError."""
        self._path = path
        self._now = now
        self._lock = threading.Lock()
        self._connection = connect(path, key, "FULL")
        try:
            migrate(self._connection, migrations.outbox, path)
        except BaseException:
            self._connection.close()
            raise

    @property
    def path(self) -> Path:
        return self._path

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def fact(self, name: str, make: Callable[[], str]) -> str:
        """A value kept for ever under this name, made at the first time of asking."""
        with self._lock, transaction(self._connection, self._path) as db:
            db.execute("INSERT INTO facts(name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, make()))
            return str(one(db, "SELECT value FROM facts WHERE name = ?", (name,)))

    def put_fact(self, name: str, value: str) -> None:
        with self._lock, transaction(self._connection, self._path) as db:
            db.execute("INSERT OR REPLACE INTO facts(name, value) VALUES (?, ?)", (name, value))

    def get_fact(self, name: str) -> str | None:
        with self._lock:
            value = one(self._connection, "SELECT value FROM facts WHERE name = ?", (name,))
        return None if value is None else str(value)

    def add(self, build: Callable[[int], Command], seen: Order | None) -> Command:
        """Store the command that ``build`` makes of its number; returns only after COMMIT."""
        with self._lock, transaction(self._connection, self._path) as db:
            n = int(one(db, "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'commands'") or 1)
            command = build(n)
            db.execute(
                "INSERT INTO commands(n, key, order_id, op, issued_by, issued_at, body, seen)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    n,
                    command.key,
                    command.order_id,
                    command.op.value,
                    command.issued_by,
                    command.issued_at,
                    encode(command).decode(),
                    None if seen is None else encode(seen).decode(),
                ),
            )
        return command

    def withdraw(self, key: CommandKey) -> bool:
        """Take back a command that was never sent and that no other follows; False when it is too late for that."""
        with self._lock, transaction(self._connection, self._path) as db:
            free = one(
                db,
                "SELECT 1 FROM commands c WHERE key = ? AND status IS NULL AND attempts = 0 AND NOT EXISTS"
                " (SELECT 1 FROM commands l WHERE l.order_id = c.order_id AND l.n > c.n AND l.status IS NULL)",
                (key,),
            )
            if free:
                db.execute(
                    "UPDATE commands SET status = ?, settled_at = ?, decision = 'withdrawn' WHERE key = ?",
                    (WITHDRAWN, self._now(), key),
                )
        return bool(free)

    def next_batch(self, issuer: UserId, limit: int) -> tuple[Command, ...]:
        """The oldest pending commands of this person that may be sent, marked as attempted, in their order.

        Commands on an order that waits for a person's decision stay back; so do those behind another person's.
        """
        with self._lock, transaction(self._connection, self._path) as db:
            rows = db.execute(
                "SELECT body FROM commands c WHERE status IS NULL AND issued_by = ?"
                " AND NOT EXISTS (SELECT 1 FROM commands e WHERE e.order_id = c.order_id AND e.n < c.n"
                "   AND ((e.status IS NULL AND e.issued_by != c.issued_by)"
                "     OR (e.status = 'conflict' AND e.decision IS NULL)))"
                " ORDER BY n LIMIT ?",
                (issuer, limit),
            ).fetchall()
            batch = tuple(self._command(row[0]) for row in rows)
            db.executemany("UPDATE commands SET attempts = attempts + 1 WHERE n = ?", [(c.n,) for c in batch])
        return batch

    def settle(self, results: Sequence[Result]) -> tuple[Settled, ...]:
        """Store the central's answers; an answer that is already stored is left as it is. Returns the new ones."""
        new: list[Settled] = []
        with self._lock, transaction(self._connection, self._path) as db:
            for result in results:
                row = db.execute(
                    "SELECT body, seen FROM commands WHERE key = ? AND status IS NULL", (result.key,)
                ).fetchone()
                if row is None:
                    continue
                decision = "seen" if result.status is ResultStatus.APPLIED else None
                db.execute(
                    "UPDATE commands SET result = ?, status = ?, settled_at = ?, decision = ? WHERE key = ?",
                    (encode(result).decode(), result.status.value, self._now(), decision, result.key),
                )
                new.append(Settled(command=self._command(row[0]), result=result, seen=self._order(row[1])))
        return tuple(new)

    def decide(self, key: CommandKey, decision: str, by: UserId) -> bool:
        """Record what a person decided about a conflict or rejection; False when it was decided before."""
        with self._lock, transaction(self._connection, self._path) as db:
            done = db.execute(
                "UPDATE commands SET decision = ?, decided_by = ?, decided_at = ?"
                " WHERE key = ? AND status NOT NULL AND decision IS NULL",
                (decision, by, self._now(), key),
            )
        return bool(done.rowcount)

    def unsettled(self, order_id: OrderId | None = None) -> tuple[Command, ...]:
        """Commands without an answer, oldest first; of one order or of all."""
        where, arguments = ("", ()) if order_id is None else (" AND order_id = ?", (str(order_id),))
        with self._lock:
            rows = self._read(f"SELECT body FROM commands WHERE status IS NULL{where} ORDER BY n", arguments)
        return tuple(self._command(row[0]) for row in rows)

    def unsent(self) -> int:
        """How many commands wait for the central's answer."""
        with self._lock:
            return int(one(self._connection, "SELECT count(*) FROM commands WHERE status IS NULL"))

    def waits_for_others(self, issuer: UserId) -> int:
        """How many wait for somebody else to sign in again."""
        with self._lock:
            sql = "SELECT count(*) FROM commands WHERE status IS NULL AND issued_by != ?"
            return int(one(self._connection, sql, (issuer,)))

    def attention(self) -> tuple[Settled, ...]:
        """Conflicts, rejections and blocked commands that nobody has decided about, oldest first."""
        with self._lock:
            rows = self._read(
                "SELECT body, result, seen FROM commands WHERE status NOT NULL AND decision IS NULL ORDER BY n", ()
            )
        return tuple(
            Settled(command=self._command(body), result=decode(result, Result), seen=self._order(seen))
            for body, result, seen in rows
        )

    def find(self, key: CommandKey) -> tuple[Command, Result | None] | None:
        """A command by its key, with its answer once there is one."""
        with self._lock:
            rows = self._read("SELECT body, result FROM commands WHERE key = ?", (key,))
        if not rows:
            return None
        body, result = rows[0]
        return self._command(body), None if result is None else decode(result, Result)

    def backup(self, target: Path) -> None:
        """Write a whole, encrypted copy (VACUUM INTO); the target must not exist."""
        with self._lock:
            self._read("VACUUM INTO ?", (str(target),))

    def _read(self, sql: str, arguments: tuple[str, ...]) -> list[tuple[Any, ...]]:
        try:
            rows: list[tuple[Any, ...]] = self._connection.execute(sql, arguments).fetchall()
        except SqliteError as error:
            raise named(error, self._path) from error
        return rows

    @staticmethod
    def _command(body: str) -> Command:
        return decode(body, Command)

    @staticmethod
    def _order(body: str | None) -> Order | None:
        return None if body is None else decode(body, Order)


def set_aside(path: Path) -> Path:
    """Move a damaged file with its WAL out of the way, keeping it for salvage; returns where it lies now."""
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    for i in range(1000):
        aside = path.with_name(f"{path.stem}.damaged-{stamp}-{i}{path.suffix}")
        if not aside.exists():
            break
    else:
        raise StoreDamaged(f"{path.parent} holds a thousand damaged copies; look at them and clear up")
    for suffix in ("", "-wal", "-shm"):
        part = Path(f"{path}{suffix}")
        if part.exists():
            part.rename(f"{aside}{suffix}")
    return aside
