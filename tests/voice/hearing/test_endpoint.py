"""Speech begins with its first sounds and ends 800 ms after its last."""

import numpy as np
import pytest

from tests.voice.hearing.sounds import RATE, Samples, clip, noise, silence, with_noise
from voice.hearing.endpoint import QUIETEST_DB, Edge, Endpoint, level
from voice.hearing.source import FRAME, FRAME_SECONDS
from voice.hearing.wav import read_sound


def run(samples: Samples) -> tuple[Endpoint, list[tuple[Edge, float]], list[bytes]]:
    endpoint, edges, heard = Endpoint(), [], []
    for at in range(0, len(samples) - FRAME + 1, FRAME):
        activity = endpoint.feed(samples[at : at + FRAME].tobytes())
        heard.append(activity.pcm)
        if activity.edge is not None:
            edges.append((activity.edge, at / RATE))
    return endpoint, edges, heard


def test_two_utterances_have_two_beginnings_and_two_ends() -> None:
    _, edges, _ = run(read_sound(clip("release_en")))
    assert [edge for edge, _ in edges] == [Edge.BEGAN, Edge.ENDED, Edge.BEGAN, Edge.ENDED]


def test_the_end_is_known_800_ms_after_the_last_voiced_sound_at_the_latest() -> None:
    speech = read_sound(clip("release_en"))[: int(2.9 * RATE)]
    last = int(np.flatnonzero(np.abs(speech) > 2000)[-1])
    _, edges, _ = run(np.concatenate([speech[: last + 1], silence(2)]))
    assert edges[-1][0] is Edge.ENDED
    assert 0.76 <= edges[-1][1] - last / RATE <= 0.9


def test_the_sound_before_the_beginning_belongs_to_it() -> None:
    samples = np.concatenate([silence(1), read_sound(clip("release_en"))])
    _, edges, heard = run(samples)
    first = next(i for i, pcm in enumerate(heard) if pcm)
    assert edges[0][0] is Edge.BEGAN
    assert len(heard[first]) / 2 / RATE >= 0.35


def test_silence_is_no_speech_and_tells_the_level_of_the_room() -> None:
    endpoint, edges, _ = run(noise(3, 0.001))
    assert edges == []
    assert endpoint.noise_db is not None
    assert -63 < endpoint.noise_db < -57
    assert not endpoint.speaking


def test_speech_without_an_end_is_cut_after_ten_seconds() -> None:
    speech = read_sound(clip("foreign_en"))
    loud = speech[np.abs(speech) > 300]
    _, edges, _ = run(np.concatenate([loud] * 12))
    assert (Edge.TOO_LONG) in [edge for edge, _ in edges]


def test_levels_are_dbfs() -> None:
    assert level(bytes(2 * FRAME)) == QUIETEST_DB
    assert level(b"") == QUIETEST_DB
    full = np.full(FRAME, 32767, dtype="<i2").tobytes()
    assert abs(level(full)) < 0.01
    assert FRAME_SECONDS == 0.02


def beeping(seconds: float) -> Samples:
    at = np.arange(int(seconds * RATE))
    return np.asarray(6000 * np.sin(2 * np.pi * 1250 * at / RATE) * (at // (RATE // 2) % 2), dtype=np.int16)


def test_a_beeper_and_loud_hiss_begin_nothing() -> None:
    assert run(beeping(4))[1] == []
    assert run(noise(4, 0.2))[1] == []


@pytest.mark.parametrize("snr", [20, 10, 5])
def test_the_end_is_noticed_in_noise_as_soon_as_in_silence(snr: int) -> None:
    speech = with_noise(clip("release_en"), snr)[: int(3.3 * RATE)]
    endpoint = Endpoint()
    silent = []
    for at in range(0, len(speech) - FRAME + 1, FRAME):
        endpoint.feed(speech[at : at + FRAME].tobytes())
        silent.append(endpoint.silent if endpoint.speaking else -1)
    quiet = read_sound(clip("release_en"))[: int(3.3 * RATE)].astype(np.int32)
    last = int(np.flatnonzero(np.abs(quiet) > 1500)[-1]) // FRAME
    first = next(n for n in range(last, len(silent)) if silent[n] == 1)
    assert first - last <= 12


def test_who_speaks_softly_far_away_begins_nothing() -> None:
    """People who talk beside the desk, as loud as the room."""
    talk = np.concatenate([read_sound(clip("foreign_en")), read_sound(clip("foreign_de"))])
    many = np.sum([np.roll(np.resize(talk, 8 * RATE), 7000 * n) for n in range(12)], axis=0) / 12
    _, edges, _ = run(many.astype(np.int16))
    assert [edge for edge, _ in edges].count(Edge.BEGAN) <= 1
