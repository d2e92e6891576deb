"""How is a store file opened? Encrypted by SQLCipher, in WAL mode, migrated, or refused with a reason."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import sqlite_utils
from sqlite_utils.migrations import Migrations

from sync.errors import StoreDamaged, StoreError, StoreFull, StoreTooNew

if TYPE_CHECKING:  # the wheel has no types; its interface is the standard library's
    import sqlite3 as sqlite
else:
    from sqlcipher3 import dbapi2 as sqlite

Connection = sqlite.Connection
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


def named(error: sqlite.Error, path: Path) -> StoreError:
    """The store's own error for one of SQLite's."""
    text = str(error)
    if "disk is full" in text or "disk I/O error" in text:
        return StoreFull(f"{path}: {text}")
    if "not a database" in text or "malformed" in text or "encrypted" in text or "HMAC" in text:
        return StoreDamaged(f"{path}: {text}")
    return StoreError(f"{path}: {text}")


def connect(path: Path, key: DatabaseKey, synchronous: Literal["FULL", "NORMAL"]) -> Connection:
    """A connection for one thread at a time, without implicit transactions; raises StoreError and its kinds."""
    if sqlite.sqlite_version_info < MINIMUM_SQLITE:
        raise StoreError(f"SQLite {sqlite.sqlite_version} is older than 3.51.3 and can corrupt the store")
    try:
        connection = sqlite.connect(str(path), isolation_level=None, check_same_thread=False)
    except sqlite.Error as error:
        raise named(error, path) from error
    try:
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


def migrate(connection: Connection, migrations: Migrations, path: Path) -> None:
    """Bring the file to this program's form, each step in its own transaction; raises StoreTooNew for a newer file."""
    database = sqlite_utils.Database(connection, execute_plugins=False)
    known = {m.name for m in migrations._migrations}  # noqa: SLF001  no public listing in sqlite-utils 4.2
    try:
        newer = [m.name for m in migrations.applied(database) if m.name not in known]
        if newer:
            raise StoreTooNew(f"{path} was written by a newer program ({', '.join(newer)}); update this one")
        migrations.apply(database)
    except sqlite.Error as error:
        raise named(error, path) from error


@contextmanager
def transaction(connection: Connection, path: Path) -> Iterator[Connection]:
    """One write transaction, taken at once (BEGIN IMMEDIATE); rolled back on any error; StoreError for SQLite's."""
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


def one(connection: Connection, sql: str, arguments: tuple[Any, ...] = ()) -> Any:
    """The first column of the first row, or None."""
    row = connection.execute(sql, arguments).fetchone()
    return None if row is None else row[0]
