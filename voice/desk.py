"""What does voice need of the workstation? The orders, the one way to submit, and the list on the screen."""

from array import array
from collections.abc import Callable, Sequence
from typing import Protocol

from sync.decisions import OpenCase, Recorded
from sync.domain.commands import Heard
from sync.domain.order import CommandKey, OrderId
from sync.domain.permissions import Action, User
from sync.events import Connection, Event
from sync.service import Wish
from sync.store.listing import Counts, ListQuery, Row
from sync.store.projection import Seen
from sync.wire.colleagues import Message
from sync.wire.messages import Directory


class Desk(Protocol):
    """The part of ``sync.service.Desk`` that voice uses; any thread may call it."""

    @property
    def user(self) -> User | None: ...

    @property
    def connection(self) -> Connection: ...

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]: ...

    def submit(self, wish: Wish) -> CommandKey: ...

    def undo(self, key: CommandKey, heard: Heard | None = None) -> CommandKey | None: ...

    def decide(
        self, key: CommandKey, decision: str, wish: Wish | None = None, heard: Heard | None = None
    ) -> Recorded: ...

    def cases(self) -> tuple[OpenCase, ...]: ...

    def order(self, order_id: OrderId) -> Seen | None: ...

    def find_by_tail(self, digits: str) -> tuple[Seen, ...]: ...

    def actions(self, seen: Seen) -> tuple[Action, ...]: ...

    def organising(self, seen: Seen) -> tuple[Action, ...]: ...

    def counts(self) -> Counts: ...

    def ids(self, query: ListQuery) -> "array[int]": ...

    def rows(self, rowids: Sequence[int]) -> list[Row]: ...

    def directory(self) -> Directory: ...

    def unheard(self) -> tuple[Message, ...]: ...

    def hear_message(self, message_id: str) -> None: ...


class Screen(Protocol):
    """The list that the person looks at. Called on the voice thread: a window hands it on to its own."""

    def move(self, steps: int) -> OrderId | None:
        """Go on by so many orders (0: stay); the order that is current then, None in an empty list."""

    def show(self, order_id: OrderId) -> None:
        """Bring this order before the person's eyes."""


class ListWalk:
    """A Screen without a window: the stopped orders, those due first in front."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._rowid: int | None = None
        self._shown: OrderId | None = None

    def move(self, steps: int) -> OrderId | None:
        if steps == 0 and self._shown is not None:
            return self._shown
        rowids = self._desk.ids(ListQuery())
        if not rowids:
            return None
        at = 0 if self._rowid is None or self._rowid not in rowids else rowids.index(self._rowid) + steps
        self._rowid = rowids[min(max(at, 0), len(rowids) - 1)]
        self._shown = self._desk.rows([self._rowid])[0].id
        return self._shown

    def show(self, order_id: OrderId) -> None:
        self._shown = order_id
