"""How long is the Qt thread not free, and when is what was asked for painted? Beats, and the gaps between them."""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QWidget

BEAT_MS = 1
PATIENCE_MS = 20_000


class Act(msgspec.Struct, frozen=True):
    """Seconds of one act: the longest time without a beat, the most processor time in one, and until it was painted.

    What comes before a paint and the paint with what follows are two beats: the screen was new in between.
    """

    longest: float
    work: float
    until: float


class Beats(QObject):
    """Acts as hands do, one thing after the other, and watches the thread meanwhile."""

    def __init__(self, screen: QWidget) -> None:
        super().__init__()
        screen.installEventFilter(self)
        self._loop = QEventLoop(self)
        self._beat = QTimer(self)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self._count)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._give_up)
        self._until: Callable[[], bool] = bool
        self._last = (0.0, 0.0)
        self._longest = self._work = 0.0

    def act(self, act: Callable[[], object], until: Callable[[], bool]) -> Act:
        """Do it within the event loop and wait until it has been painted; raises RuntimeError after a while."""
        self._until = until
        self._longest = self._work = 0.0
        began = time.perf_counter()
        self._last = (began, time.thread_time())
        self._beat.start()
        self._patience.start()
        QTimer.singleShot(0, act)
        if self._loop.exec():
            raise RuntimeError("nothing was painted for a long time")
        self._count()
        self._beat.stop()
        self._patience.stop()
        return Act(self._longest, self._work, time.perf_counter() - began)

    @Slot()
    def _count(self) -> None:
        at = (time.perf_counter(), time.thread_time())
        self._longest = max(self._longest, at[0] - self._last[0])
        self._work = max(self._work, at[1] - self._last[1])
        self._last = at

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self._count()
            QTimer.singleShot(0, self._look)
        return super().eventFilter(watched, event)

    @Slot()
    def _look(self) -> None:
        if self._until():
            self._loop.exit(0)

    @Slot()
    def _give_up(self) -> None:
        self._loop.exit(1)


def resident() -> float:
    """Megabytes that this process holds (Linux)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 1e6
