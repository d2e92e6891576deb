"""How is the network kept busy while the cache is written? The next page of a snapshot is fetched meanwhile."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import msgspec

from sync.domain.order import Order, OrderId


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A page of ``GET /v1/orders`` with each order's own JSON beside its value, so that it need not be made again."""

    orders: tuple[Order, ...]
    bodies: tuple[bytes, ...]
    after: OrderId | None
    cursor: str


_Ask = tuple[str, OrderId | None, int]


class ReadAhead:
    """``CentralApi.orders`` with one page in reserve. For one reader; ``close`` ends its thread.

    What came is decoded by the reader: a second thread that computes would make every row that is written wait for it.
    """

    def __init__(
        self, fetch: Callable[[str, OrderId | None, int], bytes], decoded: Callable[[bytes, OrderId | None], Snapshot]
    ) -> None:
        """``fetch`` asks for the body of a page, ``decoded`` is told after which order it was to begin."""
        self._fetch = fetch
        self._decoded = decoded
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="desk-read-ahead")
        self._reserve: tuple[_Ask, Future[bytes]] | None = None

    def orders(self, token: str, after: OrderId | None, limit: int) -> Snapshot:
        """The page asked for, from the reserve where it is the one; raises as ``CentralApi.orders`` does."""
        page = self._decoded(self._take((token, after, limit)), after)
        if page.after is not None:
            ask = (token, page.after, limit)
            self._reserve = ask, self._pool.submit(self._fetch, *ask)
        return page

    def _take(self, ask: _Ask) -> bytes:
        reserve, self._reserve = self._reserve, None
        if reserve is not None and reserve[0] == ask:
            return reserve[1].result()
        if reserve is not None:
            reserve[1].cancel()
        return self._fetch(*ask)

    def close(self) -> None:
        """Wait for a page that is under way, and drop it."""
        self._pool.shutdown(cancel_futures=True)
