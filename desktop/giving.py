"""How does an ask become a command, and what came of it? Submit and undo on the worker; tellings come back."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from desktop.bridge import Line
from desktop.context import Context
from desktop.notices import presenter as notices
from desktop.notices.book import Book, Telling
from desktop.notices.presenter import Given
from desktop.ports import DeskPort
from desktop.verbs.presenter import Ask
from sync.domain.commands import Op, Outcome
from sync.domain.order import CommandKey, OrderId
from sync.errors import Refused, SyncError
from sync.events import ANSWERING
from sync.service import Wish
from sync.store.projection import Seen
from sync.wire.messages import Result, ResultStatus


@dataclass(frozen=True, slots=True)
class Accepted:
    """A command is durable: how the order looks with it, and its result where that is there already."""

    given: Given
    seen: Seen | None
    result: Result | None


@dataclass(frozen=True, slots=True)
class _Withdrawn:
    of: Given


Answer = Accepted | Telling | _Withdrawn | None


def _submit(desk: DeskPort, seen: Seen, ask: Ask) -> Accepted | Telling:
    """On the worker. A refusal that the workstation knows is told; anything else that fails is raised."""
    order = seen.order
    wish = Wish(
        order_id=order.id,
        op=ask.op,
        base=seen.base,
        after=seen.after,
        reason=ask.reason,
        args=ask.args,
        seen=seen.sight,
    )
    try:
        key = desk.submit(wish)
    except Refused as error:
        return refusal(Given(CommandKey(""), order.id, order.tail, ask.op), ask.op, error)
    given = Given(key, order.id, order.tail, ask.op, ask.reason)
    return Accepted(given, desk.order(order.id), desk.result(key))


def _undo(desk: DeskPort, given: Given) -> Answer:
    try:
        key = desk.undo(given.key)
    except Refused as error:
        return refusal(given, Op.UNDO, error)
    if key is None:
        return _Withdrawn(given)
    undo = Given(key, given.order_id, given.tail, Op.UNDO)
    return Accepted(undo, desk.order(given.order_id), desk.result(key))


def refusal(given: Given, op: Op, error: Refused) -> Telling:
    why = error.refusal
    return Telling(None, None, lambda words: notices.refused(given.order_id, op, given.tail, why, words))


def gone() -> Telling:
    return plain("gone")


def plain(name: str) -> Telling:
    """One of the fixed notices, ``notice.<name>``."""
    return Telling(None, None, lambda w: notices.plain(w.text(f"notice.{name}.title"), w.text(f"notice.{name}.body")))


class Giving(QObject):
    """``told`` carries a Telling for every step."""

    told = Signal(object)

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.book = Book()
        self._hushed: set[CommandKey] = set()
        context.bridge.command_settled.connect(self._settled)

    def submit(self, seen: Seen, ask: Ask) -> None:
        """Make the command of what was asked, on the order as it was seen."""
        desk = self._context.bridge.desk
        self._context.bridge.run(Line.DO, lambda: _submit(desk, seen, ask), self.take, self.fail)

    @Slot()
    def undo_last(self) -> None:
        last = self.book.last_undoable()
        if last is None:
            self.tell(plain("nothing_to_undo"))
        else:
            self.undo(last)

    def undo(self, given: Given) -> None:
        desk = self._context.bridge.desk
        self.book.undone(given.key)
        self._context.bridge.run(Line.DO, lambda: _undo(desk, given), self.take, self.fail)

    def hush(self, keys: Iterable[CommandKey]) -> None:
        """What comes of these is told all together by whoever gave them, not one by one."""
        self._hushed.update(keys)

    # -- answers, on the Qt thread

    @Slot(object)
    def take(self, answer: Answer) -> None:
        """What came of something given: told, and kept."""
        if isinstance(answer, Accepted):
            self._accepted(answer)
        elif isinstance(answer, Telling):
            self.tell(answer)
        elif isinstance(answer, _Withdrawn):
            of = answer.of
            self.tell(Telling(of.key, of.order_id, lambda words: notices.withdrawn(of.order_id, of.tail, words)))

    def _accepted(self, answer: Accepted) -> None:
        given, seen = answer.given, answer.seen
        self.book.give(given)
        if answer.result is not None:
            self._settled(given.order_id, answer.result)
            return
        found = next((p for p in seen.pending if p.key == given.key), None) if seen else None
        if seen is None or found is None or self.book.is_settled(given.key):
            return
        mark, order, online = found, seen.order, self._context.bridge.desk.connection.link in ANSWERING
        self.tell(Telling(given.key, order.id, lambda words: notices.queued(order, mark, online=online, words=words)))

    @Slot(str, object)
    def _settled(self, order_id: str, result: Result) -> None:
        """The central answered a command: of this window, of voice, or of an earlier day."""
        if result.key in self._hushed:
            self._hushed.discard(result.key)
            return
        given = self.book.given(result.key)
        if given is None:
            tail = result.order.tail if result.order else order_id
            op = Op.UNDO if result.outcome is Outcome.UNDONE else None  # told by voice, or before it was accepted here
            given = Given(result.key, OrderId(order_id), tail, op)
            if result.status is ResultStatus.APPLIED:
                self.book.give(given)
        self.book.settle(result.key)
        self.tell(Telling(result.key, given.order_id, lambda words: notices.settled(given, result, words)))

    @Slot(object)
    def fail(self, error: Exception) -> None:
        key = error.key if isinstance(error, SyncError) else "unknown"
        self.tell(
            Telling(None, None, lambda w: notices.failed(w.text(f"error.{key}.title"), w.text(f"error.{key}.advice")))
        )

    def tell(self, telling: Telling) -> None:
        self.book.keep(telling)
        self.told.emit(telling)
