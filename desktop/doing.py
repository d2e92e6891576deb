"""What happens when a key is pressed or an action is chosen? Keys, palette and buttons come here, and are done."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from desktop.palette.presenter import VIEW
from desktop.shortcuts import ANYWHERE, KEYS, keymap
from sync.domain.commands import Op

if TYPE_CHECKING:
    from desktop.window import MainWindow

_VERBS = {
    "intercept": Op.INTERCEPT,
    "reassign": Op.REASSIGN,
    "release": Op.RELEASE,
    "carrier_intercept": Op.CARRIER_INTERCEPT,
    "claim": Op.CLAIM,
    "assign": Op.ASSIGN,
    "snooze": Op.SNOOZE,
}


class Doing(QObject):
    """The actions of ``desktop.shortcuts`` on one window, with the keys of its settings."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._shortcuts: list[QShortcut] = []
        self._add_shortcuts()

    def _add_shortcuts(self) -> None:
        """A QShortcut for every key in force; called again after a change of keys."""
        for old in self._shortcuts:
            old.setEnabled(False)
            old.deleteLater()
        self._shortcuts = []
        keys = keymap(self._window.settings.shortcuts)
        self._window.hold(keys["talk"])
        for what in (key.what for group in KEYS.values() for key in group if not key.held):
            for text in (*keys[what], *(("Esc",) if what == "clear" else ())):
                shortcut = QShortcut(QKeySequence(text), self._window)
                shortcut.setProperty("what", what)
                shortcut.setAutoRepeat(False)
                shortcut.activated.connect(self._shortcut)
                self._shortcuts.append(shortcut)

    @Slot()
    def _shortcut(self) -> None:
        self.do(str(cast("QShortcut", self.sender()).property("what")))

    @Slot(str)
    def do(self, what: str) -> None:
        """One of the actions of ``desktop.shortcuts``, by key, from the palette or by a button; or a saved view."""
        window = self._window
        if what in ANYWHERE:
            {
                "language": window.next_language,
                "theme": window.next_theme,
                "help": self.show_shortcuts,
                "settings": window.show_settings,
                "text_larger": window.text_larger,
                "text_smaller": window.text_smaller,
                "assistant": window.show_assistant,
                "keys": self.change_keys,
                "palette": self.show_palette,
            }[what]()
        elif window.at_work:
            self._work(what)

    def _work(self, what: str) -> None:
        window, bench = self._window, self._window.workbench
        if window.on_floor:
            self._on_floor(what)
        elif what in _VERBS:
            bench.act(_VERBS[what])
        elif what.startswith(VIEW):
            bench.head.views.open(what.removeprefix(VIEW))
        elif what.startswith("view_"):
            bench.show_view(what.removeprefix("view_"))
        else:
            {
                "note": bench.note,
                "undo": bench.giving.undo_last,
                "bulk": bench.bulk.ask,
                "copy_number": bench.detail.copy_number,
                "copy_waybill": bench.detail.copy_waybill,
                "filter": bench.head.filters.open.showMenu,
                "arrange": bench.list.arrange.showMenu,
                "save_view": bench.head.views.ask_name,
                "export": bench.export.ask,
                "pull_print": bench.export.print_pull_list,
                "pull_save": bench.export.ask_pull_list,
                "search": self._to_search,
                "clear": bench.escape,
                "command": self._to_command,
                "density": window.next_density,
                "floor": window.switch_floor,
                "messages": window.show_messages,
                "switch_person": bench.sign_in_wanted.emit,
                "sign_out": bench.sign_out,
            }[what]()

    def _on_floor(self, what: str) -> None:
        """In floor mode there are no lists and no questions on the screen: voice asks, and Escape leaves."""
        if what == "floor" or (what == "clear" and not self._window.workbench.voice.awake):
            self._window.switch_floor()
        elif what == "clear":
            self._window.workbench.escape()
        elif what == "undo":
            self._window.workbench.giving.undo_last()

    def _to_search(self) -> None:
        self._window.workbench.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._window.workbench.top.search.selectAll()

    def _to_command(self) -> None:
        self._window.workbench.voice.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def show_shortcuts(self) -> None:
        from desktop.palette.keys import ShortcutsDialog  # noqa: PLC0415  when it is first shown

        sheet = ShortcutsDialog(self._window.context, keymap(self._window.settings.shortcuts), self._window)
        sheet.change_wanted.connect(self.change_keys)
        sheet.open()

    @Slot()
    def change_keys(self) -> None:
        from desktop.palette.keys import KeysDialog  # noqa: PLC0415  when it is first shown

        dialog = KeysDialog(self._window.context, self._window.settings.shortcuts, self._window)
        dialog.changed.connect(self._choose_keys)
        dialog.open()

    @Slot(object)
    def _choose_keys(self, own: Mapping[str, tuple[str, ...]]) -> None:
        if self._window.keep(shortcuts=dict(own)):
            self._add_shortcuts()
            self._window.context.voicing.press(keymap(own))

    @Slot()
    def show_palette(self) -> None:
        from desktop.palette.view import PaletteDialog  # noqa: PLC0415  when it is first shown

        window = self._window
        keys, at_work = keymap(window.settings.shortcuts), window.at_work
        views = window.workbench.head.views.shown if at_work and not window.on_floor else ()
        palette = PaletteDialog(window.context, keys, window, at_work=at_work, views=views)
        palette.chosen.connect(self.do, Qt.ConnectionType.QueuedConnection)
        palette.open()
