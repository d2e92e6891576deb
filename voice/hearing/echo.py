"""Is that our own earcon that the microphone hears? A frame of little else than its tones, soon after it was played.

Unlike a prompt an earcon does not close the microphone: people answer it at once. What they say is never as pure.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from voice.dialogue.effects import Earcon
from voice.hearing.source import FRAME, RATE
from voice.speaking.earcons import TONES
from voice.speaking.speaker import Chimes

ECHO_SECONDS = 1.0
"""So long after its end it may still be heard: loudspeakers of Bluetooth headsets are late, halls go on."""
SHARE = 0.75
"""So much of the sound is in its tones. Measured: of the tones, in noise 10 dB below and in a hall too, more but where
one passes into the next; of the frames of voices one in five hundred."""
NEAR_HZ = 75.0
LEAST_HZ = 150.0
"""Below is the hum of mains and conveyors."""

_FREQUENCIES = np.fft.rfftfreq(FRAME, 1 / RATE)
_WINDOW = np.hanning(FRAME)


class Echo:
    """Plays earcons and knows them again. Used by one thread."""

    def __init__(self, chimes: Chimes, now: Callable[[], float]) -> None:
        self._chimes = chimes
        self._now = now
        self._until = float("-inf")
        self._tones: NDArray[np.bool_] = np.zeros(len(_FREQUENCIES), dtype=bool)

    def play(self, earcon: Earcon) -> None:
        self._chimes.play(earcon)
        if self._now() > self._until:
            self._tones = np.zeros(len(_FREQUENCIES), dtype=bool)
        for frequency, _ in TONES[earcon]:
            self._tones = self._tones | (np.abs(_FREQUENCIES - frequency) <= NEAR_HZ)
        self._until = self._now() + sum(seconds for _, seconds in TONES[earcon]) + ECHO_SECONDS

    def is_in(self, frame: bytes) -> bool:
        """Whether this frame of the microphone is the earcon."""
        if self._now() > self._until:
            return False
        samples = np.frombuffer(frame, dtype="<i2")
        if len(samples) != FRAME:
            return False
        power = np.abs(np.fft.rfft(samples * _WINDOW)) ** 2 * (_FREQUENCIES >= LEAST_HZ)
        return bool(power[self._tones].sum() > SHARE * power.sum())
