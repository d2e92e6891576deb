"""A recording becomes 16 kHz mono frames, or a clear error."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.voice.hearing.sounds import RATE, at_rate, clip, noise, save, silence
from voice.errors import SoundTooPoor, SoundUnreadable
from voice.hearing.resample import resample
from voice.hearing.source import FRAME_BYTES
from voice.hearing.wav import Recording, read_sound


def frames(recording: Recording) -> list[bytes]:
    recording.open()
    found = []
    while (block := recording.read(0.1)) is not None:
        found.append(block.pcm)
    recording.close()
    return found


def test_frames_are_all_of_one_length_and_nothing_is_lost(tmp_path: Path) -> None:
    samples = noise(0.111, 0.1)
    read = frames(Recording(save(tmp_path / "a.wav", samples)))
    assert {len(frame) for frame in read} == {FRAME_BYTES}
    heard = np.frombuffer(b"".join(read), dtype="<i2")[: len(samples)]
    assert np.abs(heard.astype(int) - samples).max() <= 1


def test_a_recording_ends_and_waits_for_its_reader(tmp_path: Path) -> None:
    recording = Recording(save(tmp_path / "a.wav", silence(0.04)))
    assert not recording.live
    recording.open()
    assert [recording.ended, recording.read(0) is None, recording.ended] == [False, False, False]
    recording.read(0)
    assert (recording.ended, recording.read(0), recording.seconds) == (True, None, 0.04)
    recording.close()
    recording.close()


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
def test_other_rates_are_converted(tmp_path: Path, rate: int) -> None:
    speech = read_sound(clip("release_en"))
    read = read_sound(at_rate(tmp_path / "a.wav", clip("release_en"), rate, channels=2))
    assert abs(len(read) - len(speech)) <= RATE // 50


def test_conversion_keeps_a_tone_and_removes_what_would_alias() -> None:
    at = np.arange(48000) / 48000
    kept = resample(np.sin(2 * np.pi * 1000 * at).astype(np.float32), 48000, RATE)
    expected = np.sin(2 * np.pi * 1000 * np.arange(len(kept)) / RATE)
    assert np.abs(kept - expected)[200:-200].max() < 1e-3
    removed = resample(np.sin(2 * np.pi * 11000 * at).astype(np.float32), 48000, RATE)
    assert np.abs(removed[200:-200]).max() < 1e-3


def test_the_same_rate_is_left_alone() -> None:
    samples = np.ones(5, dtype=np.float32)
    assert resample(samples, RATE, RATE) is samples


def test_a_rate_below_a_telephones_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "poor.wav"
    soundfile.write(path, silence(0.2), 4000)
    with pytest.raises(SoundTooPoor) as caught:
        Recording(path).open()
    assert (caught.value.fields["rate"], caught.value.fields["least"]) == ("4000", "8000")


@pytest.mark.parametrize("content", [b"", b"RIFF", b"this is no sound at all, only text" * 50])
def test_a_file_that_is_no_sound_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(content)
    with pytest.raises(SoundUnreadable, match=r"bad\.wav"):
        Recording(path).open()


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.wav", tmp_path):
        with pytest.raises(SoundUnreadable):
            Recording(path).open()


def test_an_empty_sound_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SoundUnreadable, match="no sound"):
        Recording(save(tmp_path / "a.wav", silence(0))).open()


def test_a_sound_of_more_than_an_hour_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    soundfile.write(path, np.zeros(8000 * 3601, dtype=np.int16), 8000)
    with pytest.raises(SoundUnreadable, match="hour"):
        Recording(path).open()


def test_paced_frames_come_at_the_speed_of_speech(tmp_path: Path) -> None:
    now = [0.0]
    recording = Recording(
        save(tmp_path / "a.wav", silence(0.2)),
        paced=True,
        clock=lambda: now[0],
        wait=lambda seconds: now.__setitem__(0, now[0] + seconds),
    )
    assert len(frames(recording)) == 10
    assert now[0] == pytest.approx(0.2)
