"""Which keys are held down to talk? Space and F9, when no field and no button wanted them."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMainWindow

_KEYS = {Qt.Key.Key_Space, Qt.Key.Key_F9}


class HoldToTalk(QMainWindow):
    """The keys of a window. ``talk`` carries True when one is pressed, else False: let go, or not heard of any more."""

    talk = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._talking = False

    @property
    def at_work(self) -> bool:
        """Whether there is somebody to listen to."""
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_talk(event):
            if not event.isAutoRepeat() and not self._talking:
                self._talking = True
                self.talk.emit(True)
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._is_talk(event):
            if not event.isAutoRepeat():
                self.stop_talking()
            return
        super().keyReleaseEvent(event)

    def _is_talk(self, event: QKeyEvent) -> bool:
        return event.key() in _KEYS and self.at_work

    def stop_talking(self) -> None:
        """As if the key were let go."""
        if self._talking:
            self._talking = False
            self.talk.emit(False)

    def changeEvent(self, event: QEvent) -> None:
        """A key that is released while another window is in front is not heard of: stop then."""
        if event.type() is QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.stop_talking()
        super().changeEvent(event)
