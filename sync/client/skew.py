"""What time is it at the central? This workstation's clock, put right by what the central said last.

A warehouse PC may be a day wrong. What people see (due times) and sign (when a command was given) follows the central;
leases and tokens follow the PC's own clock, for they only compare it with itself.
"""

from collections.abc import Callable
from typing import Protocol

from sync.errors import StoreError

TOLERANCE_MS = 60_000
"""Less is the time that an answer takes, and nobody's trouble."""
_FACT = "clock_offset"


class Facts(Protocol):
    """A place that outlives the program."""

    def get_fact(self, name: str) -> str | None: ...
    def put_fact(self, name: str, value: str) -> None: ...


class CentralClock:
    """Unix ms, as a function. Thread-safe."""

    def __init__(self, own: Callable[[], int], facts: Facts) -> None:
        self._own = own
        self._facts = facts
        self.offset = int(facts.get_fact(_FACT) or 0)

    def __call__(self) -> int:
        return self._own() + self.offset

    def heard(self, central: int) -> None:
        """The central has just said that it is this late (Unix ms)."""
        exact = central - self._own()
        offset = 0 if abs(exact) <= TOLERANCE_MS else exact
        if abs(offset - self.offset) <= TOLERANCE_MS and bool(offset) == bool(self.offset):
            return
        self.offset = offset
        try:
            self._facts.put_fact(_FACT, str(offset))
        except StoreError:
            return  # it is learned again at the next start
