"""Which orders did a person mark by hand? Row ids, kept while the list changes under them."""

from array import array

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from desktop.orders.model import OrdersModel
from desktop.orders.table import OrdersTable

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class Marks(QObject):
    """X marks the current line, Shift with the arrows marks on the way, Ctrl+A marks the list, Esc unmarks all.

    With the mouse: Ctrl marks one line, Shift marks all from the current one on.
    """

    changed = Signal(int)
    """How many are marked."""

    def __init__(self, orders: OrdersModel, table: OrdersTable) -> None:
        super().__init__(table)
        self._orders = orders
        self._table = table
        self._rowids: set[int] = set()
        table.installEventFilter(self)
        table.viewport().installEventFilter(self)
        table.is_marked = self._rowids.__contains__

    @property
    def rowids(self) -> "array[int]":
        """Those of the list first, in its order; then those that it does not show now."""
        listed = [i for i in self._orders.ids if i in self._rowids]
        return array("q", [*listed, *sorted(self._rowids.difference(listed))])

    def clear(self) -> None:
        self._rowids.clear()
        self._tell()

    def _tell(self) -> None:
        self._table.viewport().update()
        self.changed.emit(len(self._rowids))

    def _toggle(self, line: int) -> None:
        rowid = self._orders.rowid_at(line)
        if rowid is not None:
            self._rowids ^= {rowid}
            self._tell()

    def _add(self, first: int, last: int) -> None:
        lines = range(min(first, last), max(first, last) + 1)
        self._rowids |= {rowid for line in lines if (rowid := self._orders.rowid_at(line)) is not None}
        self._tell()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._table and event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self._rowids:
                event.accept()
        elif watched is self._table and event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        elif event.type() is QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            return self._mouse(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key, shift = event.key(), event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        line = self._table.currentIndex().row()
        if key in _STEPS and shift:
            self._table.go_to(_STEPS[Qt.Key(key)])
            self._add(line, self._table.currentIndex().row())
        elif key == Qt.Key.Key_X and not event.modifiers():
            self._toggle(line)
        elif key == Qt.Key.Key_A and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._rowids |= set(self._orders.ids)
            self._tell()
        elif key == Qt.Key.Key_Escape and self._rowids:
            self.clear()
        else:
            return False
        return True

    def _mouse(self, event: QMouseEvent) -> bool:
        line = self._table.rowAt(round(event.position().y()))
        if line < 0 or event.button() is not Qt.MouseButton.LeftButton:
            return False
        if event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._toggle(line)
            return True
        if event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self._add(max(0, self._table.currentIndex().row()), line)
            return True
        return False
