"""Which cache shows what this person may see? One per central, role and scope, opened when asked for, made anew when
it is damaged.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sync.domain.permissions import User
from sync.errors import StoreClosed, StoreDamaged
from sync.store.marks import Pending
from sync.store.orders import OrderCache
from sync.workstation import Workstation

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Caches:
    """The open caches of one workstation and one central. Thread-safe."""

    def __init__(self, workstation: Workstation, server_url: str, pending: Pending, mended: Callable[[], None]) -> None:
        """``mended`` is called after a damaged cache was replaced by an empty one, on the thread that found it."""
        self._workstation = workstation
        self._url = server_url
        self._pending = pending
        self._mended = mended
        self._open: dict[Path, OrderCache] = {}
        self._paths: dict[User | None, Path] = {}
        self._lock = threading.Lock()
        self._closed = False

    def of(self, user: User | None) -> OrderCache:
        """The cache of this person; raises StoreClosed after ``close``, else as ``Workstation.open_cache``."""
        with self._lock:
            path = self._paths.get(user)
            if path is None:
                path = self._paths[user] = self._workstation.cache_path(self._url, user)
            if self._closed:
                raise StoreClosed(f"{path} was closed", path)
            if path not in self._open:
                self._open[path] = self._workstation.open_cache(self._url, user)
                self._open[path].reset_pending(self._pending)
            return self._open[path]

    def look(self, user: Callable[[], User | None], read: Callable[[OrderCache], T]) -> T:
        """Read from the person's cache; once more when it was, or had to be, made anew meanwhile."""
        try:
            return read(self.of(user()))
        except StoreDamaged as damage:
            if not self.mend(damage):
                raise
        except StoreClosed:
            pass  # of() says so again when all of them were closed
        return read(self.of(user()))

    def mend(self, damage: StoreDamaged) -> bool:
        """Put an empty cache in the damaged one's place, unless another thread did; False if it is none of these."""
        with self._lock:
            broken = self._open.get(damage.path) if damage.path is not None else None
            if broken is None or self._closed:
                return False
            _log.warning("the cache is damaged and is built anew: %s", damage)
            broken.close()
            self._open[broken.path] = self._workstation.new_cache(broken.path)
        self._mended()
        return True

    def forget_unused(self, since: int) -> int:
        """Remove caches that nobody here used since then (Unix ms), and old copies; how many. Raises OSError."""
        with self._lock:
            return self._workstation.forget_unused(since, self._open)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            for cache in self._open.values():
                cache.close()
