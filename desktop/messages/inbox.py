"""Which messages are there, and which are new? Read from the desk on a worker; those that expired are kept a week."""

from dataclasses import dataclass

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.bridge import Line
from desktop.context import Context
from desktop.messages.presenter import Letter, letters, merged
from desktop.notices import presenter as notices
from desktop.notices.book import Telling
from desktop.ports import DeskPort
from desktop.words import Words
from sync.domain.order import CommandKey
from sync.events import Event, MessageArrived
from sync.wire.colleagues import Message

_ALL, _READ = "messages", "messages_read"
RENEW_MS = 30_000
"""How often it is looked what voice has spoken and what has expired."""


@dataclass(frozen=True, slots=True)
class _Box:
    messages: tuple[Message, ...] = ()
    new: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()


class Inbox(QObject):
    """The signed-in person's messages. ``changed`` tells that ``letters`` may be others."""

    changed = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._box = _Box()
        self._clock = QTimer(self)
        self._clock.setInterval(RENEW_MS)
        self._clock.timeout.connect(self.refresh)
        self._clock.start()
        context.bridge.told.connect(self._hear)
        context.bridge.user_changed.connect(self.refresh)
        self.refresh()

    @property
    def letters(self) -> tuple[Letter, ...]:
        """Newest first; none while nobody is signed in."""
        user = self._context.bridge.desk.user if self._context.bridge.is_open else None
        if user is None:
            return ()
        box = self._box
        return letters(box.messages, box.new, box.read, user.id, self._context.words, self._context.now())

    @property
    def unread(self) -> int:
        return sum(letter.state == "new" for letter in self.letters)

    @Slot(object)
    def _hear(self, event: Event) -> None:
        if isinstance(event, MessageArrived):
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read them again."""
        bridge, now = self._context.bridge, self._context.now()
        if bridge.is_open and bridge.desk.user is not None:
            desk = bridge.desk
            bridge.run(Line.LOOK, lambda: _read(desk, now), self._take)
        else:
            self._take(_Box())

    @Slot(object)
    def _take(self, box: _Box) -> None:
        self._box = box
        self.changed.emit()

    @Slot()
    def see_all(self) -> None:
        """Everything is on the screen: voice need not speak it any more. Here it stays new until it is read again."""
        desk, new = self._context.bridge.desk, self._box.new
        if new:
            self._context.bridge.run(Line.LOOK, lambda: _see(desk, new), self._nothing)

    @Slot(object)
    def _nothing(self, _answer: object) -> None:
        """It is noted."""


def _read(desk: DeskPort, now: int) -> _Box:
    kept = _kept(desk.recall(_ALL))
    told = desk.messages()
    messages = merged(kept, told, now)
    if messages != kept:
        desk.keep(_ALL, msgspec.json.encode(messages).decode())
    return _Box(messages, frozenset(m.id for m in desk.unheard()), frozenset(desk.recall(_READ).split()))


def _kept(text: str) -> tuple[Message, ...]:
    """What was kept; what another program kept otherwise is not worth an error."""
    try:
        return msgspec.json.decode(text, type=tuple[Message, ...])
    except msgspec.DecodeError:
        return ()


def _see(desk: DeskPort, new: frozenset[str]) -> None:
    for message in new:
        desk.hear_message(message)
    known = {m.id for m in _kept(desk.recall(_ALL))}
    desk.keep(_READ, " ".join(sorted((frozenset(desk.recall(_READ).split()) | new) & known)))


def arrived(message: Message) -> Telling:
    """What a colleague said, as a notice."""

    def say(words: Words) -> notices.Notice:
        return notices.plain(words.text("message.from", name=message.sender_name), message.text)

    return Telling(CommandKey(message.id), None, say)
