"""Which forms have the store's files had? Every step from the first released one on."""

from collections.abc import Callable
from typing import Any

import msgspec

Step = Callable[[Any], None]
"""Takes something with ``execute``: the open file, within the step's transaction."""


class Ladder(msgspec.Struct, frozen=True):
    """The steps of one kind of file by name, oldest first; a released step never changes."""

    name: str
    steps: tuple[tuple[str, Step], ...]


def _commands(db: Any) -> None:
    db.execute(
        """CREATE TABLE commands (
            n INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            order_id TEXT NOT NULL,
            op TEXT NOT NULL,
            issued_by TEXT NOT NULL,
            issued_at INTEGER NOT NULL,
            body TEXT NOT NULL,
            seen TEXT,
            attempts INTEGER NOT NULL DEFAULT 0,
            result TEXT,
            status TEXT,
            settled_at INTEGER,
            decision TEXT,
            decided_by TEXT,
            decided_at INTEGER)"""
    )
    db.execute("CREATE INDEX commands_unsettled ON commands(n) WHERE status IS NULL")
    db.execute("CREATE INDEX commands_attention ON commands(n) WHERE status NOT NULL AND decision IS NULL")
    db.execute("CREATE INDEX commands_order ON commands(order_id, n)")
    db.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")


def _epochs(db: Any) -> None:
    db.execute("ALTER TABLE commands ADD COLUMN epoch TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE commands ADD COLUMN earlier TEXT")


def _orders(db: Any) -> None:
    db.execute(
        """CREATE TABLE orders (
            rowid INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            version INTEGER NOT NULL,
            number TEXT NOT NULL,
            tail TEXT NOT NULL,
            customer TEXT NOT NULL,
            city TEXT NOT NULL,
            warehouse TEXT NOT NULL,
            carrier TEXT,
            status TEXT NOT NULL,
            due_at INTEGER NOT NULL,
            total INTEGER NOT NULL,
            raised_at INTEGER,
            kinds INTEGER NOT NULL,
            holds INTEGER NOT NULL,
            stopped INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            pending INTEGER NOT NULL DEFAULT 0,
            listed INTEGER NOT NULL,
            indexed INTEGER NOT NULL DEFAULT 0)"""
    )
    db.execute("CREATE TABLE bodies (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID")
    db.execute("CREATE INDEX orders_by_tail ON orders(tail)")
    db.execute("CREATE INDEX orders_by_due ON orders(due_at)")
    db.execute("CREATE INDEX orders_listed_by_due ON orders(due_at) WHERE listed = 1")
    db.execute("CREATE INDEX orders_unindexed ON orders(indexed) WHERE indexed = 0")
    db.execute("CREATE VIRTUAL TABLE order_search USING fts5(words, content='', contentless_delete=1)")
    db.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")


outbox = Ladder("exception-desk-outbox", (("0001_commands", _commands), ("0002_epochs", _epochs)))
cache = Ladder("exception-desk-cache", (("0001_orders", _orders),))
