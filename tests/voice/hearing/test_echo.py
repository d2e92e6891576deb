"""The microphone hears our own earcons: they are known again, in a loud room and in a hall, and speech is not."""

import numpy as np
import pytest

from tests.bench.voice_sounds import in_a_hall, loudness
from tests.bench.voice_sounds import noise as room_noise
from tests.voice.fakes import DIRECTORY
from tests.voice.hearing.sounds import RATE, Samples, clip, demo, noise
from voice.dialogue import Listen
from voice.dialogue.effects import Earcon
from voice.hearing.echo import ECHO_SECONDS, Echo
from voice.hearing.resample import resample
from voice.hearing.source import FRAME, FRAME_SECONDS
from voice.hearing.wav import read_sound
from voice.language import Language
from voice.listening import Ear
from voice.speaking.earcons import RATE as EARCON_RATE
from voice.speaking.earcons import tone
from voice.speaking.speaker import NoChimes
from voice.tongue import Tongue

SENTENCES = {
    Language.EN: ("intercept_en", 2.2, "intercept order four seven one two wrong address"),
    Language.ZH: ("intercept_zh", 1.9, "拦截 订单 八 三 六 五 缺货"),
}


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def heard_by_the_microphone(earcon: Earcon) -> Samples:
    """Twelve decibels below what the loudspeaker plays."""
    return (0.25 * 32767 * resample(tone(earcon), EARCON_RATE, RATE)).astype(np.int16)


def frames(samples: Samples) -> list[bytes]:
    return [samples[at : at + FRAME].tobytes() for at in range(0, len(samples) - FRAME + 1, FRAME)]


def share_known(earcon: Earcon, samples: Samples) -> float:
    echo = Echo(NoChimes(), Clock())
    echo.play(earcon)
    known = [echo.is_in(frame) for frame in frames(samples)]
    return sum(known) / len(known)


@pytest.mark.parametrize("earcon", Earcon)
@pytest.mark.parametrize("room", ["quiet", "hum", "impacts", "hall"])
def test_an_earcon_is_known_again(earcon: Earcon, room: str) -> None:
    sound = heard_by_the_microphone(earcon).astype(np.float32)
    if room == "hall":
        sound = in_a_hall(sound)
    elif room != "quiet":
        sound += room_noise(room, 1.0, 3)[: len(sound)] * loudness(sound) / 10 ** (10 / 20)
    assert share_known(earcon, sound.astype(np.int16)) >= 0.7


@pytest.mark.parametrize("earcon", Earcon)
@pytest.mark.parametrize("name", ["release_en", "foreign_en"])
def test_speech_after_an_earcon_is_not_taken_for_it(earcon: Earcon, name: str) -> None:
    assert share_known(earcon, read_sound(clip(name))) < 0.02


def test_what_sounds_like_an_earcon_when_none_was_played_is_the_room() -> None:
    clock = Clock()
    echo, beep = Echo(NoChimes(), clock), frames(heard_by_the_microphone(Earcon.UNDERSTOOD))[1]
    assert not echo.is_in(beep)
    echo.play(Earcon.UNDERSTOOD)
    assert echo.is_in(beep)
    clock.now += ECHO_SECONDS + 0.1
    assert not echo.is_in(beep)


def test_two_earcons_at_once_are_both_known() -> None:
    echo = Echo(NoChimes(), Clock())
    echo.play(Earcon.CANCELLED)
    echo.play(Earcon.UNDERSTOOD)
    assert echo.is_in(frames(heard_by_the_microphone(Earcon.CANCELLED))[1])
    assert echo.is_in(frames(heard_by_the_microphone(Earcon.UNDERSTOOD))[1])


def test_part_of_a_frame_is_never_an_earcon() -> None:
    echo = Echo(NoChimes(), Clock())
    echo.play(Earcon.UNDERSTOOD)
    assert not echo.is_in(b"")


@pytest.mark.parametrize("language", Language)
def test_what_is_said_right_after_an_earcon_is_heard_without_it(language: Language) -> None:
    """Without the echo each of them was heard as a word: "help", "four", "到"."""
    name, begin, words = SENTENCES[language]
    speech = read_sound(demo(name))[int(begin * RATE) : int(6.6 * RATE)]
    speech = speech[max(0, int(np.flatnonzero(np.abs(speech) > 600)[0]) - 400) :]
    tongue, clock, heard = Tongue(language, DIRECTORY), Clock(), []
    for number, earcon in enumerate(Earcon):
        ear, echo = Ear(), Echo(NoChimes(), clock)
        for frame in frames(noise(1, 0.001)):
            ear.feed(frame, tongue, Listen.COMMAND, 0)
        echo.play(earcon)
        before, gap = noise(0.003 * number, 0.001), noise(0.05, 0.001)
        sound = np.concatenate([before, heard_by_the_microphone(earcon), gap, speech, noise(1, 0.001)])
        for frame in frames(sound):
            clock.now += FRAME_SECONDS
            if not echo.is_in(frame) and (spoken := ear.feed(frame, tongue, Listen.COMMAND, 0)):
                heard.append(spoken.text)
    tongue.close()
    assert heard == [words] * len(Earcon)
