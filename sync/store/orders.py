"""What does this workstation know of the orders? The disposable copy of the server's scope, with its cursor."""

import json
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sync.domain.exceptions import Reason
from sync.domain.order import CarrierId, Order, OrderId, Status, WarehouseId
from sync.errors import StoreClosed, StoreDamaged
from sync.store import migrations
from sync.store.database import Connection, DatabaseKey, SqliteError, connect, migrate, named, one, transaction
from sync.store.listing import ListQuery, Row
from sync.store.ordering import SortedLists
from sync.store.search import index_words, match_query
from sync.wire.codec import BadBodyError, decode_order, encode, scope_hash
from sync.wire.messages import Change

_BIT = {reason: 1 << i for i, reason in enumerate(Reason)}
_COLUMNS = {
    "due": "due_at",
    "number": "number",
    "customer": "customer",
    "city": "city",
    "warehouse": "warehouse",
    "carrier": "carrier",
    "status": "status",
    "total": "total",
    "raised": "raised_at",
}
_UPSERT = """INSERT INTO orders(id, version, number, tail, customer, city, warehouse, carrier, status, due_at, total,
    raised_at, kinds, holds, stopped, generation, listed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT(id) DO UPDATE SET version = excluded.version, number = excluded.number, tail = excluded.tail,
    customer = excluded.customer, city = excluded.city, warehouse = excluded.warehouse, carrier = excluded.carrier,
    status = excluded.status, due_at = excluded.due_at, total = excluded.total, raised_at = excluded.raised_at,
    kinds = excluded.kinds, holds = excluded.holds, stopped = excluded.stopped, generation = excluded.generation,
    listed = (excluded.stopped OR pending > 0), indexed = 0
WHERE excluded.version >= version"""
_PUT_BODY = """INSERT INTO bodies(id, body)
    SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM orders WHERE id = ?1 AND version = ?3)
ON CONFLICT(id) DO UPDATE SET body = excluded.body"""
_ROW = (
    "rowid, id, number, customer, city, warehouse, carrier, status, due_at, total, kinds, holds, pending, raised_at,"
    " version"
)


Pending = Callable[[Sequence[OrderId] | None], dict[OrderId, int]]
"""Tells how many unsettled commands orders have (``Outbox.pending``). Asked while the cache is locked, so that the
last mark made is the newest."""


def kind_bits(kinds: Iterable[Reason]) -> int:
    """The set of reasons as bits, in the order of the enumeration."""
    bits = 0
    for kind in kinds:
        bits |= _BIT[kind]
    return bits


def bit_kinds(bits: int) -> tuple[Reason, ...]:
    return tuple(reason for reason, bit in _BIT.items() if bits & bit)


def order_columns(order: Order, generation: int) -> tuple[Any, ...]:
    """The values of ``orders`` for one order, as the upsert takes them."""
    kinds, raised, stopped = 0, None, bool(order.holds)
    for e in order.exceptions:
        if e.resolved_at is None:
            kinds |= _BIT[e.kind]
            stopped = True
            raised = e.raised_at if raised is None else min(raised, e.raised_at)
    for hold in order.holds:
        kinds |= _BIT[hold.reason]
    who = order.customer
    return (
        order.id,
        order.version,
        order.number,
        order.number[-4:],
        who.company,
        who.city,
        order.warehouse,
        order.carrier,
        order.status.value,
        order.due_at,
        order.total,
        raised,
        kinds,
        len(order.holds),
        int(stopped),
        generation,
        int(stopped),
    )


class _Reader:
    """One thread's connection, and the lock by which ``close`` waits for a read that is under way."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.lock = threading.Lock()


class OrderCache:
    """The cache file. One writer at a time (under a lock); each thread reads through a connection of its own."""

    def __init__(self, path: Path, key: DatabaseKey) -> None:
        """Open or make the file; raises StoreDamaged, StoreTooNew, StoreFull, StoreError."""
        self.path = path
        self._key = key
        self._lock = threading.Lock()
        self._local = threading.local()
        self._readers: list[_Reader] = []
        self._readers_lock = threading.Lock()
        self._closed = False
        self._sorted = SortedLists()
        self._writer = connect(path, key, "NORMAL")
        try:
            migrate(self._writer, migrations.cache, path)
        except BaseException:
            self._writer.close()
            raise

    def close(self) -> None:
        """Close every connection, after the reads and writes under way; from then on all else raises StoreClosed."""
        with self._lock, self._readers_lock:
            self._closed = True
            for reader in self._readers:
                with reader.lock:
                    reader.connection.close()
            self._readers.clear()
            self._writer.close()

    def _reader(self) -> _Reader:
        reader: _Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            with self._readers_lock:
                self._refuse_closed()
                reader = _Reader(connect(self.path, self._key, "NORMAL"))
                reader.connection.execute("PRAGMA query_only = ON")
                self._readers.append(reader)
            self._local.reader = reader
        return reader

    def _read(self, sql: str, arguments: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        reader = self._reader()
        with reader.lock:
            self._refuse_closed()
            try:
                rows: list[tuple[Any, ...]] = reader.connection.execute(sql, arguments).fetchall()
            except SqliteError as error:
                raise named(error, self.path) from error
        return rows

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._lock:
            self._refuse_closed()
            with transaction(self._writer, self.path) as db:
                yield db
            self._sorted.forget()

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreClosed(f"{self.path} was closed", self.path)

    def _order(self, body: str) -> Order:
        try:
            return decode_order(body)
        except BadBodyError as wrong:
            raise StoreDamaged(f"{self.path}: {wrong}", self.path) from wrong

    # -- facts

    def fact(self, name: str) -> str | None:
        rows = self._read("SELECT value FROM facts WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None

    def put_facts(self, facts: dict[str, str]) -> None:
        with self._writing() as db:
            _put_facts(db, facts)

    # -- writing what the central said

    def put_page(
        self,
        orders: Sequence[Order],
        bodies: Sequence[str],
        generation: int,
        facts: dict[str, str],
        pending: Pending,
    ) -> None:
        """One page of a snapshot and the facts to go on from, in one transaction. ``bodies`` are the orders' JSON."""
        with self._writing() as db:
            _put_orders(db, orders, bodies, generation)
            _mark_pending(db, pending([o.id for o in orders]))
            _put_facts(db, facts)

    def finish_snapshot(self, generation: int, facts: dict[str, str]) -> None:
        """Drop what the snapshot did not hold; from here on the feed continues at the cursor in ``facts``."""
        with self._writing() as db:
            gone = db.execute("SELECT rowid, id FROM orders WHERE generation < ?", (generation,)).fetchall()
            _delete(db, gone)
            _put_facts(db, facts)

    def put_changes(self, changes: Sequence[Change], facts: dict[str, str], pending: Pending) -> None:
        """Steps of the feed and the cursor behind them, in one transaction; a version never falls."""
        with self._writing() as db:
            generation = int(one(db, "SELECT value FROM facts WHERE name = 'generation'") or 0)
            for change in changes:
                if change.op == "put" and change.order is not None:
                    _put_orders(db, [change.order], [encode(change.order).decode()], generation)
                else:
                    sql = "SELECT rowid, id FROM orders WHERE id = ? AND version <= ?"
                    _delete(db, db.execute(sql, (change.id, change.version)).fetchall())
            _mark_pending(db, pending([c.id for c in changes]))
            _put_facts(db, facts)

    def put_known(self, orders: Sequence[Order]) -> None:
        """Newer states of orders that the cache holds (a command's result); an unknown order stays unknown."""
        with self._writing() as db:
            generation = int(one(db, "SELECT value FROM facts WHERE name = 'generation'") or 0)
            known = [o for o in orders if one(db, "SELECT 1 FROM orders WHERE id = ?", (o.id,))]
            _put_orders(db, known, [encode(o).decode() for o in known], generation)

    def mark_pending(self, ids: Sequence[OrderId], pending: Pending) -> None:
        """Note how many unsettled commands each of these orders has; derived from the outbox, only for lists."""
        with self._writing() as db:
            _mark_pending(db, dict.fromkeys(ids, 0) | pending(ids))

    def reset_pending(self, pending: Pending) -> None:
        """As ``mark_pending``, for every order."""
        with self._writing() as db:
            db.execute("UPDATE orders SET pending = 0, listed = stopped WHERE pending > 0")
            _mark_pending(db, pending(None))

    def clear(self) -> None:
        """Forget every order and fact: the next sync rebuilds."""
        with self._writing() as db:
            db.execute("DELETE FROM orders")
            db.execute("DELETE FROM bodies")
            db.execute("DELETE FROM facts")
            db.execute("INSERT INTO order_search(order_search) VALUES ('delete-all')")

    def index_some(self, limit: int) -> int:
        """Put up to ``limit`` changed orders into the search index; returns how many there were."""
        with self._writing() as db:
            rows = db.execute(
                "SELECT rowid, body FROM orders JOIN bodies USING (id) WHERE indexed = 0 LIMIT ?", (limit,)
            ).fetchall()
            words = [(rowid, index_words(self._order(body))) for rowid, body in rows]
            db.executemany("INSERT OR REPLACE INTO order_search(rowid, words) VALUES (?, ?)", words)
            db.executemany("UPDATE orders SET indexed = 1 WHERE rowid = ?", [(rowid,) for rowid, _ in rows])
        return len(rows)

    # -- reading

    def order(self, order_id: OrderId) -> Order | None:
        rows = self._read("SELECT body FROM bodies WHERE id = ?", (order_id,))
        return self._order(rows[0][0]) if rows else None

    def by_tail(self, digits: str) -> tuple[Order, ...]:
        """Open orders whose number ends with these digits (four or more), those due first first."""
        rows = self._read(
            "SELECT body FROM orders JOIN bodies USING (id) WHERE tail = ? AND number LIKE ? AND status != ?"
            " ORDER BY due_at",
            (digits[-4:], f"%{digits}", Status.CLOSED.value),
        )
        return tuple(self._order(row[0]) for row in rows)

    def ids(self, query: ListQuery, only: frozenset[OrderId] | None = None) -> "array[int]":
        """Row ids of a list in its order. ``only`` limits it to these orders (for views that the outbox defines)."""
        where, arguments = _where(query, only)
        column, direction = _COLUMNS[query.sort[0]], "ASC" if query.sort[1] else "DESC"
        sql = f"SELECT rowid FROM orders{where} ORDER BY {column} {direction}, rowid {direction}"
        match = match_query(query.text)
        if match is None:
            return array("q", (row[0] for row in self._read(sql, arguments)))
        hits = self._read("SELECT rowid FROM order_search WHERE order_search MATCH ?", (match,))
        return self._sorted.thinned((sql, *arguments), hits, lambda: self._read(sql, arguments))

    def rows(self, rowids: Sequence[int], attention: frozenset[OrderId]) -> list[Row]:
        """The rows of these ids in the order asked for; those gone in the meantime are left out."""
        sql = f"SELECT {_ROW} FROM orders WHERE rowid IN (SELECT value FROM json_each(?))"
        found = {r[0]: r for r in self._read(sql, (json.dumps(list(rowids)),))}
        return [_row(found[i], attention) for i in rowids if i in found]

    def counts(self) -> tuple[int, int, dict[Reason, int]]:
        """Listed orders, all orders, and listed orders per reason."""
        total = int(self._read("SELECT count(*) FROM orders")[0][0])
        listed, kinds = 0, dict.fromkeys(Reason, 0)
        for bits, n in self._read("SELECT kinds, count(*) FROM orders WHERE listed = 1 GROUP BY kinds"):
            listed += n
            for kind in bit_kinds(bits):
                kinds[kind] += n
        return listed, total, kinds

    def checksum(self) -> tuple[int, str]:
        """Number of orders and their hash, to compare with the central's ``/v1/checksum``."""
        rows = self._read("SELECT id, version FROM orders")
        return len(rows), scope_hash([(i, v) for i, v in rows])


def _put_facts(db: Connection, facts: dict[str, str]) -> None:
    db.executemany("INSERT OR REPLACE INTO facts(name, value) VALUES (?, ?)", list(facts.items()))


def _put_orders(db: Connection, orders: Sequence[Order], bodies: Sequence[str], generation: int) -> None:
    db.executemany(_UPSERT, [order_columns(order, generation) for order in orders])
    db.executemany(_PUT_BODY, [(o.id, body, o.version) for o, body in zip(orders, bodies, strict=True)])


def _mark_pending(db: Connection, counts: dict[OrderId, int]) -> None:
    db.executemany(
        "UPDATE orders SET pending = ?1, listed = (stopped OR ?1 > 0) WHERE id = ?2",
        [(n, order_id) for order_id, n in counts.items()],
    )


def _delete(db: Connection, gone: Sequence[tuple[int, str]]) -> None:
    db.executemany("DELETE FROM order_search WHERE rowid = ?", [(rowid,) for rowid, _ in gone])
    db.executemany("DELETE FROM orders WHERE rowid = ?", [(rowid,) for rowid, _ in gone])
    db.executemany("DELETE FROM bodies WHERE id = ?", [(order_id,) for _, order_id in gone])


def _where(query: ListQuery, only: frozenset[OrderId] | None) -> tuple[str, list[Any]]:
    parts: list[str] = []
    arguments: list[Any] = []
    if only is not None:
        parts.append("id IN (SELECT value FROM json_each(?))")
        arguments.append(json.dumps(sorted(only)))
    elif query.view == "stopped":
        parts.append("listed = 1")
    if query.kinds:
        parts.append("kinds & ? != 0")
        arguments.append(kind_bits(query.kinds))
    if query.warehouses:
        parts.append(f"warehouse IN ({','.join('?' * len(query.warehouses))})")
        arguments += sorted(query.warehouses)
    return (" WHERE " + " AND ".join(parts) if parts else ""), arguments


def _row(values: tuple[Any, ...], attention: frozenset[OrderId]) -> Row:
    (rowid, id_, number, customer, city, warehouse, carrier, status, due, total, kinds, holds, pending, raised, ver) = (
        values
    )
    return Row(
        rowid=rowid,
        id=OrderId(id_),
        number=number,
        customer=customer,
        city=city,
        warehouse=WarehouseId(warehouse),
        carrier=None if carrier is None else CarrierId(carrier),
        status=Status(status),
        due_at=due,
        total=total,
        kinds=bit_kinds(kinds),
        holds=holds,
        pending=pending,
        raised_at=raised,
        attention=OrderId(id_) in attention,
        version=ver,
    )
