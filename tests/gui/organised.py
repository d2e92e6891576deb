"""What of lists, views and messages the screen's fake desk knows. In Python what the store does in SQLite."""

from array import array
from collections.abc import Sequence

from sync.domain.exceptions import Node
from sync.domain.order import ON_THE_FLOOR, Order, OrderId
from sync.domain.permissions import Action, User, organising
from sync.store.listing import Group, Listing, ListQuery, Row
from sync.store.projection import Seen


class Organised:
    """The part of ``FakeDesk`` that organises work."""

    user: User | None
    _cache: dict[OrderId, Order]

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def ids(self, query: ListQuery) -> "array[int]":
        raise NotImplementedError

    def rows(self, rowids: Sequence[int]) -> list[Row]:
        raise NotImplementedError

    def listing(self, query: ListQuery) -> Listing:
        ids = self.ids(query)
        if not query.group:
            return Listing(ids)
        groups: dict[str, array[int]] = {}
        for row in self.rows(ids):
            groups.setdefault(row.node if query.group == "node" else row.customer, array("q")).append(row.rowid)
        ranked = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
        return Listing(
            array("q", [rowid for _, members in ranked for rowid in members]),
            tuple(Group(key, len(members)) for key, members in ranked),
        )

    def view_counts(self, queries: Sequence[ListQuery]) -> tuple[int, ...]:
        return tuple(len(self.ids(query)) for query in queries)

    def nodes(self) -> tuple[Node, ...]:
        return tuple(dict.fromkeys(e.node for o in self._cache.values() for e in o.open_exceptions))

    def to_pull(self) -> tuple[Order, ...]:
        return tuple(o for o in self._cache.values() if o.status in ON_THE_FLOOR and o.holds)

    def organising(self, seen: Seen) -> tuple[Action, ...]:
        return () if self.user is None else organising(self.user, seen.order)

    def recall(self, name: str) -> str:
        return self.kept.get(name, "")

    def keep(self, name: str, value: str) -> None:
        self.kept[name] = value
