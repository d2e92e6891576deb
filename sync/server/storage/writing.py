"""How does the central change its database? Every INSERT, UPDATE and DELETE, in SQL that both databases share."""

import itertools
from collections.abc import Iterable, Sequence

from sync.domain.commands import Command
from sync.domain.order import Order, OrderId, Status, UserId, WarehouseId
from sync.server.storage.base import AccessEntry, Account, Failures, Place, SessionRow, SourceOrder
from sync.server.storage.colleagues import SqlWritingColleagues, past_rows
from sync.server.storage.reading import Connection, SqlReading, storable
from sync.wire.codec import encode
from sync.wire.messages import HistoryEntry, IngestOrder, Result

_ORDER = "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)"
_ORDER_AGAIN = """ ON CONFLICT (id) DO UPDATE SET version = excluded.version, warehouse = excluded.warehouse,
    status = excluded.status, number = excluded.number, updated_at = excluded.updated_at, body = excluded.body"""
_CHANGE = "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?)"
_SOURCE_ORDER = "INSERT INTO source_orders VALUES (?, ?, ?, ?)"
_PLACE = "INSERT INTO places VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body"
_STOCK = "INSERT INTO stock VALUES (?, ?, ?) ON CONFLICT (sku, warehouse) DO UPDATE SET pieces = excluded.pieces"
_FAILURES = """INSERT INTO failures VALUES (?, ?, ?)
    ON CONFLICT (subject) DO UPDATE SET count = excluded.count, until = excluded.until"""
_CENTRAL = "INSERT INTO central VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_NEWEST = """SELECT max(at) FROM (SELECT max(at) AS at FROM changes UNION ALL SELECT max(at) AS at FROM commands
    UNION ALL SELECT max(at) AS at FROM history WHERE id = (SELECT max(id) FROM history)) kept"""
_LOSS_REMEMBERED_MS = 60 * 24 * 60 * 60 * 1000
"""Twice as long as a workstation may be away, and less than results are kept."""
_FORGOTTEN_SESSIONS = """DELETE FROM sessions WHERE
    NOT EXISTS (SELECT 1 FROM access_tokens t WHERE t.session_id = sessions.id)
    AND NOT EXISTS (SELECT 1 FROM refresh_tokens t WHERE t.session_id = sessions.id)"""
_PAST = "INSERT INTO past VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_CHUNK = 1000


def _order_row(order: Order) -> tuple[object, ...]:
    return (
        order.id, order.version, order.warehouse, order.status, order.number, order.updated_at, encode(order)
    )  # fmt: skip


def _change_row(seq: int, order: Order, was: WarehouseId | None) -> tuple[object, ...]:
    op = "remove" if order.status is Status.CLOSED else "put"
    left = was if was != order.warehouse else None
    return (seq, order.id, order.version, op, order.warehouse, left, order.updated_at)


class SqlWriting(SqlReading, SqlWritingColleagues):
    """The writer's transaction; a Writing. ``newest`` and ``touched`` tell whom to wake after the commit."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.newest: int | None = None
        self.touched: set[WarehouseId] = set()

    def _do(self, sql: str, *values: object) -> None:
        self._connection.execute(sql, storable(values))

    def _many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        self._connection.executemany(sql, (storable(row) for row in rows))

    def _take(self, count: int) -> int:
        """Reserve positions in the feed; answers the last. One row holds the count, so commit order is feed order."""
        sql = "UPDATE feed SET seq = seq + ? RETURNING seq"
        last = int(self._connection.execute(sql, (count,)).fetchall()[0][0])
        self.newest = last
        return last

    def save(self, order: Order, was: WarehouseId | None) -> int:
        seq = self._take(1)
        self._do(_ORDER + _ORDER_AGAIN, *_order_row(order))
        self._do(_CHANGE, *_change_row(seq, order, was))
        self._many(_PAST, past_rows(order))
        self.touched.update({order.warehouse} if was is None else {order.warehouse, was})
        return seq

    def keep_result(self, command: Command, fingerprint: str, result: Result) -> None:
        self._do(
            "INSERT INTO commands VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            command.key,
            fingerprint,
            command.order_id,
            command.issued_by,
            result.status,
            result.version,
            result.at,
            encode(result),
            encode(command),
        )

    def note(self, order_id: OrderId, entry: HistoryEntry) -> None:
        self._do("INSERT INTO history (order_id, at, entry) VALUES (?, ?, ?)", order_id, entry.at, encode(entry))

    def keep_source_order(self, source: str, external_id: str, known: SourceOrder) -> None:
        again = " ON CONFLICT (source, external_id) DO UPDATE SET last = excluded.last"
        self._do(_SOURCE_ORDER + again, source, external_id, known.order_id, encode(known.last))

    def keep_event(self, source: str, order_id: OrderId, external_id: str, at: int) -> None:
        self._do("INSERT INTO source_events VALUES (?, ?, ?, ?)", source, order_id, external_id, at)

    def keep_place(self, place: Place) -> None:
        self._do(_PLACE, place.kind, place.name.id, encode(place))

    def keep_stock(self, rows: Iterable[tuple[str, str, int]]) -> None:
        self._many(_STOCK, rows)

    def keep_account(self, account: Account) -> None:
        self._do(
            """INSERT INTO accounts VALUES (?, ?, ?)
               ON CONFLICT (id) DO UPDATE SET badge = excluded.badge, body = excluded.body""",
            account.user.id,
            account.badge,
            encode(account),
        )

    def keep_failures(self, subject: str, failures: Failures | None) -> None:
        if failures is None:
            self._do("DELETE FROM failures WHERE subject = ?", subject)
        else:
            self._do(_FAILURES, subject, failures.count, failures.until)

    def start_session(self, session: SessionRow) -> None:
        self._do(
            "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)",
            session.id,
            session.user_id,
            session.device,
            session.language,
            session.started_at,
            session.ended_at,
        )

    def end_session(self, session_id: str, at: int) -> None:
        self._do("UPDATE sessions SET ended_at = ? WHERE id = ? AND ended_at IS NULL", at, session_id)

    def keep_access(self, token_hash: str, session_id: str, expires_at: int) -> None:
        self._do("INSERT INTO access_tokens VALUES (?, ?, ?)", token_hash, session_id, expires_at)

    def drop_access(self, user_id: UserId) -> None:
        self._do("DELETE FROM access_tokens WHERE session_id IN (SELECT id FROM sessions WHERE user_id = ?)", user_id)

    def keep_refresh(self, token_hash: str, session_id: str, expires_at: int) -> None:
        self._do("INSERT INTO refresh_tokens VALUES (?, ?, ?, NULL)", token_hash, session_id, expires_at)

    def use_refresh(self, token_hash: str, at: int) -> None:
        self._do("UPDATE refresh_tokens SET used_at = ? WHERE hash = ? AND used_at IS NULL", at, token_hash)

    def keep_service_token(self, token_hash: str, source: str, at: int) -> None:
        self._do("INSERT INTO service_tokens VALUES (?, ?, ?)", token_hash, source, at)

    def use_id_token(self, token_hash: str, expires_at: int) -> bool:
        sql = "INSERT INTO used_id_tokens VALUES (?, ?) ON CONFLICT (hash) DO NOTHING RETURNING hash"
        return bool(self._all(sql, token_hash, expires_at))

    def revoke_device(self, device: str, at: int) -> int:
        again = " ON CONFLICT (id) DO UPDATE SET revoked_at = excluded.revoked_at"
        self._do("INSERT INTO devices VALUES (?, ?)" + again, device, at)
        return self.end_sessions_of(device, at)

    def end_sessions_of(self, device: str, at: int) -> int:
        sql = "UPDATE sessions SET ended_at = ? WHERE device = ? AND ended_at IS NULL RETURNING id"
        return len(self._all(sql, at, device))

    def allow_device(self, device: str) -> None:
        self._do("DELETE FROM devices WHERE id = ?", device)

    def note_access(self, entry: AccessEntry) -> None:
        sql = "INSERT INTO access_trail (at, who, device, action, detail) VALUES (?, ?, ?, ?, ?)"
        self._do(sql, entry.at, entry.who, entry.device, entry.action, entry.detail)

    def renew_epoch(self, epoch: str, at: int) -> int:
        kept = max(1, int(self._one(_NEWEST)[0] or 0))  # 0 would say that nothing was lost
        before = [(until, at if told is None else told) for until, told in self.losses()]
        losses = [(kept, at), *(loss for loss in before if at - loss[1] < _LOSS_REMEMBERED_MS)]
        self._do(_CENTRAL, "epoch", epoch)
        self._do(_CENTRAL, "kept_until", " ".join(str(until) for until, _ in losses))
        self._do(_CENTRAL, "restored_at", " ".join(str(told) for _, told in losses))
        self._do("DELETE FROM access_tokens")
        return min(until for until, _ in losses)

    def load(self, orders: Iterable[tuple[Order, str, str]]) -> int:
        count = 0
        waiting = iter(orders)
        while chunk := list(itertools.islice(waiting, _CHUNK)):
            first = self._take(len(chunk)) - len(chunk) + 1
            self._many(_ORDER, (_order_row(order) for order, _, _ in chunk))
            self._many(_CHANGE, (_change_row(first + place, order, None) for place, (order, _, _) in enumerate(chunk)))
            self._many(
                _SOURCE_ORDER,
                ((source, external_id, order.id, encode(as_ingested(order))) for order, source, external_id in chunk),
            )
            self._many(_PAST, (row for order, _, _ in chunk for row in past_rows(order)))
            self.touched.update(order.warehouse for order, _, _ in chunk)
            count += len(chunk)
        return count

    def prune(self, *, feed_before: int, results_before: int, now: int) -> None:
        row = self._one("SELECT max(seq) FROM changes WHERE at < ?", feed_before)
        if row[0] is not None:
            self._do("DELETE FROM changes WHERE seq <= ?", row[0])
            self._do("UPDATE feed SET pruned = ?", row[0])
        self._do("DELETE FROM commands WHERE at < ?", results_before)
        self._do("DELETE FROM access_tokens WHERE expires_at < ?", now)
        self._do("DELETE FROM refresh_tokens WHERE expires_at < ?", now)
        self._do("DELETE FROM failures WHERE until < ?", now)
        self._do("DELETE FROM used_id_tokens WHERE expires_at < ?", now)
        self._do(_FORGOTTEN_SESSIONS)
        self._do("DELETE FROM messages WHERE expires_at < ?", now)


def as_ingested(order: Order) -> IngestOrder:
    """The document from which this order could have come."""
    return IngestOrder(
        number=order.number,
        warehouse=order.warehouse,
        status=order.status,
        customer=order.customer,
        lines=order.lines,
        total=order.total,
        due_at=order.due_at,
        created_at=order.created_at,
        carrier=order.carrier,
        waybill=order.waybill,
        place=order.place,
    )
