"""How does voice move through the list on the screen? A Screen for the voice thread over the table of the Qt thread."""

import threading
from array import array

from PySide6.QtCore import QObject, Signal

from desktop.ports import DeskPort
from sync.domain.order import OrderId


class Walk(QObject):
    """``voice.desk.Screen``: called on the voice thread, answers from the last list, and has the table follow."""

    moved = Signal(object)
    """A row id to make the current one."""
    shown = Signal(str)
    """An order to bring before the person's eyes."""

    def __init__(self, desk: DeskPort | None = None) -> None:
        """Without a desk, ``begin`` comes before anything else."""
        super().__init__()
        self._desk = desk
        self._lock = threading.Lock()
        self._ids: array[int] = array("q")
        self._current: OrderId | None = None
        self._rowid: int | None = None

    # -- on the Qt thread

    def begin(self, desk: DeskPort) -> None:
        """The store is open."""
        self._desk = desk

    def learn(self, ids: "array[int]") -> None:
        """The list that is on the screen now."""
        with self._lock:
            self._ids = ids

    def stand(self, rowid: int | None, order: OrderId | None) -> None:
        """The line and the order that are current now."""
        with self._lock:
            self._rowid, self._current = rowid, order

    # -- on the voice thread

    def move(self, steps: int) -> OrderId | None:
        """Go on by so many orders (0: stay); the order that is current then, None in an empty list."""
        with self._lock:
            if steps == 0 and self._current is not None:
                return self._current
            if not self._ids:
                return None
            at = 0 if self._rowid is None or self._rowid not in self._ids else self._ids.index(self._rowid) + steps
            self._rowid = self._ids[min(max(at, 0), len(self._ids) - 1)]
            rowid = self._rowid
        rows = self._desk.rows([rowid]) if self._desk is not None else []
        if not rows:
            return None
        with self._lock:
            self._current = rows[0].id
        self.moved.emit(rowid)
        return rows[0].id

    def show(self, order_id: OrderId) -> None:
        with self._lock:
            self._current = order_id
        self.shown.emit(order_id)
