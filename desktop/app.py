"""How is the application put together? The composition root: one QApplication, one window, everything handed in."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyleFactory

from desktop import translator
from desktop.bridge import Bridge
from desktop.calm import set_apart
from desktop.context import Context, Look, Voicing
from desktop.opening import Opening, Plan
from desktop.policy import Kept, Source, Values, layers
from desktop.ports import DeskPort, VoicePort
from desktop.settings import Save, Settings, default_path
from desktop.shortcuts import keymap
from desktop.walk import Walk
from desktop.window import MainWindow
from sync.errors import SyncError
from voice.language import Language

_NAME = "exception-desk"


def application() -> QApplication:
    """The one QApplication, made if there is none yet."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        if running.applicationName() != _NAME and running.style().name() != "fusion":
            running.setStyle(QStyleFactory.create("Fusion"))
        return running
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    made = QApplication([*sys.argv[:1], "-style", "fusion"])  # by a call it would cost the types of all styles
    made.setApplicationName(_NAME)
    made.setDesktopFileName(_NAME)
    return made


class _Teller(QObject):
    """Says calmly that something unforeseen happened, here or to the queue."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot(object)
    def tell(self, _error: object) -> None:
        from desktop.notices import presenter as notices  # noqa: PLC0415  seldom needed
        from desktop.notices.book import Telling  # noqa: PLC0415  as above

        telling = Telling(None, None, lambda w: notices.failed(w.text("report.title"), w.text("report.body")))
        self._window.workbench.giving.tell(telling)

    @Slot(object)
    def hear(self, event: object) -> None:
        from sync.events import QueueSalvaged  # noqa: PLC0415  not before the first page is on the screen

        if not isinstance(event, QueueSalvaged):
            return
        from desktop.notices import presenter as notices  # noqa: PLC0415  seldom needed
        from desktop.notices.book import Telling  # noqa: PLC0415  as above

        self._window.workbench.giving.tell(Telling(None, None, partial(notices.salvaged, event.salvage)))


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
    return first_page(Bridge(desk, voice), settings, save, clock or Clock(), walk or Walk(desk), locked)


def first_page(
    bridge: Bridge, settings: Settings, save: Save, clock: Clock, walk: Walk, locked: frozenset[str]
) -> MainWindow:
    """The window with its sign-in page; what is behind it may still be missing."""
    application()
    look = Look(settings)
    look.dress()
    context = Context(bridge, Voicing(settings.language, clock.zone(), keymap(settings.shortcuts)), look, clock.now)
    window = MainWindow(context, settings, save, walk, locked)
    bridge.setParent(window)
    teller = _Teller(window)
    window.reporter.reported.connect(teller.tell)
    bridge.told.connect(teller.hear)
    window.closing.connect(bridge.close)
    return window


def show(window: MainWindow, ready: Callable[[MainWindow], None] | None = None) -> int:
    """Work in the window until it is closed; the exit code. ``ready`` is called once it is shown."""
    leave = window.reporter.watch()
    window.warmed.connect(set_apart)
    try:
        window.show()
        if ready is not None:
            ready(window)
        return application().exec()
    finally:
        leave()
        window.close()


@dataclass(frozen=True, slots=True)
class Manner:
    """How the window is opened: in floor mode, with the assistant at the first start, ``ready`` called once shown."""

    floor: bool = False
    welcome: bool = True
    ready: Callable[[MainWindow], None] | None = None
    journal: Callable[[], object] = int
    """Begins to write down what happens, behind the first page."""


def run(
    *,
    server: str,
    folder: Path,
    models: tuple[Path, ...] = (),
    use_keyring: bool = True,
    language: translator.Language | None = None,
    proxy: str = "",
    manner: Manner | None = None,
) -> int:
    """The whole workstation until the window is closed; the exit code. The sign-in page first, all else behind it.

    ``language``, where it is given, counts instead of the one kept from the last time.
    What keeps it from starting is shown in a dialog and then raised: StoreError, and whatever else sync raises.
    """
    kept = Kept(default_path(), {**layers(), Source.COMMAND_LINE: said(server, language)})
    manner = manner or Manner()
    start = _Start(kept, Plan(
        folder=folder, server=lambda: start.settings.server, language=lambda: Language(start.settings.language),
        microphone=lambda: start.settings.microphone, journal=manner.journal,
        models=models, phrases=folder / "phrases", use_keyring=use_keyring, now=_now, proxy=proxy,
    ), manner)  # fmt: skip
    return start.run()


class _Start(QObject):
    """The first page, and what joins it."""

    def __init__(self, kept: Kept, plan: Plan, manner: Manner) -> None:
        application()
        super().__init__()
        self._kept = kept
        self._manner = manner
        self.settings = kept.load()
        self._fault: Exception | None = None
        self._walk = Walk()
        self._bridge = Bridge()
        self.window = first_page(self._bridge, self.settings, self._keep, Clock(self._now), self._walk, kept.locked)
        plan = replace(
            plan,
            quiet=self.window.is_quiet,
            refused_sounds=self.settings.refused_sounds,
            language_fixed="language" in kept.locked,
        )
        self._opening = Opening(plan, self._walk, self)
        self.window.floor_wanted = manner.floor or self.settings.floor
        self.window.painted.connect(self._opening.begin)
        self._opening.opened.connect(self._open)
        self._opening.prepared.connect(self.window.prepare)
        self._opening.joined.connect(self._join)
        self._opening.failed.connect(self._fail)

    def run(self) -> int:
        try:
            code = show(self.window, self._manner.ready)
        finally:
            self._opening.close()
        if self._fault is not None:
            raise self._fault
        return code

    def _now(self) -> int:
        """By the central's clock as soon as the desk knows it: due times are the central's."""
        return self._bridge.desk.now() if self._bridge.is_open else _now()

    def _keep(self, changed: Settings) -> None:
        self.settings = changed
        self._kept.save(changed)

    @Slot(object)
    def _open(self, desk: DeskPort) -> None:
        self._bridge.open(desk)
        self.window.ready()

    @Slot(object)
    def _join(self, voice: VoicePort) -> None:
        """Voice is up; who is here for the first time is shown how it works."""
        self._bridge.join(voice)
        if self._manner.welcome and not self.settings.greeted:
            self.window.show_assistant()

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        from desktop.failed_start import tell_failed_start  # noqa: PLC0415  seldom needed

        self._fault = error
        if isinstance(error, SyncError):
            tell_failed_start(error, self.settings)
        self.window.close()
