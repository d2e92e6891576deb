"""Which keys do what? One table, from which the shortcuts are made and the help is written."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.context import Context
from desktop.parts import label


@dataclass(frozen=True, slots=True)
class Key:
    """``what`` is a key of ``shortcuts.what``; ``keys`` as Qt writes them; ``said`` names what is no plain key."""

    what: str
    keys: tuple[str, ...]
    said: tuple[str, ...] = ()


KEYS: dict[str, tuple[Key, ...]] = {
    "orders": (
        Key("intercept", ("I",)),
        Key("reassign", ("T",)),
        Key("release", ("R",)),
        Key("carrier_intercept", ("C",)),
        Key("undo", ("Ctrl+Z",)),
    ),
    "moving": (
        Key("search", ("/", "Ctrl+F")),
        Key("up_down", (), ("arrows",)),
        Key("open", (), ("enter",)),
        Key("clear", (), ("esc",)),
        Key("export", ("Ctrl+E",)),
        Key("views", ("Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4")),
    ),
    "voice": (Key("talk", ("F9",), ("space",)), Key("command", ("Ctrl+K", ":"))),
    "app": (Key("language", ("F2",)), Key("theme", ("F8",)), Key("settings", ("Ctrl+,",)), Key("help", ("F1",))),
}


class ShortcutsDialog(QDialog):
    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._title = label(role="heading")
        self._close = QPushButton()
        self._close.setProperty("kind", "primary")
        self._close.clicked.connect(self.accept)
        self._groups = {name: label(role="section") for name in KEYS}
        self._whats = {key.what: label() for keys in KEYS.values() for key in keys}
        self._said = {name: label(role="key") for keys in KEYS.values() for key in keys for name in key.said}
        columns = QHBoxLayout()
        columns.setSpacing(40)
        for names in (("orders", "voice"), ("moving", "app")):
            columns.addLayout(self._column(names))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        column.addWidget(self._title)
        column.addLayout(columns)
        column.addLayout(buttons)
        context.follow(self)

    def _column(self, names: tuple[str, ...]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        for name in names:
            column.addWidget(self._groups[name])
            grid = QGridLayout()
            grid.setVerticalSpacing(8)
            grid.setHorizontalSpacing(16)
            grid.setColumnStretch(0, 1)
            for line, key in enumerate(KEYS[name]):
                grid.addWidget(self._whats[key.what], line, 0)
                grid.addLayout(self._keys(key), line, 1)
            column.addLayout(grid)
            column.addSpacing(8)
        column.addStretch(1)
        return column

    def _keys(self, key: Key) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addStretch(1)
        for name in key.said:
            row.addWidget(self._said[name])
        short = key.keys if len(key.keys) < 3 else (f"{key.keys[0]}…{key.keys[-1][-1]}",)
        for text in short:
            row.addWidget(label(text, "key"))
        return row

    @Slot()
    def redraw(self) -> None:
        text = self._context.text
        self.setWindowTitle(text("shortcuts.title"))
        self._title.setText(text("shortcuts.title"))
        self._close.setText(text("shortcuts.close"))
        for name, shown in self._groups.items():
            shown.setText(text(f"shortcuts.group.{name}"))
        for name, shown in self._whats.items():
            shown.setText(text(f"shortcuts.what.{name}"))
        for name, shown in self._said.items():
            shown.setText(text(f"shortcuts.key.{name}"))
