"""When can the program be used? Watched in the window itself: the sign-in page, then the list, each once painted.

``page`` is written when the sign-in page has been painted and takes keys. Then a person signs in, once the program has
nothing left to prepare: typing takes longer than that. ``usable`` is written when the list has been painted with rows,
with three figures: seconds of preparing behind the page, of proving the PIN by Argon2id, and of all else from Enter on.
"""

import time

from argon2 import PasswordHasher
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtTest import QTest

from desktop.window import MainWindow

PAGE, USABLE = "page", "usable"
POLL_MS = 10


class _StopWatch:
    """Argon2id as it is, its seconds counted."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._verify = PasswordHasher.verify
        setattr(PasswordHasher, "verify", self._timed)  # noqa: B010  only while this process measures itself

    def _timed(self, proof: str, pin: str) -> bool:
        began = time.perf_counter()
        try:
            return bool(self._verify(PasswordHasher(), proof, pin))
        finally:
            self.seconds += time.perf_counter() - began


class Watch(QObject):
    """One start from the first paint of the page to the first paint of the list; then the window is closed."""

    def __init__(self, window: MainWindow, badge: str, pin: str) -> None:
        super().__init__(window)
        self._window = window
        self._who = (badge, pin)
        self._page = self._entered = 0.0
        self._proving: _StopWatch | None = None
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._sign_in)
        window.painted.connect(self._show_page)

    def _show_page(self) -> None:
        self._page = time.perf_counter()
        if not self._window.sign_in.badge.isEnabled():
            raise RuntimeError("the page takes no keys")
        print(PAGE, flush=True)
        self._poll.start()

    def _sign_in(self) -> None:
        """As hands do, once nothing is left to prepare."""
        bridge = self._window.context.bridge
        if bridge.voice is None or bridge.busy or not self._window.prepared:
            return
        self._poll.stop()
        self._proving = _StopWatch()
        self._window.workbench.list.table.viewport().installEventFilter(self)
        page = self._window.sign_in
        QTest.keyClicks(page.badge, self._who[0])
        QTest.keyClicks(page.pin, self._who[1])
        self._entered = time.perf_counter()
        page.submit.click()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        model = self._window.workbench.orders
        if event.type() is QEvent.Type.Paint and model.rowCount() and model.row_at(0) is not None:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._tell)
        return super().eventFilter(watched, event)

    def _tell(self) -> None:
        proving = self._proving.seconds if self._proving is not None else 0.0
        figures = (self._entered - self._page, proving, time.perf_counter() - self._entered - proving)
        print(USABLE, *(f"{seconds:.4f}" for seconds in figures), flush=True)
        self._window.close()
