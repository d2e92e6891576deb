"""How does everything look? Design tokens of a theme file, made into a palette and a style sheet."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from PySide6.QtGui import QColor, QFont, QPalette

import resources
from desktop.errors import ThemeBroken
from desktop.signs import Tone

ThemeName = Literal["light", "dark", "contrast"]
THEMES: tuple[ThemeName, ...] = get_args(ThemeName)

FONTS = (
    "Segoe UI", "SF Pro Text", "Inter", "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei UI", "Microsoft YaHei",
    "PingFang SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "sans-serif",
)  # fmt: skip
"""Latin by the system's own interface font where it has one, Chinese by a simplified one, never by a Japanese one."""

BODY, SMALL, CAPTION = 13, 12, 11


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one theme by name, and the text size as a factor."""

    name: ThemeName
    dark: bool
    colors: Mapping[str, str]
    scale: float = 1.0

    def color(self, name: str) -> QColor:
        """A colour by name; raises ThemeBroken for one that the file does not have."""
        try:
            return _parse(self.colors[name])
        except KeyError as error:
            raise ThemeBroken(f"themes/{self.name}.toml: no colour {name!r}") from error

    def tone(self, tone: Tone) -> QColor:
        return self.color(tone)

    def soft(self, tone: Tone) -> QColor:
        return self.color(f"{tone}_soft")

    def px(self, size: int) -> int:
        return round(size * self.scale)


def load(name: ThemeName, scale: float = 1.0) -> Theme:
    """Read a theme's tokens; raises ThemeBroken with the file's name and what is wrong with it."""
    try:
        tokens = tomllib.loads(resources.path("themes", f"{name}.toml").read_text(encoding="utf-8"))
        colors, dark = tokens["color"], tokens["scheme"]["dark"]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise ThemeBroken(f"themes/{name}.toml: {error}") from error
    for key, value in colors.items():
        if not _parse(value).isValid():
            raise ThemeBroken(f"themes/{name}.toml: {key} = {value!r} is no colour")
    return Theme(name, bool(dark), colors, scale)


def _parse(value: Any) -> QColor:
    """``#RRGGBB`` or ``#RRGGBBAA``."""
    text = str(value)
    if len(text) == 9:
        color = QColor(text[:7])
        color.setAlpha(int(text[7:], 16))
        return color
    return QColor(text)


def style_sheet(theme: Theme) -> str:
    """The Qt style sheet with the theme's colours and sizes; raises ThemeBroken when it names a colour not there."""
    template = resources.path("themes", "desk.qss").read_text(encoding="utf-8")
    template = re.sub(r"/\*.*?\*/", "", template, flags=re.DOTALL)
    template = template.replace("@icons", resources.path("icons").as_posix()).replace("@scheme", f"-{theme.name}")
    colored = re.sub(r"@([a-z_]+)", lambda found: _css(theme.color(found[1])), template)
    return re.sub(r"(\d+)px", lambda found: f"{_scaled(int(found[1]), theme.scale)}px", colored)


def _scaled(px: int, scale: float) -> int:
    """Hairlines stay hairlines, all else grows with the text."""
    return px if px <= 1 else round(px * scale)


def _css(color: QColor) -> str:
    return f"rgba({color.red()}, {color.green()}, {color.blue()}, {color.alpha()})"


def palette(theme: Theme) -> QPalette:
    """Colours for what the style sheet does not reach."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: "canvas",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "surface",
        QPalette.ColorRole.AlternateBase: "sunken",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.Button: "surface",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.ToolTipBase: "raised",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.PlaceholderText: "faint",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "on_accent",
        QPalette.ColorRole.Link: "info",
    }
    for role, name in roles.items():
        made.setColor(role, theme.color(name))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, theme.color("faint"))
    return made


def font(theme: Theme, size: int = BODY, *, bold: bool = False) -> QFont:
    """The interface font at a size of the type scale, with figures of equal width."""
    made = QFont()
    made.setFamilies(list(FONTS))
    made.setPixelSize(theme.px(size))
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made
