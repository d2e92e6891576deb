"""When does something pop up over other programs? When nobody looks here, outside quiet hours, and never twice."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from desktop.context import Context
from desktop.notices.book import Telling

SHOWN_MS = 8_000


class Popups(Protocol):
    """What the system shows in its corner."""

    def pop_up(self, title: str, body: str) -> None: ...
    def badge(self, number: int) -> None: ...


class SystemPopups(QObject):
    """The system's tray where there is one, and the number on the program's icon where the system draws it."""

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._tray: QSystemTrayIcon | None = None

    def pop_up(self, title: str, body: str) -> None:
        if self._tray is None:
            if not QSystemTrayIcon.isSystemTrayAvailable():
                return
            self._tray = QSystemTrayIcon(self._context.look.window_icon(), self)
            self._tray.show()
        self._tray.showMessage(title, body, self._context.look.window_icon(), SHOWN_MS)

    def badge(self, number: int) -> None:
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.setBadgeNumber(number)


class Announcer(QObject):
    """Hears every telling of the workbench. ``quiet`` says whether these are quiet hours."""

    def __init__(self, context: Context, window: QWidget, popups: Popups, quiet: Callable[[], bool]) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._popups = popups
        self._quiet = quiet
        self._told: set[tuple[str, str]] = set()

    @Slot(object)
    def tell(self, telling: Telling) -> None:
        """Pop it up, unless it is seen in the window anyway, was popped up before, or it is quiet."""
        notice = telling.say(self._context.words)
        once = (str(telling.key), notice.title)
        if telling.key is None or once in self._told or self._window.isActiveWindow() or self._quiet():
            return
        self._told.add(once)
        self._popups.pop_up(notice.title, notice.body)

    @Slot(int)
    def count(self, waiting: int) -> None:
        """So many cases wait for a decision."""
        self._popups.badge(waiting)
