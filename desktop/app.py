"""How is the application put together? The composition root: one QApplication, one window, everything handed in."""

import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyleFactory

from desktop import translator
from desktop.bridge import Bridge
from desktop.context import Context, Look, Voicing
from desktop.failed_start import tell_failed_start
from desktop.notices import presenter as notices
from desktop.notices.book import Telling
from desktop.policy import Kept, Source, Values, layers
from desktop.ports import DeskPort, VoicePort
from desktop.settings import Save, Settings, default_path
from desktop.speech import QtSpeaker
from desktop.terminal.phrases import site_phrases
from desktop.walk import Walk
from desktop.window import MainWindow
from sync.client.api import CentralApi
from sync.errors import SyncError
from sync.service import Desk
from sync.workstation import Workstation
from voice.errors import VoiceError
from voice.hearing.sound import Sound
from voice.language import Language
from voice.loop import Equipment
from voice.session import Session

_log = logging.getLogger(__name__)


def application() -> QApplication:
    """The one QApplication, made if there is none yet."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        if running.style().name() != "fusion":
            running.setStyle(QStyleFactory.create("Fusion"))
        return running
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    made = QApplication(sys.argv[:1])
    made.setApplicationName("exception-desk")
    made.setDesktopFileName("exception-desk")
    made.setStyle(QStyleFactory.create("Fusion"))
    return made


class _Teller(QObject):
    """Says calmly that something unforeseen happened."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot(object)
    def tell(self, _error: object) -> None:
        telling = Telling(None, None, lambda w: notices.failed(w.text("report.title"), w.text("report.body")))
        self._window.workbench.giving.tell(telling)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _zone() -> tzinfo:
    zone = datetime.now().astimezone().tzinfo
    assert zone is not None  # noqa: S101  astimezone always gives one
    return zone


def said(server: str, language: translator.Language | None) -> Values:
    """What the command line says of the settings; not kept for the next run."""
    return {"server": server} if language is None else {"server": server, "language": language}


def _forget(settings: Settings) -> None:
    """Settings of a run that keeps none."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The time and the zone in which it is shown."""

    now: Callable[[], int] = _now
    zone: Callable[[], tzinfo] = _zone


def build(
    desk: DeskPort,
    voice: VoicePort | None,
    settings: Settings,
    *,
    save: Save = _forget,
    clock: Clock | None = None,
    walk: Walk | None = None,
    locked: frozenset[str] = frozenset(),
) -> MainWindow:
    """The window over a desk and perhaps a voice, not shown yet. Closing it ends its workers, not desk and voice.

    ``walk`` is the Screen that was given to the voice session, where there is one; ``locked`` names the settings that
    a policy decides.
    """
    clock = clock or Clock()
    application()
    bridge = Bridge(desk, voice)
    look = Look(settings)
    look.dress()
    context = Context(bridge, Voicing(settings.language, clock.zone()), look, clock.now)
    window = MainWindow(context, settings, save, walk or Walk(desk), locked)
    bridge.setParent(window)
    window.reporter.reported.connect(_Teller(window).tell)
    window.closing.connect(bridge.close)
    return window


def show(window: MainWindow, ready: Callable[[MainWindow], None] | None = None) -> int:
    """Work in the window until it is closed; the exit code. ``ready`` is called once it is shown."""
    leave = window.reporter.watch()
    try:
        window.show()
        if ready is not None:
            ready(window)
        return application().exec()
    finally:
        leave()
        window.close()


def run(
    *,
    server: str,
    folder: Path,
    models: Path | None = None,
    use_keyring: bool = True,
    language: translator.Language | None = None,
) -> int:
    """The whole workstation: store, sync, voice and window, until the window is closed; the exit code.

    ``language``, where it is given, counts instead of the one kept from the last time.
    What keeps it from starting is shown in a dialog and then raised: StoreError, and whatever else sync raises.
    """
    kept = Kept(default_path(), {**layers(), Source.COMMAND_LINE: said(server, language)})
    settings = kept.load()
    application()
    try:
        with Workstation(folder, _now, use_keyring=use_keyring) as workstation:
            return _work(workstation, settings, kept, models, site_phrases(folder))
    except SyncError as error:
        tell_failed_start(error, settings)
        raise


def _work(workstation: Workstation, settings: Settings, kept: Kept, models: Path | None, phrases: Path | None) -> int:
    """Everything between the open store and the closed window; what is started here is stopped here, in turn."""
    chosen = [settings.language]

    def keep(changed: Settings) -> None:
        chosen[0] = changed.language
        kept.save(changed)

    desk = Desk(workstation, CentralApi(settings.server, language=lambda: chosen[0]), now=_now)
    walk, speaker = Walk(desk), QtSpeaker()
    sound = Sound()
    equipment = Equipment(
        microphone=lambda: sound, speaker=speaker, chimes=sound, site_models=models, site_phrases=phrases
    )
    voice = _voice(desk, walk, equipment, Language(settings.language))
    window = build(desk, voice, settings, save=keep, walk=walk, locked=kept.locked)
    desk.start()
    if voice is not None:
        voice.start()
    try:
        return show(window)
    finally:
        if voice is not None:
            voice.stop()
        sound.close()
        speaker.close()
        desk.stop()


def _voice(desk: Desk, walk: Walk, equipment: Equipment, language: Language) -> Session | None:
    """The voice of this workstation; None, and the reason in the log, when its own files are broken."""
    try:
        return Session(desk, equipment, language=language, screen=walk)
    except VoiceError as error:
        _log.error("voice cannot start: %s", error, exc_info=error)
        return None
