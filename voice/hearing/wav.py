"""How is a recording heard? Decoded, mixed to one channel, brought to 16 kHz, given out like a microphone's frames.

Rule for rates: below 8 kHz is refused, 8 kHz (a telephone or headset) and above is converted.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voice.errors import SoundTooPoor, SoundUnreadable
from voice.hearing.resample import resample
from voice.hearing.source import FRAME_BYTES, FRAME_SECONDS, RATE, Block

LEAST_RATE = 8000
LONGEST_SECONDS = 3600


def read_sound(path: Path) -> NDArray[np.int16]:
    """The samples of a WAV, FLAC or Ogg file at 16 kHz, mono; raises SoundUnreadable, SoundTooPoor."""
    import soundfile  # noqa: PLC0415  loads libsndfile: only when a recording is played

    try:
        with soundfile.SoundFile(str(path)) as file:
            rate = int(file.samplerate)
            if rate < LEAST_RATE:
                raise SoundTooPoor(f"{path}: {rate} samples a second", file=path, rate=rate, least=LEAST_RATE)
            if file.frames > LONGEST_SECONDS * rate:
                raise SoundUnreadable(f"{path} is longer than an hour", file=path, why="longer than an hour")
            sound = file.read(dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as wrong:
        raise SoundUnreadable(f"{path} cannot be read: {wrong}", file=path, why=wrong) from wrong
    if not len(sound):
        raise SoundUnreadable(f"{path} holds no sound", file=path, why="it holds no sound")
    mono = resample(sound.mean(axis=1), rate, RATE)
    return (np.clip(mono, -1.0, 1.0) * 32767).astype("<i2")


class Recording:
    """A sound file as a source. ``paced``: frames come at the speed of speech, else as fast as they are read."""

    live = False

    def __init__(
        self,
        path: Path,
        *,
        paced: bool = False,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._path = path
        self._paced = paced
        self._clock = clock
        self._wait = wait or threading.Event().wait
        self._pcm = b""
        self._at = 0
        self._due = 0.0

    @property
    def ended(self) -> bool:
        return self._at >= len(self._pcm)

    @property
    def seconds(self) -> float:
        """How much has been read."""
        return self._at / (2 * RATE)

    def open(self) -> None:
        """Raises SoundUnreadable, SoundTooPoor."""
        pcm = read_sound(self._path).tobytes()
        self._pcm = pcm + bytes(-len(pcm) % FRAME_BYTES)
        self._at = 0
        self._due = self._clock()

    def read(self, timeout: float) -> Block | None:
        if self.ended:
            return None
        if self._paced:
            self._due = max(self._due + FRAME_SECONDS, self._clock() - 1.0)
            self._wait(max(0.0, min(self._due - self._clock(), timeout)))
        frame = self._pcm[self._at : self._at + FRAME_BYTES]
        self._at += FRAME_BYTES
        return Block(frame)

    def close(self) -> None:
        self._pcm, self._at = b"", 0
