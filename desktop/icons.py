"""What does a sign look like? Glyphs of the Phosphor font as icons in any colour and size.

The font and its character map are files of the ``qtawesome`` package. They are read directly: importing the package
costs 0.3 s at every start, for animations and widgets that are not needed here.
"""

import importlib.util
import json
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

import resources
from desktop.errors import ThemeBroken


@lru_cache(maxsize=1)
def _folder() -> Path:
    spec = importlib.util.find_spec("qtawesome")
    if spec is None or not spec.submodule_search_locations:
        raise ThemeBroken("the package qtawesome, which holds the icons, is not installed")
    return Path(spec.submodule_search_locations[0], "fonts")


def _file(pattern: str) -> Path:
    found = sorted(_folder().glob(pattern))
    if not found:
        raise ThemeBroken(f"the icon file {pattern} is missing from the package qtawesome")
    return found[-1]


@lru_cache(maxsize=1)
def characters() -> dict[str, str]:
    """The character of every glyph by its name."""
    return {name: _character(name) for name in _codes()}


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    table: dict[str, str] = json.loads(_file("phosphor-charmap-*.json").read_text(encoding="utf-8"))
    return table


def _character(name: str) -> str:
    return chr(int(_codes()[name], 16))


@lru_cache(maxsize=1)
def _family() -> str:
    number = QFontDatabase.addApplicationFont(str(_file("phosphor-*.ttf")))
    families = QFontDatabase.applicationFontFamilies(number)
    if not families:
        raise ThemeBroken("the icon font cannot be loaded")
    return families[0]


def draw(painter: QPainter, name: str, rect: QRect | QRectF, color: QColor) -> None:
    """Paint one glyph in the middle of the rectangle, as large as fits."""
    font = QFont(_family())
    font.setPixelSize(max(1, round(min(rect.width(), rect.height()))))
    painter.save()
    painter.setFont(font)
    painter.setPen(color)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.drawText(QRectF(rect), int(Qt.AlignmentFlag.AlignCenter), _character(name))
    painter.restore()


class _Glyph(QIconEngine):
    """An icon that is drawn anew at every size, so that it is sharp on every screen."""

    def __init__(self, name: str, color: QColor, disabled: QColor, checked: QColor) -> None:
        super().__init__()
        self._name = name
        self._colors = (color, disabled, checked)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        color, disabled, checked = self._colors
        chosen = checked if state is QIcon.State.On else color
        draw(painter, self._name, rect, disabled if mode is QIcon.Mode.Disabled else chosen)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        return _Glyph(self._name, *self._colors)


def icon(name: str, color: QColor, disabled: QColor | None = None, checked: QColor | None = None) -> QIcon:
    """A glyph as an icon, with its colours when disabled and when checked."""
    return QIcon(_Glyph(name, color, disabled or color, checked or color))


def pixmap(name: str, color: QColor, size: int, ratio: float) -> QPixmap:
    """A glyph as a picture of ``size`` logical pixels on a screen of this pixel ratio."""
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    draw(painter, name, QRect(0, 0, size, size), color)
    painter.end()
    return made


def emblem() -> QIcon:
    """The program's own picture, for windows and the sign-in page."""
    return QIcon(str(resources.path("icons", "exception-desk.svg")))
