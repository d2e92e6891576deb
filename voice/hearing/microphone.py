"""How is the microphone heard? PortAudio's callback only fills a bounded queue; losses are counted, not hidden.

Runs in the process of ``sound_process``; ``voice.hearing.sound`` is what others use.
"""

import importlib
import os
import queue
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from voice.errors import MicrophoneAbsent, NoMicrophone, NoSoundSystem
from voice.hearing import choosing, pulse
from voice.hearing.choosing import Source
from voice.hearing.resample import Resampler
from voice.hearing.source import FRAME, FRAME_BYTES, RATE, Block

QUEUE_FRAMES = 250
"""Five seconds: longer than any pause of the reader."""


def sounddevice() -> Any:
    """The audio library; slow to import and enumerate, so never at the top of a module. Raises NoSoundSystem."""
    try:
        return importlib.import_module("sounddevice")
    except OSError as missing:
        raise NoSoundSystem("the PortAudio library is missing", why=missing) from missing


class Microphone:
    """A microphone by name or number (None: the system's default). ``overflows`` counts losses since it was opened."""

    live = True

    def __init__(
        self,
        device: str | int | None = None,
        audio: Callable[[], Any] = sounddevice,
        platform: str = sys.platform,
        sources: Callable[[], tuple[Source, ...]] = pulse.sources,
    ) -> None:
        self._device = device
        self._platform = platform
        self._audio = audio
        self._sources = sources
        self._resampler: Resampler | None = None
        self._ready = b""
        self._stream: Any = None
        self._frames: queue.Queue[Block] = queue.Queue(QUEUE_FRAMES)
        self._lost = False
        self.overflows = 0

    @property
    def ended(self) -> bool:
        """The stream stopped by itself. (Most systems do not even tell so much when a headset is unplugged.)"""
        return self._stream is not None and not self._stream.active

    @property
    def name(self) -> str:
        """What the system calls the open microphone."""
        return "" if self._stream is None else str(self._audio().query_devices(self._stream.device, "input")["name"])

    def open(self) -> None:
        """Start to listen; raises NoMicrophone."""
        audio = self._audio()
        self._resampler, self._ready = None, b""
        try:
            device = self._choose(audio)
            settings = self._settings(audio, device)
            try:
                self._start(audio, device, RATE, settings)
            except audio.PortAudioError:
                own = self._own_rate(audio, device)
                if own == RATE:
                    raise
                self._resampler = Resampler(own, RATE)
                self._start(audio, device, own, settings)
        except (audio.PortAudioError, ValueError) as refused:
            self.close()
            raise NoMicrophone(f"no microphone: {refused}", why=refused) from refused

    def _start(self, audio: Any, device: str | int | None, rate: int, settings: Any) -> None:
        """A device that does not convert by itself is opened at its own rate, and converted here."""
        self.close()
        self._stream = audio.RawInputStream(
            samplerate=rate,
            blocksize=FRAME * rate // RATE,
            device=device,
            channels=1,
            dtype="int16",
            callback=self._on_frame,
            extra_settings=settings,
        )
        self._stream.start()

    def _choose(self, audio: Any) -> str | int | None:
        """By name or role. A chosen one that is not plugged in is not replaced by another: raises MicrophoneAbsent."""
        if isinstance(self._device, int):
            return self._device
        sources = self._sources() if self._platform == "linux" else ()
        wanted, there = choosing.source(sources, self._device), inputs(audio)
        if wanted:
            os.environ["PULSE_SOURCE"] = wanted
        elif sources:
            os.environ.pop("PULSE_SOURCE", None)
        by_server = bool(wanted) or self._device is None
        chosen = choosing.device(there, self._device, sources if by_server else ())
        if chosen is None and not by_server:
            raise MicrophoneAbsent(f"{self._device} is not there", why="not there", name=self._device)
        return None if chosen is None else chosen.number

    @staticmethod
    def _own_rate(audio: Any, device: str | int | None) -> int:
        return int(audio.query_devices(device, "input")["default_samplerate"])

    def _settings(self, audio: Any, device: str | int | None) -> Any:
        """Windows' shared mode takes no other rate than its own unless it may convert."""
        if self._platform != "win32":
            return None
        host = audio.query_hostapis(audio.query_devices(device, "input")["hostapi"])["name"]
        return audio.WasapiSettings(auto_convert=True) if "WASAPI" in host else None

    def _on_frame(self, pcm: Any, _frames: int, _time: Any, status: Any) -> None:
        """PortAudio's thread: copy, note a loss, go."""
        lost = bool(status.input_overflow) or self._lost
        try:
            self._frames.put_nowait(Block(bytes(pcm), overflowed=lost, at=time.monotonic()))
            self._lost = False
        except queue.Full:
            self._lost = True
        if lost or self._lost:
            self.overflows += 1

    def read(self, timeout: float) -> Block | None:
        try:
            block = self._frames.get(timeout=timeout)
        except queue.Empty:
            return None
        return block if self._resampler is None else self._converted(block, self._resampler)

    def _converted(self, block: Block, resampler: Resampler) -> Block | None:
        """Whole frames at our rate; the first moment is short of one."""
        samples = np.frombuffer(block.pcm, dtype="<i2").astype(np.float32)
        made = np.clip(np.round(resampler.feed(samples)), -32768, 32767).astype("<i2")
        self._ready += made.tobytes()
        if len(self._ready) < FRAME_BYTES:
            return None
        frame, self._ready = self._ready[:FRAME_BYTES], self._ready[FRAME_BYTES:]
        return Block(frame, overflowed=block.overflowed, at=block.at)

    def close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.stop()
            stream.close()


def inputs(audio: Any) -> tuple[choosing.Input, ...]:
    """The inputs as PortAudio lists them."""
    return tuple(
        choosing.Input(number, it["name"], audio.query_hostapis(it["hostapi"])["name"], int(it["default_samplerate"]))
        for number, it in enumerate(audio.query_devices())
        if it["max_input_channels"] > 0
    )


def microphones(
    audio: Callable[[], Any] = sounddevice,
    sources: Callable[[], tuple[Source, ...]] = pulse.sources,
    platform: str = sys.platform,
) -> tuple[str, ...]:
    """What a person can choose among, by name; raises NoMicrophone when there is no audio system."""
    return choosing.names(inputs(audio()), sources() if platform == "linux" else ())
