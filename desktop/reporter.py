"""Who hears of an exception that nobody foresaw? One reporter: the log has it all, the person a calm word."""

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Signal, Slot

_log = logging.getLogger("desktop")


class Reporter(QObject):
    """``reported`` arrives on the Qt thread, from whichever thread the exception came."""

    reported = Signal(object)

    @Slot(object)
    def report(self, error: BaseException) -> None:
        """Log it with its traceback, and let the window say that something happened."""
        _log.error("unforeseen: %s", error, exc_info=error)
        self.reported.emit(error)

    def watch(self) -> Callable[[], None]:
        """Be told of every exception that reaches the edge of a thread; the answer ends that."""
        kept = (sys.excepthook, threading.excepthook)

        def main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            if issubclass(kind, KeyboardInterrupt):
                kept[0](kind, error, trace)
            else:
                self.report(error)

        def thread(args: threading.ExceptHookArgs) -> None:
            if args.exc_value is not None:
                self.report(args.exc_value)

        def leave() -> None:
            sys.excepthook, threading.excepthook = kept

        sys.excepthook, threading.excepthook = main, thread
        return leave
