"""Speaking aloud: the right voice for the language, told once when it is over, and silence without an engine."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import speech
from desktop.speech import QtSpeaker, choose, engine_name, tune
from tests.patience import PATIENCE_MS
from voice.language import Language

pytestmark = pytest.mark.gui


@pytest.fixture
def speaker(qapp: QApplication) -> Iterator[QtSpeaker]:
    made = QtSpeaker("mock")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("offered", "name"),
    [(["mock", "speechd"], "speechd"), (["sapi", "winrt"], "winrt"), (["mock"], None), ([], None)],
)
def test_the_best_engine_that_sounds_is_taken(offered: list[str], name: str | None) -> None:
    assert engine_name(offered) == name


def test_a_voice_is_chosen_for_the_language_nearest_land_first() -> None:
    locales = [QLocale(name) for name in ("de_DE", "en_GB", "en_US", "zh_TW", "zh_CN")]
    english, chinese = choose(Language.EN, locales), choose(Language.ZH, locales)
    assert english is not None
    assert chinese is not None
    assert (english.name(), chinese.name()) == ("en_US", "zh_CN")
    assert choose(Language.ZH, locales[:3]) is None


class Voice:
    """A voice is its name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def name(self) -> str:
        return self._name


class Dispatcher:
    """Like speech-dispatcher with espeak-ng: what Qt has no locale for stands among the voices of C."""

    def __init__(self, *names: str) -> None:
        self._here = QLocale("en_US")
        self._voices = {"en_US": ["English (America)"], "C": [*names]}
        self._voice = "English (America)"

    def availableLocales(self) -> list[QLocale]:  # noqa: N802  Qt's name
        return [QLocale.c(), QLocale("en_US")]

    def locale(self) -> QLocale:
        return self._here

    def setLocale(self, locale: QLocale) -> None:
        self._here, self._voice = locale, self._voices[locale.name()][0]

    def availableVoices(self) -> list[Any]:  # noqa: N802  Qt's name
        return [Voice(name) for name in self._voices[self._here.name()]]

    def voice(self) -> Any:
        return Voice(self._voice)

    def setVoice(self, voice: Any) -> None:
        self._voice = voice.name()


LATIN, PINYIN = "Chinese (Mandarin, latin as English)", "Chinese (Mandarin, latin as Pinyin)"


def test_a_mandarin_voice_that_qt_knows_no_locale_for_is_found_by_its_name() -> None:
    engine = Dispatcher("Bishnupriya Manipuri", LATIN, f"{LATIN}+Adam", PINYIN, "Hakka Chinese")
    assert tune(engine, Language.ZH) == 3
    assert engine.voice().name() == PINYIN
    assert tune(engine, Language.EN) == 1
    assert engine.voice().name() == "English (America)"
    assert tune(Dispatcher("Bishnupriya Manipuri", "Hakka Chinese"), Language.ZH) == 0


def test_the_end_of_a_text_is_told_once(speaker: QtSpeaker, qtbot: QtBot) -> None:
    ended: list[str] = []
    speaker.say("intercept order four seven one two", Language.EN, lambda: ended.append("a"))
    qtbot.waitUntil(lambda: ended == ["a"], timeout=PATIENCE_MS)
    speaker.say("confirm", Language.EN, lambda: ended.append("b"))
    qtbot.waitUntil(lambda: ended == ["a", "b"], timeout=PATIENCE_MS)
    assert ended == ["a", "b"]


def test_a_language_without_a_voice_is_over_at_once(speaker: QtSpeaker, qtbot: QtBot) -> None:
    ended = threading.Event()
    speaker.say("拦截订单", Language.ZH, ended.set)
    qtbot.waitUntil(ended.is_set)


def test_stop_ends_the_text(speaker: QtSpeaker, qtbot: QtBot) -> None:
    ended = threading.Event()
    speaker.say("word " * 500, Language.EN, ended.set)
    speaker.stop()
    qtbot.waitUntil(ended.is_set)


def test_without_an_engine_everything_is_over_at_once(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "engine_name", lambda _: None)
    speaker = QtSpeaker()
    ended: list[str] = []
    speaker.say("x", Language.EN, lambda: ended.append("x"))
    speaker.stop()
    speaker.close()
    assert speaker.silent
    assert ended == ["x"]
    assert speech.voices() == {"en": 0, "zh": 0}


def test_after_the_end_nothing_is_spoken(speaker: QtSpeaker) -> None:
    speaker.close()
    ended: list[str] = []
    speaker.say("x", Language.EN, lambda: ended.append("x"))
    assert ended == ["x"]


def test_louder_and_slower_count_from_the_next_text_on_and_stop_at_the_ends(speaker: QtSpeaker, qtbot: QtBot) -> None:
    for _ in range(9):
        speaker.adjust(1, -1)
    ended = threading.Event()
    speaker.say("ready", Language.EN, ended.set)
    qtbot.waitUntil(ended.is_set, timeout=PATIENCE_MS)
    engine = speaker._throat._engine
    assert engine is not None
    assert (round(engine.volume(), 1), round(engine.rate(), 1)) == (1.0, -1.0)
