"""How are texts and signs painted fast? Laid out once and kept, for lists that are painted all the time."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap, QStaticText

from desktop import theme
from desktop.context import Look

KEPT = 6000
"""So many laid-out texts and widths are kept before all are dropped."""

Box = tuple[int, int, int, int]
"""Left, top, width, height."""


class Ink:
    """Fonts, colours and caches of one look. Valid until the look changes: then ``renew``."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._texts: dict[tuple[str, str, int], tuple[QStaticText, float]] = {}
        self._widths: dict[tuple[str, str], int] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
        self._colors: dict[str, QColor] = {}
        self._fonts: dict[str, QFont] = {}
        self._metrics: dict[str, QFontMetrics] = {}
        self.renew()

    def renew(self) -> None:
        """The look has changed: nothing that was laid out fits any more."""
        for kept in (self._texts, self._widths, self._pixmaps, self._colors):
            kept.clear()
        look = self._look.theme
        self._fonts = {
            "body": theme.font(look),
            "bold": theme.font(look, bold=True),
            "small": theme.font(look, theme.SMALL),
            "badge": theme.font(look, theme.CAPTION, bold=True),
        }
        self._metrics = {name: QFontMetrics(font) for name, font in self._fonts.items()}

    def px(self, size: int) -> int:
        return self._look.theme.px(size)

    def color(self, name: str) -> QColor:
        if name not in self._colors:
            self._colors[name] = self._look.theme.color(name)
        return self._colors[name]

    def width(self, text: str, font: str) -> int:
        key = (text, font)
        if key not in self._widths:
            self._drop_old(len(self._widths))
            self._widths[key] = self._metrics[font].horizontalAdvance(text)
        return self._widths[key]

    def write(self, painter: QPainter, box: Box, text: str, font: str, color: str, *, right: bool = False) -> None:
        """One line of text in the middle of the box's height, cut off with an ellipsis at its width."""
        x, y, width, height = box
        if width <= 0 or not text:
            return
        laid, used = self._laid(text, font, width)
        painter.setFont(self._fonts[font])
        painter.setPen(self.color(color))
        left = x + width - used if right else x
        painter.drawStaticText(QPointF(left, y + (height - laid.size().height()) / 2), laid)

    def _laid(self, text: str, font: str, width: int) -> tuple[QStaticText, float]:
        key = (text, font, width)
        found = self._texts.get(key)
        if found is None:
            self._drop_old(len(self._texts))
            shown = self._metrics[font].elidedText(text, Qt.TextElideMode.ElideRight, width)
            laid = QStaticText(shown)
            laid.setTextFormat(Qt.TextFormat.PlainText)
            laid.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            laid.prepare(font=self._fonts[font])
            found = self._texts[key] = (laid, laid.size().width())
        return found

    def _drop_old(self, count: int) -> None:
        if count >= KEPT:
            self._texts.clear()
            self._widths.clear()

    def sign(self, painter: QPainter, x: float, y: float, icon: str, color: str, size: int, ratio: float) -> None:
        """A glyph with its upper left corner there."""
        key = (icon, color, size, ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._look.pixmap(icon, color, size, ratio)
        painter.drawPixmap(QPointF(x, y), self._pixmaps[key])
