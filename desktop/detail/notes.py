"""Where does a person read what others noted, and note something? The newest first, under a line to write in."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.context import Context
from desktop.detail.presenter import Fact
from desktop.detail.rows import FactRow, Rows
from desktop.parts import KeyLine

LONGEST = 1000


class Notes(QWidget):
    """``written`` carries the text; the line is empty again by then. ``left``: the keyboard belongs elsewhere now."""

    written = Signal(str)
    left = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._in_passing = False
        self.line = KeyLine()
        self.line.escaped.connect(self._leave)
        self.line.setMaxLength(LONGEST)
        self.line.returnPressed.connect(self._write)
        self._notes: Rows[Fact] = Rows(lambda: FactRow(context), gap=8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.line)
        column.addWidget(self._notes)
        context.follow(self)

    def show_notes(self, notes: tuple[Fact, ...]) -> None:
        self._notes.show_values(notes)

    @Slot()
    def redraw(self) -> None:
        self.line.setPlaceholderText(self._context.text("detail.note_hint"))
        self.line.setAccessibleName(self._context.text("detail.note_hint"))

    @Slot()
    def _write(self) -> None:
        text = self.line.text().strip()
        if text:
            self.line.clear()
            self.written.emit(text)
            if self._in_passing:
                self._leave()

    def write_in_passing(self) -> None:
        """By a key, from the list: Enter or Esc leads back there."""
        self._in_passing = True
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _leave(self) -> None:
        self._in_passing = False
        self.left.emit()
