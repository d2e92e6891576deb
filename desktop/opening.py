"""What comes up behind the first page? Store, desk, workbench and voice, one after the other, on a thread of their own.

The sign-in page is painted first. What a person needs next is brought up while that person reads and types: nothing of
it is imported before, for the store, the network and voice cost many times what the page costs.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from desktop.walk import Walk
from voice.errors import VoiceError
from voice.language import Language

if TYPE_CHECKING:
    from sync.service import Desk
    from voice.dialogue.effects import Earcon
    from voice.session import Session
    from voice.speaking.speaker import Chimes

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be opened: the store's folder, the central, speech models and phrases of the site.

    ``server``, ``language`` and ``microphone`` are asked when they are needed: the first page can change them.
    """

    folder: Path
    server: Callable[[], str]
    language: Callable[[], Language]
    microphone: Callable[[], str]
    models: tuple[Path, ...]
    phrases: Path | None
    use_keyring: bool
    now: Callable[[], int]
    proxy: str = ""
    refused_sounds: bool = True
    """Whether people may consent to keep the sound of what was not understood."""
    language_fixed: bool = False
    """Whether a policy decides the language, whoever signs in."""
    quiet: Callable[[], bool] = bool
    """Whether these are quiet hours."""
    journal: Callable[[], object] = int
    """Begins to write down what happens, before anything is opened."""


class QuietChimes:
    """``voice.speaking.speaker.Chimes`` that make no sound in quiet hours; what is said in words stays."""

    def __init__(self, chimes: "Chimes", quiet: Callable[[], bool]) -> None:
        self._chimes = chimes
        self._quiet = quiet

    def play(self, earcon: "Earcon") -> None:
        if not self._quiet():
            self._chimes.play(earcon)


class Opening(QObject):
    """Signals arrive on the Qt thread: ``opened`` with the desk, ``prepared`` when the workbench can be made,
    ``joined`` with voice (not when its own files are broken), ``failed`` with what keeps the store from opening.
    """

    opened = Signal(object)
    prepared = Signal()
    joined = Signal(object)
    failed = Signal(object)

    def __init__(self, plan: Plan, walk: Walk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plan = plan
        self._walk = walk
        self._closing = threading.Event()
        self._stack = ExitStack()
        self._thread = threading.Thread(target=self._run, name="desktop-opening")
        self._begun = False

    @Slot()
    def begin(self) -> None:
        """Start; at once when the first page has been painted."""
        if not self._begun and not self._closing.is_set():
            self._begun = True
            self._thread.start()

    @Slot()
    def halt(self) -> None:
        """Bring up nothing more; from any thread."""
        self._closing.set()

    def close(self) -> None:
        """End what is under way, then stop and close everything that was opened, last things first."""
        self.halt()
        if self._begun:
            self._thread.join()
        self._stack.close()

    # -- on the thread

    def _run(self) -> None:
        try:
            self._plan.journal()
            desk = self._open()
        except Exception as error:  # noqa: BLE001  the thread's edge: told, and raised again by whoever runs the window
            self.failed.emit(error)
            return
        self.opened.emit(desk)
        if not self._closing.is_set():
            import desktop.workbench  # noqa: F401, PLC0415  here, so that making it does not stop the window

            self.prepared.emit()
        if not self._closing.is_set():
            voice = self._speak(desk)
            if voice is not None:
                self.joined.emit(voice)

    def _open(self) -> "Desk":
        from sync.client.api import CentralApi  # noqa: PLC0415  after the first paint, as all of this
        from sync.service import Desk  # noqa: PLC0415  as above
        from sync.workstation import Workstation  # noqa: PLC0415  as above

        plan = self._plan
        workstation = Workstation(plan.folder, plan.now, use_keyring=plan.use_keyring)
        self._stack.enter_context(workstation)
        api = CentralApi(plan.server(), language=lambda: plan.language().value, proxy=plan.proxy)
        desk = Desk(workstation, api, now=plan.now)
        self._stack.callback(desk.stop)
        self._walk.begin(desk)
        desk.start()
        return desk

    def _speak(self, desk: "Desk") -> "Session | None":
        """The voice of this workstation; None, and the reason in the log, when its own files are broken."""
        from desktop.speech import QtSpeaker  # noqa: PLC0415  after the list can be used
        from voice.equipment import Equipment, wall_ms  # noqa: PLC0415  as above
        from voice.habits import Habits  # noqa: PLC0415  as above
        from voice.hearing.sound import Sound  # noqa: PLC0415  as above
        from voice.refused import Refused  # noqa: PLC0415  as above
        from voice.session import Session  # noqa: PLC0415  as above

        speaker, sound = QtSpeaker(), Sound(self._plan.microphone() or None)
        self._stack.callback(speaker.close)
        self._stack.callback(sound.close)
        application = QCoreApplication.instance()
        if application is not None:
            speaker.moveToThread(application.thread())
        plan = self._plan
        equipment = Equipment(
            microphone=lambda: sound,
            speaker=speaker,
            chimes=QuietChimes(sound, self._plan.quiet),
            site_models=plan.models,
            site_phrases=plan.phrases,
            choose_microphone=sound.choose,
            refused=Refused(plan.folder / "refused" if plan.refused_sounds else None, wall_ms),
            habits=Habits(plan.folder / "voice-habits.json", language_fixed=plan.language_fixed),
        )
        try:
            voice = Session(desk, equipment, language=plan.language(), screen=self._walk)
        except VoiceError as error:
            _log.error("voice cannot start: %s", error, exc_info=error)
            return None
        self._stack.callback(voice.stop)
        voice.start()
        return voice
