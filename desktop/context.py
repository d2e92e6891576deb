"""What does every screen share? Its language, its look, the way to other threads, and the time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from desktop import icons, theme, translator
from desktop.bridge import Bridge
from desktop.settings import Settings
from desktop.shortcuts import Keymap, keymap
from desktop.theme import Theme, ThemeName
from desktop.translator import Language
from desktop.words import Words
from sync.wire.messages import Directory

if TYPE_CHECKING:
    from sync.domain.permissions import User

NOWHERE = Directory(warehouses=(), carriers=())


class Voicing(QObject):
    """The words in use. ``changed`` tells every widget to write its texts anew."""

    changed = Signal()

    def __init__(self, language: Language, zone: tzinfo = UTC, keys: Keymap | None = None) -> None:
        super().__init__()
        self._keys = keymap({}) if keys is None else keys
        self.words = Words(translator.load(language, self._keys), NOWHERE, zone)

    @property
    def language(self) -> Language:
        return self.words.translator.language

    def choose(self, language: Language) -> None:
        if language != self.language:
            self.words = replace(self.words, translator=translator.load(language, self._keys))
            self.changed.emit()

    def press(self, keys: Keymap) -> None:
        """These keys are in force: texts that name keys name them."""
        if keys != self._keys:
            self._keys = keys
            self.words = replace(self.words, translator=self.words.translator.with_keys(keys))
            self.changed.emit()

    def learn(self, directory: Directory) -> None:
        """New names of warehouses and carriers."""
        if directory != self.words.directory:
            self.words = replace(self.words, directory=directory)
            self.changed.emit()

    def meet(self, user: "User") -> None:
        """Someone signed in: from now on named, not called by an id. What names people is read anew then anyway."""
        if self.words.people.get(user.id) != user.name:
            self.words = replace(self.words, people={**self.words.people, user.id: user.name})


class Look(QObject):
    """The theme in use. ``changed`` tells every widget to fetch its icons and colours anew."""

    changed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.theme: Theme = theme.load(settings.theme, settings.text_scale)
        self.density = settings.density

    def choose(self, settings: Settings) -> None:
        """Put the settings' theme, text size and row height on the whole application."""
        self.theme = theme.load(settings.theme, settings.text_scale)
        self.density = settings.density
        self.dress()
        self.changed.emit()

    def dress(self) -> None:
        """Style the application, unless it looks like this already: a style sheet is costly to set."""
        application, sheet = QApplication.instance(), theme.style_sheet(self.theme)
        if isinstance(application, QApplication) and application.styleSheet() != sheet:
            application.setFont(theme.font(self.theme))
            application.setPalette(theme.palette(self.theme))
            application.setStyleSheet(sheet)

    @property
    def name(self) -> ThemeName:
        return self.theme.name

    def icon(self, name: str, color: str = "muted", *, checked: str | None = None) -> QIcon:
        chosen = None if checked is None else self.theme.color(checked)
        return icons.icon(name, self.theme.color(color), self.theme.color("faint"), chosen)

    def pixmap(self, name: str, color: str, size: int, ratio: float) -> QPixmap:
        return icons.pixmap(name, self.theme.color(color), self.theme.px(size), ratio)

    @staticmethod
    def emblem(size: int, ratio: float) -> QPixmap:
        """The program's own picture."""
        return icons.emblem().pixmap(QSize(size, size), ratio)

    @staticmethod
    def window_icon() -> QIcon:
        return icons.emblem()


class Follower(Protocol):
    """A widget that writes its texts and icons from its last snapshot."""

    def redraw(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Context:
    bridge: Bridge
    voicing: Voicing
    look: Look
    now: Callable[[], int]

    @property
    def words(self) -> Words:
        return self.voicing.words

    def text(self, key: str, /, **values: object) -> str:
        return self.voicing.words.text(key, **values)

    def follow(self, widget: Follower) -> None:
        """Redraw the widget now and whenever language or look change. ``redraw`` is a bound slot of a QObject."""
        self.voicing.changed.connect(widget.redraw)
        self.look.changed.connect(widget.redraw)
        widget.redraw()


def mark(widget: QWidget, **properties: str | bool) -> None:
    """Set style-sheet properties and let them take effect, only where something changed."""
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)
