"""How do many processes share one truth? PostgreSQL: one writer at a time, snapshots for readers, NOTIFY for the rest.

Feed positions come from one row that every writer locks first, so commit order is feed order and a reader can never
pass a position that commits late. NOTIFY is part of the transaction: other processes hear of it when it is committed.
"""

import contextlib
import logging
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import msgspec
import psycopg
from psycopg import errors as postgres
from psycopg_pool import ConnectionPool, PoolTimeout

from sync.domain.order import WarehouseId
from sync.server.clock import wall_clock
from sync.server.errors import StorageForeign, StorageUnavailable
from sync.server.feed import Wake
from sync.server.storage.base import Reading, Writing
from sync.server.storage.postgres_schema import SCHEMA, migrate
from sync.server.storage.reading import SqlReading
from sync.server.storage.writing import SqlWriting

_log = logging.getLogger(__name__)

CHANNEL = "exception_desk"
_CONNECTIONS = 10
_WAIT_SECONDS = 5.0
_LOCK_MS = 5000
_IDLE_MS = 60_000
_DEAD_MS = 30_000
"""How long what was sent may stay unacknowledged: else a cut line holds a thread for a quarter of an hour."""
_LOOK_UP_SECONDS = 5.0
_LONGEST_PAYLOAD = 7900
_AGAIN_SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0)
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_ALONE = "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT seq FROM feed WHERE one = 1 FOR UPDATE"
_HOME = """SELECT (pg_control_system()).system_identifier || '.' || (pg_control_checkpoint()).timeline_id || '.' || oid
    FROM pg_database WHERE datname = current_database()"""
_UNUSABLE = (postgres.InvalidCatalogName, postgres.InsufficientPrivilege, postgres.InvalidSchemaName)


class Note(msgspec.Struct, frozen=True, array_like=True):
    """What one process tells the others: who tells it, how far the feed came, and which warehouses it concerns."""

    teller: str
    seq: int
    warehouses: tuple[WarehouseId, ...] | None


@cache
def _dialect(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


class _Connection:
    """A psycopg connection that takes ``?`` for a value, as the shared SQL has it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[object] = (), /) -> Any:
        return self._connection.execute(_dialect(sql), values)

    def executemany(self, sql: str, rows: Iterable[Sequence[object]], /) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_dialect(sql), rows)


class PostgresStorage:
    """The central's PostgreSQL database; a Storage. Any number of processes may share it."""

    shared = True

    def __init__(self, url: str, *, new_epoch: Callable[[], str] = lambda: secrets.token_hex(8)) -> None:
        """Connect, and bring the schema up to date; raises StorageTooNew, StorageForeign, StorageUnavailable."""
        self._url = url
        self._new_epoch = new_epoch
        self._name = secrets.token_hex(8)
        self._listeners: list[Callable[[Wake], None]] = []
        self._stopping = threading.Event()
        self._listening = threading.Event()
        self._options: dict[str, Any] = {
            "autocommit": True,
            "connect_timeout": int(_WAIT_SECONDS),
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": _DEAD_MS,
            "application_name": "exception-desk central",
            "options": f"-c search_path={SCHEMA} -c lock_timeout={_LOCK_MS}"
            f" -c idle_in_transaction_session_timeout={_IDLE_MS} -c client_min_messages=warning",
        }
        self._migrate()
        self._pool = ConnectionPool(
            url, min_size=1, max_size=_CONNECTIONS, timeout=_WAIT_SECONDS, kwargs=self._options, open=True
        )
        self._thread = threading.Thread(target=self._listen, name="postgres-notices", daemon=True)
        self._thread.start()
        # From here on nothing that another process commits is missed.
        self._listening.wait(_WAIT_SECONDS)

    def _migrate(self) -> None:
        try:
            with psycopg.connect(self._url, **self._options) as connection:
                migrate(connection, self._new_epoch())
                self._settle_home(connection)
        except (psycopg.ProgrammingError, *_UNUSABLE) as wrong:
            raise StorageForeign(f"PostgreSQL: {_first_line(wrong)}") from wrong
        except psycopg.Error as wrong:
            raise StorageUnavailable(f"PostgreSQL: {_first_line(wrong)}") from wrong

    def _settle_home(self, connection: Any) -> None:
        """Begin a new epoch when the database now lives elsewhere: restored from a dump, or promoted from a standby."""
        home = str(connection.execute(_HOME).fetchone()[0])
        with self._alone(connection) as writing:
            known = connection.execute("SELECT value FROM central WHERE name = 'home'").fetchone()
            if known is not None and known[0] != home:
                kept = writing.renew_epoch(self._new_epoch(), wall_clock())
                _log.warning("the database moved from %s to %s: new epoch, history kept until %d", known[0], home, kept)
            sql = "INSERT INTO central VALUES ('home', %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            connection.execute(sql, (home,))

    @contextlib.contextmanager
    def _connection(self) -> Iterator[Any]:
        try:
            with self._pool.connection() as connection:
                yield connection
        except PoolTimeout as wrong:
            raise StorageUnavailable(f"PostgreSQL: {_first_line(wrong)}") from wrong
        except (psycopg.OperationalError, psycopg.InterfaceError, postgres.ReadOnlySqlTransaction) as wrong:
            raise StorageUnavailable(f"PostgreSQL: {_first_line(wrong)}") from wrong

    @contextlib.contextmanager
    def read(self) -> Iterator[Reading]:
        with self._connection() as connection:
            connection.execute(_SNAPSHOT)
            try:
                yield SqlReading(_Connection(connection))
            finally:
                _end(connection, "ROLLBACK")

    @contextlib.contextmanager
    def write(self) -> Iterator[Writing]:
        grown: list[Wake] = []
        try:
            with self._connection() as connection, self._alone(connection) as writing:
                yield writing
                grown += self._announced(connection, writing)
        finally:
            # Also when the answer to COMMIT was lost: a wake too many harms nobody.
            for wake in grown:
                self._publish(wake)

    @contextlib.contextmanager
    def _alone(self, connection: Any) -> Iterator[SqlWriting]:
        connection.execute(_ALONE)
        try:
            yield SqlWriting(_Connection(connection))
            connection.execute("COMMIT")
        except BaseException:
            _end(connection, "ROLLBACK")
            raise

    def _announced(self, connection: Any, writing: SqlWriting) -> list[Wake]:
        """Tell the other processes, as a part of the transaction."""
        if writing.newest is None:
            return []
        note = Note(self._name, writing.newest, tuple(sorted(writing.touched)))
        payload = msgspec.json.encode(note)
        if len(payload) > _LONGEST_PAYLOAD:
            payload = msgspec.json.encode(msgspec.structs.replace(note, warehouses=None))
        connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload.decode()))
        return [Wake(writing.newest, frozenset(writing.touched))]

    def _publish(self, wake: Wake) -> None:
        for listener in tuple(self._listeners):
            listener(wake)

    def watch(self, listener: Callable[[Wake], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _listen(self) -> None:
        """Publish what other processes committed; after a lost connection, wake everybody."""
        tries = 0
        while not self._stopping.is_set():
            try:
                self._hear()
                tries = 0
            except psycopg.Error as wrong:
                if self._stopping.is_set():
                    return
                wait = _AGAIN_SECONDS[min(tries, len(_AGAIN_SECONDS) - 1)]
                _log.warning("no notices from PostgreSQL, again in %.1f s: %s", wait, _first_line(wrong))
                tries += 1
                self._stopping.wait(wait)

    def _hear(self) -> None:
        with psycopg.connect(self._url, **self._options) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            if self._listening.is_set():
                self._catch_up(connection)
            self._listening.set()
            while not self._stopping.is_set():
                for notice in connection.notifies(timeout=_LOOK_UP_SECONDS):
                    self._told(msgspec.json.decode(notice.payload, type=Note))
                    if self._stopping.is_set():
                        return

    def _catch_up(self, connection: Any) -> None:
        """After a lost connection: the database may be another one now, and anything may have happened."""
        self._settle_home(connection)
        for (head,) in connection.execute("SELECT seq FROM feed"):
            self._publish(Wake(head, None))

    def _told(self, note: Note) -> None:
        if note.teller != self._name:
            self._publish(Wake(note.seq, None if note.warehouses is None else frozenset(note.warehouses)))

    def close(self) -> None:
        """Close all connections; nobody may be reading or writing any more."""
        self._stopping.set()
        farewell = msgspec.json.encode(Note(self._name, 0, ()))
        with contextlib.suppress(StorageUnavailable), self._connection() as connection:
            # It wakes the listener at once; without it, that looks up by itself a little later.
            connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, farewell.decode()))
        self._thread.join()
        self._pool.close()


def _end(connection: Any, statement: str) -> None:
    """End a transaction, unless the connection went with it: the pool then replaces it."""
    if not connection.closed and connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        connection.execute(statement)


def _first_line(wrong: BaseException) -> str:
    return (str(wrong).strip().splitlines() or [type(wrong).__name__])[0]
