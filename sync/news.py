"""What did colleagues say or share since? Fetched when the feed says that there is something new."""

from collections.abc import Callable
from typing import Protocol

import msgspec

from sync.domain.permissions import User
from sync.events import Event, MessageArrived, ViewsChanged
from sync.store.orders import OrderCache
from sync.wire.colleagues import Message, Messages, SharedView, SharedViews


class Colleagues(Protocol):
    """What is asked of the central."""

    def messages(self, token: str) -> Messages: ...
    def views(self, token: str) -> SharedViews: ...


class News:
    """Keeps a person's messages and everybody's views in the cache; for one thread at a time."""

    def __init__(self, central: Colleagues, tell: Callable[[Event], None]) -> None:
        self._central = central
        self._tell = tell

    def look(self, token: str, user: User, cache: OrderCache, news: int | None) -> None:
        """Fetch what is new unless ``news`` (``ChangesPage.news``) is known. Each message is told once."""
        name = f"news:{user.id}"
        if news is None or cache.fact(name) == str(news):
            return
        known = {message.id for message in messages_of(cache, user)}
        messages, views = self._central.messages(token).messages, self._central.views(token).views
        texts = {f"messages:{user.id}": messages, "views": views}
        cache.put_facts(
            {what: msgspec.json.encode(value).decode() for what, value in texts.items()} | {name: str(news)}
        )
        self._tell(ViewsChanged())
        for message in messages:
            if message.id not in known and message.sender != user.id:
                self._tell(MessageArrived(message))


def messages_of(cache: OrderCache, user: User) -> tuple[Message, ...]:
    """What this person was told, as last heard from the central; expired ones among them."""
    stored = cache.fact(f"messages:{user.id}")
    return () if stored is None else msgspec.json.decode(stored, type=tuple[Message, ...])


def views_of(cache: OrderCache) -> tuple[SharedView, ...]:
    stored = cache.fact("views")
    return () if stored is None else msgspec.json.decode(stored, type=tuple[SharedView, ...])
