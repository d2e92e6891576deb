"""The peer: a plain ``QSqlTableModel`` in a ``QTableView`` over the same rows; prints what its thread did as JSON.

``python -m tests.bench.peer_window FILE [start]``; with ``start`` it prints ``usable`` at the first rows and ends. It
reads to the end of the list at once, as whoever wants to go anywhere by the scroll bar must have it do.
"""

import sys
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtSql import QSqlDatabase, QSqlTableModel
from PySide6.QtWidgets import QAbstractSlider, QApplication, QMainWindow, QTableView

from tests.bench.acts import PLACES, SORTS, letters
from tests.bench.beats import Act, Beats, resident

_SOURCE = {"due": "due_at"}


class Peer(QMainWindow):
    """The whole table, the first ordering by due time."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        database = QSqlDatabase.addDatabase("QSQLITE")
        database.setDatabaseName(str(file))
        if not database.open():
            raise RuntimeError(database.lastError().text())
        self.model = QSqlTableModel(self, database)
        self.model.setTable("orders")
        self.table = QTableView()
        self.table.setModel(self.model)
        self.setCentralWidget(self.table)
        self.resize(1440, 860)
        self.sort("due")

    def read(self) -> None:
        """Ask and read to the end."""
        self.model.select()
        while self.model.canFetchMore():
            self.model.fetchMore()

    def sort(self, column: str) -> None:
        self.model.setSort(self.model.fieldIndex(_SOURCE.get(column, column)), Qt.SortOrder.AscendingOrder)
        self.read()

    def search(self, text: str) -> None:
        columns = ("number", "customer", "city")
        self.model.setFilter(" OR ".join(f"{column} LIKE '%{text}%'" for column in columns))
        self.read()


class _First(QObject):
    """Says ``usable`` once rows have been painted."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            QTimer.singleShot(0, self._tell)
        return super().eventFilter(watched, event)

    def _tell(self) -> None:
        print("usable", flush=True)
        QApplication.quit()


def main(file: Path) -> int:
    application = QApplication(sys.argv[:1])
    before = resident()
    peer = Peer(file)
    peer.show()
    if sys.argv[2:] == ["start"]:
        first = _First()
        peer.table.viewport().installEventFilter(first)
        return application.exec()
    beats, bar = Beats(peer.table.viewport()), peer.table.verticalScrollBar()
    beats.act(peer.table.viewport().update, lambda: True)
    done: dict[str, list[Act]] = {
        "keystroke": [beats.act(partial(peer.search, text), lambda: True) for text in letters()],
        "sort": [beats.act(partial(_sort, peer, column), lambda: True) for column in SORTS],
        "group": [beats.act(partial(peer.sort, column), lambda: True) for column in ("customer", "node", "due")],
        "scroll": [
            beats.act(partial(bar.setValue, bar.maximum() * (n * 7 % (PLACES + 1)) // (PLACES + 1)), lambda: True)
            for n in range(1, PLACES + 1)
        ],
    }
    page_up = partial(bar.triggerAction, QAbstractSlider.SliderAction.SliderPageStepSub)
    done["scroll"] += [beats.act(page_up, lambda: True) for _ in range(PLACES)]
    print(msgspec.json.encode({"acts": done, "memory": resident() - before}).decode())
    return 0


def _sort(peer: Peer, column: str) -> None:
    peer.model.setFilter("")
    peer.sort(column)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
