"""What was the queue last told, should its own file have lost it? A second file, written behind every commit.

The queue's file alone is what makes a command durable. This one is not waited for (NORMAL), so a power cut may cost its
end; but a damaged page or a cut WAL of the queue, which SQLite takes for the end of the file, is noticed by it and made
good from it.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sync.errors import StoreDamaged, StoreError
from sync.store import migrations
from sync.store.database import Connection, Cursor, DatabaseKey, SqliteError, connect, migrate, named, one, transaction

Row = dict[str, Any]
"""One row of the queue's ``commands``, by the names of its columns; a column may be missing that came later."""
REVISION = "revision"
"""The fact that counts all changes but the adding of a command, which has a number of its own."""
_KEEP = "INSERT OR REPLACE INTO rows(n, row) VALUES (?, ?)"
_CHECKPOINT_PAGES = 4000
_WATCH = """
CREATE TEMP TABLE changed_commands (n INTEGER NOT NULL, counts INTEGER NOT NULL);
CREATE TEMP TABLE changed_facts (name TEXT NOT NULL);
CREATE TEMP TRIGGER command_added AFTER INSERT ON main.commands BEGIN
    INSERT INTO changed_commands VALUES (new.n, 0); END;
CREATE TEMP TRIGGER command_changed
    AFTER UPDATE OF result, status, settled_at, decision, decided_by, decided_at, epoch, earlier, forgotten
    ON main.commands BEGIN
    INSERT INTO changed_commands VALUES (new.n, 1); END;
CREATE TEMP TRIGGER fact_added AFTER INSERT ON main.facts BEGIN
    INSERT INTO changed_facts VALUES (new.name); END;
CREATE TEMP TRIGGER fact_changed AFTER UPDATE ON main.facts BEGIN
    INSERT INTO changed_facts VALUES (new.name); END;
"""
"""How often a command was tried is left out: what comes back from here counts as tried. Nothing here is unique, for a
conflict would be settled as the outer statement says."""
_COUNT = """INSERT INTO facts(name, value) SELECT 'revision', '1'
    WHERE EXISTS (SELECT 1 FROM changed_commands WHERE counts) OR EXISTS (SELECT 1 FROM changed_facts)
ON CONFLICT(name) DO UPDATE SET value = CAST(value + 1 AS TEXT)"""
_log = logging.getLogger(__name__)


def watch(queue: Connection) -> None:
    """From now on this connection remembers what it changes, until ``changes`` takes it."""
    queue.executescript(_WATCH)


def count_changes(queue: Connection) -> None:
    """The last step of every transaction of the queue."""
    queue.execute(_COUNT)


def changes(queue: Connection) -> tuple[list[Row], dict[str, str]]:
    """The rows and facts that were changed since the last time of asking. Raises SqliteError."""
    of = queue.execute("SELECT * FROM commands WHERE n IN (SELECT n FROM changed_commands)")
    rows = named_rows(of)
    facts = dict(queue.execute("SELECT name, value FROM facts WHERE name IN (SELECT name FROM changed_facts)"))
    queue.execute("DELETE FROM changed_commands")
    queue.execute("DELETE FROM changed_facts")
    return rows, facts


def named_rows(of: Cursor) -> list[Row]:
    """What is left of an answer, by the names of its columns."""
    names = [column[0] for column in of.description]
    return [dict(zip(names, values, strict=True)) for values in of]


def suspicion(path: Path) -> Path:
    """Stands beside a file in which somebody met damage while working with it."""
    return path.with_name(f"{path.name}.suspect")


class Progress(NamedTuple):
    """How far a file has come: the last command's number, and the changes counted."""

    n: int
    revision: int

    def lacks(self, other: "Progress") -> bool:
        """Whether the other one has seen something that this one has not."""
        return other.n > self.n or other.revision > self.revision


class SecondRecord:
    """The second file. Belongs to whoever holds the queue's lock."""

    def __init__(self, path: Path, key: DatabaseKey) -> None:
        """Open or make the file; raises StoreDamaged, StoreTooNew, StoreFull, StoreError."""
        self.path = path
        self._whole = True
        self._connection = connect(path, key, "NORMAL")
        try:
            self._connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
            migrate(self._connection, migrations.second_record, path)
        except SqliteError as error:
            self._connection.close()
            raise named(error, path) from error
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        self._connection.close()

    def keep(self, rows: Iterable[Row], facts: Mapping[str, str]) -> None:
        """Note what the queue has just committed. A fault here must not look like one of the queue's: it is logged,
        nothing more is noted until the next start, and that makes up for it.
        """
        if not self._whole:
            return
        try:
            self._write(rows, facts)
        except StoreError as fault:
            self._whole = False
            _log.warning("the second record of the queue is not kept until the next start: %s", fault)

    def renew(self, rows: Iterable[Row], facts: Mapping[str, str]) -> None:
        """Hold these rows and facts, and no others. Raises StoreError."""
        with transaction(self._connection, self.path) as db:
            db.execute("DELETE FROM rows")
            db.execute("DELETE FROM facts")
        self._write(rows, facts)

    def _write(self, rows: Iterable[Row], facts: Mapping[str, str]) -> None:
        with transaction(self._connection, self.path) as db:
            db.executemany(_KEEP, ((row["n"], json.dumps(row, ensure_ascii=False)) for row in rows))
            db.executemany("INSERT OR REPLACE INTO facts(name, value) VALUES (?, ?)", facts.items())

    def progress(self) -> Progress:
        try:
            n = one(self._connection, "SELECT max(n) FROM rows")
            revision = one(self._connection, "SELECT value FROM facts WHERE name = ?", (REVISION,))
        except SqliteError as error:
            raise named(error, self.path) from error
        return Progress(int(n or 0), int(revision or 0))

    def rows(self) -> Iterator[Row]:
        """Every row in the order of its number; raises StoreDamaged where it cannot go on."""
        try:
            for (row,) in self._connection.execute("SELECT row FROM rows ORDER BY n"):
                yield json.loads(row)
        except SqliteError as error:
            raise named(error, self.path) from error
        except ValueError as wrong:
            raise StoreDamaged(f"{self.path}: {wrong}", self.path) from wrong

    def facts(self) -> dict[str, str]:
        try:
            return dict(self._connection.execute("SELECT name, value FROM facts"))
        except SqliteError as error:
            raise named(error, self.path) from error
