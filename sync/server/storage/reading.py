"""Which questions does the central ask of its database? Every SELECT, in the SQL that SQLite and PostgreSQL share."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from sync.domain.order import Order, OrderId, UserId, WarehouseId
from sync.server.errors import Unstorable
from sync.server.storage.base import (
    AccessEntry,
    AccessRow,
    Account,
    Failures,
    FeedRow,
    Place,
    RefreshRow,
    SessionRow,
    SourceOrder,
    StoredResult,
)
from sync.server.storage.colleagues import SqlReadingColleagues
from sync.wire.codec import decode, decode_order
from sync.wire.messages import HistoryEntry, IngestOrder, Person, ResultStatus

_SESSION_OF = """
    SELECT s.id, s.user_id, s.device, s.language, s.started_at, s.ended_at, a.body, t.expires_at{more}
    FROM {table} t JOIN sessions s ON s.id = t.session_id JOIN accounts a ON a.id = s.user_id WHERE t.hash IN ({marks})
"""


_NUL = "\x00"


class Connection(Protocol):
    """What reading and writing need of a database connection: ``?`` stands for a value."""

    def execute(self, sql: str, values: Sequence[object] = (), /) -> Any:
        """Run one statement; the answer has ``fetchone`` and ``fetchall``."""
        ...

    def executemany(self, sql: str, rows: Iterable[Sequence[object]], /) -> Any: ...


def _places(many: Sequence[object]) -> str:
    """As many ``?`` as there are values; an empty list matches nothing in both dialects."""
    return ", ".join("?" * len(many)) or "NULL"


def storable(values: Sequence[object]) -> Sequence[object]:
    """The values, unless a text has a NUL character, which PostgreSQL cannot keep. Raises Unstorable."""
    for value in values:
        if isinstance(value, str) and _NUL in value:
            raise Unstorable("a name or number holds a NUL character")
    return values


class SqlReading(SqlReadingColleagues):
    """One consistent view of the database; a Reading."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _one(self, sql: str, *values: object) -> Any:
        return self._connection.execute(sql, storable(values)).fetchone()

    def _all(self, sql: str, *values: object) -> list[Any]:
        rows: list[Any] = self._connection.execute(sql, storable(values)).fetchall()
        return rows

    def epoch(self) -> str:
        return str(self._one("SELECT value FROM central WHERE name = 'epoch'")[0])

    def kept_until(self) -> int:
        return min((until for until, _ in self.losses()), default=0)

    def losses(self) -> list[tuple[int, int | None]]:
        """The moments (Unix ms) to which this history was taken back of late, newest first, and when each was.

        An earlier release did not note when.
        """
        until, at = self._moments("kept_until"), self._moments("restored_at")
        unknown = [None] * (len(until) - len(at))
        return list(zip(until, [*unknown, *at], strict=False))

    def _moments(self, name: str) -> list[int]:
        row = self._one("SELECT value FROM central WHERE name = ?", name)
        return [] if row is None else [int(moment) for moment in row[0].split()]

    def head(self) -> int:
        return int(self._one("SELECT seq FROM feed")[0])

    def pruned(self) -> int:
        return int(self._one("SELECT pruned FROM feed")[0])

    def order(self, order_id: OrderId) -> Order | None:
        row = self._one("SELECT body FROM orders WHERE id = ?", order_id)
        return None if row is None else decode_order(row[0])

    def page(self, warehouses: Sequence[WarehouseId], after: str, limit: int) -> list[tuple[OrderId, bytes]]:
        sql = f"""SELECT id, body FROM orders WHERE status <> 'closed' AND id > ?
                  AND warehouse IN ({_places(warehouses)}) ORDER BY id LIMIT ?"""
        return self._all(sql, after, *warehouses, limit)

    def changes(self, warehouses: Sequence[WarehouseId], since: int, limit: int) -> list[FeedRow]:
        scope = _places(warehouses)
        sql = f"""
            SELECT seq, order_id, version, told, body FROM (
                SELECT c.seq, c.order_id, c.version, o.version AS newest, o.body,
                       CASE WHEN c.op = 'put' AND c.warehouse IN ({scope}) THEN 'put' ELSE 'remove' END AS told
                FROM changes c JOIN orders o ON o.id = c.order_id
                WHERE c.seq > ? AND (c.warehouse IN ({scope}) OR c.was IN ({scope}))
            ) steps WHERE told = 'remove' OR version = newest ORDER BY seq LIMIT ?"""
        rows = self._all(sql, *warehouses, since, *warehouses, *warehouses, limit)
        return [FeedRow(seq, id_, version, op, body if op == "put" else None) for seq, id_, version, op, body in rows]

    def versions(self, warehouses: Sequence[WarehouseId]) -> list[tuple[str, int]]:
        sql = f"""SELECT id, version FROM orders WHERE status <> 'closed'
                  AND warehouse IN ({_places(warehouses)}) ORDER BY id"""
        return self._all(sql, *warehouses)

    def result(self, key: str) -> StoredResult | None:
        row = self._one(
            "SELECT fingerprint, order_id, issued_by, status, version, result FROM commands WHERE key = ?", key
        )
        if row is None:
            return None
        fingerprint, order_id, issued_by, status, version, body = row
        return StoredResult(
            fingerprint=fingerprint,
            order_id=OrderId(order_id),
            issued_by=UserId(issued_by),
            status=ResultStatus(status),
            version=version,
            body=body,
        )

    def history(self, order_id: OrderId) -> list[HistoryEntry]:
        rows = self._all("SELECT entry FROM history WHERE order_id = ? ORDER BY id", order_id)
        return [decode(entry, HistoryEntry) for (entry,) in rows]

    def history_page(self, order_id: OrderId, after: int, limit: int) -> list[tuple[int, bytes]]:
        sql = "SELECT id, entry FROM history WHERE order_id = ? AND id > ? ORDER BY id LIMIT ?"
        return self._all(sql, order_id, after, limit)

    def source_order(self, source: str, external_id: str) -> SourceOrder | None:
        row = self._one(
            "SELECT order_id, last FROM source_orders WHERE source = ? AND external_id = ?", source, external_id
        )
        return None if row is None else SourceOrder(order_id=OrderId(row[0]), last=decode(row[1], IngestOrder))

    def source_orders(self, source: str) -> list[tuple[str, OrderId]]:
        return self._all(
            """SELECT s.external_id, s.order_id FROM source_orders s JOIN orders o ON o.id = s.order_id
               WHERE s.source = ? AND o.status <> 'closed' ORDER BY s.order_id""",
            source,
        )

    def event_seen(self, source: str, order_id: OrderId, external_id: str) -> bool:
        sql = "SELECT 1 FROM source_events WHERE source = ? AND order_id = ? AND external_id = ?"
        return self._one(sql, source, order_id, external_id) is not None

    def places(self) -> tuple[Place, ...]:
        return tuple(decode(body, Place) for (body,) in self._all("SELECT body FROM places ORDER BY kind DESC, id"))

    def stock(self, skus: Iterable[str]) -> Mapping[tuple[str, str], int]:
        wanted = tuple(skus)
        sql = f"SELECT sku, warehouse, pieces FROM stock WHERE sku IN ({_places(wanted)})"
        return {(sku, warehouse): pieces for sku, warehouse, pieces in self._all(sql, *wanted)}

    def account(self, badge: str) -> Account | None:
        row = self._one("SELECT body FROM accounts WHERE badge = ?", badge)
        return None if row is None else decode(row[0], Account)

    def people(self, warehouses: Sequence[WarehouseId]) -> tuple[Person, ...]:
        accounts = [decode(body, Account) for (body,) in self._all("SELECT body FROM accounts")]
        there = [a.user for a in accounts if a.active and set(a.user.warehouses) & set(warehouses)]
        return tuple(
            Person(id=u.id, name=u.name, role=u.role, warehouses=u.warehouses)
            for u in sorted(there, key=lambda u: u.name)
        )

    def accesses(self, token_hashes: Sequence[str]) -> dict[str, AccessRow]:
        sql = _SESSION_OF.format(table="access_tokens", more=", t.hash", marks=_places(token_hashes))
        found: dict[str, AccessRow] = {}
        for row in self._all(sql, *token_hashes):
            session, account, expires_at = _session(row)
            found[row[8]] = AccessRow(session=session, account=account, expires_at=expires_at)
        return found

    def refresh(self, token_hash: str) -> RefreshRow | None:
        row = self._one(_SESSION_OF.format(table="refresh_tokens", more=", t.used_at", marks="?"), token_hash)
        if row is None:
            return None
        session, account, expires_at = _session(row)
        return RefreshRow(session=session, account=account, expires_at=expires_at, used_at=row[8])

    def failures(self, subject: str) -> Failures | None:
        row = self._one("SELECT count, until FROM failures WHERE subject = ?", subject)
        return None if row is None else Failures(count=row[0], until=row[1])

    def source_of(self, token_hash: str) -> str | None:
        row = self._one("SELECT source FROM service_tokens WHERE hash = ?", token_hash)
        return None if row is None else str(row[0])

    def revoked(self, device: str) -> bool:
        return self._one("SELECT 1 FROM devices WHERE id = ?", device) is not None

    def revoked_devices(self) -> list[tuple[str, int]]:
        return self._all("SELECT id, revoked_at FROM devices ORDER BY id")

    def access_trail(self, newest: int) -> list[AccessEntry]:
        rows = self._all("SELECT at, who, device, action, detail FROM access_trail ORDER BY id DESC LIMIT ?", newest)
        return [AccessEntry(*row) for row in reversed(rows)]


def _session(row: Sequence[Any]) -> tuple[SessionRow, Account, int]:
    id_, user_id, device, language, started_at, ended_at, body, expires_at = row[:8]
    session = SessionRow(
        id=id_, user_id=user_id, device=device, language=language, started_at=started_at, ended_at=ended_at
    )
    return session, msgspec.json.decode(body, type=Account), expires_at
