"""How are the keys shown and changed? A sheet of all of them, and a dialog in which a person gives others."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.context import Context
from desktop.parts import Banner, label
from desktop.room import fit, scrolling
from desktop.shortcuts import KEYS, Key, Keymap, keymap, taken_by, with_keys

_WIDE = 360
"""Pixels that a column of keys takes at normal text size."""
_COLUMNS: Mapping[int, tuple[tuple[str, ...], ...]] = {
    1: (("orders", "moving", "app", "voice"),),
    2: (("orders", "voice"), ("moving", "app")),
    3: (("orders",), ("moving",), ("app", "voice")),
}
"""The groups of the sheet, by how many columns there is room for."""


class ShortcutsDialog(QDialog):
    """The sheet. ``change_wanted`` asks for the other dialog."""

    change_wanted = Signal()

    def __init__(self, context: Context, keys: Keymap, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._keys = keys
        self._title = label(role="heading")
        self._change, self._close = QPushButton(), QPushButton()
        self._close.setProperty("kind", "primary")
        self._close.setDefault(True)
        self._close.clicked.connect(self.accept)
        self._change.setAutoDefault(False)
        self._change.clicked.connect(self._wish)
        self._groups = {name: label(role="section") for name in KEYS}
        self._whats = {key.what: label() for keys in KEYS.values() for key in keys}
        self._said = {name: label(role="key") for keys in KEYS.values() for key in keys for name in key.said}
        inner = QWidget()
        columns = QHBoxLayout(inner)
        columns.setContentsMargins(0, 0, 8, 0)
        columns.setSpacing(32)
        for names in _COLUMNS[min(max((parent.window().width() - 96) // context.look.theme.px(_WIDE), 1), 3)]:
            columns.addLayout(self._column(names), 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._change)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        column.addWidget(self._title)
        column.addWidget(scrolling(inner, self), 1)
        column.addLayout(buttons)
        context.follow(self)
        fit(self, inner, context.look.theme.scale)

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
                grid.addLayout(self._caps(key), line, 1)
            column.addLayout(grid)
            column.addSpacing(8)
        column.addStretch(1)
        return column

    def _caps(self, key: Key) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addStretch(1)
        for name in key.said:
            row.addWidget(self._said[name])
        for text in self._keys[key.what]:
            row.addWidget(label(text, "key"))
        return row

    @Slot()
    def redraw(self) -> None:
        text = self._context.text
        self.setWindowTitle(text("shortcuts.title"))
        self._title.setText(text("shortcuts.title"))
        self._close.setText(text("shortcuts.close"))
        self._change.setText(text("shortcuts.what.keys"))
        for name, shown in self._groups.items():
            shown.setText(text(f"shortcuts.group.{name}"))
        for name, shown in self._whats.items():
            shown.setText(text(f"shortcuts.what.{name}"))
        for name, shown in self._said.items():
            shown.setText(text(f"shortcuts.key.{name}"))

    @Slot()
    def _wish(self) -> None:
        self.accept()
        self.change_wanted.emit()


class KeysDialog(QDialog):
    """``changed`` carries a person's own keys, all of them, after every change."""

    changed = Signal(object)

    def __init__(self, context: Context, own: Mapping[str, Sequence[str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._own: Mapping[str, Sequence[str]] = dict(own)
        self._refused: tuple[str, str] | None = None
        self._title, self._note = label(role="heading"), label(role="small")
        self._note.setWordWrap(True)
        self._banner = Banner(context)
        self._whats = {key.what: label() for keys in KEYS.values() for key in keys if not key.fixed}
        self.edits = {what: QKeySequenceEdit() for what in self._whats}
        self._reset_all, self._close = QPushButton(), QPushButton()
        self._close.setProperty("kind", "primary")
        self._close.setAutoDefault(False)
        self._close.clicked.connect(self.accept)
        self._reset_all.setAutoDefault(False)
        self._reset_all.clicked.connect(self.reset)
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setColumnStretch(0, 1)
        for line, (what, edit) in enumerate(self.edits.items()):
            edit.setMaximumSequenceLength(1)
            edit.setClearButtonEnabled(True)
            edit.setProperty("what", what)
            edit.editingFinished.connect(self._edited)
            grid.addWidget(self._whats[what], line, 0)
            grid.addWidget(edit, line, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._reset_all)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        for widget in (self._title, self._note, self._banner):
            column.addWidget(widget)
        column.addWidget(scrolling(inner, self), 1)
        column.addLayout(buttons)
        context.follow(self)
        fit(self, inner, context.look.theme.scale)

    @Slot()
    def redraw(self) -> None:
        text = self._context.text
        self.setWindowTitle(text("keys.title"))
        self._title.setText(text("keys.title"))
        self._note.setText(text("keys.note"))
        self._reset_all.setText(text("keys.reset"))
        self._close.setText(text("shortcuts.close"))
        keys = keymap(self._own)
        for what, edit in self.edits.items():
            name = text(f"shortcuts.what.{what}")
            self._whats[what].setText(name)
            edit.setAccessibleName(name)
            for inner in edit.findChildren(QLineEdit):
                inner.setAccessibleName(name)
            edit.setKeySequence(QKeySequence(keys[what][0]) if keys[what] else QKeySequence())
            edit.setToolTip(" · ".join(keys[what]))
        self._banner.setVisible(self._refused is not None)
        if self._refused is not None:
            pressed, what = self._refused
            name = text(f"shortcuts.what.{what}")
            self._banner.show_banner("warning-circle", "warn", text("keys.taken", key=pressed, what=name), "")

    @Slot()
    def _edited(self) -> None:
        """A key that does something else already is refused, and said."""
        edit = self.sender()
        if not isinstance(edit, QKeySequenceEdit):
            return
        what, pressed = (
            str(edit.property("what")),
            edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText),
        )
        keys = keymap(self._own)
        if pressed == (keys[what][0] if keys[what] else ""):
            return
        taken = taken_by(keys, pressed, what) if pressed else None
        self._refused = None if taken is None else (pressed, taken)
        if taken is None:
            self._keep(with_keys(self._own, what, (pressed,) if pressed else ()))
        self.redraw()

    @Slot()
    def reset(self) -> None:
        """The shipped keys again."""
        self._refused = None
        self._keep({})
        self.redraw()

    def _keep(self, own: Mapping[str, Sequence[str]]) -> None:
        self._own = own
        self.changed.emit(own)
