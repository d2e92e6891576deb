"""What can still be read of a queue whose file is damaged? Every row on a page that is whole, and what else was kept.

Nothing is done twice by it: commands are told apart by number and key, and of two states of one command the later wins.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from sync.domain.commands import Command
from sync.domain.order import CommandKey
from sync.errors import StoreError
from sync.store.database import Connection, DatabaseKey, SqliteError, connect
from sync.store.second_record import REVISION, Row, named_rows
from sync.wire.codec import BadBodyError, decode

T = TypeVar("T")
NUMBERS = "numbers"
"""The fact that names the highest number ever given, where that is not the last command's."""
PAGE = 4096
_ROWS_ON_A_PAGE = 12
"""More rows of a command than this never share a page."""
_MOST_FAILURES = 1500
"""A bad page costs a millisecond and is met several times on the way to its rows."""


class Found(msgspec.Struct):
    """What was read of one file. ``last`` is the highest number that was ever given, as far as the file tells."""

    rows: dict[int, Row] = {}
    facts: dict[str, str] = {}
    last: int = 0


def read_damaged(path: Path, key: DatabaseKey) -> Found:
    """Every row and fact on whole pages. The file is opened as it lies, with its WAL."""
    return _read(_Source(path, key, "SELECT * FROM commands"), "SELECT max(n) FROM commands")


def steps_of(path: Path, key: DatabaseKey) -> list[str]:
    """The migrations that the file has seen, as far as it can be read."""
    source = _Source(path, key, "")
    try:
        return [str(name) for (name,) in source.ask("SELECT name FROM _sqlite_migrations") or ()]
    finally:
        source.close()


def read_record(path: Path, key: DatabaseKey) -> Found:
    """As ``read_damaged``, of a second record."""
    return _read(_Source(path, key, "SELECT row FROM rows"), "SELECT max(n) FROM rows")


def _read(source: "_Source", highest: str) -> Found:
    found = Found()
    try:
        found.facts = {str(name): str(value) for name, value in source.ask("SELECT name, value FROM facts") or ()}
        ((last,),) = source.ask(highest) or ((0,),)
        found.last = max(int(last or 0), int(found.facts.get(NUMBERS, 0)))
        for row in _walk(source, max(found.last, source.at_most())):
            found.rows[row["n"]] = row
    finally:
        source.close()
    found.last = max((found.last, *found.rows))
    return found


class _Source:
    """A damaged file. After a bad page SQLCipher answers nothing more, so it is opened again."""

    def __init__(self, path: Path, key: DatabaseKey, rows: str) -> None:
        """``rows`` asks for all commands, in a column each or all of one as JSON."""
        self._path, self._key, self._rows = path, key, rows
        self._connection: Connection | None = None
        self.failures = 0

    def at_most(self) -> int:
        """A number that no command in a file of this size can have."""
        files = [Path(f"{self._path}{suffix}") for suffix in ("", "-wal")]
        return sum(file.stat().st_size for file in files if file.exists()) // PAGE * _ROWS_ON_A_PAGE

    def ask(self, sql: str) -> list[tuple[Any, ...]] | None:
        """The rows; None where a page is bad."""
        return self._whole(lambda db: db.execute(sql).fetchall())

    def commands(self, first: int, last: int) -> list[Row] | None:
        """The rows with these numbers; None where a page is bad."""
        rows = self._whole(lambda db: named_rows(db.execute(f"{self._rows} WHERE n BETWEEN ? AND ?", (first, last))))
        return rows and [json.loads(row["row"]) if "row" in row else row for row in rows]

    def _whole(self, read: Callable[[Connection], list[T]]) -> list[T] | None:
        try:
            if self._connection is None:
                self._connection = connect(self._path, self._key, "FULL")
            return read(self._connection)
        except (SqliteError, StoreError):
            self.failures += 1
            self.close()
            return None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _walk(source: _Source, last: int) -> Iterable[Row]:
    """The rows from 1 to ``last``, the bad ones cut out by halving."""
    ranges = [(1, last)]
    while ranges and source.failures < _MOST_FAILURES:
        first, last = ranges.pop()
        rows = source.commands(first, last)
        if rows is not None:
            yield from filter(_readable, rows)
        elif last > first:
            middle = (first + last) // 2
            ranges += [(middle + 1, last), (first, middle)]


def _readable(row: Row) -> bool:
    """Whether the row is as it was written: of a bad page deep in a long row, SQLCipher makes zeros without a word."""
    if any(isinstance(value, str) and "\0" in value for value in row.values()):
        return False
    try:
        key: CommandKey = decode(row["body"], Command).key
    except BadBodyError:
        return False
    return key == CommandKey(row["key"])


def merged(sources: Iterable[Found]) -> Found:
    """All that any of them holds; those named first win where two have come equally far."""
    all_of_it = Found()
    keys: dict[str, int] = {}
    for source in sources:
        for n, row in source.rows.items():
            if keys.setdefault(row["key"], n) == n and later(row, all_of_it.rows.get(n)):
                all_of_it.rows[n] = row
        newer = int(source.facts.get(REVISION, 0)) > int(all_of_it.facts.get(REVISION, 0))
        all_of_it.facts = all_of_it.facts | source.facts if newer else source.facts | all_of_it.facts
        all_of_it.last = max(all_of_it.last, source.last)
    return all_of_it


def later(row: Row, than: Row | None) -> bool:
    """Whether this state of a command follows that one; of a command with another key nothing follows."""
    return than is None or bool(row["key"] == than["key"] and _age(row) > _age(than))


def _age(row: Row) -> tuple[int, bool, bool, bool, bool]:
    """A command is settled, then decided, then forgotten; each new history of the central may unsettle it, and leaves a
    line. One that names no history is given the one of before when another is met.
    """
    earlier = row.get("earlier") or ""
    lines = len(earlier.split("\n")) if earlier else 0
    settled, decided = row["status"] is not None, row["decision"] is not None
    return (lines, settled, decided, bool(row.get("forgotten")), bool(row.get("epoch")))


def put_rows(db: Connection, rows: Iterable[Row]) -> None:
    """Write salvaged rows, within the caller's transaction. What is unsettled counts as sent, for it may have been."""
    columns = [row[1] for row in db.execute("PRAGMA table_info(commands)")]
    for row in rows:
        values = row | ({"attempts": max(1, row.get("attempts") or 0)} if row["status"] is None else {})
        names = [name for name in columns if name in values]
        marks = ", ".join("?" * len(names))
        db.execute(f"INSERT OR REPLACE INTO commands({', '.join(names)}) VALUES ({marks})", [values[n] for n in names])


def put_facts(db: Connection, facts: dict[str, str]) -> None:
    db.executemany("INSERT OR REPLACE INTO facts(name, value) VALUES (?, ?)", facts.items())


def skip_numbers(db: Connection, last: int) -> None:
    """Never give a number again that was given once, even where its command is lost."""
    db.execute("INSERT OR REPLACE INTO facts(name, value) VALUES (?, ?)", (NUMBERS, str(last)))
