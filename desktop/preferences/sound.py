"""Does this workstation hear and speak? Which microphone, its level as it moves, and a word said and heard."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop.bridge import Line
from desktop.context import Context, mark
from desktop.parts import Elided, label
from desktop.voice_bar.presenter import bar, meter
from voice.view import VoiceView


class SoundPanel(QWidget):
    """``microphone_chosen`` carries a name, empty for the system's. Voice itself is told here, too."""

    microphone_chosen = Signal(str)

    def __init__(self, context: Context, microphone: str, *, locked: bool = False) -> None:
        super().__init__()
        self._context = context
        self._names: tuple[str, ...] = (microphone,) if microphone else ()
        self._chosen = microphone
        self._locked = locked
        self.devices = QComboBox()
        self.devices.setProperty("foreign", True)
        self.devices.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.devices.setMinimumContentsLength(20)
        self.devices.activated.connect(self._choose)
        self.level = QProgressBar()
        self.level.setRange(0, 100)
        self.level.setTextVisible(False)
        self.heard = Elided("small")
        self.speak = QPushButton()
        self.speak.setAutoDefault(False)
        self.speak.clicked.connect(self._speak)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.devices, 1)
        row.addWidget(self.speak)
        self._hint = label(role="small")
        self._hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        self.measures = label(role="small")
        for widget in (self.level, self.measures, self._hint, self.heard):
            column.addWidget(widget)
        bridge = context.bridge
        bridge.voice_changed.connect(self.show_view)
        if bridge.voice is not None:
            voice = bridge.voice
            bridge.run(Line.ASK, voice.microphones, self._show_names, self._show_none)
        context.follow(self)

    @Slot()
    def redraw(self) -> None:
        text = self._context.text
        self.devices.setAccessibleName(text("sound.microphone"))
        self.devices.setEnabled(not self._locked and self._context.bridge.voice is not None)
        self.level.setAccessibleName(text("voice.level"))
        self.speak.setText(text("sound.speak"))
        self.speak.setEnabled(self._context.bridge.voice is not None)
        self._fill()
        voice = self._context.bridge.voice
        self.show_view(None if voice is None else voice.view)

    def _fill(self) -> None:
        """The system's microphone first, then all by name, the chosen one also while it is unplugged."""
        names = dict.fromkeys((*self._names, *((self._chosen,) if self._chosen else ())))
        self.devices.clear()
        self.devices.addItem(self._context.text("sound.system"), "")
        for name in names:
            self.devices.addItem(name, name)
        self.devices.setCurrentIndex(max(0, self.devices.findData(self._chosen)))

    @Slot(object)
    def _show_names(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._fill()

    @Slot(object)
    def _show_none(self, _error: Exception) -> None:
        """The system does not tell its microphones: the one that it gives is left."""
        self._show_names(())

    @Slot(object)
    def show_view(self, view: VoiceView | None) -> None:
        shown, text = bar(view, self._context.words), self._context.text
        self.level.setValue(round(100 * meter(view.level)) if view is not None and view.listening else 0)
        well = shown.can_talk and not shown.trouble
        self._hint.setText(text("sound.say_something") if well else shown.hint)
        mark(self._hint, tone="" if well else "warn")
        self.measures.setText(shown.measures or text("sound.not_measured"))
        self.heard.setText(text("floor.heard", words=shown.heard) if shown.heard else "")
        self.heard.setVisible(bool(shown.heard))

    @Slot()
    def _choose(self) -> None:
        self._chosen = str(self.devices.currentData(Qt.ItemDataRole.UserRole) or "")
        if self._context.bridge.voice is not None:
            self._context.bridge.voice.choose_microphone(self._chosen or None)
        self.microphone_chosen.emit(self._chosen)

    @Slot()
    def _speak(self) -> None:
        if self._context.bridge.voice is not None:
            self._context.bridge.voice.tell(self._context.text("sound.sample"))
