"""Which keys are held down to talk? Space, and F9 or a person's own, when no field and no button wanted them.

A foot pedal, or a button on the headset's cable, is a keyboard with one key: whatever it sends is chosen here.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QKeyCombination, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow

_ALWAYS = QKeySequence(Qt.Key.Key_Space)


class HoldToTalk(QMainWindow):
    """The keys of a window. ``talk`` carries True when one is pressed, else False: let go, or not heard of any more."""

    talk = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._talking = False
        self._held = [_ALWAYS]

    def hold(self, keys: Sequence[str]) -> None:
        """The keys to talk with beside Space, as Qt writes them."""
        self.stop_talking()
        self._held = [_ALWAYS, *map(QKeySequence, keys)]

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
        """Let go is the key by itself: those beside it may be up already."""
        if not self.at_work or event.key() == Qt.Key.Key_unknown:
            return False
        if event.type() is QEvent.Type.KeyRelease:
            return any(
                event.key() == keys[0].key()  # type: ignore[index]  # the stubs lack what the class can
                for keys in self._held
                if not keys.isEmpty()
            )
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return QKeySequence(QKeyCombination(plain, Qt.Key(event.key()))) in self._held

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
