"""Who must be told that the feed grew, and where in it does a reader stand?"""

import asyncio
import hashlib
import threading
from collections.abc import Iterable
from functools import lru_cache
from types import TracebackType
from typing import Protocol, Self

import msgspec

from sync.domain.order import WarehouseId
from sync.domain.permissions import Role, User

_LONGEST_SEQ = 18
CURSOR = r"^[^.]+\.[0-9]{1,18}\.[^.]+$"
"""How a cursor looks."""


class Wake(msgspec.Struct, frozen=True):
    """The feed grew up to ``seq``; orders of these warehouses changed, or (None) of any."""

    seq: int
    warehouses: frozenset[WarehouseId] | None


class Cursor(msgspec.Struct, frozen=True):
    """A position in the feed as one caller sees it. Opaque to clients: ``epoch.seq.view``.

    ``view`` marks role and scope: whoever sees other orders, or the same ones masked otherwise, starts again.
    """

    epoch: str
    seq: int
    view: str

    def __str__(self) -> str:
        return f"{self.epoch}.{self.seq}.{self.view}"


def parse_cursor(text: str) -> Cursor | None:
    """The cursor that this text is; None when it is none."""
    parts = text.split(".")
    if len(parts) != 3 or not all(parts):
        return None
    epoch, seq, view = parts
    if not (seq.isascii() and seq.isdigit() and len(seq) <= _LONGEST_SEQ):
        return None
    return Cursor(epoch, int(seq), view)


def view_of(user: User, scope: Iterable[WarehouseId]) -> str:
    """The mark of what a user sees in a scope."""
    return _view(user.role, tuple(scope))


@lru_cache(maxsize=1024)
def _view(role: Role, scope: tuple[WarehouseId, ...]) -> str:
    told = "\n".join((role, *sorted(scope)))
    return hashlib.sha256(told.encode()).hexdigest()[:8]


class Subscription(Protocol):
    """One reader who waits for the feed to grow within a scope; a context manager that ends the waiting."""

    @property
    def closed(self) -> bool:
        """Whether the central is going down: nobody will be woken again."""
        ...

    async def grew(self, seconds: float) -> int | None:
        """The newest position since the last call, as soon as there is one; None after ``seconds`` without."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Notifier(Protocol):
    """Wakes readers. Several processes may share one feed: each has its own notifier, fed by the storage."""

    def publish(self, wake: Wake) -> None:
        """Wake whom it concerns; from any thread."""
        ...

    def subscribe(self, warehouses: Iterable[WarehouseId]) -> Subscription:
        """Wait for changes in these warehouses; to be called on the event loop."""
        ...

    def close(self) -> None:
        """Let all readers go, for good; from any thread."""
        ...

    @property
    def closed(self) -> bool:
        """Whether that has happened."""
        ...


class _Reader:
    """One subscription of an InProcessNotifier. Lives on its event loop; wakes melt into the newest."""

    def __init__(self, hub: "InProcessNotifier", warehouses: frozenset[WarehouseId]) -> None:
        self._hub = hub
        self.loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self._seq: int | None = None
        self.warehouses = warehouses
        self.closed = False

    def woken(self, seq: int | None) -> None:
        """On its own loop: the feed stands at ``seq``, or (None) the central goes down."""
        if seq is None:
            self.closed = True
        else:
            self._seq = max(seq, self._seq or 0)
        self._event.set()

    async def grew(self, seconds: float) -> int | None:
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return None
        seq, self._seq = self._seq, None
        if not self.closed:
            self._event.clear()
        return seq

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hub.leave(self)


def _wake_all(loop: asyncio.AbstractEventLoop, readers: list[_Reader], seq: int | None) -> None:
    """From any thread: tell readers of one loop, with one call for all of them."""

    def tell() -> None:
        for reader in readers:
            reader.woken(seq)

    if not loop.is_closed():
        loop.call_soon_threadsafe(tell)


class InProcessNotifier:
    """Wakes the readers of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers: set[_Reader] = set()
        self._closed = False

    def publish(self, wake: Wake) -> None:
        with self._lock:
            told = wake.warehouses
            concerned = [reader for reader in self._readers if told is None or reader.warehouses & told]
        by_loop: dict[asyncio.AbstractEventLoop, list[_Reader]] = {}
        for reader in concerned:
            by_loop.setdefault(reader.loop, []).append(reader)
        for loop, readers in by_loop.items():
            _wake_all(loop, readers, wake.seq)

    def subscribe(self, warehouses: Iterable[WarehouseId]) -> Subscription:
        reader = _Reader(self, frozenset(warehouses))
        with self._lock:
            reader.closed = self._closed
            self._readers.add(reader)
        if reader.closed:
            reader.woken(None)
        return reader

    @property
    def closed(self) -> bool:
        return self._closed

    def leave(self, reader: _Reader) -> None:
        with self._lock:
            self._readers.discard(reader)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            readers = list(self._readers)
        for reader in readers:
            _wake_all(reader.loop, [reader], None)
