"""How did the central's SQLite file come to its shape? Steps by ``user_version``, never edited once released."""

from typing import Any

from sync.server.errors import StorageForeign, StorageTooNew

APPLICATION_ID = 0x45584453
"""``EXDS`` in the file's header: another program's database is refused."""

_FIRST = """
CREATE TABLE central (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE feed (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, pruned INTEGER NOT NULL) STRICT;
INSERT INTO feed VALUES (1, 0, 0);

CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    warehouse TEXT NOT NULL,
    status TEXT NOT NULL,
    number TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX orders_open ON orders (id, warehouse, version) WHERE status <> 'closed';
CREATE INDEX orders_number ON orders (number);

-- No body here: the newest step of an order in a scope is the order as it stands.
CREATE TABLE changes (
    seq INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    version INTEGER NOT NULL,
    op TEXT NOT NULL CHECK (op IN ('put', 'remove')),
    warehouse TEXT NOT NULL,
    was TEXT,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE commands (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    order_id TEXT NOT NULL,
    issued_by TEXT NOT NULL,
    status TEXT NOT NULL,
    version INTEGER,
    at INTEGER NOT NULL,
    result BLOB NOT NULL,
    command BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX commands_at ON commands (at);

CREATE TABLE history (
    id INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    at INTEGER NOT NULL,
    entry BLOB NOT NULL
) STRICT;
CREATE INDEX history_order ON history (order_id, id);
CREATE TRIGGER history_stays BEFORE UPDATE ON history BEGIN SELECT raise(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER history_kept BEFORE DELETE ON history BEGIN SELECT raise(ABORT, 'the audit trail is append-only'); END;

CREATE TABLE source_orders (
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    order_id TEXT NOT NULL REFERENCES orders (id),
    last BLOB NOT NULL,
    PRIMARY KEY (source, external_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE source_events (
    source TEXT NOT NULL,
    order_id TEXT NOT NULL,
    external_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (source, order_id, external_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE places (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE stock (
    sku TEXT NOT NULL,
    warehouse TEXT NOT NULL,
    pieces INTEGER NOT NULL,
    PRIMARY KEY (sku, warehouse)
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    badge TEXT NOT NULL UNIQUE,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE failures (
    badge TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES accounts (id),
    device TEXT NOT NULL,
    language TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE access_tokens (
    hash TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE refresh_tokens (
    hash TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE service_tokens (
    hash TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

_SECOND = """
DROP TABLE failures;
CREATE TABLE failures (
    subject TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    revoked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE used_id_tokens (
    hash TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_alive ON sessions (device) WHERE ended_at IS NULL;
CREATE INDEX access_of_session ON access_tokens (session_id);
CREATE INDEX refresh_of_session ON refresh_tokens (session_id);
CREATE TABLE access_trail (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    device TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE TRIGGER access_stays BEFORE UPDATE ON access_trail BEGIN SELECT raise(ABORT, 'the trail is append-only'); END;
CREATE TRIGGER access_kept BEFORE DELETE ON access_trail BEGIN SELECT raise(ABORT, 'the trail is append-only'); END;
"""

_THIRD = """
CREATE TABLE messages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE TABLE views (
    id TEXT PRIMARY KEY,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE attachments (
    order_id TEXT NOT NULL REFERENCES orders (id),
    id TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (order_id, id)
) STRICT;
CREATE TABLE past (
    company TEXT NOT NULL,
    kind TEXT NOT NULL,
    order_id TEXT NOT NULL REFERENCES orders (id),
    PRIMARY KEY (company, kind, order_id)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO past
    SELECT json_extract(o.text, '$.customer.company'), json_extract(e.value, '$.kind'), o.id
    FROM (SELECT id, CAST(body AS TEXT) AS text FROM orders) o, json_each(o.text, '$.exceptions') e;
"""

STEPS: tuple[str, ...] = (_FIRST, _SECOND, _THIRD)
"""Step ``n`` leads from ``user_version`` n to n + 1."""


def migrate(connection: Any, new_epoch: str) -> None:
    """Bring the file to the newest shape in one transaction.

    Raises StorageTooNew or StorageForeign before anything is changed.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        _climb(connection, new_epoch)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _climb(connection: Any, new_epoch: str) -> None:
    version = _number(connection, "user_version")
    owner = _number(connection, "application_id")
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables and owner != APPLICATION_ID:
        raise StorageForeign("this file is another program's database")
    if version > len(STEPS):
        raise StorageTooNew(f"this file has shape {version}, this central knows up to {len(STEPS)}: update the central")
    for step in STEPS[version:]:
        for statement in statements(step):
            connection.execute(statement)
    if version == 0:
        connection.execute("INSERT INTO central VALUES ('epoch', ?)", (new_epoch,))
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(STEPS)}")


def _number(connection: Any, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def statements(script: str) -> list[str]:
    """The single statements of a script, so that they can run inside one transaction.

    A statement ends with ``;`` at the end of a line; a trigger stands on one line.
    """
    lines = [line for line in script.splitlines() if line.strip() and not line.lstrip().startswith("--")]
    return [part.strip() for part in ("\n".join(lines) + "\n").split(";\n") if part.strip()]
