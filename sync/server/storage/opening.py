"""Which database does this address mean? A path is an SQLite file, ``postgresql://…`` a PostgreSQL database."""

from pathlib import Path

from sync.server.errors import Setup
from sync.server.storage.base import Storage
from sync.server.storage.sqlite import SqliteStorage

_POSTGRES = ("postgresql://", "postgres://")


def opened(database: str) -> Storage:
    """The storage, to be closed by the caller; raises Setup, StorageUnavailable, StorageTooNew, StorageForeign."""
    if database.startswith(_POSTGRES):
        # Imported here: a central on SQLite runs without PostgreSQL's library.
        from sync.server.storage.postgres import PostgresStorage  # noqa: PLC0415 - as said above

        return PostgresStorage(database)
    if "://" in database:
        raise Setup(f"{database.partition('://')[0]}:// is no database that the central knows: a path or postgresql://")
    return SqliteStorage(Path(database))
