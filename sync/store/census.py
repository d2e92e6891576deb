"""Which orders are held, and at which versions? Counted as of one moment, a slice at a time, while others write."""

from collections.abc import Callable, Sequence
from typing import Any

from sync.wire.codec import ScopeHash

SLICE = 3_000
"""Orders that are counted at once: a few ten milliseconds."""
Read = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
"""Reads by a connection that nobody else uses."""


class Census:
    """One count. Until it is whole, or ``leave`` ends it, the file keeps what was written since apart."""

    def __init__(self, read: Read, leave: Callable[[], None]) -> None:
        self._read = read
        self.leave = leave
        self._hash = ScopeHash()
        self._held, self._last = 0, ""
        read("BEGIN", ())
        cursor = read("SELECT value FROM facts WHERE name = 'cursor'", ())
        self.cursor: str | None = cursor[0][0] if cursor else None
        """The place in the feed at which this is counted."""

    def count(self) -> tuple[int, str] | None:
        """One slice more: number of orders and their hash once all are counted; then the count is over."""
        rows = self._read("SELECT id, version FROM orders WHERE id > ? ORDER BY id LIMIT ?", (self._last, SLICE))
        self._hash.add(rows)
        self._held += len(rows)
        if len(rows) == SLICE:
            self._last = rows[-1][0]
            return None
        self.leave()
        return self._held, self._hash.hex
