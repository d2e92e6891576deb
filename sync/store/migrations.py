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


def _lean(db: Any) -> None:
    """Fewer pages at each commit: the number comes from the last row, and an order's commands are found while they wait
    for something.
    """
    columns = (
        "n, key, order_id, op, issued_by, issued_at, body, seen, attempts, result, status, settled_at, decision,"
        " decided_by, decided_at, epoch, earlier"
    )
    db.execute(
        """CREATE TABLE lean (
            n INTEGER PRIMARY KEY,
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
            decided_at INTEGER,
            epoch TEXT NOT NULL DEFAULT '',
            earlier TEXT)"""
    )
    db.execute(f"INSERT INTO lean({columns}) SELECT {columns} FROM commands")
    db.execute(
        "INSERT OR REPLACE INTO facts(name, value) SELECT 'numbers', seq FROM sqlite_sequence WHERE name = 'commands'"
    )
    db.execute("DROP TABLE commands")
    db.execute("ALTER TABLE lean RENAME TO commands")
    db.execute("CREATE INDEX commands_waiting ON commands(order_id, n, issued_by) WHERE status IS NULL")
    db.execute("CREATE INDEX commands_attention ON commands(order_id, n) WHERE status NOT NULL AND decision IS NULL")


def _forgotten(db: Any) -> None:
    """Marks what was settled so long ago that only its fate is kept. From here on there are records of decisions, too,
    which earlier programs could not read.
    """
    db.execute("ALTER TABLE commands ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0")


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


def _organised(db: Any) -> None:
    for column in (
        "node TEXT NOT NULL DEFAULT ''",
        "nodes TEXT NOT NULL DEFAULT ''",
        "claimed_by TEXT",
        "snoozed_until INTEGER",
        "asleep INTEGER NOT NULL DEFAULT 0",
        "notes INTEGER NOT NULL DEFAULT 0",
        "projected INTEGER NOT NULL DEFAULT 0",
    ):
        db.execute(f"ALTER TABLE orders ADD COLUMN {column}")
    db.execute("CREATE INDEX orders_asleep ON orders(snoozed_until) WHERE asleep = 1")
    db.execute("CREATE INDEX orders_projected ON orders(id) WHERE projected = 1")
    db.execute("CREATE INDEX orders_pending ON orders(id) WHERE pending > 0")  # every sign-in asks for them
    db.execute("CREATE INDEX orders_listed_nodes ON orders(node) WHERE listed = 1")
    db.execute("CREATE INDEX orders_listed_kinds ON orders(kinds) WHERE listed = 1")  # so does every count of the chips
    db.execute("CREATE INDEX orders_claimed ON orders(claimed_by) WHERE claimed_by IS NOT NULL")
    db.execute("CREATE INDEX orders_by_customer ON orders(customer)")
    db.execute("DROP INDEX orders_by_due")  # lists are put in order in memory now
    # What was pulled before holds no nodes, and its words no pinyin: it is pulled again, and shown until then as it is.
    db.execute("DELETE FROM facts WHERE name IN ('cursor', 'after')")
    db.execute("UPDATE orders SET indexed = 0")


def _dense(db: Any) -> None:
    """Bodies by the numbers of their rows, as the bytes that came. In a table WITHOUT ROWID every order of more than a
    kilobyte has a page of its own (https://sqlite.org/fileformat2.html, 1.6), and a cache is larger, and slower to
    fill, by more than a half.
    """
    db.execute("CREATE TABLE dense (rowid INTEGER PRIMARY KEY, body BLOB NOT NULL)")
    db.execute(
        "INSERT INTO dense SELECT o.rowid, CAST(b.body AS BLOB)"
        " FROM orders o JOIN bodies b ON b.id = o.id ORDER BY o.rowid"
    )
    db.execute("DROP TABLE bodies")
    db.execute("ALTER TABLE dense RENAME TO bodies")
    db.execute("DROP INDEX orders_by_customer")
    db.execute("CREATE INDEX orders_stopped_by_customer ON orders(customer) WHERE kinds != 0")  # nobody asks for others


def _second_record(db: Any) -> None:
    db.execute("CREATE TABLE rows (n INTEGER PRIMARY KEY, row TEXT NOT NULL)")
    db.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")


outbox = Ladder(
    "exception-desk-outbox",
    (("0001_commands", _commands), ("0002_epochs", _epochs), ("0003_lean", _lean), ("0004_forgotten", _forgotten)),
)
cache = Ladder(
    "exception-desk-cache", (("0001_orders", _orders), ("0002_organised", _organised), ("0003_dense", _dense))
)
second_record = Ladder("exception-desk-second-record", (("0001_rows", _second_record),))
