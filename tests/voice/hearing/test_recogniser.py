"""The real engine on real sound: what is said is heard, what is not for the desk does nothing."""

import threading
from pathlib import Path

import numpy as np
import pytest

from tests.voice.hearing.sounds import RATE, Samples, at_rate, clip, demo, noise, silence, with_noise
from tests.voice.understanding import shipped
from voice.dialogue import INTENTS, Listen
from voice.hearing.grammar import wanted
from voice.hearing.recogniser import Recogniser, Words, build
from voice.hearing.wav import read_sound
from voice.language import Language
from voice.models import load
from voice.understanding.meaning import NotUnderstood


@pytest.fixture(scope="module")
def english() -> Recogniser:
    return build(load(Language.EN), wanted(shipped.parser(Language.EN)))


@pytest.fixture(scope="module")
def chinese() -> Recogniser:
    return build(load(Language.ZH), wanted(shipped.parser(Language.ZH)))


def hear(recogniser: Recogniser, listen: Listen, samples: Samples) -> Words:
    for at in range(0, len(samples), 1600):
        recogniser.hear(listen, samples[at : at + 1600].tobytes())
    return recogniser.finish(listen)


def piece(samples: Samples, begin: float, end: float) -> Samples:
    return samples[int(begin * RATE) : int(end * RATE)]


def test_an_english_command_is_heard(english: Recogniser) -> None:
    words = hear(english, Listen.COMMAND, piece(read_sound(clip("release_en")), 0, 3.3))
    assert words.text == "release order four seven one two"
    assert words.confidence is not None


def test_a_chinese_command_is_heard(chinese: Recogniser) -> None:
    words = hear(chinese, Listen.COMMAND, piece(read_sound(clip("reassign_zh")), 0, 4.3))
    assert words.text == "转单 八 三 六 五 转给 东仓"


def test_words_come_while_they_are_spoken(english: Recogniser) -> None:
    samples = piece(read_sound(clip("release_en")), 0, 2.2)
    partial = english.hear(Listen.COMMAND, samples.tobytes())
    assert partial.split()[0] == "release"
    english.drop(Listen.COMMAND)
    assert english.finish(Listen.COMMAND) == Words("", None)


def test_a_recogniser_serves_one_utterance_after_the_other(english: Recogniser) -> None:
    command = piece(read_sound(clip("release_en")), 0, 3.3)
    assert hear(english, Listen.COMMAND, command) == hear(english, Listen.COMMAND, command)


def test_nothing_of_a_dropped_utterance_is_left_in_the_next(english: Recogniser) -> None:
    command = piece(read_sound(clip("release_en")), 0, 3.3)
    for end in (2.0, 2.2, 2.4):
        english.hear(Listen.COMMAND, piece(command, 0, end).tobytes())
        english.drop(Listen.COMMAND)
        assert hear(english, Listen.COMMAND, command).text == "release order four seven one two"


def test_a_long_pause_does_not_lose_what_was_said_before_it(english: Recogniser) -> None:
    command = piece(read_sound(clip("release_en")), 0, 3.3)
    words = hear(english, Listen.COMMAND, np.concatenate([command, silence(3), command]))
    assert words.text == "release order four seven one two release order four seven one two"


def test_a_telephones_rate_is_understood_after_conversion(english: Recogniser, tmp_path: Path) -> None:
    path = at_rate(tmp_path / "a.wav", clip("release_en"), 48000)
    assert hear(english, Listen.COMMAND, piece(read_sound(path), 0, 3.3)).text == "release order four seven one two"


@pytest.mark.parametrize("listen", Listen)
@pytest.mark.parametrize("rms", [0.001, 0.03, 0.1])
def test_noise_and_silence_mean_nothing(english: Recogniser, chinese: Recogniser, listen: Listen, rms: float) -> None:
    for language, recogniser in ((Language.EN, english), (Language.ZH, chinese)):
        for samples in (noise(4, rms), silence(2)):
            text = hear(recogniser, listen, samples).text
            assert isinstance(shipped.parser(language).parse(text, INTENTS[listen]), NotUnderstood)


@pytest.mark.parametrize("name", ["foreign_de", "foreign_en"])
@pytest.mark.parametrize("listen", Listen)
def test_foreign_speech_means_nothing(english: Recogniser, chinese: Recogniser, name: str, listen: Listen) -> None:
    for language, recogniser in ((Language.EN, english), (Language.ZH, chinese)):
        text = hear(recogniser, listen, read_sound(clip(name))).text
        assert isinstance(shipped.parser(language).parse(text, INTENTS[listen]), NotUnderstood)


def test_a_command_is_no_wake_word_and_no_confirmation(english: Recogniser) -> None:
    command = piece(read_sound(clip("release_en")), 0, 3.3)
    for listen in (Listen.WAKE, Listen.CONFIRM):
        text = hear(english, listen, command).text
        assert isinstance(shipped.parser(Language.EN).parse(text, INTENTS[listen]), NotUnderstood)


def test_the_demo_is_heard_in_moderate_noise_too(english: Recogniser) -> None:
    samples = piece(with_noise(demo("intercept_en"), 20), 2.2, 6.6)
    assert hear(english, Listen.COMMAND, samples).text == "intercept order four seven one two wrong address"


def test_another_thread_is_refused_before_vosk_aborts(english: Recogniser) -> None:
    english.drop(Listen.WAKE)
    refused: list[Exception] = []

    def elsewhere() -> None:
        try:
            english.hear(Listen.WAKE, silence(0.1).tobytes())
        except RuntimeError as error:
            refused.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert len(refused) == 1
