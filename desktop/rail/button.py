"""What is a line of the rail made of? A sign, a word that is cut where it ends, and a number at the right edge."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from desktop.context import Context, mark
from desktop.parts import label
from desktop.signs import Tone

_SIDES = 42
"""Pixels of a line that its word cannot have: margins, sign, and the gap before the number."""


class RailButton(QPushButton):
    """With words, or as a sign alone whose tooltip says the word."""

    def __init__(self, context: Context, *, checkable: bool = True) -> None:
        super().__init__()
        self.setProperty("kind", "view")
        self.setCheckable(checkable)
        self._context = context
        self._word, self._hint, self._compact = "", "", False
        self.count = label(role="count")
        self.count.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.addStretch(1)
        row.addWidget(self.count, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_compact(self, *, compact: bool) -> None:
        self._compact = compact
        self._write()

    def show_line(
        self, icon: str, word: str, count: str, spoken: str, *, tone: Tone = "neutral", hint: str = ""
    ) -> None:
        """``spoken`` is what a screen reader says of it; ``hint`` the tooltip of what the word does not say."""
        self._word, self._hint = word, hint
        self.setIcon(self._context.look.icon(icon, "rail_text", checked="rail_strong"))
        self.setAccessibleName(spoken)
        self.count.setText(count)
        mark(self.count, tone=tone)
        self._write()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._write()

    def _write(self) -> None:
        if self._compact:
            self.setText("")
            self.setToolTip(self._hint or self._word)
            self.count.setVisible(False)
            return
        self.count.setVisible(bool(self.count.text()))
        number = self.count.sizeHint().width() if self.count.text() else 0
        room = self.width() - self._context.look.theme.px(_SIDES) - number
        shown = self.fontMetrics().elidedText(self._word, Qt.TextElideMode.ElideRight, max(room, 24))
        self.setText(f" {shown}")
        self.setToolTip(self._hint or (self._word if shown != self._word else ""))
