"""What need a workstation no longer know of customers? Once a day, what is older than the central keeps its changes."""

import logging
from collections.abc import Callable
from typing import Protocol

from sync.store.outbox import Outbox

_log = logging.getLogger(__name__)
DAY_MS = 86_400_000
RETENTION = "retention_days"
"""The fact in the outbox that says how long; the central tells."""
_SLICE = 200


class Files(Protocol):
    """The caches of people who may never come back to this desk."""

    def forget_unused(self, since: int) -> int: ...


class Tidying:
    """Belongs to the engine's thread; what it costs is paid when there is nothing to do."""

    def __init__(self, outbox: Outbox, files: Files, now: Callable[[], int]) -> None:
        """``now`` is this workstation's own clock (Unix ms), which dates its files."""
        self._outbox = outbox
        self._files = files
        self._now = now
        self._reached = 0
        self._looked_at: int | None = None

    def hear(self, days: int) -> None:
        """So many days the central keeps its changes."""
        told = str(max(1, days))
        if self._outbox.get_fact(RETENTION) != told:
            self._outbox.put_fact(RETENTION, told)
            self._looked_at = None

    def look(self) -> bool:
        """The next piece of work, if it is time; True when there is more of it. Raises StoreError."""
        now = self._now()
        if self._looked_at is not None and 0 <= now - self._looked_at < DAY_MS:
            return False
        days = self._outbox.get_fact(RETENTION)
        if days is None:
            return False
        before = now - int(days) * DAY_MS
        self._reached = self._outbox.forget(before, self._reached, _SLICE)
        if self._reached:
            return True
        try:
            gone = self._files.forget_unused(before)
        except OSError as fault:
            _log.warning("files that nobody uses any more could not all be removed: %s", fault)
        else:
            if gone:
                _log.info("%d files that nobody used for %s days are gone", gone, days)
        self._looked_at = now
        return False
