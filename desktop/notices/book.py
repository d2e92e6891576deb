"""What has been told about which order? The last notice of each, kept so that it can be said in another language."""

from collections.abc import Callable
from dataclasses import dataclass

from desktop.notices.presenter import Given, Notice
from desktop.words import Words
from sync.domain.commands import Op
from sync.domain.order import CommandKey, OrderId


@dataclass(frozen=True, slots=True)
class Telling:
    """Something to tell: how it is said depends on the words of the moment. ``key`` replaces what had that key."""

    key: CommandKey | None
    order_id: OrderId | None
    say: Callable[[Words], Notice]


class Book:
    """The commands given in this session, newest last, and the last telling of every order."""

    def __init__(self) -> None:
        self._last: dict[OrderId, Telling] = {}
        self._given: dict[CommandKey, Given] = {}
        self._undone: set[CommandKey] = set()
        self._settled: set[CommandKey] = set()

    def keep(self, telling: Telling) -> None:
        if telling.order_id is not None:
            self._last[telling.order_id] = telling

    def last(self, order_id: OrderId) -> Telling | None:
        return self._last.get(order_id)

    def give(self, given: Given) -> None:
        self._given[given.key] = given

    def given(self, key: CommandKey) -> Given | None:
        return self._given.get(key)

    def settle(self, key: CommandKey) -> None:
        self._settled.add(key)

    def is_settled(self, key: CommandKey) -> bool:
        """Whether the central's answer was told already: what is known of a command never goes back."""
        return key in self._settled

    def undone(self, key: CommandKey) -> None:
        self._undone.add(key)

    def last_undoable(self) -> Given | None:
        """The newest command of this session that was not taken back; an undo itself is not undone."""
        found = (g for g in reversed(self._given.values()) if g.key not in self._undone and g.op is not Op.UNDO)
        return next(found, None)

    def clear(self) -> None:
        """Another person is at the desk."""
        self._last.clear()
        self._given.clear()
        self._undone.clear()
