"""How much is asked of the central at once? Half of it after an answer that was still flowing when its time was over.

Else a page that a slow line cannot carry within one call's deadline would be begun for ever. A line that is dead says
nothing about portions: only ``CentralTooSlow`` counts.
"""

from sync.errors import CentralTooSlow

_MOST_HALVINGS = 11
"""By then a page is one order."""


class Portions:
    """One for all that the engine sends and fetches."""

    def __init__(self) -> None:
        self._halvings = 0

    def of(self, most: int) -> int:
        """How many to ask for instead of ``most``; never none."""
        return max(1, most >> self._halvings)

    def after(self, fault: Exception) -> None:
        """What is asked next is half as much, where that may help."""
        if isinstance(fault, CentralTooSlow):
            self._halvings = min(self._halvings + 1, _MOST_HALVINGS)

    def all_came(self) -> None:
        """There is nothing more to fetch for now: the next portions may be twice as large again."""
        self._halvings = max(0, self._halvings - 1)
