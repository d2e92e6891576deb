"""Which commands has this workstation accepted, and what became of each? The durable queue: nothing here is ever lost.

A command is pending until the central's result for its key is stored beside it, in the same file. A row is never
deleted by code.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from sync.domain.commands import Command, Op
from sync.domain.order import CommandKey, Order, UserId
from sync.errors import StoreDamaged
from sync.store import migrations
from sync.store.copies import copy_before
from sync.store.database import Connection, DatabaseKey, SqliteError, connect, migrate, named, one, transaction
from sync.store.forgetting import blanked, fate_alone, without_person
from sync.store.queue_reading import PRESENT, RECORD, UNDECIDED, UNKNOWN, WITHDRAWN, QueueReading, Settled
from sync.store.salvage import Found, later, put_facts, put_rows, skip_numbers
from sync.store.second_record import (
    REVISION,
    Progress,
    Row,
    SecondRecord,
    changes,
    count_changes,
    named_rows,
    suspicion,
    watch,
)
from sync.wire.codec import encode
from sync.wire.messages import Result, ResultStatus

_LAST_NUMBER = """SELECT max(coalesce((SELECT max(n) FROM commands), 0),
    coalesce((SELECT value + 0 FROM facts WHERE name = 'numbers'), 0))"""
__all__ = ["UNKNOWN", "WITHDRAWN", "Draft", "Outbox", "Settled"]


class Draft(msgspec.Struct, frozen=True):
    """A command to be: ``build`` makes it of its number. ``seen`` is the order as its issuer saw it.

    ``epoch`` is the central's history in which that was; empty where none is known here.
    """

    build: Callable[[int], Command]
    seen: Order | None
    epoch: str = ""


class Outbox(QueueReading):
    """The queue in one file. Thread-safe: a connection for writing and one for reading, so that no reader waits for
    a disk; every write is a FULL commit.
    """

    def __init__(
        self, path: Path, key: DatabaseKey, now: Callable[[], int], second: SecondRecord | None = None
    ) -> None:
        """Open or make the file; ``now`` gives Unix ms. Raises StoreDamaged, StoreTooNew, StoreFull, StoreError.

        ``second`` is told of every commit.
        """
        self._path = path
        self._now = now
        self._second = second
        self._lock = threading.Lock()
        self._connection = connect(path, key, "FULL")
        try:
            migrate(self._connection, migrations.outbox, path, self._copy_before)
            watch(self._connection)
            self._open_reader(path, key)
        except SqliteError as error:
            self._connection.close()
            raise named(error, path) from error
        except BaseException:
            self._connection.close()
            raise
        try:  # what is still to be sent or decided must be whole; the rest is only a record
            self.unsettled()
            self.attention()
        except BaseException:
            self.close()
            raise

    def _copy_before(self, connection: Connection, step: str) -> None:
        copy_before(connection, step, self._path.parent / "copies")

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One FULL commit, counted for the second record. Damage met here is looked into at the next start."""
        with self._adding() as db:
            yield db
            count_changes(db)

    @contextmanager
    def _adding(self) -> Iterator[Connection]:
        """As ``_writing``, for what only adds commands: their numbers count them."""
        with self._lock:
            try:
                with transaction(self._connection, self._path) as db:
                    yield db
            except BaseException as fault:
                self._counted_at = -1
                if isinstance(fault, StoreDamaged):
                    suspicion(self._path).touch()
                raise

    def keep_second(self) -> None:
        """Write behind: the second record of all that was committed here since the last time."""
        with self._lock:
            self._keep_second()

    def _keep_second(self) -> None:
        if self._second is None:
            return
        try:
            rows, facts = changes(self._connection)
        except SqliteError as error:
            raise self._noted(named(error, self._path)) from error
        if rows or facts:
            self._second.keep(rows, facts)

    def close(self) -> None:
        try:
            self.keep_second()
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Close a file that is not to be trusted: nothing more is told of it."""
        with self._lock, self._reading:
            self._reader.close()
            self._connection.close()

    def fact(self, name: str, make: Callable[[], str]) -> str:
        """A value kept for ever under this name, made at the first time of asking."""
        known = self.get_fact(name)
        if known is not None:
            return known
        with self._writing() as db:
            db.execute("INSERT INTO facts(name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, make()))
            return str(one(db, "SELECT value FROM facts WHERE name = ?", (name,)))

    def put_fact(self, name: str, value: str) -> None:
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO facts(name, value) VALUES (?, ?)", (name, value))

    def add(self, build: Callable[[int], Command], seen: Order | None, epoch: str = "") -> Command:
        """Store the command of such a draft; returns only after COMMIT."""
        return self.add_all((Draft(build, seen, epoch),))[0]

    def add_all(self, drafts: Sequence[Draft]) -> tuple[Command, ...]:
        """Store all of these commands in their order, or none; returns only after COMMIT."""
        with self._adding() as db:
            counted = self._counted_at == db.total_changes
            commands = _insert(db, drafts)
            if counted:
                more = Counter(command.issued_by for command in commands)
                self._counted = {who: self._counted.get(who, 0) + more[who] for who in {*self._counted, *more}}
                self._counted_at = db.total_changes
        return commands

    def withdraw(self, key: CommandKey) -> bool:
        """Take back a command that was never sent and that no other follows; False when it is too late for that."""
        with self._writing() as db:
            free = one(
                db,
                "SELECT 1 FROM commands c WHERE key = ? AND status IS NULL AND attempts = 0 AND NOT EXISTS"
                " (SELECT 1 FROM commands l WHERE l.order_id = c.order_id AND l.n > c.n AND l.status IS NULL"
                f" AND NOT l.{RECORD})",
                (key,),
            )
            if free:
                db.execute(
                    "UPDATE commands SET status = ?, settled_at = ?, decision = 'withdrawn' WHERE key = ?",
                    (WITHDRAWN, self._now(), key),
                )
        return bool(free)

    def next_batch(
        self, issuer: UserId, limit: int, *, without: Sequence[str] = (), only: str = ""
    ) -> tuple[Command, ...]:
        """The oldest pending commands of this person that may be sent, marked as attempted, in their order.

        Commands on an order that waits for a person's decision stay back; so do those behind another person's.
        ``without`` these orders and records of decisions, or ``only`` of this one; records are named by their key.
        """
        name = f"CASE WHEN c.{RECORD} THEN c.key ELSE c.order_id END"
        narrow, arguments = "", []
        if without:
            narrow, arguments = f" AND {name} NOT IN (SELECT value FROM json_each(?))", [json.dumps(without)]
        if only:
            narrow, arguments = f"{narrow} AND {name} = ?", [*arguments, only]
        with self._writing() as db:
            rows = db.execute(
                "SELECT body FROM commands c WHERE +status IS NULL"  # by number, from the first that waits
                " AND n >= (SELECT min(n) FROM commands INDEXED BY commands_waiting WHERE status IS NULL)"
                f" AND issued_by = ? AND epoch {PRESENT}{narrow}"
                f" AND (c.{RECORD} OR (NOT EXISTS (SELECT 1 FROM commands e WHERE e.order_id = c.order_id AND e.n < c.n"
                f"   AND e.status IS NULL AND NOT e.{RECORD} AND (e.issued_by != c.issued_by OR e.epoch NOT {PRESENT}))"
                f" AND NOT EXISTS ({UNDECIDED})))"
                " ORDER BY n LIMIT ?",
                (issuer, *arguments, limit),
            ).fetchall()
            batch = tuple(self._command(row[0]) for row in rows)
            db.executemany("UPDATE commands SET attempts = attempts + 1 WHERE n = ?", [(c.n,) for c in batch])
        return batch

    def meet_epoch(self, epoch: str, kept_until: int) -> bool:
        """Note the central's history; True when it does not continue the one known before.

        Then what was applied after ``kept_until`` (Unix ms; 0: all is known over there) is unsettled again, and what
        is unsettled is held back until ``accept``, for the versions of another history mean other states. That goes
        also for what was given before any history was known here, by an earlier release or ahead of a salvage, unless
        the central has had only one.
        """
        with self._writing() as db:
            known = one(db, "SELECT value FROM facts WHERE name = 'epoch'")
            if known == epoch:
                return False
            db.execute("INSERT OR REPLACE INTO facts(name, value) VALUES ('epoch', ?)", (epoch,))
            if known is None and not kept_until:
                return False
            before = UNKNOWN if known is None else known
            placed = db.execute("UPDATE commands SET epoch = ? WHERE epoch = ''", (before,))
            if not kept_until:
                return True
            unsettled = db.execute(
                "UPDATE commands SET earlier = coalesce(earlier || char(10), '') || result,"  # one to a line
                " result = NULL, status = NULL, settled_at = NULL, forgotten = 0,"
                " decision = NULL WHERE status = ? AND epoch != ? AND json_extract(result, '$.at') >= ?",
                (ResultStatus.APPLIED.value, epoch, kept_until),
            )
        return known is not None or bool(placed.rowcount or unsettled.rowcount)

    def accept(self, key: CommandKey) -> None:
        """The state that the command was given on is also one of the present history: it may be sent."""
        with self._writing() as db:
            db.execute(
                "UPDATE commands SET epoch = (SELECT value FROM facts WHERE name = 'epoch') WHERE key = ?", (key,)
            )

    def settle(self, results: Sequence[Result]) -> tuple[Settled, ...]:
        """Store the central's answers; an answer that is already stored is left as it is. Returns the new ones."""
        new: list[Settled] = []
        with self._writing() as db:
            epoch = str(one(db, "SELECT value FROM facts WHERE name = 'epoch'") or "")
            for result in results:
                row = db.execute(
                    "SELECT body, seen FROM commands WHERE key = ? AND status IS NULL", (result.key,)
                ).fetchone()
                if row is None:
                    continue
                command = self._command(row[0])
                done = result.status is ResultStatus.APPLIED or command.op is Op.DECIDE  # nobody decides about those
                db.execute(
                    "UPDATE commands SET result = ?, status = ?, settled_at = ?, decision = ?,"
                    " epoch = coalesce(nullif(?, ''), epoch) WHERE key = ?",
                    (
                        encode(result).decode(),
                        result.status.value,
                        self._now(),
                        "seen" if done else None,
                        epoch,
                        result.key,
                    ),
                )
                new.append(Settled(command=command, result=result, seen=self._order(row[1]), epoch=epoch))
        return tuple(new)

    def decide(self, key: CommandKey, decision: str, by: UserId, *then: Draft) -> bool:
        """Record what a person decided about a conflict or rejection; False when it was decided before.

        ``then`` is what the decision leads to, its record for the central and a new command: all stored, or nothing.
        """
        with self._writing() as db:
            done = db.execute(
                "UPDATE commands SET decision = ?, decided_by = ?, decided_at = ?"
                " WHERE key = ? AND status NOT NULL AND decision IS NULL",
                (decision, by, self._now(), key),
            )
            if done.rowcount:
                _insert(db, then)
        return bool(done.rowcount)

    def forget(self, before: int, after: int, most: int) -> int:
        """Take the customer out of commands that were settled and decided before this moment (Unix ms), of ``most`` of
        those with a number beyond ``after``; the last one's number, 0 when there are no more. The rows stay, with their
        fate; what is unsent or undecided stays whole.
        """
        found = self._read(
            "SELECT n, body, result, earlier FROM commands WHERE n > ? AND forgotten = 0 AND status NOT NULL"
            " AND decision NOT NULL AND settled_at < ? ORDER BY n LIMIT ?",
            (after, before, most),
        )
        if found:
            with self._writing() as db:
                db.executemany(
                    "UPDATE commands SET forgotten = 1, seen = NULL, body = ?, result = ?, earlier = ?"
                    " WHERE n = ? AND status NOT NULL",  # a new history may have unsettled it meanwhile
                    [
                        (
                            encode(without_person(self._command(body))).decode(),
                            None if result is None else encode(fate_alone(self._result(result))).decode(),
                            blanked(earlier),
                            n,
                        )
                        for n, body, result, earlier in found
                    ],
                )
        return int(found[-1][0]) if found else 0

    # -- the second record

    def follow(self, second: SecondRecord) -> None:
        """From now on tell this one of every commit."""
        with self._lock:
            self._second = second

    def progress(self) -> Progress:
        """How far this file has come."""
        try:
            last = _last_number(self._connection)
        except SqliteError as error:
            raise self._noted(named(error, self._path)) from error
        return Progress(last, int(self.get_fact(REVISION) or 0))

    def everything(self) -> tuple[Iterator[Row], dict[str, str]]:
        """All rows, read as they are asked for, and all facts."""
        facts = dict(self._read("SELECT name, value FROM facts"))
        return self._all_rows(), facts

    def _all_rows(self) -> Iterator[Row]:
        try:
            yield from named_rows(self._connection.execute("SELECT * FROM commands ORDER BY n"))
        except SqliteError as error:
            raise named(error, self._path) from error

    def restore(self, known: Found) -> list[Row]:
        """Take over what is known elsewhere and later than what is here; returns the rows that were."""
        mine = {row["n"]: row for row in self._all_rows()}
        numbers = {row["key"]: n for n, row in mine.items()}
        news = [
            row for n, row in sorted(known.rows.items()) if later(row, mine.get(n)) and numbers.get(row["key"], n) == n
        ]
        with self._writing() as db:
            put_rows(db, news)
            put_facts(db, known.facts)
            skip_numbers(db, known.last)
        return news


def _last_number(db: Connection) -> int:
    """The highest number that was ever given."""
    return int(one(db, _LAST_NUMBER))


def _insert(db: Connection, drafts: Sequence[Draft]) -> tuple[Command, ...]:
    """Within the caller's transaction: one command per draft, with the numbers that come next."""
    commands = tuple(draft.build(number) for number, draft in enumerate(drafts, _last_number(db) + 1))
    db.executemany(
        "INSERT INTO commands(n, key, order_id, op, issued_by, issued_at, body, seen, epoch)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                command.n,
                command.key,
                command.order_id,
                command.op.value,
                command.issued_by,
                command.issued_at,
                encode(command).decode(),
                None if draft.seen is None else encode(draft.seen).decode(),
                draft.epoch,
            )
            for command, draft in zip(commands, drafts, strict=True)
        ],
    )
    return commands
