"""How does the chosen order get onto its sheet? Reads order and history on workers, drops what came too late."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.bridge import Line
from desktop.context import Context
from desktop.ports import DeskPort
from sync.domain.order import Order, OrderId
from sync.domain.permissions import Action
from sync.errors import Answered, CentralUnreachable
from sync.events import Connection, Link
from sync.store.projection import Seen
from sync.wire.messages import History

HISTORY_PAUSE_MS = 150
"""While a person runs through the list, the network is left alone."""


@dataclass(frozen=True, slots=True)
class Look:
    """One order as it stands, with the verbs and whether a decision about it is open."""

    seen: Seen
    actions: tuple[Action, ...]
    attention: bool


@dataclass(frozen=True, slots=True)
class _Answer:
    turn: int
    look: Look | None


@dataclass(frozen=True, slots=True)
class _Told:
    order_id: OrderId
    version: int
    history: History


@dataclass(frozen=True, slots=True)
class Before:
    """Other orders of this customer with an exception of the same kind; ``whole``: as the central knows them."""

    order_id: OrderId
    orders: tuple[Order, ...]
    whole: bool


def _before(desk: DeskPort, order_id: OrderId) -> Before:
    """Blocking. Where the central cannot say, what this workstation knows."""
    try:
        return Before(order_id, desk.previous(order_id), whole=True)
    except (CentralUnreachable, Answered):
        return Before(order_id, desk.previous_here(order_id), whole=False)


class Reading(QObject):
    """``looked`` carries a Look or None; ``history_changed`` says that ``history`` or ``trouble`` is new."""

    looked = Signal(object)
    history_changed = Signal()

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._order_id: OrderId | None = None
        self._turn = 0
        self._version = 0
        self.look: Look | None = None
        self.history: History | None = None
        self.trouble: Exception | None = None
        self.before: Before | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(HISTORY_PAUSE_MS)
        self._pause.timeout.connect(self.fetch_history)
        context.bridge.connection_changed.connect(self.meet)

    @property
    def pausing(self) -> bool:
        """Whether the history will be asked for in a moment."""
        return self._pause.isActive()

    @Slot(object)
    def choose(self, order_id: OrderId | None) -> None:
        """Another order, or none."""
        if order_id == self._order_id:
            return
        self._order_id, self._version = order_id, 0
        self.history = self.trouble = self.before = None
        self.history_changed.emit()
        if order_id is None:
            self._turn += 1
            self.look = None
            self.looked.emit(None)
        else:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """The same order again: it may have changed."""
        order_id, desk = self._order_id, self._context.bridge.desk
        if order_id is None:
            return
        self._turn += 1
        turn = self._turn

        def read() -> _Answer:
            seen = desk.order(order_id)
            if seen is None:
                return _Answer(turn, None)
            attention = any(s.command.order_id == order_id for s in desk.attention())
            return _Answer(turn, Look(seen, desk.actions(seen), attention))

        self._context.bridge.run(Line.LOOK, read, self._take)

    @Slot(object)
    def _take(self, answer: _Answer) -> None:
        if answer.turn != self._turn:
            return
        self.look = answer.look
        self.looked.emit(answer.look)
        if answer.look is not None and answer.look.seen.truth.version != self._version:
            self._version = answer.look.seen.truth.version
            self._pause.start()

    # -- history

    @Slot(object)
    def meet(self, connection: Connection) -> None:
        """The central answers again: what it could not tell before is asked for anew."""
        untold = self.trouble is not None or (self.before is not None and not self.before.whole)
        if connection.link in {Link.ONLINE, Link.STUMBLING} and untold:
            self._pause.start()

    @Slot()
    def fetch_history(self) -> None:
        """Ask the central; what is shown stays until the answer is there."""
        order_id, version, desk = self._order_id, self._version, self._context.bridge.desk
        if order_id is None:
            return
        if self.trouble is not None:
            self.trouble = None
            self.history_changed.emit()
        self._context.bridge.run(
            Line.ASK, lambda: _Told(order_id, version, desk.history(order_id)), self._take_history, self._fail_history
        )
        self._context.bridge.run(Line.ASK, lambda: _before(desk, order_id), self._take_before, self._fail_before)

    @Slot(object)
    def _take_before(self, before: Before) -> None:
        if before.order_id == self._order_id:
            self.before = before
            self.history_changed.emit()

    @Slot(object)
    def _fail_before(self, _error: Exception) -> None:
        """Nobody is signed in any more: there is nothing to show."""

    @Slot(object)
    def _take_history(self, told: _Told) -> None:
        if told.order_id == self._order_id:
            self.history, self.trouble = told.history, None
            self.history_changed.emit()

    @Slot(object)
    def _fail_history(self, error: Exception) -> None:
        if self.history is None:
            self.trouble = error
            self.history_changed.emit()
