"""The microphone fills a bounded queue, counts what is lost, and says clearly when there is none."""

from types import SimpleNamespace
from typing import Any

import pytest

from voice.errors import NoMicrophone
from voice.hearing.microphone import QUEUE_FRAMES, Microphone, microphones
from voice.hearing.source import FRAME, FRAME_BYTES


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

    def frame(self, overflow: bool = False) -> None:
        self.wanted["callback"](bytearray(FRAME_BYTES), FRAME, None, SimpleNamespace(input_overflow=overflow))


class FakeAudio:
    """The part of sounddevice that is used."""

    class PortAudioError(Exception):
        pass

    def __init__(self, host: str = "ALSA") -> None:
        self.streams: list[FakeStream] = []
        self.closed = 0
        self.refuses = False
        self.refuses_start = False
        self.host = host

    def RawInputStream(self, **wanted: Any) -> FakeStream:  # noqa: N802  the library's name
        if self.refuses:
            raise self.PortAudioError("Error querying device -1")
        return FakeStream(self, **wanted)

    def query_devices(self, _device: Any = None, kind: str = "") -> Any:
        if kind:
            return {"hostapi": 0}
        return [{"name": "Headset", "max_input_channels": 1}, {"name": "Speaker", "max_input_channels": 0}]

    def query_hostapis(self, _index: int) -> dict[str, str]:
        return {"name": self.host}

    def WasapiSettings(self, *, auto_convert: bool) -> str:  # noqa: N802  the library's name
        return f"auto_convert={auto_convert}"


def opened(audio: FakeAudio, **more: Any) -> tuple[Microphone, FakeStream]:
    microphone = Microphone(audio=lambda: audio, **more)
    microphone.open()
    return microphone, audio.streams[-1]


def test_frames_come_out_in_order() -> None:
    microphone, stream = opened(FakeAudio(), device="Headset")
    assert microphone.live
    stream.frame()
    block = microphone.read(0.1)
    assert block is not None
    assert (len(block.pcm), block.overflowed) == (FRAME_BYTES, False)
    assert microphone.read(0.0) is None
    assert (stream.wanted["samplerate"], stream.wanted["channels"], stream.wanted["device"]) == (16000, 1, "Headset")


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


def test_only_inputs_are_microphones() -> None:
    assert microphones(FakeAudio) == ("Headset",)


def test_this_machines_audio_system_answers_with_devices_or_a_clear_error() -> None:
    """The real library: with or without PortAudio and devices, never anything but names or NoMicrophone."""
    try:
        answer = microphones()
    except NoMicrophone as error:
        answer = (error.fields["why"],)
    assert all(answer)
