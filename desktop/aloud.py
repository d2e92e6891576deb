"""What is told to a screen reader by itself? What came just now and goes again: toasts, and what voice asks."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


class Aloud(QObject):
    """Tells each text once in a row; ``said`` carries what was told."""

    said = Signal(str)

    def __init__(self, about: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._about = about
        self._last = ""

    def say(self, text: str) -> None:
        """Announce it, at the reader's next pause; nothing for an empty text or the same one again."""
        if text == self._last:
            return
        self._last = text
        if text:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._about, text))
            self.said.emit(text)
