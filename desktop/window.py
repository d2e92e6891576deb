"""Which page is shown, and which keys work everywhere? The one window: sign-in or workbench, and its shortcuts."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

import msgspec
from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from desktop.bridge import Line
from desktop.context import Context
from desktop.preferences.view import PreferencesDialog
from desktop.reporter import Reporter
from desktop.settings import Save, Settings
from desktop.shortcuts import KEYS, ShortcutsDialog
from desktop.sign_in.view import SignInView
from desktop.theme import THEMES
from desktop.translator import LANGUAGES, as_language
from desktop.walk import Walk
from desktop.workbench import Workbench
from sync.domain.commands import Op
from sync.domain.permissions import User
from voice.language import Language

_VERBS = {
    "intercept": Op.INTERCEPT,
    "reassign": Op.REASSIGN,
    "release": Op.RELEASE,
    "carrier_intercept": Op.CARRIER_INTERCEPT,
}
_VIEWS = ("stopped", "all", "attention", "pending")


@dataclass(frozen=True, slots=True)
class _SignedIn:
    user: User


class MainWindow(QMainWindow):
    """``closing`` is the moment to end threads."""

    closing = Signal()

    def __init__(
        self, context: Context, settings: Settings, save: Save, walk: Walk, locked: Collection[str] = ()
    ) -> None:
        super().__init__()
        self.context = context
        self.reporter = Reporter(self)
        context.bridge.faulted.connect(self.reporter.report)
        self.settings = settings
        self._save = save
        self._locked = frozenset(locked)
        self._talking = False
        self.sign_in = SignInView(context, settings.server)
        self.workbench = Workbench(context, walk)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.sign_in)
        self.pages.addWidget(self.workbench)
        self.setCentralWidget(self.pages)
        self.setMinimumSize(1120, 640)
        self.resize(1440, 860)
        self._connect()
        self._add_shortcuts()
        context.follow(self)
        self.show_user(context.bridge.desk.user)

    def _connect(self) -> None:
        self.sign_in.signed.connect(self._sign_in)
        self.sign_in.language_chosen.connect(self.choose_language)
        self.workbench.language_chosen.connect(self.choose_language)
        self.workbench.sign_in_wanted.connect(self._sign_in_again)
        self.workbench.rail.shortcuts_wanted.connect(self.show_shortcuts)
        self.workbench.rail.settings_wanted.connect(self.show_settings)
        self.workbench.rail.theme_wanted.connect(self.next_theme)
        self.workbench.rail.density_wanted.connect(self.next_density)
        self.context.bridge.user_changed.connect(self.show_user)

    # -- who

    @Slot(object)
    def show_user(self, user: User | None) -> None:
        if user is None:
            self.pages.setCurrentWidget(self.sign_in)
            self.sign_in.open()
        else:
            self.pages.setCurrentWidget(self.workbench)
            self.workbench.show_user(user)

    @Slot()
    def _sign_in_again(self) -> None:
        self.pages.setCurrentWidget(self.sign_in)
        self.sign_in.open()

    @Slot(str, str)
    def _sign_in(self, badge: str, pin: str) -> None:
        desk, language = self.context.bridge.desk, self.context.voicing.language
        self.context.bridge.run(
            Line.DO, lambda: _SignedIn(desk.sign_in(badge, pin, language)), self._signed, self.sign_in.show_error
        )

    @Slot(object)
    def _signed(self, answer: _SignedIn) -> None:
        """The event has shown the page already, unless the same person signed in again."""
        if self.pages.currentWidget() is self.sign_in:
            self.show_user(answer.user)

    # -- language and look

    @Slot(str)
    def choose_language(self, language: str) -> None:
        if self._keep(language=as_language(language)):
            self.context.voicing.choose(self.settings.language)
            if self.context.bridge.voice is not None:
                self.context.bridge.voice.switch(Language(language))

    @Slot()
    def next_language(self) -> None:
        now = LANGUAGES.index(self.context.voicing.language)
        self.choose_language(LANGUAGES[(now + 1) % len(LANGUAGES)])

    @Slot()
    def next_theme(self) -> None:
        now = THEMES.index(self.settings.theme)
        if self._keep(theme=THEMES[(now + 1) % len(THEMES)]):
            self.context.look.choose(self.settings)

    @Slot()
    def next_density(self) -> None:
        if self._keep(density="compact" if self.settings.density == "comfortable" else "comfortable"):
            self.context.look.choose(self.settings)

    @Slot()
    def show_settings(self) -> None:
        dialog = PreferencesDialog(self.context, self.settings, self._locked, self)
        dialog.chosen.connect(self._choose_setting)
        dialog.open()

    @Slot(str, object)
    def _choose_setting(self, name: str, value: object) -> None:
        """A choice of the settings dialog, in force at once; another central from the next start on."""
        if name == "language":
            self.choose_language(str(value))
        elif self._keep(**{name: value}) and name != "server":
            self.context.look.choose(self.settings)
        dialog = self.sender()
        if isinstance(dialog, PreferencesDialog):
            dialog.show_settings(self.settings)

    def _keep(self, **changes: object) -> bool:
        """Remember the changes, unless a policy decides one of them; whether they are in force."""
        if self._locked & set(changes):
            return False
        self.settings = msgspec.structs.replace(self.settings, **changes)
        self._save(self.settings)
        return True

    @Slot()
    def redraw(self) -> None:
        self.setWindowTitle(self.context.text("app.name"))
        self.setWindowIcon(self.context.look.window_icon())

    # -- keys

    def _add_shortcuts(self) -> None:
        for keys in KEYS.values():
            for key in keys:
                for number, text in enumerate(key.keys if key.what != "talk" else ()):
                    shortcut = QShortcut(QKeySequence(text), self)
                    shortcut.setProperty("what", key.what)
                    shortcut.setProperty("number", number)
                    shortcut.setAutoRepeat(False)
                    shortcut.activated.connect(self._shortcut)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setProperty("what", "clear")
        leave.activated.connect(self._shortcut)

    @Slot()
    def _shortcut(self) -> None:
        sender = cast("QShortcut", self.sender())
        what = str(sender.property("what"))
        everywhere = {
            "language": self.next_language,
            "theme": self.next_theme,
            "help": self.show_shortcuts,
            "settings": self.show_settings,
        }
        if what in everywhere:
            everywhere[what]()
        elif self.pages.currentWidget() is self.workbench:
            self._work(what, int(sender.property("number") or 0))

    def _work(self, what: str, number: int) -> None:
        bench = self.workbench
        if what in _VERBS:
            bench.actions_.want(_VERBS[what].value)
        elif what == "views":
            bench.show_view(_VIEWS[number])
        else:
            {
                "undo": bench.giving.undo_last,
                "export": bench.export.ask,
                "search": self._to_search,
                "clear": bench.escape,
                "command": self._to_command,
            }[what]()

    def _to_search(self) -> None:
        self.workbench.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.workbench.top.search.selectAll()

    def _to_command(self) -> None:
        self.workbench.voice.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def show_shortcuts(self) -> None:
        ShortcutsDialog(self.context, self).open()

    # -- hold to talk: these keys reach the window when no field and no button wanted them

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_talk(event):
            if not event.isAutoRepeat() and not self._talking:
                self._talking = True
                self.workbench.voice.talk.emit(True)
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._is_talk(event):
            if not event.isAutoRepeat():
                self._stop_talking()
            return
        super().keyReleaseEvent(event)

    def _is_talk(self, event: QKeyEvent) -> bool:
        return event.key() in {Qt.Key.Key_Space, Qt.Key.Key_F9} and self.pages.currentWidget() is self.workbench

    def _stop_talking(self) -> None:
        if self._talking:
            self._talking = False
            self.workbench.voice.talk.emit(False)

    def changeEvent(self, event: QEvent) -> None:
        """A key that is released while another window is in front is not heard of: stop then."""
        if event.type() is QEvent.Type.ActivationChange and not self.isActiveWindow():
            self._stop_talking()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop_talking()
        self.closing.emit()
        super().closeEvent(event)
