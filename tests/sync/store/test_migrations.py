"""Does every form that the files ever had become today's, with what was in it?"""

from pathlib import Path
from typing import Any

import pytest

from sync.errors import StoreError
from sync.store import migrations
from sync.store.database import DatabaseKey, connect, migrate, one
from sync.store.migrations import Ladder
from sync.store.orders import OrderCache
from sync.store.outbox import Outbox
from sync.wire.codec import encode
from tests.fakes import Clock
from tests.sync.samples import command, order

OUTBOX_0001 = """CREATE TABLE commands (n INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE,
    order_id TEXT NOT NULL, op TEXT NOT NULL, issued_by TEXT NOT NULL, issued_at INTEGER NOT NULL, body TEXT NOT NULL,
    seen TEXT, attempts INTEGER NOT NULL DEFAULT 0, result TEXT, status TEXT, settled_at INTEGER, decision TEXT,
    decided_by TEXT, decided_at INTEGER);
CREATE INDEX commands_unsettled ON commands(n) WHERE status IS NULL;
CREATE INDEX commands_attention ON commands(n) WHERE status NOT NULL AND decision IS NULL;
CREATE INDEX commands_order ON commands(order_id, n);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT);
CREATE UNIQUE INDEX idx__sqlite_migrations_migration_set_name ON _sqlite_migrations (migration_set, name);
INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES
    ('exception-desk-outbox', '0001_commands', '2026-11-22 14:00:00+00:00');"""
"""The first released outbox, written down: the code that made it may change, this may not."""


def test_an_empty_file_gets_todays_form(tmp_path: Path, key: DatabaseKey, clock: Clock) -> None:
    (tmp_path / "outbox.db").touch()
    outbox = Outbox(tmp_path / "outbox.db", key, clock)
    assert outbox.unsettled() == ()
    outbox.close()
    cache = OrderCache(tmp_path / "cache.db", key)
    assert cache.checksum()[0] == 0
    cache.close()


def test_the_first_released_outbox_keeps_its_queue(tmp_path: Path, key: DatabaseKey, clock: Clock) -> None:
    old = connect(tmp_path / "outbox.db", key, "FULL")
    old.executescript(OUTBOX_0001)
    waiting = command(order(), n=7)
    old.execute(
        "INSERT INTO commands(n, key, order_id, op, issued_by, issued_at, body) VALUES (7, ?, ?, ?, ?, ?, ?)",
        (waiting.key, waiting.order_id, "intercept", waiting.issued_by, waiting.issued_at, encode(waiting).decode()),
    )
    old.close()
    outbox = Outbox(tmp_path / "outbox.db", key, clock)
    assert outbox.next_batch(waiting.issued_by, 50) == (waiting,)
    assert outbox.add(lambda n: command(order(), n=n), None).n == 8
    outbox.close()


def test_migrating_twice_changes_nothing(tmp_path: Path, key: DatabaseKey, clock: Clock) -> None:
    Outbox(tmp_path / "outbox.db", key, clock).close()
    again = connect(tmp_path / "outbox.db", key, "FULL")
    before = one(again, "SELECT group_concat(sql) FROM sqlite_master")
    migrate(again, migrations.outbox, tmp_path / "outbox.db")
    assert one(again, "SELECT group_concat(sql) FROM sqlite_master") == before
    again.close()


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path, key: DatabaseKey) -> None:
    path = tmp_path / "x.db"

    def breaks(db: Any) -> None:
        db.execute("CREATE TABLE half (a)")
        db.execute("INSERT INTO missing VALUES (1)")

    steps = Ladder("test", (("0001_fine", lambda db: db.execute("CREATE TABLE kept (a)")), ("0002_breaks", breaks)))
    opened = connect(path, key, "FULL")
    with pytest.raises(StoreError, match="missing"):
        migrate(opened, steps, path)
    tables = {row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert "kept" in tables
    assert "half" not in tables
    opened.close()
