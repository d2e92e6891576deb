"""When has the list been painted with rows in it? Told on standard output, and the window closed."""

from PySide6.QtCore import QEvent, QObject, QTimer

from desktop.window import MainWindow


class _FirstPaint(QObject):
    """Watches the list's viewport until it is painted while it has a row."""

    def __init__(self, window: MainWindow, word: str) -> None:
        super().__init__(window)
        self._window = window
        self._word = word
        self._table = window.workbench.list.table
        self._table.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        model = self._window.workbench.orders
        if event.type() is QEvent.Type.Paint and model.rowCount() and model.row_at(0) is not None:
            self._table.viewport().removeEventFilter(self)
            QTimer.singleShot(0, self._tell)
        return super().eventFilter(watched, event)

    def _tell(self) -> None:
        print(self._word, flush=True)
        self._window.close()


def close_when_usable(window: MainWindow, word: str) -> None:
    """Print the word after the first paint that shows a row; then close the window."""
    _FirstPaint(window, word)
