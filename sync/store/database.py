"""How is a store file opened? Encrypted by SQLCipher, in WAL mode, migrated, or refused with a reason."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sync.errors import StoreDamaged, StoreError, StoreFull, StoreTooNew
from sync.store.migrations import Ladder

if TYPE_CHECKING:  # the wheel has no types; its interface is the standard library's
    import sqlite3 as sqlite
else:
    from sqlcipher3 import dbapi2 as sqlite

Connection = sqlite.Connection
Cursor = sqlite.Cursor
SqliteError = sqlite.Error
BUSY_TIMEOUT_MS = 5000
MINIMUM_SQLITE = (3, 51, 3)
"""Older ones can corrupt a WAL database with two connections: https://sqlite.org/wal.html#walresetbug."""


@dataclass(frozen=True, slots=True)
class DatabaseKey:
    """The raw 256-bit key of the workstation's store as 64 hexadecimal digits. Never printed."""

    hex: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.hex) != 64 or any(c not in "0123456789abcdef" for c in self.hex):
            raise StoreDamaged("the store's key is not 64 hexadecimal digits")


_FULL = {10, 13}  # SQLITE_IOERR, SQLITE_FULL: https://sqlite.org/rescode.html
_DAMAGED = {11, 26}  # SQLITE_CORRUPT, SQLITE_NOTADB
_READ_ONLY = 8  # SQLITE_READONLY
_UNREADABLE = "Could not decode to UTF-8"  # the driver's word for a text of which a page is damaged; it has no code


def named(error: sqlite.Error, path: Path) -> StoreError:
    """The store's own error for one of SQLite's."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _FULL:
        return StoreFull(f"{path}: {error}", path)
    if code in _DAMAGED or _UNREADABLE in str(error):
        return StoreDamaged(f"{path}: {error}", path)
    return StoreError(f"{path}: {error}", path)


def refuses_to_write(fault: StoreError) -> bool:
    """Whether SQLite takes the file for one that it may only read."""
    return getattr(fault.__cause__, "sqlite_errorcode", 0) & 0xFF == _READ_ONLY


def connect(path: Path, key: DatabaseKey, synchronous: Literal["FULL", "NORMAL"]) -> Connection:
    """A connection for one thread at a time, without implicit transactions; raises StoreError and its kinds."""
    if sqlite.sqlite_version_info < MINIMUM_SQLITE:
        raise StoreError(f"SQLite {sqlite.sqlite_version} is older than 3.51.3 and can corrupt the store")
    try:
        connection = sqlite.connect(str(path), isolation_level=None, check_same_thread=False)
    except sqlite.Error as error:
        raise named(error, path) from error
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")  # what it would print comes as an error anyway
        connection.execute(f"PRAGMA key = \"x'{key.hex}'\"")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -16000")
        connection.execute("PRAGMA temp_store = MEMORY")
    except sqlite.Error as error:
        connection.close()
        raise named(error, path) from error
    return connection


def _nothing(_: Connection, step: str) -> None:
    """There is nothing to do before this step."""


def migrate(
    connection: Connection, ladder: Ladder, path: Path, before: Callable[[Connection, str], None] = _nothing
) -> None:
    """Bring the file to this program's form, each step in its own transaction; raises StoreTooNew for a newer file.

    ``before`` is called once, with the first step to come, if the file has an older form.
    """
    known = [name for name, _ in ladder.steps]
    try:
        applied = _applied(connection, ladder)
        refuse_newer(applied, ladder, path)
        if len(applied) < len(known):
            if applied:
                before(connection, known[len(applied)])
            _climb(connection, ladder)
    except sqlite.Error as error:
        raise named(error, path) from error


def refuse_newer(applied: Iterable[str], ladder: Ladder, path: Path) -> None:
    """Raises StoreTooNew where a file has seen a step that this program does not know."""
    known = {name for name, _ in ladder.steps}
    newer = [name for name in applied if name not in known]
    if newer:
        raise StoreTooNew(f"{path} was written by a newer program ({', '.join(newer)}); update this one", path)


def _applied(connection: Connection, ladder: Ladder) -> list[str]:
    """The steps that this file has seen, as sqlite-utils records them."""
    if not one(connection, "SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'"):
        return []
    sql = "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY rowid"
    return [row[0] for row in connection.execute(sql, (ladder.name,))]


def _climb(connection: Connection, ladder: Ladder) -> None:
    import sqlite_utils  # noqa: PLC0415  a fifth of a second, and only a new or older file needs it
    from sqlite_utils.migrations import Migrations  # noqa: PLC0415  as above

    migrations = Migrations(ladder.name)
    for name, step in ladder.steps:
        migrations(name=name)(step)
    migrations.apply(sqlite_utils.Database(connection, execute_plugins=False))


@contextmanager
def transaction(connection: Connection, path: Path) -> Iterator[Connection]:
    """One write transaction, taken at once (BEGIN IMMEDIATE); rolled back on any error; StoreError for SQLite's.

    Where SQLCipher cannot read a page it has to write to, SQLite says that it is out of memory (CODEC1 in its pager.c).
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except sqlite.Error as error:
        raise named(error, path) from error
    except MemoryError as error:
        raise StoreDamaged(f"{path}: a page cannot be read, or there is no memory left", path) from error


def one(connection: Connection, sql: str, arguments: tuple[Any, ...] = ()) -> Any:
    """The first column of the first row, or None."""
    row = connection.execute(sql, arguments).fetchone()
    return None if row is None else row[0]
