"""Which cases are there? A list kept by command key, oldest first; a case is put into words when it is looked at."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from desktop.conflicts.presenter import Case
from sync.decisions import OpenCase
from sync.domain.order import CommandKey

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
CASE = int(Qt.ItemDataRole.UserRole)


class CasesModel(QAbstractListModel):
    """``word`` puts a case into the words of the moment."""

    def __init__(self, word: Callable[[OpenCase], Case]) -> None:
        super().__init__()
        self._word = word
        self._open: tuple[OpenCase, ...] = ()
        self._worded: dict[int, Case] = {}

    def show_cases(self, cases: tuple[OpenCase, ...]) -> bool:
        """Take these cases; whether the lines are others than before."""
        same = [_key(c) for c in cases] == [_key(c) for c in self._open]
        if not same:
            self.beginResetModel()
        self._open = cases
        self._worded.clear()
        if not same:
            self.endResetModel()
        elif cases:
            self.dataChanged.emit(self.index(0), self.index(len(cases) - 1))
        return not same

    def reword(self) -> None:
        """Other words, or another time."""
        self._worded.clear()

    def open_case(self, index: Index) -> OpenCase | None:
        return self._open[index.row()] if index.isValid() and index.row() < len(self._open) else None

    def line_of(self, key: CommandKey | None) -> int | None:
        return next((n for n, case in enumerate(self._open) if _key(case) == key), None)

    def line_of_order(self, order_id: str) -> int | None:
        return next((n for n, case in enumerate(self._open) if case.settled.command.order_id == order_id), None)

    def lines(self, fits: Callable[[OpenCase], bool]) -> list[int]:
        """The lines of the cases for which this is so."""
        return [n for n, case in enumerate(self._open) if fits(case)]

    def case(self, index: Index) -> Case | None:
        found = self.open_case(index)
        if found is None:
            return None
        if index.row() not in self._worded:
            self._worded[index.row()] = self._word(found)
        return self._worded[index.row()]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._open)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        case = self.case(index)
        if case is None:
            return None
        if role == CASE:
            return case
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return f"{case.number}, {case.asked}, {case.decided or case.heading}"
        return None


def _key(case: OpenCase) -> CommandKey:
    return case.settled.command.key
