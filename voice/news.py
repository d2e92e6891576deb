"""What does the desk tell while voice works? Answers, messages, who is here: handed on when nobody is being heard."""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from sync.domain.order import OrderId, UserId
from sync.domain.permissions import User
from sync.events import (
    ANSWERING,
    CommandSettled,
    ConnectionChanged,
    Event,
    Link,
    MessageArrived,
    OrdersChanged,
    UserChanged,
)
from sync.wire.colleagues import Message
from voice import dialogue
from voice.desk import Desk
from voice.equipment import wall_ms
from voice.timeline import Timeline


class Listener(Protocol):
    """Whoever works on the voice thread."""

    def feed(self, event: dialogue.Event) -> None: ...

    def check_order(self, ids: tuple[OrderId, ...]) -> None:
        """These orders have changed; one of them may be the one that is asked about."""

    def meet(self, user: User | None) -> None:
        """Whoever is at the desk now; None: nobody."""

    def note_settled(self, event: CommandSettled) -> None:
        """The central answered; told to the dialogue next."""


class News:
    """Used by the voice thread, but for what the desk calls; ``post`` brings that over."""

    def __init__(
        self, desk: Desk, listener: Listener, timeline: Timeline, post: Callable[[Callable[[], None]], None]
    ) -> None:
        self._desk = desk
        self._listener = listener
        self._timeline = timeline
        self._post = post
        self._waiting: deque[CommandSettled | dialogue.Message] = deque()
        self._unsubscribe: Callable[[], None] | None = None
        self._who: UserId | None = None

    def watch(self) -> None:
        """From now on; harmless when it was done before."""
        if self._unsubscribe is None:
            self._unsubscribe = self._desk.subscribe(self._on_desk)
            self._follow(self._desk.user)
            self._listener.feed(dialogue.Link(_reaches(self._desk.connection.link)))

    def leave(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    def tell(self) -> None:
        """Hand on what has come; for a moment when nobody is speaking."""
        while self._waiting:
            event = self._waiting.popleft()
            if isinstance(event, CommandSettled):
                self._listener.note_settled(event)
                self._listener.feed(dialogue.Settled(event.result, event.epoch))
            else:
                self._listener.feed(event)

    def _on_desk(self, event: Event) -> None:
        """On the desk's thread: hand it over to ours."""
        self._post(lambda: self._on_event(event))

    def _on_event(self, event: Event) -> None:
        match event:
            case CommandSettled():
                self._waiting.append(event)
            case OrdersChanged(ids=ids):
                self._listener.check_order(ids)
            case ConnectionChanged(connection=connection):
                self._listener.feed(dialogue.Link(_reaches(connection.link)))
            case UserChanged(user=user):
                self._change(user)
            case MessageArrived(message=message):
                self._announce(message)
            case _:
                pass

    def _change(self, user: User | None) -> None:
        """What was still to be told to one person is told to no other."""
        left = user is None or user.id != self._who
        if left:
            self._waiting.clear()
        self._listener.feed(dialogue.Cancelled(left=left))
        self._follow(user)

    def _follow(self, user: User | None) -> None:
        self._who = None if user is None else user.id
        self._listener.meet(user)
        for message in self._desk.unheard():
            self._announce(message)

    def _announce(self, message: Message) -> None:
        until = self._timeline.now + (message.expires_at - wall_ms()) / 1000
        self._waiting.append(dialogue.Message(message.text, message.sender_name, message.id, until))


def _reaches(link: Link) -> bool:
    return link in ANSWERING
