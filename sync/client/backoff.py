"""How long until the next try? Full jitter between nothing and a bound that doubles from one to sixty seconds."""

import random

FIRST_S = 1.0
LAST_S = 60.0


class Backoff:
    """Counts failures in a row; never gives up."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._failures = 0

    @property
    def failures(self) -> int:
        return self._failures

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self, at_least: float | None = None) -> float:
        """Seconds to wait after one more failure; not less than ``at_least`` (the server's Retry-After)."""
        bound = min(LAST_S, FIRST_S * 2 ** min(self._failures, 10))
        self._failures += 1
        return max(self._chance.uniform(0, bound), at_least or 0.0)
