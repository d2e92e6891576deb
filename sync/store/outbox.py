"""Which commands has this workstation accepted, and what became of each? The durable queue: nothing here is ever lost.

A command is pending until the central's result for its key is stored beside it, in the same file. A row is never
deleted by code.
"""

import json
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from sync.domain.commands import Command
from sync.domain.order import CommandKey, Order, OrderId, UserId
from sync.errors import StoreDamaged
from sync.store import migrations
from sync.store.database import DatabaseKey, SqliteError, connect, migrate, named, one, transaction
from sync.wire.codec import BadBodyError, decode, encode
from sync.wire.messages import Result, ResultStatus

T = TypeVar("T")
WITHDRAWN = "withdrawn"
"""Status of a command taken back before it was ever sent."""


_PRESENT = "IN ('', (SELECT value FROM facts WHERE name = 'epoch'))"


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """A command with the central's answer, and the order as its issuer saw it."""

    command: Command
    result: Result
    seen: Order | None
    decision: str | None = None


class Outbox:
    """The queue in one file. Thread-safe: a connection for writing and one for reading, so that no reader waits for
    a disk; every write is a FULL commit.
    """

    def __init__(self, path: Path, key: DatabaseKey, now: Callable[[], int]) -> None:
        """Open or make the file; ``now`` gives Unix ms. Raises StoreDamaged, StoreTooNew, StoreFull, StoreError."""
        self._path = path
        self._now = now
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._connection = connect(path, key, "FULL")
        try:
            migrate(self._connection, migrations.outbox, path)
            self._reader = connect(path, key, "FULL")
        except BaseException:
            self._connection.close()
            raise
        try:  # what is still to be sent or decided must be whole; the rest is only a record
            self.unsettled()
            self.attention()
        except BaseException:
            self.close()
            raise

    @property
    def path(self) -> Path:
        return self._path

    def close(self) -> None:
        with self._lock, self._reading:
            self._reader.close()
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
        rows = self._read("SELECT value FROM facts WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None

    def add(self, build: Callable[[int], Command], seen: Order | None, epoch: str = "") -> Command:
        """Store the command that ``build`` makes of its number; returns only after COMMIT.

        ``epoch`` is the central's history in which ``seen`` was seen; empty where that is not known.
        """
        with self._lock, transaction(self._connection, self._path) as db:
            n = int(one(db, "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'commands'") or 1)
            command = build(n)
            db.execute(
                "INSERT INTO commands(n, key, order_id, op, issued_by, issued_at, body, seen, epoch)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    n,
                    command.key,
                    command.order_id,
                    command.op.value,
                    command.issued_by,
                    command.issued_at,
                    encode(command).decode(),
                    None if seen is None else encode(seen).decode(),
                    epoch,
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
                f" AND epoch {_PRESENT}"
                " AND NOT EXISTS (SELECT 1 FROM commands e WHERE e.order_id = c.order_id AND e.n < c.n"
                f"   AND ((e.status IS NULL AND (e.issued_by != c.issued_by OR e.epoch NOT {_PRESENT}))"
                "     OR (e.status = 'conflict' AND e.decision IS NULL)))"
                " ORDER BY n LIMIT ?",
                (issuer, limit),
            ).fetchall()
            batch = tuple(self._command(row[0]) for row in rows)
            db.executemany("UPDATE commands SET attempts = attempts + 1 WHERE n = ?", [(c.n,) for c in batch])
        return batch

    def meet_epoch(self, epoch: str, kept_until: int) -> bool:
        """Note the central's history; True when it does not continue the one known before.

        Then what was applied after ``kept_until`` (Unix ms; 0: all is known over there) is unsettled again, and what
        is unsettled is held back until ``accept``, for the versions of another history mean other states.
        """
        with self._lock, transaction(self._connection, self._path) as db:
            known = one(db, "SELECT value FROM facts WHERE name = 'epoch'")
            if known == epoch:
                return False
            db.execute("INSERT OR REPLACE INTO facts(name, value) VALUES ('epoch', ?)", (epoch,))
            if known is None or not kept_until:
                return known is not None
            db.execute(
                "UPDATE commands SET earlier = result, result = NULL, status = NULL, settled_at = NULL,"
                " decision = NULL WHERE status = ? AND epoch != ? AND json_extract(result, '$.at') >= ?",
                (ResultStatus.APPLIED.value, epoch, kept_until),
            )
        return True

    def to_review(self, issuer: UserId) -> tuple[Command, Order | None] | None:
        """The oldest command of this person that was given in another history, with the order as it was seen then;
        none that another unsettled one on its order precedes.
        """
        rows = self._read(
            f"SELECT body, seen FROM commands c WHERE status IS NULL AND issued_by = ? AND epoch NOT {_PRESENT}"
            " AND NOT EXISTS (SELECT 1 FROM commands e WHERE e.order_id = c.order_id AND e.n < c.n"
            "   AND (e.status IS NULL OR (e.status = 'conflict' AND e.decision IS NULL))) ORDER BY n LIMIT 1",
            (issuer,),
        )
        return (self._command(rows[0][0]), self._order(rows[0][1])) if rows else None

    def accept(self, key: CommandKey) -> None:
        """The state that the command was given on is also one of the present history: it may be sent."""
        with self._lock, transaction(self._connection, self._path) as db:
            db.execute(
                "UPDATE commands SET epoch = (SELECT value FROM facts WHERE name = 'epoch') WHERE key = ?", (key,)
            )

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
        rows = self._read(f"SELECT body FROM commands WHERE status IS NULL{where} ORDER BY n", arguments)
        return tuple(self._command(row[0]) for row in rows)

    def unsent(self) -> int:
        """How many commands wait for the central's answer."""
        return int(self._read("SELECT count(*) FROM commands WHERE status IS NULL")[0][0])

    def pending(self, of: Sequence[OrderId] | None = None) -> dict[OrderId, int]:
        """How many commands without an answer each of these orders has, or each of all; those without are left out."""
        where, arguments = ("", ()) if of is None else (" AND order_id IN (SELECT value FROM json_each(?))", (of,))
        sql = f"SELECT order_id, count(*) FROM commands WHERE status IS NULL{where} GROUP BY order_id"
        return {OrderId(order_id): int(n) for order_id, n in self._read(sql, tuple(map(json.dumps, arguments)))}

    def waits_for_others(self, issuer: UserId) -> int:
        """How many wait for somebody else to sign in again."""
        sql = "SELECT count(*) FROM commands WHERE status IS NULL AND issued_by != ?"
        return int(self._read(sql, (issuer,))[0][0])

    def attention(self) -> tuple[Settled, ...]:
        """Conflicts, rejections and blocked commands that nobody has decided about, oldest first."""
        rows = self._read(
            "SELECT body, result, seen FROM commands WHERE status NOT NULL AND decision IS NULL ORDER BY n"
        )
        return tuple(
            Settled(command=self._command(body), result=self._result(result), seen=self._order(seen))
            for body, result, seen in rows
        )

    def attention_orders(self) -> frozenset[OrderId]:
        """The orders that ``attention`` is about."""
        sql = "SELECT DISTINCT order_id FROM commands WHERE status NOT NULL AND decision IS NULL"
        return frozenset(OrderId(row[0]) for row in self._read(sql))

    def find(self, key: CommandKey) -> tuple[Command, Result | None] | None:
        """A command by its key, with its answer once there is one; None also when it was withdrawn."""
        sql = "SELECT body, result FROM commands WHERE key = ? AND (status IS NULL OR status != ?)"
        rows = self._read(sql, (key, WITHDRAWN))
        if not rows:
            return None
        body, result = rows[0]
        return self._command(body), None if result is None else self._result(result)

    def backup(self, target: Path) -> None:
        """Write a whole, encrypted copy (VACUUM INTO); the target must not exist."""
        self._read("VACUUM INTO ?", (str(target),))

    def _read(self, sql: str, arguments: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            with self._reading:
                rows: list[tuple[Any, ...]] = self._reader.execute(sql, arguments).fetchall()
        except SqliteError as error:
            raise named(error, self._path) from error
        return rows

    def _command(self, body: str) -> Command:
        return self._decoded(body, Command)

    def _result(self, body: str) -> Result:
        return self._decoded(body, Result)

    def _order(self, body: str | None) -> Order | None:
        return None if body is None else self._decoded(body, Order)

    def _decoded(self, body: str, type_: type[T]) -> T:
        try:
            return decode(body, type_)
        except BadBodyError as wrong:
            raise StoreDamaged(f"{self._path}: {wrong}", self._path) from wrong


def set_aside(path: Path) -> Path:
    """Move a damaged file with its WAL out of the way, keeping it for salvage; returns where it lies now.

    All of it lies there before anything is taken away here: a crash in between leaves two copies, never half a one.
    """
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    for i in range(1000):
        aside = path.with_name(f"{path.stem}.damaged-{stamp}-{i}{path.suffix}")
        if not aside.exists():
            break
    else:
        raise StoreDamaged(f"{path.parent} holds a thousand damaged copies; look at them and clear up")
    parts = [suffix for suffix in ("", "-wal", "-shm") if Path(f"{path}{suffix}").exists()]
    for suffix in parts:
        shutil.copy2(f"{path}{suffix}", f"{aside}{suffix}")
    for suffix in parts:
        Path(f"{path}{suffix}").unlink()
    return aside
