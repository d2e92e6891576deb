"""How soon is a sentence over? At once when nothing can follow, later when more may, latest when it is half."""

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
import pytest

from sync.wire.messages import Directory
from tests.voice.hearing.sounds import RATE, Samples, clip, demo, noise
from voice.dialogue import INTENTS, Listen
from voice.hearing.recognition import Recognition
from voice.hearing.recognition_messages import Able, Done, Final, Finish, Partial, Question, Sound
from voice.hearing.source import FRAME
from voice.hearing.wav import read_sound
from voice.language import Language
from voice.listening import OPEN_FRAMES, SURE_FRAMES, Ear, Spoken, _is_half
from voice.tongue import Tongue
from voice.understanding.meaning import Meaning

A = TypeVar("A", Done, Able, Partial, Final)
NOWHERE = Directory(warehouses=(), carriers=())


@pytest.fixture(scope="module")
def english() -> Iterator[Tongue]:
    tongue = Tongue(Language.EN, NOWHERE)
    yield tongue
    tongue.close()


def end_of(samples: Samples) -> float:
    """Seconds to the last loud sample."""
    return float(np.flatnonzero(np.abs(samples.astype(np.int32)) > 250)[-1]) / RATE


def listen(tongue: Tongue, samples: Samples, state: Listen) -> tuple[Spoken, float]:
    """What is heard first, and how long after the last loud sample of the sound."""
    ear = Ear()
    sound = np.concatenate([samples, noise(2, 0.001)])
    for at in range(0, len(sound) - FRAME, FRAME):
        spoken = ear.feed(sound[at : at + FRAME].tobytes(), tongue, state, 0)
        if spoken is not None:
            return spoken, (at + FRAME) / RATE - end_of(samples)
    raise AssertionError("nothing was heard")


def piece(name: str, begin: float, end: float) -> Samples:
    return read_sound(demo(name))[int(begin * RATE) : int(end * RATE)]


def test_a_whole_sentence_that_nothing_can_follow_is_taken_at_once(english: Tongue) -> None:
    spoken, seconds = listen(english, piece("intercept_en", 2.2, 6.6), Listen.COMMAND)
    assert spoken.text == "intercept order four seven one two wrong address"
    assert SURE_FRAMES * 0.02 - 0.06 <= seconds <= 0.35


def test_a_number_that_may_go_on_is_waited_for(english: Tongue) -> None:
    command = read_sound(clip("release_en"))[: int(3.3 * RATE)]
    spoken, seconds = listen(english, command, Listen.COMMAND)
    assert spoken.text == "release order four seven one two"
    assert OPEN_FRAMES * 0.02 - 0.06 <= seconds <= 0.5


def test_digits_after_a_pause_belong_to_the_number(english: Tongue) -> None:
    """What comes within the waiting time is never cut off: another number would be another order."""
    command = read_sound(clip("release_en"))[: int(3.3 * RATE)]
    whole = command[: int(end_of(command) * RATE)]
    begin = int(2.0 * RATE)
    spoken, _ = listen(english, np.concatenate([whole, noise(0.25, 0.001), command[begin:]]), Listen.COMMAND)
    assert spoken.text.startswith("release order four seven one two ")


def test_the_second_of_two_digits_may_come_after_a_pause(english: Tongue) -> None:
    sound = read_sound(clip("release_en"))
    answer = sound[int(4.5 * RATE) :]
    ends = [int(at) for at in np.flatnonzero(np.abs(answer.astype(np.int32)) > 250)]
    first, span = ends[0], ends[-1] - ends[0]
    levels = [(int(np.abs(answer[at : at + 400].astype(np.int32)).sum()), at) for at in range(first, first + span, 100)]
    _, cut = min(it for it in levels if 0.6 * span < it[1] - first < 0.85 * span)
    slow = np.concatenate([answer[:cut], noise(0.3, 0.001), answer[cut:]])
    spoken, _ = listen(english, slow, Listen.CONFIRM)
    assert len(spoken.text.split()) >= 3
    assert spoken.text.startswith("confirm one")


def test_after_no_the_right_number_may_come_after_a_pause() -> None:
    """A bare "no" puts the command away: who goes on to correct it must not be cut off."""
    tongue = Tongue(Language.ZH, NOWHERE)
    for text, half in (("否", True), ("不对", True), ("取消", False), ("确认", False)):
        meaning = tongue.parser.parse(text, INTENTS[Listen.CONFIRM])
        assert isinstance(meaning, Meaning)
        more = tongue.parser.may_go_on(text, INTENTS[Listen.CONFIRM])
        assert _is_half(meaning, Listen.CONFIRM, more=more) is half


class Slow(Recognition):
    """One that writes these words while somebody speaks, and one more when it is told that the sentence is over."""

    def __init__(self, words: str, last: str) -> None:
        super().__init__()
        self.generation = 1
        self._words, self._last = words, last
        self.heard: list[bytes] = []
        self.heard_before_the_first_end = 0

    @property
    def running(self) -> bool:
        return True

    def ask(self, question: Question, kind: type[A]) -> A:
        answer: Done | Partial | Final = Done()
        if isinstance(question, Sound):
            self.heard.append(question.pcm)
            answer = Partial(self._words)
        elif isinstance(question, Finish):
            self.heard_before_the_first_end = self.heard_before_the_first_end or len(self.heard)
            answer = Final(f"{self._words} {self._last}".strip(), 1.0)
        assert isinstance(answer, kind)
        return answer


def test_a_last_word_that_the_recogniser_has_not_written_yet_is_asked_for() -> None:
    slow = Tongue(Language.EN, NOWHERE, recognition=Slow("release order four seven one", "two"))
    spoken, seconds = listen(slow, read_sound(clip("release_en"))[: int(3.3 * RATE)], Listen.COMMAND)
    assert spoken.text == "release order four seven one two"
    assert seconds <= OPEN_FRAMES * 0.02 + 0.15


def test_half_a_sentence_goes_on_after_that_with_all_of_its_sound() -> None:
    recognition = Slow("release order four seven", "")
    spoken, seconds = listen(
        Tongue(Language.EN, NOWHERE, recognition=recognition),
        read_sound(clip("release_en"))[: int(3.3 * RATE)],
        Listen.COMMAND,
    )
    assert spoken.text == "release order four seven"
    assert seconds >= 0.7
    again = recognition.heard_before_the_first_end
    assert spoken.pcm.startswith(b"".join(recognition.heard[:again]))
    assert b"".join(recognition.heard[again:]) == spoken.pcm


def test_half_a_sentence_is_waited_for_longest(english: Tongue) -> None:
    command = read_sound(clip("release_en"))[: int(1.35 * RATE)]
    spoken, seconds = listen(english, command, Listen.COMMAND)
    assert spoken.text.startswith("release")
    assert 0.7 <= seconds <= 0.95


def test_nobody_recognises_people_who_go_on_and_on_while_the_desk_sleeps(english: Tongue) -> None:
    talk = read_sound(clip("foreign_en"))
    talk = np.concatenate([talk[np.abs(talk) > 300]] * 4)[: 6 * RATE]
    ear, partials = Ear(), []
    for at in range(0, len(talk) - FRAME, FRAME):
        spoken = ear.feed(talk[at : at + FRAME].tobytes(), english, Listen.WAKE, 0)
        assert spoken is None
        partials.append(ear.partial)
    assert ear.busy
    assert partials[-1] == ""


def test_after_such_talk_the_wake_word_is_heard(english: Tongue) -> None:
    talk = read_sound(clip("foreign_en"))
    talk = np.concatenate([talk[np.abs(talk) > 300]] * 4)[: 5 * RATE]
    wake = read_sound(demo("intercept_en"))[: int(2.2 * RATE)]
    sound = np.concatenate([talk, noise(1.5, 0.001), wake, noise(1, 0.001)])
    ear = Ear()
    heard = [
        ear.feed(sound[at : at + FRAME].tobytes(), english, Listen.WAKE, 0)
        for at in range(0, len(sound) - FRAME, FRAME)
    ]
    assert [spoken.text for spoken in heard if spoken is not None][-1] == "hello desk"
