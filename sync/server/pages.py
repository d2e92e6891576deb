"""Which changes come after a cursor? One encoded page for all who see the same orders and stand at the same place."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Literal, NamedTuple

import msgspec

from sync.domain.order import OrderId, WarehouseId
from sync.domain.permissions import Role
from sync.server.errors import Answer
from sync.server.feed import Cursor
from sync.server.gather import Shared
from sync.server.masked import masked
from sync.server.storage.base import FeedRow, Reading, Storage
from sync.wire.codec import encode
from sync.wire.problems import Kind

_KEPT = 64
_LARGEST_KEPT = 128 * 1024


class Asked(NamedTuple):
    """Whose changes, since where, and at most how many. Role and scope decide what is seen, not the person."""

    role: Role
    scope: tuple[WarehouseId, ...]
    since: Cursor
    limit: int


class Page(NamedTuple):
    """A ChangesPage as JSON, and how many changes are in it."""

    body: bytes
    size: int


class _RawChange(msgspec.Struct):
    """A Change whose order is JSON already."""

    id: OrderId
    version: int
    seq: int
    op: Literal["put", "remove"]
    order: msgspec.Raw | None


class _RawPage(msgspec.Struct):
    """A ChangesPage of such changes."""

    changes: list[_RawChange]
    next: str
    more: bool
    count: int
    news: int


class Pages:
    """Pages of the feed, made once while the feed stands where it stands."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._kept: OrderedDict[Asked, tuple[int, Page]] = OrderedDict()
        self._lock = threading.Lock()
        self._shared: Shared[Asked, Page | Answer] = Shared(self._look)

    async def after(self, asked: Asked) -> Page:
        """The page as it is now; raises Answer CURSOR_GONE."""
        found = await self._shared.ask(asked)
        if isinstance(found, Answer):
            raise Answer(found.kind)
        return found

    def _look(self, asked: Asked) -> Page | Answer:
        with self._storage.read() as reading:
            head = reading.head()
            if asked.since.epoch != reading.epoch() or not reading.pruned() <= asked.since.seq <= head:
                return Answer(Kind.CURSOR_GONE)
            return self._known(asked, head) or self._made(reading, asked, head)

    def _known(self, asked: Asked, head: int) -> Page | None:
        with self._lock:
            at, page = self._kept.get(asked, (-1, None))
            return page if at == head else None

    def _made(self, reading: Reading, asked: Asked, head: int) -> Page:
        rows = reading.changes(asked.scope, asked.since.seq, asked.limit + 1)
        page = _page(rows, asked, head, reading.news(), lambda body: masked(body, asked.role))
        if len(page.body) <= _LARGEST_KEPT:
            with self._lock:
                self._kept[asked] = (head, page)
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return page


def _page(rows: list[FeedRow], asked: Asked, head: int, news: int, shown: Callable[[bytes], msgspec.Raw]) -> Page:
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    reached = rows[-1].seq if more else head
    page = _RawPage(
        changes=[
            _RawChange(row.order_id, row.version, row.seq, row.op, None if row.body is None else shown(row.body))
            for row in rows
        ],
        next=str(Cursor(asked.since.epoch, reached, asked.since.view)),
        more=more,
        count=len(rows),
        news=news,
    )
    return Page(encode(page), len(rows))
