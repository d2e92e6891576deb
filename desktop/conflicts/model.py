"""Which cases wait for a decision? A short list, newest last, kept by command key."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from desktop.conflicts.presenter import Case
from sync.domain.order import CommandKey

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
CASE = int(Qt.ItemDataRole.UserRole)


class CasesModel(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self._cases: tuple[Case, ...] = ()

    def show_cases(self, cases: tuple[Case, ...]) -> bool:
        """Take these cases; whether the lines are others than before."""
        if [c.key for c in cases] == [c.key for c in self._cases]:
            self._cases = cases
            if cases:
                self.dataChanged.emit(self.index(0), self.index(len(cases) - 1))
            return False
        self.beginResetModel()
        self._cases = cases
        self.endResetModel()
        return True

    def line_of(self, key: CommandKey | None) -> int | None:
        return next((n for n, case in enumerate(self._cases) if case.key == key), None)

    def case(self, index: Index) -> Case | None:
        return self._cases[index.row()] if index.isValid() and index.row() < len(self._cases) else None

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._cases)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        case = self.case(index)
        if case is None:
            return None
        if role == CASE:
            return case
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return f"{case.number}, {case.asked}, {case.heading}"
        return None
