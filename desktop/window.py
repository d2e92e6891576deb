"""Which page is shown, and which keys work everywhere? The one window: sign-in or workbench, and its shortcuts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QStackedWidget

from desktop.badge import BadgeLanguage
from desktop.bridge import Line
from desktop.context import Context
from desktop.doing import Doing
from desktop.hold_to_talk import HoldToTalk
from desktop.preferences.quiet import is_quiet
from desktop.qt_texts import QtTexts
from desktop.reporter import Reporter
from desktop.room import Room
from desktop.settings import Save, Settings
from desktop.sign_in.view import SignInView
from desktop.theme import THEMES
from desktop.translator import LANGUAGES, as_language
from desktop.walk import Walk
from sync.domain.permissions import User
from voice.language import Language

if TYPE_CHECKING:
    from desktop.floor.view import FloorView
    from desktop.messages.inbox import Inbox
    from desktop.notices.announcing import Popups
    from desktop.workbench import Workbench

LEAST = (600, 340)
"""The room that the pages need at normal text size; a window with less, or with larger letters, is scrolled."""
DENSITIES = frozenset({"comfortable", "compact"})
_LOOKS = frozenset({"theme", "density", "text_scale"})


@dataclass(frozen=True, slots=True)
class _SignedIn:
    user: User


class MainWindow(HoldToTalk):
    """``closing`` is the moment to end threads; ``painted`` tells once that the first page is on the screen, ``warmed``
    that the list of somebody who signed in is there, with what filters and search need.

    Everything behind the sign-in page is made when it is first needed, or when ``equip`` says that there is time.
    """

    closing = Signal()
    painted = Signal()
    settings_changed = Signal(object)
    warmed = Signal()

    def __init__(
        self, context: Context, settings: Settings, save: Save, walk: Walk, locked: Collection[str] = ()
    ) -> None:
        """``walk`` must know its desk before anyone signs in."""
        super().__init__()
        self.context = context
        self.reporter = Reporter(self)
        context.bridge.faulted.connect(self.reporter.report)
        self.settings = settings
        self._save = save
        self._locked = frozenset(locked)
        self._walk = walk
        self._workbench: Workbench | None = None
        self._floor: FloorView | None = None
        self.inbox: Inbox | None = None
        """The messages of whoever is signed in; there is one as soon as there is a workbench."""
        self._waiting: tuple[str, str] | None = None
        self._painted = False
        self.sign_in = SignInView(context, settings.server)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.sign_in)
        self.room = Room(self.pages, self)
        self.setCentralWidget(self.room)
        self.setMinimumSize(1024, 600)
        self.resize(1440, 860)
        self.popups: Popups | None = None
        """Where notices pop up; None: in the system's corner."""
        self.floor_wanted = settings.floor
        """Whether floor mode is to be shown as soon as somebody is signed in."""
        self.badge = BadgeLanguage(context, self, locked="language" in self._locked)
        self.badge.recalled.connect(self._speak)
        self._connect()
        self.doing = Doing(self)
        self._qt_texts = QtTexts(self)
        context.follow(self)
        self.show_user(context.bridge.desk.user if context.bridge.is_open else None)

    def _connect(self) -> None:
        self.sign_in.signed.connect(self._sign_in)
        self.sign_in.language_chosen.connect(self.choose_language)
        self.closing.connect(self.sign_in.company.cancel)
        self.context.bridge.user_changed.connect(self.show_user)

    # -- what is made later

    @property
    def workbench(self) -> "Workbench":
        """The page of a signed-in person, made when it is asked for."""
        if self._workbench is None:
            from desktop.messages.inbox import Inbox  # noqa: PLC0415  with the workbench
            from desktop.notices.announcing import Announcer, SystemPopups  # noqa: PLC0415  with the workbench
            from desktop.workbench import Workbench  # noqa: PLC0415  after the first page has been painted

            self._qt_texts.use(self.context.voicing.language)
            self._workbench = bench = Workbench(self.context, self._walk, self.pages)
            self.pages.addWidget(bench)
            self.talk.connect(bench.voice.talk)
            bench.language_chosen.connect(self.choose_language)
            bench.sign_in_wanted.connect(self._sign_in_again)
            bench.rail.shortcuts_wanted.connect(self.doing.show_shortcuts)
            bench.rail.settings_wanted.connect(self.show_settings)
            bench.rail.theme_wanted.connect(self.next_theme)
            bench.rail.density_wanted.connect(self.next_density)
            bench.rail.put_views(bench.head.views)
            bench.head.order_tabs()
            bench.head.density_wanted.connect(self.choose_density)
            bench.rail.messages_wanted.connect(self.show_messages)
            self.inbox = Inbox(self.context, bench)
            self.inbox.changed.connect(self._count_unread)
            announcer = Announcer(self.context, bench, self.popups or SystemPopups(self.context, self), self.is_quiet)
            bench.giving.told.connect(announcer.tell)
            bench.waiting.connect(announcer.count)
            bench.warmed.connect(self.warmed)
        return self._workbench

    def _make_anew(self) -> None:
        """Sizes have changed: pages are made with them, so those behind the sign-in page are made again."""
        working, on_floor = self.at_work, self.on_floor
        for page in (self._workbench, self._floor):
            if page is not None:
                self.pages.removeWidget(page)
                page.hide()
                page.deleteLater()
        self._workbench, self._floor = None, None
        user = self.context.bridge.desk.user if self.context.bridge.is_open else None
        if working and user is not None:
            self.show_user(user)
            if on_floor:
                self.pages.setCurrentWidget(self.floor)

    @property
    def prepared(self) -> bool:
        """Whether the workbench has been made."""
        return self._workbench is not None

    @property
    def at_work(self) -> bool:
        """Whether somebody works at the workbench or in floor mode."""
        return self.pages.currentWidget() is not self.sign_in

    @Slot()
    def ready(self) -> None:
        """The store is open: whoever was faster than it is signed in now."""
        user = self.context.bridge.desk.user
        if user is not None:
            self.show_user(user)
        self.sign_in.company.look()
        if self._waiting is not None:
            (badge, pin), self._waiting = self._waiting, None
            self._sign_in(badge, pin)

    @Slot()
    def prepare(self) -> None:
        """There is time now, while a person types a PIN: make the workbench, and draw it once where nobody looks.

        Styles, fonts and signs are worked out by that; what is left to do at the sign-in is to show it.
        """
        self.workbench.resize(self.pages.size())
        self.workbench.grab()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.painted.emit)

    # -- who

    @Slot(object)
    def show_user(self, user: User | None) -> None:
        self.badge.meet(user)
        if user is None:
            if self.on_floor:
                self.switch_floor()
            self.pages.setCurrentWidget(self.sign_in)
            self.sign_in.open()
        else:
            self.workbench.show_user(user)
            if not self.on_floor:
                self.pages.setCurrentWidget(self.workbench)
            if self.floor_wanted:
                self.floor_wanted = False
                self.switch_floor()

    @Slot()
    def _sign_in_again(self) -> None:
        self.pages.setCurrentWidget(self.sign_in)
        self.sign_in.open()

    @Slot(str, str)
    def _sign_in(self, badge: str, pin: str) -> None:
        if not self.context.bridge.is_open:
            self._waiting = (badge, pin)
            return
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
        """A person's choice: in force at once, and again whenever that person signs in."""
        self._speak(language)
        self.badge.choose(language)

    @Slot(str)
    def _speak(self, language: str) -> None:
        if self.keep(language=as_language(language)):
            self._qt_texts.use(self.settings.language)
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
        if self.keep(theme=THEMES[(now + 1) % len(THEMES)]):
            self.context.look.choose(self.settings)

    @Slot()
    def next_density(self) -> None:
        if self.keep(density="compact" if self.settings.density == "comfortable" else "comfortable"):
            self.context.look.choose(self.settings)

    @Slot(str)
    def choose_density(self, density: str) -> None:
        """The row height of a saved view, unless a policy decides it."""
        if density != self.settings.density and density in DENSITIES and self.keep(density=density):
            self.context.look.choose(self.settings)

    @Slot()
    def text_larger(self) -> None:
        self._step_text(1)

    @Slot()
    def text_smaller(self) -> None:
        self._step_text(-1)

    def _step_text(self, step: int) -> None:
        from desktop.preferences.presenter import SCALES  # noqa: PLC0415  with the settings

        sizes = sorted({*SCALES, self.settings.text_scale})
        place = min(max(sizes.index(self.settings.text_scale) + step, 0), len(sizes) - 1)
        self._choose_setting("text_scale", sizes[place])

    @Slot()
    def switch_floor(self) -> None:
        """Floor mode over the whole screen, or back from it."""
        if self.on_floor:
            self.showNormal()
            self.pages.setCurrentWidget(self.workbench)
            self.workbench.to_list()
        else:
            self.pages.setCurrentWidget(self.floor)
            self.floor.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.showFullScreen()

    @property
    def floor(self) -> "FloorView":
        """The board of floor mode, made when it is first asked for."""
        if self._floor is None:
            from desktop.floor.view import FloorView  # noqa: PLC0415  when it is first shown

            self._floor = board = FloorView(self.context)
            self.pages.addWidget(board)
            board.left.connect(self.switch_floor)
            bridge = self.context.bridge
            bridge.voice_changed.connect(board.show_voice)
            bridge.connection_changed.connect(board.show_connection)
            self.workbench.in_question.looked.connect(board.show_order)
            board.show_voice(None if bridge.voice is None else bridge.voice.view)
            board.show_connection(bridge.desk.connection)
            board.show_order(*self.workbench.in_question.now)
        return self._floor

    @property
    def on_floor(self) -> bool:
        """Whether floor mode is shown."""
        return self._floor is not None and self.pages.currentWidget() is self._floor

    @Slot()
    def show_assistant(self) -> None:
        from desktop.first_run.view import Assistant  # noqa: PLC0415  once in a workstation's life

        assistant = Assistant(self.context, self.settings, self._locked, self)
        assistant.chosen.connect(self._choose_setting)
        self.settings_changed.connect(assistant.show_settings)
        assistant.open()

    @Slot()
    def _count_unread(self) -> None:
        if self._workbench is not None and self.inbox is not None:
            self._workbench.rail.show_unread(self.inbox.unread)

    @Slot()
    def show_messages(self) -> None:
        """What colleagues said; supervisors can also write."""
        from desktop.messages.view import MessagesDialog  # noqa: PLC0415  when it is first shown

        user = self.context.bridge.desk.user
        if user is not None and self.inbox is not None:
            MessagesDialog(self.context, self.inbox, user, self).open()

    @Slot()
    def show_settings(self) -> None:
        from desktop.preferences.view import PreferencesDialog  # noqa: PLC0415  when it is first shown

        dialog = PreferencesDialog(self.context, self.settings, self._locked, self)
        dialog.chosen.connect(self._choose_setting)
        self.settings_changed.connect(dialog.show_settings)
        dialog.open()

    @Slot(str, object)
    def _choose_setting(self, name: str, value: object) -> None:
        """A choice of the settings dialog, in force at once; another central from the next start on."""
        if name == "language":
            self.choose_language(str(value))
        elif self.keep(**{name: value}) and name in _LOOKS:
            self.context.look.choose(self.settings)
            if name == "text_scale":
                self._make_anew()
        self.settings_changed.emit(self.settings)

    def is_quiet(self) -> bool:
        """Whether these are the quiet hours of the settings."""
        now = datetime.fromtimestamp(self.context.now() / 1000, UTC).astimezone(self.context.words.zone)
        return is_quiet(self.settings.quiet_from, self.settings.quiet_to, now.time())

    def keep(self, **changes: object) -> bool:
        """Remember the changes, unless a policy decides one of them; whether they are in force."""
        if self._locked & set(changes):
            return False
        self.settings = msgspec.structs.replace(self.settings, **changes)
        self._save(self.settings)
        return True

    @Slot()
    def redraw(self) -> None:
        px = self.context.look.theme.px
        self.room.set_least(QSize(px(LEAST[0]), px(LEAST[1])))
        self.setWindowTitle(self.context.text("app.name"))
        self.setWindowIcon(self.context.look.window_icon())

    def closeEvent(self, event: QCloseEvent) -> None:
        self._qt_texts.use("en")
        self.stop_talking()
        self.closing.emit()
        super().closeEvent(event)
