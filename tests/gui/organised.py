"""What of lists, views and messages the screen's fake desk knows. In Python what the store does in SQLite."""

import threading
from array import array
from collections.abc import Sequence

import msgspec

from sync.domain.exceptions import Node
from sync.domain.order import ON_THE_FLOOR, Order, OrderId, UserId
from sync.domain.permissions import Action, User, organising
from sync.errors import CentralUnreachable
from sync.store.listing import Group, Listing, ListQuery, Row
from sync.store.projection import Seen
from sync.wire.colleagues import Message, Recipient, SharedView


class Organised:
    """The part of ``FakeDesk`` that organises work."""

    user: User | None
    online: bool
    _cache: dict[OrderId, Order]

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.shared: list[SharedView] = []
        self.sent: list[tuple[Recipient, str, int]] = []
        self.told: list[Message] = []
        self.heard: set[str] = set()
        self.files_come = threading.Event()
        self.files_come.set()

    def ids(self, query: ListQuery) -> "array[int]":
        raise NotImplementedError

    def rows(self, rowids: Sequence[int]) -> list[Row]:
        raise NotImplementedError

    def first_lines(self, query: ListQuery, count: int) -> Listing | None:
        return None if query != ListQuery() else Listing(self.ids(query)[:count])

    def warm_lists(self) -> None:
        """Everything is in memory."""

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
        return tuple(dict.fromkeys(e.node for o in tuple(self._cache.values()) for e in o.open_exceptions))

    def shared_views(self) -> tuple[SharedView, ...]:
        return tuple(self.shared)

    def share_view(self, view: str, name: str, query: ListQuery) -> SharedView:
        self._online()
        self.shared.append(
            SharedView(id=view, name=name, query=msgspec.json.encode(query).decode(), by=UserId("u"), at=0)
        )
        return self.shared[-1]

    def unshare_view(self, view: str) -> None:
        self._online()
        self.shared = [v for v in self.shared if v.id != view]

    def send_message(self, to: Recipient, text: str, minutes: int) -> Message:
        self._online()
        self.sent.append((to, text, minutes))
        assert self.user is not None
        at, name = self.now(), f"sent-{len(self.sent)}"
        said = Message(
            id=name, sender=self.user.id, sender_name=self.user.name, to=to, text=text, at=at,
            expires_at=at + minutes * 60_000,
        )  # fmt: skip
        self.told.append(said)
        return said

    def now(self) -> int:
        raise NotImplementedError

    def messages(self) -> tuple[Message, ...]:
        return tuple(m for m in self.told if self.user is not None and m.expires_at > self.now())

    def unheard(self) -> tuple[Message, ...]:
        me = None if self.user is None else self.user.id
        return tuple(m for m in self.messages() if m.id not in self.heard and m.sender != me)

    def hear_message(self, message_id: str) -> None:
        self.heard.add(message_id)

    def _online(self) -> None:
        if not self.online:
            raise CentralUnreachable("offline")

    def to_pull(self) -> tuple[Order, ...]:
        return tuple(o for o in tuple(self._cache.values()) if o.status in ON_THE_FLOOR and o.holds)

    def organising(self, seen: Seen) -> tuple[Action, ...]:
        return () if self.user is None else organising(self.user, seen.order)

    def recall(self, name: str) -> str:
        return self.kept.get(self._whose(name), "")

    def keep(self, name: str, value: str) -> None:
        self.kept[self._whose(name)] = value

    def _whose(self, name: str) -> str:
        return f"{self.user.id if self.user else ''}:{name}"
