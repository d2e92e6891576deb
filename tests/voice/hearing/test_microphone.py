"""The microphone fills a bounded queue, counts what is lost, and says clearly when there is none."""

import os
import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from voice.errors import MicrophoneAbsent, NoMicrophone, NoSoundSystem
from voice.hearing.choosing import Source
from voice.hearing.microphone import QUEUE_FRAMES, Microphone, microphones
from voice.hearing.source import FRAME_BYTES


class FakeStream:
    def __init__(self, audio: "FakeAudio", **wanted: Any) -> None:
        self.wanted = wanted
        self.audio = audio
        self.active = False
        audio.streams.append(self)

    def start(self) -> None:
        if self.audio.refuses_start:
            raise self.audio.PortAudioError("device unavailable")
        self.active = True

    def stop(self) -> None:
        self.active = False

    def close(self) -> None:
        self.audio.closed += 1

    def frame(self, overflow: bool = False, pcm: bytes = bytes(FRAME_BYTES)) -> None:
        self.wanted["callback"](bytearray(pcm), len(pcm) // 2, None, SimpleNamespace(input_overflow=overflow))


class FakeAudio:
    """The part of sounddevice that is used."""

    class PortAudioError(Exception):
        pass

    def __init__(self, host: str = "ALSA", rate: int = 16000, *, fixed: bool = False) -> None:
        self.rate, self.fixed = rate, fixed
        self.streams: list[FakeStream] = []
        self.closed = 0
        self.refuses = False
        self.refuses_start = False
        self.host = host

    def RawInputStream(self, **wanted: Any) -> FakeStream:  # noqa: N802  the library's name
        if self.refuses or (self.fixed and wanted["samplerate"] != self.rate):
            raise self.PortAudioError("Invalid sample rate")
        return FakeStream(self, **wanted)

    def query_devices(self, _device: Any = None, kind: str = "") -> Any:
        if kind:
            return {"hostapi": 0, "default_samplerate": float(self.rate)}
        return [
            {"name": "Speaker", "max_input_channels": 0, "hostapi": 0, "default_samplerate": 48000.0},
            {"name": "Headset", "max_input_channels": 1, "hostapi": 0, "default_samplerate": float(self.rate)},
        ]

    def query_hostapis(self, _index: int) -> dict[str, str]:
        return {"name": self.host}

    def WasapiSettings(self, *, auto_convert: bool) -> str:  # noqa: N802  the library's name
        return f"auto_convert={auto_convert}"


def opened(audio: FakeAudio, **more: Any) -> tuple[Microphone, FakeStream]:
    microphone = Microphone(audio=lambda: audio, **{"sources": tuple, **more})
    microphone.open()
    return microphone, audio.streams[-1]


def test_frames_come_out_in_order() -> None:
    microphone, stream = opened(FakeAudio(), device="Headset")
    assert microphone.live
    before = time.monotonic()
    stream.frame()
    block = microphone.read(0.1)
    assert block is not None
    assert block.at is not None
    assert before <= block.at <= time.monotonic(), "the moment at which it was taken in goes with it"
    assert (len(block.pcm), block.overflowed) == (FRAME_BYTES, False)
    assert microphone.read(0.0) is None
    assert (stream.wanted["samplerate"], stream.wanted["channels"], stream.wanted["device"]) == (16000, 1, 1)


def test_portaudios_overflow_is_passed_on_and_counted() -> None:
    microphone, stream = opened(FakeAudio())
    stream.frame(overflow=True)
    block = microphone.read(0.1)
    assert block is not None
    assert block.overflowed
    assert microphone.overflows == 1


def test_a_reader_that_is_too_slow_loses_frames_and_is_told() -> None:
    microphone, stream = opened(FakeAudio())
    for _ in range(QUEUE_FRAMES + 3):
        stream.frame()
    assert microphone.overflows == 3
    for _ in range(QUEUE_FRAMES):
        microphone.read(0)
    stream.frame()
    after = microphone.read(0.1)
    assert after is not None
    assert after.overflowed
    stream.frame()
    later = microphone.read(0.1)
    assert later is not None
    assert not later.overflowed


@pytest.mark.parametrize("when", ["refuses", "refuses_start"])
def test_no_device_is_a_clear_error(when: str) -> None:
    audio = FakeAudio()
    setattr(audio, when, True)
    with pytest.raises(NoMicrophone) as caught:
        opened(audio)
    assert caught.value.fields["why"]
    assert audio.closed == len(audio.streams)


def test_a_stream_that_ended_by_itself_is_noticed_and_closing_twice_is_harmless() -> None:
    audio = FakeAudio()
    microphone, stream = opened(audio)
    before = microphone.ended
    stream.active = False
    assert (before, microphone.ended) == (False, True)
    microphone.close()
    microphone.close()
    assert audio.closed == 1


def test_windows_shared_mode_may_convert_the_rate() -> None:
    _, shared = opened(FakeAudio("Windows WASAPI"), platform="win32")
    _, direct = opened(FakeAudio("MME"), platform="win32")
    _, linux = opened(FakeAudio("ALSA"), platform="linux")
    assert [s.wanted["extra_settings"] for s in (shared, direct, linux)] == ["auto_convert=True", None, None]


@pytest.mark.parametrize("rate", [8000, 44100, 48000])
def test_a_device_that_has_its_own_rate_only_is_opened_at_it_and_converted(rate: int) -> None:
    """A Bluetooth headset gives 8 kHz, ALSA's raw devices often 44.1 or 48."""
    microphone, stream = opened(FakeAudio(rate=rate, fixed=True), device="Headset")
    assert (stream.wanted["samplerate"], stream.wanted["blocksize"]) == (rate, rate // 50)
    at = np.arange(rate) / rate
    tone = (16000 * np.sin(2 * np.pi * 1000 * at)).astype("<i2")
    for begin in range(0, rate, rate // 50):
        stream.frame(pcm=tone[begin : begin + rate // 50].tobytes())
    blocks = [block for block in (microphone.read(0) for _ in range(50)) if block is not None]
    assert {len(block.pcm) for block in blocks} == {FRAME_BYTES}
    assert all(block.at is not None for block in blocks)
    assert len(blocks) >= 49
    heard = np.frombuffer(b"".join(block.pcm for block in blocks), dtype="<i2").astype(np.float64)[1000:15000]
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert np.argmax(spectrum) * 16000 / len(heard) == pytest.approx(1000, abs=2)
    assert np.abs(heard).max() == pytest.approx(16000, rel=0.02)


def test_a_chosen_microphone_that_is_unplugged_is_not_replaced_by_another() -> None:
    for sources in ((), (Source("other", "Webcam", 48000),)):
        with pytest.raises(MicrophoneAbsent) as caught:
            opened(FakeAudio(), device="Jabra", sources=lambda found=sources: found, platform="linux")
        assert caught.value.fields["name"] == "Jabra"


def test_a_loss_is_not_lost_in_the_conversion() -> None:
    microphone, stream = opened(FakeAudio(rate=8000, fixed=True))
    for _ in range(3):
        stream.frame(overflow=True, pcm=bytes(320))
    assert [block.overflowed for block in (microphone.read(0) for _ in range(3)) if block is not None] == [True, True]


def test_the_source_of_a_sound_server_is_chosen_by_its_name_or_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SOURCE", "left.over")
    there = (Source("bt", "Jabra", 8000), Source("bt.echo-cancel", "Jabra (echo cancelled)", 16000, phone=True))
    for wanted, chosen in (("Jabra", "bt"), (None, "bt.echo-cancel"), ("Headset", None)):
        opened(FakeAudio(), device=wanted, sources=lambda: there, platform="linux")
        assert os.environ.get("PULSE_SOURCE") == chosen


def test_a_system_without_the_audio_library_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: str) -> None:
        raise OSError("PortAudio library not found")

    monkeypatch.setattr("voice.hearing.microphone.importlib.import_module", missing)
    with pytest.raises(NoSoundSystem):
        Microphone().open()


def test_only_inputs_are_microphones() -> None:
    assert microphones(FakeAudio, tuple) == ("Headset",)
    assert microphones(FakeAudio, lambda: (Source("bt", "Jabra", 8000),), "linux") == ("Jabra",)


def test_this_machines_audio_system_answers_with_devices_or_a_clear_error() -> None:
    """The real library: with or without PortAudio and devices, never anything but names or NoMicrophone."""
    try:
        answer = microphones()
    except NoMicrophone as error:
        answer = (error.fields["why"],)
    assert all(answer)
