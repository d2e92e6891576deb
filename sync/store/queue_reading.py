"""What is in the queue? Read through a connection of its own, so that no reader waits for a disk."""

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from sync.domain.commands import Command, Op
from sync.domain.order import CommandKey, Order, OrderId, UserId
from sync.errors import StoreDamaged, StoreError
from sync.store.database import Connection, DatabaseKey, SqliteError, connect, named
from sync.store.second_record import suspicion
from sync.wire.codec import BadBodyError, decode
from sync.wire.messages import Result

T = TypeVar("T")
WITHDRAWN = "withdrawn"
"""Status of a command taken back before it was ever sent."""
PRESENT = "IN ('', (SELECT value FROM facts WHERE name = 'epoch'))"
"""Given in the central's present history; so is what names none, until another one is met."""
UNKNOWN = "?"
"""Stands for the history of what was given before any was known here, and which need not be the present one."""
UNDECIDED = (
    "SELECT 1 FROM commands e WHERE e.order_id = c.order_id AND e.n < c.n AND e.status = 'conflict'"
    " AND e.status NOT NULL AND e.decision IS NULL"
)
"""A conflict before command ``c`` on its order, about which nobody has decided."""
RECORD = f"op = '{Op.DECIDE.value}'"
"""A decision's record: it changes no order, so that it waits for no other command and none waits for it."""


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """A command with the central's answer, and the order as its issuer saw it. ``epoch``: the central's history of the
    answer, empty where that is not known.
    """

    command: Command
    result: Result
    seen: Order | None
    epoch: str = ""
    decision: str | None = None
    decided_by: UserId | None = None
    decided_at: int | None = None


class QueueReading:
    """The queue's file for those who only look. Thread-safe."""

    _path: Path
    _lock: threading.Lock
    _connection: Connection

    def _open_reader(self, path: Path, key: DatabaseKey) -> None:
        self._reading = threading.Lock()
        self._counted: dict[UserId, int] = {}
        self._counted_at = -1
        self._reader = connect(path, key, "FULL")

    @property
    def path(self) -> Path:
        return self._path

    def get_fact(self, name: str) -> str | None:
        rows = self._read("SELECT value FROM facts WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None

    def to_review(self, issuer: UserId, without: Sequence[OrderId] = ()) -> tuple[Command, Order | None] | None:
        """The oldest command of this person that was given in another history, with the order as it was seen then;
        none that another unsettled one on its order precedes, and none on one of the orders ``without``.
        """
        rows = self._read(
            f"SELECT body, seen FROM commands c WHERE status IS NULL AND issued_by = ? AND epoch NOT {PRESENT}"
            f" AND (c.{RECORD} OR (NOT EXISTS (SELECT 1 FROM commands e WHERE e.order_id = c.order_id AND e.n < c.n"
            f"   AND e.status IS NULL AND NOT e.{RECORD}) AND NOT EXISTS ({UNDECIDED})))"
            " AND order_id NOT IN (SELECT value FROM json_each(?)) ORDER BY n LIMIT 1",
            (issuer, json.dumps(without)),
        )
        return (self._command(rows[0][0]), self._order(rows[0][1])) if rows else None

    def decided(self, newest: int) -> tuple[Settled, ...]:
        """The conflicts and rejections that persons decided about last: who, when and what; the newest first."""
        rows = self._read(
            "SELECT body, result, seen, epoch, decision, decided_by, decided_at FROM commands"
            " WHERE decided_at NOT NULL ORDER BY decided_at DESC, n DESC LIMIT ?",
            (newest,),
        )
        return tuple(
            Settled(
                command=self._command(body),
                result=self._result(result),
                seen=self._order(seen),
                epoch=epoch,
                decision=decision,
                decided_by=UserId(by),
                decided_at=at,
            )
            for body, result, seen, epoch, decision, by, at in rows
        )

    def held_back(self) -> tuple[Command, ...]:
        """The commands that wait until a person has decided about a conflict before them, oldest first."""
        rows = self._read(f"SELECT c.body FROM commands c WHERE c.status IS NULL AND EXISTS ({UNDECIDED}) ORDER BY c.n")
        return tuple(self._command(row[0]) for row in rows)

    def left_at(self, keys: Sequence[CommandKey]) -> dict[CommandKey, int | None]:
        """The version at which each of these commands left its order, None while it may still be applied; without
        those that were refused or are unknown here.
        """
        if not keys:
            return {}
        rows = self._read(
            "SELECT key, json_extract(result, '$.version') FROM commands"
            " WHERE (status IS NULL OR status = 'applied') AND key IN (SELECT value FROM json_each(?))",
            (json.dumps(keys),),
        )
        return {CommandKey(key): version for key, version in rows}

    def unsettled(self, order_id: OrderId | None = None) -> tuple[Command, ...]:
        """Commands without an answer, oldest first; of one order or of all."""
        where, arguments = ("", ()) if order_id is None else (" AND order_id = ?", (str(order_id),))
        rows = self._read(f"SELECT body FROM commands WHERE status IS NULL{where} ORDER BY n", arguments)
        return tuple(self._command(row[0]) for row in rows)

    def unsent(self) -> int:
        """How many commands wait for the central's answer."""
        return sum(self._waiting().values())

    def _waiting(self) -> dict[UserId, int]:
        """How many of each person's commands are not settled; counted anew only after a change."""
        sql = "SELECT issued_by, count(*) FROM commands INDEXED BY commands_waiting WHERE status IS NULL GROUP BY 1"
        if not self._lock.acquire(blocking=False):
            return {UserId(who): n for who, n in self._read(sql)}
        try:
            if self._counted_at != self._connection.total_changes:
                self._counted = {UserId(who): n for who, n in self._connection.execute(sql)}
                self._counted_at = self._connection.total_changes
        except SqliteError as error:
            raise self._noted(named(error, self._path)) from error
        else:
            return self._counted
        finally:
            self._lock.release()

    def under_way(self, of: Sequence[OrderId] | None = None) -> dict[OrderId, tuple[Command, ...]]:
        """The commands without an answer on these orders, or on all, oldest first; orders without are left out."""
        where, arguments = ("", ()) if of is None else (" AND order_id IN (SELECT value FROM json_each(?))", (of,))
        sql = f"SELECT body FROM commands WHERE status IS NULL{where} ORDER BY n"
        found: dict[OrderId, tuple[Command, ...]] = {}
        for (body,) in self._read(sql, tuple(map(json.dumps, arguments))):
            command = self._command(body)
            found[command.order_id] = (*found.get(command.order_id, ()), command)
        return found

    def pending(self, of: Sequence[OrderId] | None = None) -> dict[OrderId, int]:
        """How many commands without an answer each of these orders has, or each of all; those without are left out."""
        where, arguments = ("", ()) if of is None else (" AND order_id IN (SELECT value FROM json_each(?))", (of,))
        sql = f"SELECT order_id, count(*) FROM commands WHERE status IS NULL{where} GROUP BY order_id"
        return {OrderId(order_id): int(n) for order_id, n in self._read(sql, tuple(map(json.dumps, arguments)))}

    def issuers(self) -> tuple[UserId, ...]:
        """Whose commands are not settled yet."""
        return tuple(sorted(self._waiting()))

    def waits_for_others(self, issuer: UserId) -> int:
        """How many wait for somebody else to sign in again."""
        return sum(n for who, n in self._waiting().items() if who != issuer)

    def attention(self) -> tuple[Settled, ...]:
        """Conflicts, rejections and blocked commands that nobody has decided about, oldest first."""
        rows = self._read(
            "SELECT body, result, seen, epoch FROM commands WHERE status NOT NULL AND decision IS NULL ORDER BY n"
        )
        return tuple(
            Settled(command=self._command(body), result=self._result(result), seen=self._order(seen), epoch=epoch)
            for body, result, seen, epoch in rows
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

    def _read(self, sql: str, arguments: tuple[str | int, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            if self._lock.acquire(blocking=False):  # nobody writes, and the writer's pages are at hand
                try:
                    rows: list[tuple[Any, ...]] = self._connection.execute(sql, arguments).fetchall()
                finally:
                    self._lock.release()
            else:
                with self._reading:
                    rows = self._reader.execute(sql, arguments).fetchall()
        except SqliteError as error:
            raise self._noted(named(error, self._path)) from error
        return rows

    def _noted(self, fault: StoreError) -> StoreError:
        """Damage is looked into at the next start."""
        if isinstance(fault, StoreDamaged):
            suspicion(self._path).touch()
        return fault

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
            raise self._noted(StoreDamaged(f"{self._path}: {wrong}", self._path)) from wrong
