"""How does the demo end when it is told to? By a signal as by closing its window: all that it started ends with it."""

import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, QTimer, Slot

POLITE = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
"""Ctrl+C, `kill`, and a terminal that was closed."""


@contextmanager
def polite() -> Iterator[None]:
    """Inside, a polite signal ends Qt's loop with 128 + its number, or raises SystemExit before there is one.

    The second one ends at once. What was told to be ignored (``nohup``) stays ignored.
    """
    heeded = [number for number in POLITE if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.getsignal(number) for number in heeded}

    def end(number: int, _frame: FrameType | None) -> None:
        for each in heeded:
            signal.signal(each, signal.SIG_DFL)
        application = QCoreApplication.instance()
        if application is None:
            raise SystemExit(128 + number)
        QTimer.singleShot(0, application, lambda: application.exit(128 + number))  # also where the loop is yet to begin

    try:
        for number in heeded:
            signal.signal(number, end)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Waking(QObject):
    """Python hears of a signal only while it runs: each one wakes Qt's loop for that. A context manager."""

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self._hearing, self._telling = (self._open.enter_context(end) for end in socket.socketpair())
        for end in (self._hearing, self._telling):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._hearing.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._heard)

    def __enter__(self) -> None:
        self._before = signal.set_wakeup_fd(self._telling.fileno())

    def __exit__(self, *_error: object) -> None:
        signal.set_wakeup_fd(self._before)
        self._notifier.setEnabled(False)
        self._open.close()

    @Slot()
    def _heard(self) -> None:
        self._hearing.recv(64)
