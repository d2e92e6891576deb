"""How is a new workstation set up? Three steps: where, sound, and a first command that is answered."""

from collections.abc import Collection

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.context import Context
from desktop.language import LanguageButtons
from desktop.parts import Banner, SignLabel, label
from desktop.preferences.presenter import is_address
from desktop.preferences.sound import SoundPanel
from desktop.room import fit, scrolling
from desktop.settings import Settings
from voice.view import VoiceView

STEPS = ("where", "sound", "trial")


class Assistant(QDialog):
    """``chosen`` carries a setting's name and value, as in the settings dialog; at the end that it was here."""

    chosen = Signal(str, object)

    def __init__(self, context: Context, settings: Settings, locked: Collection[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setModal(True)
        self._context = context
        self._locked = frozenset(locked)
        self._room, self._high = parent.width() - 32, parent.height() - 32
        self._before = "" if context.bridge.voice is None else context.bridge.voice.view.asked
        self._step, self._title, self._body = label(role="section"), label(role="heading"), label(role="small")
        self._body.setWordWrap(True)
        self.pages = QStackedWidget()
        self.languages = LanguageButtons(context)
        self.languages.setEnabled("language" not in self._locked)
        self.languages.chosen.connect(self._choose_language)
        self.server = QLineEdit(settings.server)
        self.sound = SoundPanel(context, settings.microphone, locked="microphone" in self._locked)
        self.sound.microphone_chosen.connect(self._choose_microphone)
        self.talk, self.ask = QPushButton(), QPushButton()
        self._answer = Banner(context, buttons=0)
        self.back, self.forward = QPushButton(), QPushButton()
        self._group = QButtonGroup(self)
        for page in (self._where(), self.sound, self._trial()):
            self.pages.addWidget(page)
        self._build()
        context.bridge.voice_changed.connect(self._listen)
        context.follow(self)
        fit(self, self.pages, context.look.theme.scale)
        self.resize(self.width(), min(self.height() + context.look.theme.px(24), self._high))  # two lines above

    def _where(self) -> QWidget:
        page = QWidget()
        self._server_label, self._note, self._lock = (
            label(role="small"),
            label(role="small"),
            SignLabel(self._context, "lock-key"),
        )
        self._note.setWordWrap(True)
        self.server.setProperty("foreign", True)
        self.server.setEnabled("server" not in self._locked)
        self.server.textChanged.connect(self._edited)
        self.server.editingFinished.connect(self._keep_server)
        self._server_label.setBuddy(self.server)
        language = QHBoxLayout()
        language.addWidget(self.languages)
        language.addStretch(1)
        address = QHBoxLayout()
        address.addWidget(self.server, 1)
        address.addWidget(self._lock)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(language)
        column.addSpacing(8)
        column.addWidget(self._server_label)
        column.addLayout(address)
        column.addWidget(self._note)
        column.addStretch(1)
        return page

    def _trial(self) -> QWidget:
        page = QWidget()
        self.talk.setAutoDefault(False)
        self.ask.setAutoDefault(False)
        self.talk.pressed.connect(self._press)
        self.talk.released.connect(self._release)
        self.ask.clicked.connect(self._ask)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.talk)
        row.addWidget(self.ask)
        row.addStretch(1)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(row)
        column.addWidget(self._answer)
        column.addStretch(1)
        return page

    def _build(self) -> None:
        for button, step in ((self.back, self._go_back), (self.forward, self._go_on)):
            button.setAutoDefault(False)
            button.clicked.connect(step)
        self.forward.setProperty("kind", "primary")
        buttons = QHBoxLayout()
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        buttons.addWidget(self.forward)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        for widget in (self._step, self._title, self._body):
            column.addWidget(widget)
        column.addWidget(scrolling(self.pages, self), 1)
        column.addLayout(buttons)
        self.setMinimumWidth(min(self._context.look.theme.px(520), self._room))

    # -- what is shown

    @Slot(object)
    def show_settings(self, settings: Settings) -> None:
        """These are in force now."""
        if not self.server.hasFocus():
            self.server.setText(settings.server)

    @Slot()
    def redraw(self) -> None:
        text, number = self._context.text, self.pages.currentIndex()
        name = STEPS[number]
        self.setWindowTitle(text("assistant.title"))
        self._step.setText(text("assistant.step", n=number + 1, all=len(STEPS)))
        self._title.setText(text(f"assistant.{name}"))
        self._body.setText(text(f"assistant.{name}_body"))
        self.back.setText(text("assistant.back"))
        self.back.setEnabled(number > 0)
        self.forward.setText(text("assistant.done" if number == len(STEPS) - 1 else "assistant.next"))
        self._server_label.setText(text("settings.server"))
        self.server.setAccessibleName(text("settings.server"))
        self._lock.setVisible("server" in self._locked)
        self._lock.setToolTip(text("settings.managed"))
        self.talk.setText(text("assistant.trial_say"))
        self.ask.setText(text("assistant.trial_ask"))
        voice = self._context.bridge.voice
        self._edited()
        self._listen(None if voice is None else voice.view)

    @Slot(object)
    def _listen(self, view: VoiceView | None) -> None:
        """The command has worked when the desk has answered something since this dialog was opened."""
        text = self._context.text
        self.talk.setEnabled(view is not None and view.listening)
        self.ask.setEnabled(view is not None)
        if view is None:
            self._answer.show_banner("microphone-slash", "warn", text("assistant.trial_none"), "")
        elif view.asked and view.asked != self._before:
            self._answer.show_banner("check-circle", "ok", text("assistant.trial_good"), view.asked)
        else:
            self._answer.show_banner("ear", "neutral", text("assistant.trial_waits"), view.partial or view.heard)

    @Slot()
    def _edited(self) -> None:
        good = is_address(self.server.text())
        self._note.setText(self._context.text("settings.server_note" if good else "settings.server_wrong"))
        self.forward.setEnabled(good)

    # -- what is wanted

    @Slot()
    def _go_on(self) -> None:
        self._keep_server()
        if self.pages.currentIndex() == len(STEPS) - 1:
            self.accept()
            return
        self.pages.setCurrentIndex(self.pages.currentIndex() + 1)
        self.redraw()

    @Slot()
    def _go_back(self) -> None:
        self.pages.setCurrentIndex(self.pages.currentIndex() - 1)
        self.redraw()

    def done(self, result: int) -> None:
        """However it is left: it was here, and does not come by itself again."""
        self.chosen.emit("greeted", True)
        super().done(result)
        self.deleteLater()

    @Slot(str)
    def _choose_language(self, language: str) -> None:
        self.chosen.emit("language", language)

    @Slot(str)
    def _choose_microphone(self, name: str) -> None:
        self.chosen.emit("microphone", name)

    @Slot()
    def _keep_server(self) -> None:
        address = self.server.text().strip()
        if is_address(address) and "server" not in self._locked:
            self.chosen.emit("server", address)

    @Slot()
    def _press(self) -> None:
        if self._context.bridge.voice is not None:
            self._context.bridge.voice.push_to_talk(True)

    @Slot()
    def _release(self) -> None:
        if self._context.bridge.voice is not None:
            self._context.bridge.voice.push_to_talk(False)

    @Slot()
    def _ask(self) -> None:
        if self._context.bridge.voice is not None:
            self._context.bridge.voice.type_line(self._context.text("assistant.trial_phrase"))
