"""Earcons are short, soft and told apart; without a loudspeaker nothing breaks."""

from typing import Any

import numpy as np
import pytest

from voice.dialogue.effects import Earcon
from voice.speaking.earcons import LOUDNESS, RATE, LoudChimes, tone


@pytest.mark.parametrize("earcon", Earcon)
def test_an_earcon_is_short_and_does_not_click(earcon: Earcon) -> None:
    samples = tone(earcon)
    assert 0.05 <= len(samples) / RATE <= 0.5
    assert np.abs(samples).max() <= LOUDNESS + 1e-6
    assert abs(samples[0]) < 0.01
    assert abs(samples[-1]) < 0.01


def test_no_two_earcons_sound_alike() -> None:
    assert len({tone(earcon).tobytes() for earcon in Earcon}) == len(Earcon)


class FakeAudio:
    class PortAudioError(Exception):
        pass

    def __init__(self, *, deaf: bool = False) -> None:
        self.played: list[int] = []
        self.deaf = deaf

    def play(self, samples: Any, _rate: int) -> None:
        if self.deaf:
            raise self.PortAudioError("no output")
        self.played.append(len(samples))


def test_an_earcon_is_played() -> None:
    audio = FakeAudio()
    chimes = LoudChimes(lambda: audio)
    chimes.play(Earcon.DONE)
    chimes.play(Earcon.DONE)
    assert len(audio.played) == 2
    assert chimes.silent == ""


def test_without_an_output_it_is_silent_and_says_why() -> None:
    chimes = LoudChimes(lambda: FakeAudio(deaf=True))
    chimes.play(Earcon.DONE)
    chimes.play(Earcon.DONE)
    assert chimes.silent == "no output"


def test_without_an_audio_library_it_is_silent_and_says_why() -> None:
    def missing() -> Any:
        raise OSError("PortAudio library not found")

    chimes = LoudChimes(missing)
    chimes.play(Earcon.DONE)
    assert chimes.silent == "PortAudio library not found"


def test_this_machines_output_plays_or_is_silent() -> None:
    chimes = LoudChimes()
    chimes.play(Earcon.UNDERSTOOD)
    chimes.play(Earcon.UNDERSTOOD)
    assert isinstance(chimes.silent, str)
