"""Where does sound come from? A microphone or a recording, behind one Protocol: 16 kHz, mono, 16 bits."""

from dataclasses import dataclass
from typing import Protocol

RATE = 16000
FRAME = 320
"""Samples of one frame (20 ms): what the voice-activity detector looks at."""
FRAME_BYTES = 2 * FRAME
FRAME_SECONDS = FRAME / RATE


@dataclass(frozen=True, slots=True)
class Block:
    """One frame of sound. ``overflowed``: samples in front of it were lost, because nobody took them in time;
    ``reopened``: it is the first one of a microphone that was opened again, or of another one. ``at`` is the moment on
    ``time.monotonic`` at which it was taken in; None for what is no live sound.
    """

    pcm: bytes
    overflowed: bool = False
    reopened: bool = False
    at: float | None = None


class Source(Protocol):
    """Opened, read and closed by one thread.

    ``live`` sound goes on whatever we do (a microphone); other sound waits for us (a recording).
    """

    @property
    def live(self) -> bool: ...

    @property
    def ended(self) -> bool:
        """Nothing more will come."""

    def open(self) -> None:
        """Raises SoundError."""

    def read(self, timeout: float) -> Block | None:
        """The next frame; None when none came within ``timeout`` seconds or the source has ended."""

    def close(self) -> None:
        """May be called twice."""
