"""What does this workstation know of the orders? The disposable copy of the server's scope, with its cursor."""

import json
import threading
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sync.domain.order import Order, OrderId
from sync.errors import StoreClosed, StoreDamaged, StoreError
from sync.store import migrations
from sync.store.census import Census
from sync.store.columns import BODY, ROW, UPSERT, order_columns, row
from sync.store.database import (
    Connection,
    DatabaseKey,
    SqliteError,
    connect,
    migrate,
    named,
    one,
    refuses_to_write,
    transaction,
)
from sync.store.list_query import mask_of
from sync.store.listing import Listing, ListQuery, Moment, Row
from sync.store.marks import Marks, Pending, UnderWay
from sync.store.questions import Questions
from sync.store.search import index_words, match_query
from sync.store.shelf import Shelf
from sync.store.shelved import rowids
from sync.wire.codec import BadBodyError, decode_order, encode
from sync.wire.messages import Change

_HITS = "SELECT rowid FROM order_search WHERE order_search MATCH ?"
_CHECKPOINT_PAGES = 4000
"""No commit waits for the disk here, but each checkpoint does: sixteen megabytes before one."""
_NEVER = Moment()
_FIRST = ListQuery()
_FIRST_SQL = "SELECT rowid FROM orders WHERE listed = 1 ORDER BY due_at, rowid"
_PUT_BODY = """INSERT INTO bodies(rowid, body) SELECT rowid, ?2 FROM orders WHERE id = ?1 AND version = ?3
ON CONFLICT(rowid) DO UPDATE SET body = excluded.body"""


class _Reader:
    """One thread's connection, and the lock by which ``close`` waits for a read that is under way."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.lock = threading.Lock()


class OrderCache(Marks, Questions):
    """The cache file. One writer at a time (under a lock); each thread reads through a connection of its own."""

    def __init__(self, path: Path, key: DatabaseKey, under_way: UnderWay = lambda _: {}) -> None:
        """Open or make the file; raises StoreDamaged, StoreTooNew, StoreFull, StoreError."""
        super().__init__()
        self.path = path
        self._under_way = under_way
        self._key = key
        self._lock = threading.Lock()
        self._local = threading.local()
        self._readers: list[_Reader] = []
        self._readers_lock = threading.Lock()
        self._closed = False
        self._shelf = Shelf(self._read)
        self._writer = connect(path, key, "NORMAL")
        try:
            self._writer.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
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
            reader = self._local.reader = self._new_reader()
        return reader

    def _new_reader(self) -> _Reader:
        with self._readers_lock:
            self._refuse_closed()
            reader = _Reader(connect(self.path, self._key, "NORMAL"))
            reader.connection.execute("PRAGMA query_only = ON")
            reader.connection.execute("PRAGMA cache_size = -6000")  # for each thread that reads
            self._readers.append(reader)
        return reader

    def _leave(self, reader: _Reader) -> None:
        with self._readers_lock:
            if reader in self._readers:
                self._readers.remove(reader)
                reader.connection.close()

    def _glance(self, sql: str, arguments: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """As ``_read``, for a row or two: by the writer's connection when nobody writes, for its pages are at hand."""
        if not self._lock.acquire(blocking=False):
            return self._read(sql, arguments)
        try:
            self._refuse_closed()
            rows: list[tuple[Any, ...]] = self._writer.execute(sql, arguments).fetchall()
        except SqliteError as error:
            raise named(error, self.path) from error
        finally:
            self._lock.release()
        return rows

    def _read(self, sql: str, arguments: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._read_by(self._reader(), sql, arguments)

    def _read_by(self, reader: _Reader, sql: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        with reader.lock:
            self._refuse_closed()
            try:
                rows: list[tuple[Any, ...]] = reader.connection.execute(sql, arguments).fetchall()
            except SqliteError as error:
                raise named(error, self.path) from error
        return rows

    @contextmanager
    def _writing(self, ids: Iterable[OrderId] | None = None, gone: Iterable[int] = ()) -> Iterator[Connection]:
        """One transaction; ``ids`` are the orders that it writes, ``gone`` the rows that it deletes, both looked at
        when it is over; None for any.
        """
        with self._lock:
            self._refuse_closed()
            try:
                with transaction(self._writer, self.path) as db:
                    yield db
            except StoreError as fault:
                if refuses_to_write(fault):  # so SQLCipher is after it has met a bad page
                    raise StoreDamaged(str(fault), self.path) from fault
                raise
            self._shelf.stale(ids, gone)

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreClosed(f"{self.path} was closed", self.path)

    def _order(self, body: bytes) -> Order:
        try:
            return decode_order(body)
        except BadBodyError as wrong:
            raise StoreDamaged(f"{self.path}: {wrong}", self.path) from wrong

    # -- facts

    def fact(self, name: str) -> str | None:
        rows = self._glance("SELECT value FROM facts WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None

    def put_facts(self, facts: dict[str, str]) -> None:
        with self._writing(()) as db:
            _put_facts(db, facts)

    # -- writing what the central said

    def put_page(
        self,
        orders: Sequence[Order],
        bodies: Sequence[bytes],
        generation: int,
        facts: dict[str, str],
        pending: Pending,
    ) -> None:
        """One page of a snapshot and the facts to go on from, in one transaction. ``bodies`` are the orders' JSON."""
        with self._writing([o.id for o in orders]) as db:
            if not _put_orders(db, orders, bodies, generation):  # something is newer here already: it is here, too
                ids = json.dumps([o.id for o in orders])
                stays = "generation < ?1 AND id IN (SELECT value FROM json_each(?2))"
                db.execute(f"UPDATE orders SET generation = ?1 WHERE {stays}", (generation, ids))
            self._mark_pending(db, pending([o.id for o in orders]))
            _put_facts(db, facts)

    def finish_snapshot(self, generation: int, facts: dict[str, str]) -> None:
        """Drop what the snapshot did not hold; from here on the feed continues at the cursor in ``facts``."""
        with self._writing() as db:
            gone = db.execute("SELECT rowid, id FROM orders WHERE generation < ?", (generation,)).fetchall()
            _delete(db, gone)
            _put_facts(db, facts)

    def put_changes(self, changes: Sequence[Change], facts: dict[str, str], pending: Pending) -> None:
        """Steps of the feed and the cursor behind them, in one transaction; a version never falls."""
        gone: list[int] = []
        with self._writing([c.id for c in changes], gone) as db:
            generation = int(one(db, "SELECT value FROM facts WHERE name = 'generation'") or 0)
            for change in changes:
                if change.op == "put" and change.order is not None:
                    _put_orders(db, [change.order], [encode(change.order)], generation)
                else:
                    sql = "SELECT rowid, id FROM orders WHERE id = ? AND version <= ?"
                    left = db.execute(sql, (change.id, change.version)).fetchall()
                    _delete(db, left)
                    gone += [rowid for rowid, _ in left]
            self._mark_pending(db, pending([c.id for c in changes]))
            _put_facts(db, facts)

    def put_known(self, orders: Sequence[Order]) -> None:
        """Newer states of orders that the cache holds (a command's result); an unknown order stays unknown.

        Each stays in its generation: one that has left our sight meanwhile is not in the snapshot that is under way.
        """
        with self._writing([o.id for o in orders]) as db:
            for known in orders:
                generation = one(db, "SELECT generation FROM orders WHERE id = ?", (known.id,))
                if generation is not None:
                    _put_orders(db, [known], [encode(known)], generation)

    def wake(self, now: int) -> tuple[tuple[Order, ...], int | None]:
        """End the snoozes whose time is over: the orders that woke since the last time, and when the next one does.

        One that was over when this cache first heard of it, or that was told before, is not among them.
        """
        self.mark_noted()  # what was put away here may wake before it is sent
        last = int(self.fact("awake_until") or now)
        overdue = int(self._read("SELECT count(*) FROM orders WHERE asleep = 1 AND snoozed_until <= ?", (now,))[0][0])
        woken: tuple[Order, ...] = ()
        if overdue or self.fact("awake_until") is None:
            with self._writing() as db:
                over = db.execute(
                    "UPDATE orders SET asleep = 0, listed = (stopped OR pending > 0)"
                    " WHERE asleep = 1 AND snoozed_until <= ? RETURNING id, snoozed_until",
                    (now,),
                ).fetchall()
                bodies = [one(db, BODY, (i,)) for i, until in over if until > last]
                woken = self._projected([self._order(body) for body in bodies])
                _put_facts(db, {"awake_until": str(now)})
        return woken, self._read("SELECT min(snoozed_until) FROM orders WHERE asleep = 1")[0][0]

    def clear(self) -> None:
        """Forget every order and fact: the next sync rebuilds."""
        with self._writing() as db:
            db.execute("DELETE FROM orders")
            db.execute("DELETE FROM bodies")
            db.execute("DELETE FROM facts")
            db.execute("INSERT INTO order_search(order_search) VALUES ('delete-all')")

    def index_some(self, limit: int) -> int:
        """Put up to ``limit`` changed orders into the search index; returns how many there were."""
        with self._writing(()) as db:
            rows = db.execute(
                "SELECT rowid, body FROM orders JOIN bodies USING (rowid) WHERE indexed = 0 LIMIT ?", (limit,)
            ).fetchall()
            words = [(rowid, index_words(self._order(body))) for rowid, body in rows]
            db.executemany("INSERT OR REPLACE INTO order_search(rowid, words) VALUES (?, ?)", words)
            db.executemany("UPDATE orders SET indexed = 1 WHERE rowid = ?", [(rowid,) for rowid, _ in rows])
        return len(rows)

    # -- reading

    def order(self, order_id: OrderId) -> Order | None:
        rows = self._glance(BODY, (order_id,))
        return self._order(rows[0][0]) if rows else None

    def census(self) -> Census:
        """Begin to count what is here now; whoever begins lets it end."""
        reader = self._new_reader()
        return Census(partial(self._read_by, reader), partial(self._leave, reader))

    def orders(self, ids: Sequence[OrderId]) -> dict[OrderId, Order]:
        """Those of these orders that the cache holds."""
        sql = "SELECT id, body FROM orders JOIN bodies USING (rowid) WHERE id IN (SELECT value FROM json_each(?))"
        rows = self._read(sql, (json.dumps(ids),))
        return {OrderId(order_id): self._order(body) for order_id, body in rows}

    def orders_at(self, places: Sequence[int]) -> dict[int, Order]:
        """The orders of these rows; those gone in the meantime are left out."""
        sql = "SELECT rowid, body FROM bodies WHERE rowid IN (SELECT value FROM json_each(?))"
        rows = self._read(sql, (json.dumps(list(places)),))
        return {rowid: self._order(body) for rowid, body in rows}

    def ids(self, query: ListQuery, only: frozenset[OrderId] | None = None, moment: Moment = _NEVER) -> "array[int]":
        """Row ids of a list in its order. ``only`` limits it to these orders (for views that the outbox defines)."""
        return self.listing(query, only, moment).ids

    def listing(self, query: ListQuery, only: frozenset[OrderId] | None = None, moment: Moment = _NEVER) -> Listing:
        """As ``ids``, group by group where the query has groups."""
        if query == _FIRST and only is None:  # what a start shows needs no columns in memory: it has an index
            return Listing(array("q", rowids(self._read, _FIRST_SQL)))
        return self._shelf.listing(query, mask_of(query, moment, self._places(only), self._hits(query.text)))

    def first_lines(self, query: ListQuery, count: int) -> Listing | None:
        """The first lines of a list, where they can be had at once; None where the whole list is as soon there."""
        if query != _FIRST:
            return None
        return Listing(array("q", rowids(self._read, f"{_FIRST_SQL} LIMIT ?", (count,))))

    def warm(self) -> None:
        """Read ahead what filters, sorting and search will need; a second's work with 200,000 orders."""
        self._shelf.warm()

    def _hits(self, text: str) -> list[int] | None:
        match = match_query(text)
        return None if match is None else rowids(self._read, _HITS, (match,))

    def _places(self, only: Iterable[OrderId] | None) -> list[int] | None:
        if only is None:
            return None
        sql = "SELECT rowid FROM orders WHERE id IN (SELECT value FROM json_each(?))"
        return rowids(self._read, sql, (json.dumps(list(only)),))

    def rows(self, wanted: Sequence[int], attention: frozenset[OrderId]) -> list[Row]:
        """The rows of these ids in the order asked for; those gone in the meantime are left out."""
        sql = f"SELECT {ROW} FROM orders WHERE rowid IN (SELECT value FROM json_each(?))"
        found = {r[0]: r for r in self._read(sql, (json.dumps(list(wanted)),))}
        return [row(found[i], attention) for i in wanted if i in found]

    def view_counts(
        self, queries: Sequence[tuple[ListQuery, frozenset[OrderId] | None]], moment: Moment
    ) -> tuple[int, ...]:
        """How many orders each list has."""
        if not queries:
            return ()
        return self._shelf.counts(
            [mask_of(query, moment, self._places(only), self._hits(query.text)) for query, only in queries]
        )


def _put_facts(db: Connection, facts: dict[str, str]) -> None:
    db.executemany("INSERT OR REPLACE INTO facts(name, value) VALUES (?, ?)", list(facts.items()))


def _put_orders(db: Connection, orders: Sequence[Order], bodies: Sequence[bytes], generation: int) -> bool:
    """Whether each of them was as new as what was here."""
    written: int = db.executemany(UPSERT, [order_columns(order, generation) for order in orders]).rowcount
    db.executemany(_PUT_BODY, [(o.id, body, o.version) for o, body in zip(orders, bodies, strict=True)])
    return written == len(orders)


def _delete(db: Connection, gone: Sequence[tuple[int, str]]) -> None:
    db.executemany("DELETE FROM order_search WHERE rowid = ?", [(rowid,) for rowid, _ in gone])
    db.executemany("DELETE FROM orders WHERE rowid = ?", [(rowid,) for rowid, _ in gone])
    db.executemany("DELETE FROM bodies WHERE rowid = ?", [(rowid,) for rowid, _ in gone])
