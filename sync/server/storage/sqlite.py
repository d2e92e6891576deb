"""How does the embedded database keep its promises? SQLite in WAL mode: one writer, many readers, FULL durability.

The SQLite inside ``sqlcipher3`` is used (without a key): the standard library's may be one of 3.7.0 to 3.51.2, which
can corrupt a WAL database with two connections (https://sqlite.org/wal.html, "WAL-reset bug").
"""

import contextlib
import logging
import queue
import secrets
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from sync.domain.order import WarehouseId
from sync.server.clock import wall_clock
from sync.server.errors import StorageForeign, StorageUnavailable
from sync.server.feed import Wake
from sync.server.storage.base import Reading, Writing
from sync.server.storage.highwater import HighWater, Mark
from sync.server.storage.reading import SqlReading
from sync.server.storage.schema import migrate
from sync.server.storage.writing import SqlWriting

_log = logging.getLogger(__name__)
_READERS = 8
_BUSY_MS = 5000
_PASSING = ("locked", "busy", "full", "disk i/o", "unable to open")


class SqliteStorage:
    """The central's SQLite file; a Storage. Several processes may open the same file, but only one should serve it."""

    shared = False

    def __init__(self, path: Path, *, new_epoch: Callable[[], str] = lambda: secrets.token_hex(8)) -> None:
        """Open or create the file; raises StorageTooNew, StorageForeign, StorageUnavailable."""
        self._path = path
        self._alone = threading.Lock()
        self._slots = threading.BoundedSemaphore(_READERS)
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._all: list[Any] = []
        self._listeners: list[Callable[[Wake], None]] = []
        self._beside = HighWater(path)
        try:
            self._writer = self._connect()
            migrate(self._writer, new_epoch())
            self._settle_epoch(new_epoch)
        except dbapi2.Error as wrong:
            self._close_all()
            if isinstance(wrong, dbapi2.OperationalError):
                raise StorageUnavailable(f"{path}: {wrong}") from wrong
            raise StorageForeign(f"{path}: {wrong}") from wrong
        except BaseException:
            self._close_all()
            raise

    def _settle_epoch(self, new_epoch: Callable[[], str]) -> None:
        """Begin a new epoch when the feed stands lower than it once did: an older copy was put in its place."""
        with self.read() as reading:
            now, before = Mark(reading.epoch(), reading.head()), self._beside.read()
        if before is not None and before.epoch == now.epoch and before.seq > now.seq:
            with self.write() as writing:
                kept = writing.renew_epoch(new_epoch(), wall_clock())
            _log.warning("%s is an older copy: new epoch, history kept until %d", self._path, kept)
        with self.read() as reading:
            self._mark(Mark(reading.epoch(), reading.head()))

    def _mark(self, mark: Mark) -> None:
        try:
            self._beside.write(mark)
        except OSError as wrong:
            _log.warning("a restored backup would not be noticed, %s cannot be noted: %s", self._path, wrong)

    def _connect(self) -> Any:
        connection = dbapi2.connect(str(self._path), isolation_level=None, check_same_thread=False)
        self._all.append(connection)
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    @contextlib.contextmanager
    def _reader(self) -> Iterator[Any]:
        with self._slots:
            try:
                connection = self._idle.get_nowait()
            except queue.Empty:
                connection = self._connect()
            try:
                yield connection
            finally:
                self._idle.put(connection)

    @contextlib.contextmanager
    def read(self) -> Iterator[Reading]:
        with _translated(), self._reader() as connection:
            connection.execute("BEGIN")
            try:
                yield SqlReading(connection)
            finally:
                connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def write(self) -> Generator[Writing, None, None]:
        with _translated():
            with self._alone:
                grown = yield from self._transaction()
            if grown is not None:
                for listener in tuple(self._listeners):
                    listener(grown)

    def _transaction(self) -> Generator[Writing, None, Wake | None]:
        self._writer.execute("BEGIN IMMEDIATE")
        writing = SqlWriting(self._writer)
        try:
            yield writing
            mark = None if writing.newest is None else Mark(writing.epoch(), writing.newest)
            self._writer.execute("COMMIT")
        except BaseException:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise
        if mark is not None:
            self._mark(mark)
        return _wake(writing.newest, writing.touched)

    def watch(self, listener: Callable[[Wake], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _close_all(self) -> None:
        for connection in self._all:
            connection.close()
        self._all.clear()
        self._beside.close()

    def close(self) -> None:
        """Close all connections; nobody may be reading or writing any more."""
        with self._alone:
            self._close_all()


def _wake(newest: int | None, touched: set[WarehouseId]) -> Wake | None:
    return None if newest is None else Wake(newest, frozenset(touched))


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Let what passes by itself (a lock, a full disk) be told apart from a mistake in a statement."""
    try:
        yield
    except dbapi2.OperationalError as wrong:
        if any(word in str(wrong).lower() for word in _PASSING):
            raise StorageUnavailable(str(wrong)) from wrong
        raise
