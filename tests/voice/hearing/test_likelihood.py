"""Speech is told from what a warehouse sounds like besides."""

import numpy as np
import pytest

from tests.voice.hearing.sounds import RATE, Samples, clip, noise, silence, with_noise
from voice.hearing.likelihood import PIECE, Likelihood
from voice.hearing.wav import read_sound


def likely(samples: Samples) -> list[float]:
    ears = Likelihood()
    return [ears.feed(samples[at : at + PIECE]) for at in range(0, len(samples) - PIECE + 1, PIECE)]


def tone(hertz: float) -> Samples:
    at = np.arange(2 * RATE)
    return np.asarray(8000 * np.sin(2 * np.pi * hertz * at / RATE) * (at // (RATE // 2) % 2), dtype=np.int16)


@pytest.mark.parametrize("name", ["release_en", "reassign_zh", "foreign_de"])
def test_people_who_speak_are_speech(name: str) -> None:
    assert np.mean(np.array(likely(read_sound(clip(name)))) > 0.5) > 0.25
    assert max(likely(read_sound(clip(name)))) > 0.95


def test_speech_in_loud_noise_is_speech() -> None:
    assert max(likely(with_noise(clip("release_en"), 5))) > 0.9


@pytest.mark.parametrize(
    "sound", [silence(2), noise(2, 0.05), tone(1250), tone(100)], ids=["silence", "hiss", "beeper", "hum"]
)
def test_silence_hiss_beeper_and_hum_are_not(sound: Samples) -> None:
    assert max(likely(sound)) < 0.4
