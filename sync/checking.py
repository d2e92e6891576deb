"""Does the cache hold what the central has? Compared by count and hash when it was just filled, then once a day, and
after the line was down; a slice at each step of the engine, so that nothing waits for 200,000 orders.
"""

import logging
from collections.abc import Callable
from typing import Protocol

from sync.events import CacheMistaken, Event, OrdersChanged
from sync.store.census import Census
from sync.store.orders import OrderCache
from sync.store.outbox import Outbox
from sync.wire.messages import Checksum

_log = logging.getLogger(__name__)
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MOST_TRIES = 5
"""The central moves on between two questions: so often it is asked in a row, then an hour later again."""
MISTAKES = "cache_mistakes"
"""The fact in the outbox that counts how often a cache was found wrong."""


class Central(Protocol):
    """What is asked of the central."""

    def checksum(self, token: str) -> Checksum: ...


class Checking:
    """One workstation's checks. Belongs to the engine's thread; what it costs is paid when there is nothing to do."""

    def __init__(self, central: Central, outbox: Outbox, tell: Callable[[Event], None], now: Callable[[], int]) -> None:
        self._central = central
        self._outbox = outbox
        self._tell = tell
        self._now = now
        self._tries = 0
        self._reconnected = False
        self._counting: tuple[OrderCache, Census, Checksum] | None = None

    @property
    def is_counting(self) -> bool:
        """Whether the next ``look`` has more to count."""
        return self._counting is not None

    def reconnected(self) -> None:
        """The line was down: look again soon, though not more than once an hour."""
        self._reconnected = True

    def look(self, token: str, cache: OrderCache) -> bool:
        """Compare if it is time; True when the cache was wrong and is filled anew. Raises as the central does."""
        if self._counting is None and self._due(cache):
            self._begin(token, cache)
        if self._counting is None:
            return False
        of, census, theirs = self._counting
        if of is not cache:
            self.abandon()
            return False
        counted = census.count()
        if counted is None:
            return False
        self._counting = None
        self._done(cache, self._now())
        return counted != (theirs.count, theirs.hash) and self._mistaken(cache, counted[0], theirs.count)

    def abandon(self) -> None:
        """Count no further: the line is down, or nobody is there. It begins anew when it is time."""
        if self._counting is not None:
            self._counting[1].leave()
            self._counting = None

    def _begin(self, token: str, cache: OrderCache) -> None:
        theirs, census = self._central.checksum(token), cache.census()
        if theirs.cursor == census.cursor:
            self._counting = cache, census, theirs
        else:
            census.leave()
            self._try_again(cache)

    def _due(self, cache: OrderCache) -> bool:
        since = self._now() - int(cache.fact("checked_at") or 0)
        return not 0 <= since < (HOUR_MS if self._reconnected else DAY_MS)

    def _try_again(self, cache: OrderCache) -> None:
        self._tries += 1
        if self._tries >= MOST_TRIES:
            self._done(cache, self._now() - DAY_MS + HOUR_MS)

    def _done(self, cache: OrderCache, at: int) -> None:
        self._tries, self._reconnected = 0, False
        cache.put_facts({"checked_at": str(at)})

    def _mistaken(self, cache: OrderCache, held: int, due: int) -> bool:
        """Fill it anew, but not twice a day: then the fault is one that this does not mend. The queue is untouched."""
        rebuilt_at = int(self._outbox.get_fact("cache_rebuilt_at") or 0)
        rebuild = not 0 <= self._now() - rebuilt_at < DAY_MS
        self._outbox.put_fact(MISTAKES, str(int(self._outbox.get_fact(MISTAKES) or 0) + 1))
        _log.error("the cache held %d orders, the central %d, or other versions; rebuilt: %s", held, due, rebuild)
        if rebuild:
            self._outbox.put_fact("cache_rebuilt_at", str(self._now()))
            cache.clear()
        self._tell(CacheMistaken(held=held, due=due, rebuilt=rebuild))
        if rebuild:
            self._tell(OrdersChanged())
        return rebuild
