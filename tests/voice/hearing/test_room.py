"""Noise, distance of speech from it and troubles with the sound, measured from sound whose measures are known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from voice.hearing.room import REMIND_SECONDS, SENTENCES, ZERO_FRAMES, Room, Trouble

FRAME = 320


def tone(dbfs: float, frames: int) -> NDArray[np.float64]:
    """A steady sound of this RMS."""
    at = np.arange(frames * FRAME) / 16000
    return np.asarray(np.sqrt(2) * 10 ** (dbfs / 20) * np.sin(2 * np.pi * 440 * at))


def hiss(dbfs: float, frames: int) -> NDArray[np.float64]:
    return 10 ** (dbfs / 20) * np.random.default_rng(1).normal(size=frames * FRAME)


def play(room: Room, sound: NDArray[np.float64], *, speaking: bool, at: float = 0.0) -> None:
    pcm = (np.clip(sound, -1, 1) * 32767).astype("<i2")
    for start in range(0, len(pcm), FRAME):
        room.hear(pcm[start : start + FRAME].tobytes(), at, speaking=speaking)


def speak(room: Room, speech_db: float, room_db: float, times: int = SENTENCES) -> None:
    """Two seconds of the room, one of speech in it; the last moment before it is taken for the room first, as it is."""
    for _ in range(times):
        play(room, hiss(room_db, 100), speaking=False)
        play(room, hiss(room_db, 10) + tone(speech_db, 10), speaking=False)
        play(room, hiss(room_db, 80) + tone(speech_db, 80), speaking=True)
        play(room, hiss(room_db, 10), speaking=True)
        room.end_sentence()


@pytest.mark.parametrize("distance", [30, 20, 10, 5])
def test_noise_and_the_distance_of_speech_from_it_are_measured(distance: int) -> None:
    room = Room()
    assert (room.noise_db, room.snr_db) == (None, None)
    speak(room, -25.0, -25.0 - distance)
    assert room.noise_db == pytest.approx(-25 - distance, abs=1)
    assert room.snr_db == pytest.approx(distance, abs=2)


def test_it_is_too_loud_to_be_understood_until_it_is_clearly_better() -> None:
    room = Room()
    speak(room, -25.0, -30.0, times=2)
    assert not room.trouble, "two sentences are no measure"
    speak(room, -25.0, -30.0)
    assert room.trouble == Trouble.NOISY
    speak(room, -25.0, -34.0)
    assert room.trouble == Trouble.NOISY, "a little better is not good"
    speak(room, -25.0, -45.0)
    assert not room.trouble


def test_speech_that_is_hardly_there_is_told_from_noise() -> None:
    room = Room()
    speak(room, -58.0, -80.0)
    assert room.trouble == Trouble.SOFT
    speak(room, -30.0, -80.0)
    assert not room.trouble


def test_a_microphone_that_is_too_loud_cuts_the_tops_off() -> None:
    room = Room()
    speak(room, 6.0, -60.0, times=1)
    assert room.trouble == Trouble.CLIPPING
    speak(room, -20.0, -60.0, times=1)
    assert not room.trouble


def test_nothing_but_zeros_is_a_microphone_that_is_muted() -> None:
    room = Room()
    play(room, np.zeros(FRAME * (ZERO_FRAMES - 1)), speaking=False)
    assert not room.trouble
    play(room, np.zeros(FRAME), speaking=False)
    assert room.trouble == Trouble.SILENT
    play(room, hiss(-60, 1), speaking=False)
    assert not room.trouble


def test_a_headset_that_sends_zeros_whenever_nobody_speaks_is_not_taken_for_muted() -> None:
    room = Room()
    play(room, np.zeros(FRAME * 60), speaking=False)
    play(room, hiss(-40, 20), speaking=False)
    play(room, np.zeros(FRAME * ZERO_FRAMES), speaking=False)
    assert not room.trouble


def test_zeros_taken_for_a_sentence_measure_nothing() -> None:
    room = Room()
    play(room, np.zeros(FRAME * 30), speaking=True)
    room.end_sentence()
    room.end_sentence()
    assert (room.snr_db, room.trouble) == (None, None)


def test_sound_that_is_lost_again_and_again_is_a_trouble_for_a_minute() -> None:
    room = Room()
    for at in (0.0, 10.0):
        room.lose(at)
    assert not room.trouble
    room.lose(20.0)
    assert room.trouble == Trouble.OVERFLOW
    play(room, hiss(-60, 1), speaking=False, at=70.0)
    assert room.trouble == Trouble.OVERFLOW
    play(room, hiss(-60, 1), speaking=False, at=81.0)
    assert not room.trouble


def test_the_worst_comes_first_and_each_is_said_once_an_hour() -> None:
    room = Room()
    speak(room, -25.0, -28.0)
    assert room.to_say(100.0) is Trouble.NOISY
    assert room.to_say(200.0) is None
    for at in (200.0, 201.0, 202.0):
        room.lose(at)
    assert room.to_say(202.0) is Trouble.OVERFLOW
    assert room.to_say(203.0) is None
    play(room, hiss(-28, 1), speaking=False, at=300.0)
    assert room.to_say(100.0 + REMIND_SECONDS) is Trouble.NOISY


def test_what_is_forgotten_was_no_sentence() -> None:
    room = Room()
    play(room, hiss(-40, 100), speaking=False)
    play(room, tone(6.0, 40), speaking=True)
    room.forget()
    room.end_sentence()
    assert (room.snr_db, room.trouble) == (None, None)
