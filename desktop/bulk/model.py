"""What came of each order? A table of the items that the filter lets through, read from the run and never kept."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.bulk.presenter import Filter, Item, shown, told
from desktop.bulk.run import Run
from desktop.context import Context

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_COLUMNS = ("number", "customer", "told")


class ItemsModel(QAbstractTableModel):
    """The items of one run."""

    def __init__(self, context: Context, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._run = run
        self._filter: Filter = "all"
        self._places: list[int] = []
        run.changed.connect(self.refresh)
        run.looked.connect(self.refresh)

    def choose(self, filter_: Filter) -> None:
        self._filter = filter_
        self.refresh()

    def refresh(self) -> None:
        """The items differ, and perhaps which of them are shown."""
        places = shown(self._run.items, self._filter)
        if places != self._places:
            self.beginResetModel()
            self._places = places
            self.endResetModel()
        elif places:
            self.dataChanged.emit(self.index(0, 0), self.index(len(places) - 1, len(_COLUMNS) - 1))

    def _item(self, index: Index) -> Item | None:
        """None for a moment when the run began anew."""
        place = self._places[index.row()] if index.isValid() and index.row() < len(self._places) else None
        return self._run.items[place] if place is not None and place < len(self._run.items) else None

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._places)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(_COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self._item(index)
        if item is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (item.number, item.customer, told(item, self._context.words).text)[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 2:
            line = told(item, self._context.words)
            return self._context.look.icon(line.icon, "muted" if line.tone == "neutral" else line.tone)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._context.text(f"bulk.column.{_COLUMNS[section]}")
        return None
