"""Who speaks aloud on this workstation? The operating system's voices by QtTextToSpeech, on a thread of their own.

An engine can take seconds to come up and may block: nothing of it happens on the Qt thread or on voice's.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QLocale, QObject, Qt, QThread, Signal, Slot
from PySide6.QtTextToSpeech import QTextToSpeech, QVoice

from voice.language import Language

_log = logging.getLogger(__name__)

PREFERRED = ("winrt", "sapi", "darwin", "speechd")
"""Engines in the order in which they are tried; ``mock`` makes no sound and is never taken."""

STEP = 0.2
"""One step louder or faster, of Qt's volume (0 to 1) and rate (-1 to 1)."""

_SPOKEN = {Language.EN: QLocale.Language.English, Language.ZH: QLocale.Language.Chinese}
_LANDS = {
    Language.EN: (QLocale.Country.UnitedStates, QLocale.Country.UnitedKingdom),
    Language.ZH: (QLocale.Country.China, QLocale.Country.Singapore),
}


def engine_name(offered: Sequence[str]) -> str | None:
    """The best engine of those on offer; None when there is none that sounds."""
    return next((name for name in PREFERRED if name in offered), None)


def choose(language: Language, locales: Sequence[QLocale]) -> QLocale | None:
    """The locale to speak this language in; None when no voice of the engine can."""
    able = [locale for locale in locales if locale.language() == _SPOKEN[language]]
    lands = _LANDS[language]
    able.sort(key=lambda locale: lands.index(locale.territory()) if locale.territory() in lands else len(lands))
    return able[0] if able else None


MANDARIN = ("Chinese (Mandarin, latin as Pinyin)", "Chinese (Mandarin)", "Chinese (Mandarin, latin as English)")
"""espeak-ng's names of its Mandarin voices, the one first that reads characters without a further dictionary."""


class Engine(Protocol):
    """The part of QTextToSpeech that chooses a voice."""

    def availableLocales(self) -> Sequence[QLocale]: ...  # noqa: N802  Qt's name
    def locale(self) -> QLocale: ...
    def setLocale(self, locale: QLocale) -> None: ...
    def availableVoices(self) -> Sequence[QVoice]: ...  # noqa: N802  Qt's name
    def voice(self) -> QVoice: ...
    def setVoice(self, voice: QVoice) -> None: ...


def tune(engine: Engine, language: Language) -> int:
    """Let it speak this language next; how many voices it has for it, 0 when none can."""
    locales = engine.availableLocales()
    locale = choose(language, locales)
    if locale is not None:
        if engine.locale() != locale:
            engine.setLocale(locale)
        return len(engine.availableVoices())
    return _tune_without_locale(engine, locales) if language is Language.ZH else 0


def _tune_without_locale(engine: Engine, locales: Sequence[QLocale]) -> int:
    # WORKAROUND for Qt 6.11, which has no locale for "cmn" (speech-dispatcher's code of espeak-ng's Mandarin) and lists
    # those voices under C. Goes when QLocale("cmn") is Chinese.
    nowhere = next((locale for locale in locales if locale.language() == QLocale.Language.C), None)
    if nowhere is None:
        return 0
    if engine.locale() != nowhere:
        engine.setLocale(nowhere)
    found = {voice.name(): voice for voice in engine.availableVoices() if voice.name().partition("+")[0] in MANDARIN}
    best = next((name for name in MANDARIN if name in found), None)
    if best is None:
        return 0
    if engine.voice().name() != best:
        engine.setVoice(found[best])
    return len(found)


class _Throat(QObject):
    """Lives on the speech thread: one engine, one text at a time."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._engine: QTextToSpeech | None = None
        self._done: Callable[[], None] | None = None
        self._language: Language | None = None

    @Slot(str, str, object)
    def begin(self, text: str, language: str, done: Callable[[], None]) -> None:
        self._end()
        engine = self._awake()
        if not self._tuned(engine, Language(language)) or engine.state() is QTextToSpeech.State.Error:
            _log.warning("nothing is spoken: engine %s has no voice for %s", self._name, language)
            done()
            return
        self._done = done
        engine.say(text)

    @Slot(int, int)
    def adjust(self, louder: int, faster: int) -> None:
        """Steps of a fifth from the next text on, within what Qt knows: volume 0.2 to 1, rate -1 to 1."""
        engine = self._awake()
        engine.setVolume(min(max(engine.volume() + louder * STEP, STEP), 1.0))
        engine.setRate(min(max(engine.rate() + faster * STEP, -1.0), 1.0))

    @Slot()
    def hush(self) -> None:
        if self._engine is not None:
            self._engine.stop(QTextToSpeech.BoundaryHint.Immediate)
        self._end()

    def _tuned(self, engine: QTextToSpeech, language: Language) -> bool:
        """Looking through hundreds of voices takes a moment: only when another language is spoken."""
        if self._language is not language:
            self._language = language if tune(engine, language) else None
        return self._language is language

    def _awake(self) -> QTextToSpeech:
        if self._engine is None:
            self._engine = QTextToSpeech(self._name, self)
            self._engine.stateChanged.connect(self._moved)
        return self._engine

    @Slot(QTextToSpeech.State)
    def _moved(self, state: QTextToSpeech.State) -> None:
        if state in {QTextToSpeech.State.Ready, QTextToSpeech.State.Error}:
            self._end()

    def _end(self) -> None:
        """The text is over: told once."""
        done, self._done = self._done, None
        if done is not None:
            done()


class QtSpeaker(QObject):
    """``voice.speaking.speaker.Speaker`` with sound. Without an engine every text is over at once, for the screen."""

    _begin = Signal(str, str, object)
    _hush = Signal()
    _adjust = Signal(int, int)

    def __init__(self, name: str | None = None) -> None:
        """``name`` is an engine of QtTextToSpeech; None takes the best there is."""
        super().__init__()
        self._name = name or engine_name(QTextToSpeech.availableEngines())
        self._thread = QThread()
        self._thread.setObjectName("speech")
        self._closed = threading.Event()
        if self._name is not None:
            self._throat = _Throat(self._name)
            self._throat.moveToThread(self._thread)
            self._begin.connect(self._throat.begin, Qt.ConnectionType.QueuedConnection)
            self._hush.connect(self._throat.hush, Qt.ConnectionType.QueuedConnection)
            self._adjust.connect(self._throat.adjust, Qt.ConnectionType.QueuedConnection)
            self._thread.finished.connect(self._throat.deleteLater)
            self._thread.start()

    @property
    def silent(self) -> bool:
        """Whether no engine was found: tones and the screen alone."""
        return self._name is None

    def say(self, text: str, language: Language, done: Callable[[], None]) -> None:
        if self._name is None or self._closed.is_set():
            done()
        else:
            self._begin.emit(text, language.value, done)

    def stop(self) -> None:
        if self._name is not None and not self._closed.is_set():
            self._hush.emit()

    def adjust(self, louder: int, faster: int) -> None:
        """``voice.speaking.speaker.Adjustable``: louder and faster by so many steps, from the next text on."""
        if self._name is not None and not self._closed.is_set():
            self._adjust.emit(louder, faster)

    def close(self) -> None:
        """Be silent and end the thread; returns when it has ended."""
        if self._name is not None and not self._closed.is_set():
            self._hush.emit()
            self._closed.set()
            self._thread.quit()
            self._thread.wait()


def voices() -> dict[str, int]:
    """How many voices there are per language, by the best engine; all 0 without one. Blocks for seconds."""
    application = QCoreApplication.instance() or QCoreApplication([])
    name = engine_name(QTextToSpeech.availableEngines())
    if name is None:
        return {language.value: 0 for language in Language}
    engine = QTextToSpeech(name)
    found = {language.value: tune(engine, language) for language in Language}
    application.processEvents()
    return found
