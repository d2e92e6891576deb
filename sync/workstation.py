"""What does one workstation own on disk? A folder with the outbox, a cache per scope, their key, and a lock."""

import errno
import hashlib
import logging
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from sync.domain.permissions import User
from sync.errors import AlreadyRunning, StoreDamaged, StoreError, StoreFull
from sync.store.copies import keep_copies
from sync.store.database import DatabaseKey
from sync.store.files import PARTS, remove
from sync.store.orders import OrderCache
from sync.store.recovery import SALVAGE, OpenedQueue
from sync.store.salvaged import Salvage
from sync.store.secret import store_key
from sync.store.tokens import KeptTokens
from sync.wire.codec import decode

_log = logging.getLogger(__name__)


class Workstation:
    """The open folder. One program at a time holds it; a second one gets AlreadyRunning."""

    def __init__(self, folder: Path, now: Callable[[], int], *, use_keyring: bool = True) -> None:
        """Open or make the folder's files; raises StoreError: AlreadyRunning, StoreFull, StoreTooNew, StoreDamaged
        (key lost), or plain where the folder cannot be used.

        A damaged outbox is copied aside, never deleted, and rebuilt from all that can be read: ``salvage`` says so.
        """
        self.folder = folder
        self._lock = FileLock(str(folder / "in-use.lock"), thread_local=False)  # may be closed by another thread
        with _named_faults(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._acquire()
        try:
            with _named_faults(folder):
                self._key: DatabaseKey = store_key(folder, use_keyring=use_keyring)
            with _named_faults(folder):
                self._queue = OpenedQueue(folder / "outbox.db", self._key, now, folder / "copies")
        except BaseException:
            self._lock.release()
            raise
        self.outbox, self.salvage = self._queue.outbox, self._queue.salvage
        self.tokens = KeptTokens(folder, self.outbox, use_keyring=use_keyring)
        try:
            with _named_faults(folder):
                if keep_copies(self.outbox.backup, folder / "copies", now()):
                    self._queue.look_over_record()
        except BaseException:
            self.close()
            raise

    @property
    def set_aside(self) -> Path | None:
        """Where the damaged outbox lies, if there was one at this start."""
        return Path(self.salvage.aside) if self.salvage is not None and self.salvage.aside else None

    def take_salvage(self) -> Salvage | None:
        """What has to be told of a damaged outbox, once: also when another program found it."""
        kept = self.outbox.get_fact(SALVAGE)
        if not kept:
            return None
        self.outbox.put_fact(SALVAGE, "")
        return decode(kept, Salvage)

    def _acquire(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout as held:
            raise AlreadyRunning(f"another Exception Desk is already using {self.folder}", self.folder) from held

    def open_cache(self, server_url: str, user: User | None) -> OrderCache:
        """The cache of what this person may see of this central; a damaged one is made anew, for it loses nothing."""
        path = self.cache_path(server_url, user)
        try:
            return OrderCache(path, self._key, self.outbox.under_way)
        except StoreDamaged as damage:
            _log.warning("the cache is damaged and is built anew: %s", damage)
            return self.new_cache(path)

    def cache_path(self, server_url: str, user: User | None) -> Path:
        """One file per central, role and scope, so that nobody reads what another role was sent."""
        scope = "" if user is None else f"{user.role}|{','.join(sorted(user.warehouses))}"
        name = hashlib.sha256(f"{server_url}|{scope}".encode()).hexdigest()[:16]
        return self.folder / f"cache-{name}.db"

    def forget_unused(self, since: int, in_use: Container[Path]) -> int:
        """Remove the caches and copies that nobody wrote to since then (Unix ms); how many. Raises OSError.

        The newest copy of the queue stays, and what was set aside as damaged.
        """
        copies = sorted((self.folder / "copies").glob("*.db"), key=_written)[:-1]
        old = [
            path
            for path in (*self.folder.glob("cache-*.db"), *copies)
            if path not in in_use and _written(path) < since / 1000
        ]
        for path in old:
            remove(path)
        return len(old)

    def new_cache(self, path: Path) -> OrderCache:
        """An empty cache in place of whatever lies there."""
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        return OrderCache(path, self._key, self.outbox.under_way)

    def close(self) -> None:
        self._queue.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _written(path: Path) -> float:
    """When a file or its WAL was written to last, in seconds."""
    return max(part.stat().st_mtime for suffix in PARTS if (part := Path(f"{path}{suffix}")).exists())


@contextmanager
def _named_faults(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        kind = StoreFull if fault.errno in {errno.ENOSPC, errno.EDQUOT} else StoreError
        raise kind(f"{folder} cannot be used: {fault}", folder) from fault
