"""How did the central's PostgreSQL schema come to its shape? Steps by number, never edited once released.

Everything lives in a schema of its own, so that the database may hold other things too.
"""

from typing import Any

from psycopg import errors as postgres

from sync.server.errors import StorageForeign, StorageTooNew

SCHEMA = "exception_desk"
_MIGRATING = 0x45584453
"""The advisory lock that lets one process at a time climb."""
_WHILE_CLIMBING_MS = 60_000
"""How long a step waits for those who still serve the old shape; they are let finish what they do."""

_FIRST = """
CREATE TABLE central (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE feed (one INTEGER PRIMARY KEY CHECK (one = 1), seq BIGINT NOT NULL, pruned BIGINT NOT NULL);
INSERT INTO feed VALUES (1, 0, 0);

CREATE TABLE orders (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    warehouse TEXT NOT NULL,
    status TEXT NOT NULL,
    number TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    body BYTEA NOT NULL
);
CREATE INDEX orders_open ON orders (id) INCLUDE (warehouse, version) WHERE status <> 'closed';
CREATE INDEX orders_number ON orders (number);

-- No body here: the newest step of an order in a scope is the order as it stands.
CREATE TABLE changes (
    seq BIGINT PRIMARY KEY,
    order_id TEXT COLLATE "C" NOT NULL REFERENCES orders (id),
    version BIGINT NOT NULL,
    op TEXT NOT NULL CHECK (op IN ('put', 'remove')),
    warehouse TEXT NOT NULL,
    was TEXT,
    at BIGINT NOT NULL
);

CREATE TABLE commands (
    key TEXT COLLATE "C" PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    order_id TEXT NOT NULL,
    issued_by TEXT NOT NULL,
    status TEXT NOT NULL,
    version BIGINT,
    at BIGINT NOT NULL,
    result BYTEA NOT NULL,
    command BYTEA NOT NULL
);
CREATE INDEX commands_at ON commands (at);

CREATE TABLE history (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id TEXT COLLATE "C" NOT NULL REFERENCES orders (id),
    at BIGINT NOT NULL,
    entry BYTEA NOT NULL
);
CREATE INDEX history_order ON history (order_id, id);

CREATE TABLE source_orders (
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    order_id TEXT COLLATE "C" NOT NULL REFERENCES orders (id),
    last BYTEA NOT NULL,
    PRIMARY KEY (source, external_id)
);
CREATE TABLE source_events (
    source TEXT NOT NULL,
    order_id TEXT NOT NULL,
    external_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (source, order_id, external_id)
);

CREATE TABLE places (
    kind TEXT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE TABLE stock (
    sku TEXT NOT NULL,
    warehouse TEXT NOT NULL,
    pieces BIGINT NOT NULL,
    PRIMARY KEY (sku, warehouse)
);

CREATE TABLE accounts (id TEXT PRIMARY KEY, badge TEXT NOT NULL UNIQUE, body BYTEA NOT NULL);
CREATE TABLE failures (subject TEXT PRIMARY KEY, count BIGINT NOT NULL, until BIGINT NOT NULL);
CREATE TABLE devices (id TEXT PRIMARY KEY, revoked_at BIGINT NOT NULL);
CREATE TABLE used_id_tokens (hash TEXT PRIMARY KEY, expires_at BIGINT NOT NULL);
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES accounts (id),
    device TEXT NOT NULL,
    language TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX sessions_alive ON sessions (device) WHERE ended_at IS NULL;
CREATE TABLE access_tokens (
    hash TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    expires_at BIGINT NOT NULL
);
CREATE INDEX access_of_session ON access_tokens (session_id);
CREATE TABLE refresh_tokens (
    hash TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX refresh_of_session ON refresh_tokens (session_id);
CREATE TABLE service_tokens (hash TEXT PRIMARY KEY, source TEXT NOT NULL, created_at BIGINT NOT NULL);
CREATE TABLE access_trail (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    device TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only';
END $$;
CREATE TRIGGER history_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON history EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON access_trail EXECUTE FUNCTION refuse_change();
"""

_SECOND = """
CREATE TABLE messages (
    number BIGINT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    expires_at BIGINT NOT NULL,
    body BYTEA NOT NULL
);
CREATE TABLE views (id TEXT PRIMARY KEY, body BYTEA NOT NULL);
CREATE TABLE attachments (
    order_id TEXT COLLATE "C" NOT NULL REFERENCES orders (id),
    id TEXT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (order_id, id)
);
CREATE TABLE past (
    company TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    order_id TEXT COLLATE "C" NOT NULL REFERENCES orders (id),
    PRIMARY KEY (company, kind, order_id)
);
INSERT INTO past
    SELECT o.json -> 'customer' ->> 'company', e ->> 'kind', o.id
    FROM (SELECT id, convert_from(body, 'UTF8')::jsonb AS json FROM orders) o,
        jsonb_array_elements(o.json -> 'exceptions') e
    ON CONFLICT DO NOTHING;
"""

STEPS: tuple[str, ...] = (_FIRST, _SECOND)
"""Step ``n`` leads from shape n to n + 1; the shape stands in ``central``."""


def migrate(connection: Any, new_epoch: str) -> None:
    """Bring the schema to the newest shape in one transaction; several processes may try at once.

    Raises StorageTooNew or StorageForeign before anything is changed.
    """
    with connection.transaction():
        connection.execute("SET LOCAL lock_timeout = 0")  # whoever climbs first may take minutes over a big database
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATING,))
        connection.execute(f"SET LOCAL lock_timeout = {_WHILE_CLIMBING_MS}")
        shape = _shape(connection)
        if shape > len(STEPS):
            raise StorageTooNew(
                f"this database has shape {shape}, this central knows up to {len(STEPS)}: update the central"
            )
        for step in STEPS[shape:]:
            connection.execute(step)
        if shape == 0:
            connection.execute("INSERT INTO central VALUES ('epoch', %s), ('shape', '0')", (new_epoch,))
        connection.execute("UPDATE central SET value = %s WHERE name = 'shape' AND value <> %s", [str(len(STEPS))] * 2)


def _shape(connection: Any) -> int:
    if connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (SCHEMA,)).fetchone() is None:
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
    tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = %s", (SCHEMA,)).fetchone()[0]
    if not tables:
        return 0
    try:
        return int(connection.execute("SELECT value FROM central WHERE name = 'shape'").fetchone()[0])
    except (postgres.UndefinedTable, postgres.UndefinedColumn, TypeError) as wrong:
        raise StorageForeign(f"the schema {SCHEMA} of this database is another program's") from wrong
