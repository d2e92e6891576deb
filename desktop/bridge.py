"""How do other threads reach the screen, and the screen other threads? Events become signals, calls become jobs.

Nothing of the desk is called on the Qt thread. Three lines of work: reading the store, giving commands (one at a time,
in the order given), asking the network.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from desktop.ports import DeskPort, VoicePort
from sync.errors import SyncError
from sync.events import CommandQueued, CommandSettled, ConnectionChanged, Event, OrdersChanged, UserChanged

if TYPE_CHECKING:
    from voice.view import VoiceView

T = TypeVar("T")


class Line(StrEnum):
    """Where a job waits for its turn."""

    LOOK = "look"
    DO = "do"
    ASK = "ask"


_WORKERS = {Line.LOOK: 3, Line.DO: 1, Line.ASK: 4}


class _Delivery(QObject):
    """Brings one job's answer to the Qt thread."""

    done = Signal(object)
    failed = Signal(object)
    over = Signal()


class Bridge(QObject):
    """Signals of desk and voice on the Qt thread, and ``run`` for what may take time."""

    orders_changed = Signal(object)
    """A tuple of order ids; empty means anything."""
    command_queued = Signal(str, str)
    """Command key, order id."""
    command_settled = Signal(str, object)
    """Order id, Result."""
    connection_changed = Signal(object)
    user_changed = Signal(object)
    voice_changed = Signal(object)
    told = Signal(object)
    """Any other event: OrdersWoke, MessageArrived."""
    faulted = Signal(object)
    """An exception that nobody foresaw, or that nobody asked to be told of."""

    def __init__(
        self, desk: DeskPort | None = None, voice: VoicePort | None = None, parent: QObject | None = None
    ) -> None:
        """Without a desk the screen comes first: ``open`` and ``join`` follow when store and voice are up."""
        super().__init__(parent)
        self._desk: DeskPort | None = None
        self.voice: VoicePort | None = None
        self._lines = {
            line: ThreadPoolExecutor(workers, thread_name_prefix=f"desktop-{line.value}")
            for line, workers in _WORKERS.items()
        }
        self._pending: set[_Delivery] = set()
        self._closed = threading.Event()
        self._leave: list[Callable[[], None]] = []
        if desk is not None:
            self.open(desk)
        if voice is not None:
            self.join(voice)

    @property
    def is_open(self) -> bool:
        """Whether the store is open, so that ``desk`` can be asked."""
        return self._desk is not None

    @property
    def desk(self) -> DeskPort:
        """The desk; to ask for it before ``open`` is a mistake of the program."""
        if self._desk is None:
            raise RuntimeError("the store is not open yet")
        return self._desk

    def open(self, desk: DeskPort) -> None:
        """The store is open: from here on its events arrive and its calls can be made."""
        self._desk = desk
        self._leave.append(desk.subscribe(self._hear))

    def join(self, voice: VoicePort) -> None:
        """Voice is up: its snapshots arrive, the first one at once."""
        self.voice = voice
        self._leave.append(voice.subscribe(self._see))
        self.voice_changed.emit(voice.view)

    def run(
        self,
        line: Line,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Do ``work`` on a worker; then ``done(answer)`` or ``failed(error)`` on the Qt thread.

        Both are bound slots: when their object is gone, they are skipped. Errors without ``failed``, and errors that
        are no SyncError, also reach ``faulted``. Once closed, nothing is done any more.
        """
        if self._closed.is_set():
            return
        delivery = _Delivery(self)
        self._pending.add(delivery)
        delivery.done.connect(done, Qt.ConnectionType.QueuedConnection)
        if failed is not None:
            delivery.failed.connect(failed, Qt.ConnectionType.QueuedConnection)
        delivery.over.connect(self._forget, Qt.ConnectionType.QueuedConnection)
        self._lines[line].submit(self._work, work, delivery, failed is not None)

    def _work(self, work: Callable[[], object], delivery: _Delivery, told: bool) -> None:
        """Runs on a worker: the edge of its thread, where every exception is caught and delivered."""
        try:
            answer = work()
        except Exception as error:  # noqa: BLE001  the thread's edge: delivered, never swallowed
            if not self._closed.is_set():
                delivery.failed.emit(error)
                if not (told and isinstance(error, SyncError)):
                    self.faulted.emit(error)
        else:
            if not self._closed.is_set():
                delivery.done.emit(answer)
        if not self._closed.is_set():
            delivery.over.emit()

    @Slot()
    def _forget(self) -> None:
        delivery = self.sender()
        if isinstance(delivery, _Delivery):
            self._pending.discard(delivery)
            delivery.deleteLater()

    @property
    def is_closed(self) -> bool:
        """Whether nothing is done any more: what takes long on a worker should end."""
        return self._closed.is_set()

    @property
    def busy(self) -> bool:
        """Whether any job is under way or its answer not delivered yet."""
        return bool(self._pending)

    def _hear(self, event: Event) -> None:
        """Called by the desk on any thread; emitting is thread-safe and arrives on the Qt thread."""
        if self._closed.is_set():
            return
        match event:
            case OrdersChanged(ids):
                self.orders_changed.emit(ids)
            case CommandQueued(key, order_id):
                self.command_queued.emit(key, order_id)
            case CommandSettled(order_id, result):
                self.command_settled.emit(order_id, result)
            case ConnectionChanged(connection):
                self.connection_changed.emit(connection)
            case UserChanged(user):
                self.user_changed.emit(user)
            case _:
                self.told.emit(event)

    def _see(self, view: "VoiceView") -> None:
        if not self._closed.is_set():
            self.voice_changed.emit(view)

    def close(self) -> None:
        """Stop listening, finish what is being done, drop what has not begun; returns when all workers ended."""
        if self._closed.is_set():
            return
        for leave in self._leave:
            leave()
        self._lines[Line.DO].shutdown(wait=True)
        self._closed.set()
        for line in (Line.LOOK, Line.ASK):
            self._lines[line].shutdown(wait=True, cancel_futures=True)
        self._pending.clear()  # what was dropped, or done too late, is delivered to nobody
