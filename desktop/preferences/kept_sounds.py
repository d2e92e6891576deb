"""Is the sound of what was not understood kept? A person's own consent, how much there is, and a way to delete it."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.bridge import Line
from desktop.context import Context
from desktop.parts import label
from desktop.preferences.presenter import sounds_kept
from voice.refused import Held

NOTHING = Held(allowed=True, wanted=False)


class KeptSounds(QWidget):
    """For whoever is signed in; without voice there is nothing to choose."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._held = NOTHING
        self.switch, self.delete = QCheckBox(), QPushButton()
        self.switch.clicked.connect(self._choose)
        self.delete.setAutoDefault(False)
        self.delete.clicked.connect(self._delete)
        self.told = label(role="small")
        self.told.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.switch, 1)
        row.addWidget(self.delete)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.told)
        voice = context.bridge.voice
        if voice is not None:
            self._ask(voice.refused_sounds)
        context.follow(self)

    @Slot()
    def redraw(self) -> None:
        shown = sounds_kept(self._held, self._context.words)
        self.switch.setText(shown.question)
        self.switch.setChecked(self._held.wanted)
        self.switch.setEnabled(self._held.allowed and self._context.bridge.voice is not None)
        self.delete.setText(shown.delete)
        self.delete.setEnabled(self._held.sounds > 0)
        self.told.setText(shown.told)

    @Slot()
    def _choose(self) -> None:
        voice = self._context.bridge.voice
        if voice is not None:
            self._ask(partial(voice.keep_refused_sounds, self.switch.isChecked()))

    @Slot()
    def _delete(self) -> None:
        voice = self._context.bridge.voice
        if voice is not None:
            self._ask(voice.delete_refused_sounds)

    def _ask(self, work: Callable[[], Held]) -> None:
        self._context.bridge.run(Line.ASK, work, self._show)

    @Slot(object)
    def _show(self, held: Held) -> None:
        self._held = held
        self.redraw()
