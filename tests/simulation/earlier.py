"""How does the file of another release come to be? Made of today's queue, by the very steps that made it then."""

import random
from pathlib import Path

from sync.store import migrations
from sync.store.database import Connection, DatabaseKey, connect, migrate
from sync.store.migrations import Ladder

_NEWER = "9999_of_a_later_release"


def _columns(db: Connection, schema: str, table: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA {schema}.table_info({table})")]


def made_older(folder: Path, key: DatabaseKey, chance: random.Random) -> None:
    """Put the queue into the file that an earlier release would have written."""
    steps = migrations.outbox.steps[: chance.randrange(1, len(migrations.outbox.steps))]
    path, older = folder / "outbox.db", folder / "older.db"
    db = connect(older, key, "NORMAL")
    migrate(db, Ladder(migrations.outbox.name, steps), older)
    db.execute(f"ATTACH DATABASE ? AS today KEY \"x'{key.hex}'\"", (str(path),))
    for table in ("commands", "facts"):
        names = ", ".join(_columns(db, "main", table))
        db.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM today.{table} ORDER BY 1")
    if "epoch" not in _columns(db, "main", "commands"):
        db.execute("DELETE FROM main.facts WHERE name = 'epoch'")
    db.execute("DETACH DATABASE today")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    _without_log(path)
    older.replace(path)
    for other in folder.glob("outbox*"):
        if other != path and other.is_file():
            other.unlink()  # no earlier release had files beside it


def _without_log(path: Path) -> None:
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def made_newer(folder: Path, key: DatabaseKey) -> None:
    """Note in the file a step that this release does not know."""
    db = connect(folder / "outbox.db", key, "NORMAL")
    sql = "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES (?, ?, '2027-01-01')"
    db.execute(sql, (migrations.outbox.name, _NEWER))
    db.close()


def made_present(folder: Path, key: DatabaseKey) -> None:
    """Take that note out again."""
    db = connect(folder / "outbox.db", key, "NORMAL")
    db.execute("DELETE FROM _sqlite_migrations WHERE name = ?", (_NEWER,))
    db.close()
