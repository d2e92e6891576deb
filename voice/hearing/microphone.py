"""How is the microphone heard? PortAudio's callback only fills a bounded queue; losses are counted, not hidden.

Runs in the process of ``sound_process``; ``voice.hearing.sound`` is what others use.
"""

import importlib
import queue
import sys
from collections.abc import Callable
from typing import Any

from voice.errors import NoMicrophone
from voice.hearing.source import FRAME, RATE, Block

QUEUE_FRAMES = 250
"""Five seconds: longer than any pause of the reader."""


def sounddevice() -> Any:
    """The audio library; slow to import and enumerate, so never at the top of a module. Raises NoMicrophone."""
    try:
        return importlib.import_module("sounddevice")
    except OSError as missing:
        raise NoMicrophone("the PortAudio library is missing", why="PortAudio is not installed") from missing


class Microphone:
    """A microphone by name or number (None: the system's default). ``overflows`` counts losses since it was opened."""

    live = True

    def __init__(
        self,
        device: str | int | None = None,
        audio: Callable[[], Any] = sounddevice,
        platform: str = sys.platform,
    ) -> None:
        self._device = device
        self._platform = platform
        self._audio = audio
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
        try:
            self._stream = audio.RawInputStream(
                samplerate=RATE,
                blocksize=FRAME,
                device=self._device,
                channels=1,
                dtype="int16",
                callback=self._on_frame,
                extra_settings=self._settings(audio),
            )
            self._stream.start()
        except (audio.PortAudioError, ValueError) as refused:
            self.close()
            raise NoMicrophone(f"no microphone: {refused}", why=refused) from refused

    def _settings(self, audio: Any) -> Any:
        """Windows' shared mode takes no other rate than its own unless it may convert."""
        if self._platform != "win32":
            return None
        host = audio.query_hostapis(audio.query_devices(self._device, "input")["hostapi"])["name"]
        return audio.WasapiSettings(auto_convert=True) if "WASAPI" in host else None

    def _on_frame(self, pcm: Any, _frames: int, _time: Any, status: Any) -> None:
        """PortAudio's thread: copy, note a loss, go."""
        lost = bool(status.input_overflow) or self._lost
        try:
            self._frames.put_nowait(Block(bytes(pcm), overflowed=lost))
            self._lost = False
        except queue.Full:
            self._lost = True
        if lost or self._lost:
            self.overflows += 1

    def read(self, timeout: float) -> Block | None:
        try:
            return self._frames.get(timeout=timeout)
        except queue.Empty:
            return None

    def close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.stop()
            stream.close()


def microphones(audio: Callable[[], Any] = sounddevice) -> tuple[str, ...]:
    """The names of the inputs that the audio system offers; raises NoMicrophone when there is no audio system."""
    return tuple(device["name"] for device in audio().query_devices() if device["max_input_channels"] > 0)
