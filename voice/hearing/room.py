"""Is it quiet enough here, and does the microphone take what is said? Noise, distance of speech from it, and troubles.

Calibrates itself: the room is what was heard in the last seconds while nobody spoke to the desk, a speaker the frames
within 30 dB of the loudest one. ``tests/bench`` mixes its noise at the same measure.
"""

from collections import deque
from enum import StrEnum
from statistics import median

import numpy as np

NOISY_DB = 8.0
"""At 10 dB between speech and noise nine of ten sentences were understood, at 5 dB seven (docs/voice-results.md)."""
SOFT_DB = -52.0
"""Speech below this, in dBFS, is a microphone turned down or far away: from -55 on less was understood."""
CLEARED_DB = 2.0
"""So much better it must be before a warning goes away: it must not flicker."""
FULL = 32_600
"""From here on a sample is cut off by the converter,"""
CLIPPED_SAMPLES = 3
"""a frame with so many of them is,"""
CLIPPED_SHARE = 0.03
"""and a sentence with such a share of these frames."""
VOICED_DB = 30.0
ROOM_FRAMES = 150
"""Three seconds of the room;"""
ONSET_FRAMES = 25
"""the last half second of it may be the beginning of a sentence."""
SENTENCES = 3
"""So many of the last sentences count: the middle one of them."""
ZERO_FRAMES = 500
"""Ten seconds of nothing but zeros: it is muted."""
GATED_FRAMES = 50
"""But a microphone that goes on after a second of zeros is one that sends them whenever nobody speaks."""
OVERFLOWS, OVERFLOW_SECONDS = 3, 60.0
REMIND_SECONDS = 3600.0
"""A trouble is said aloud once, and again after an hour at the earliest; it stays on the screen."""
_LEAST_POWER = 1e-10


class Trouble(StrEnum):
    """What is wrong with the sound, worst first."""

    SILENT = "silent"
    OVERFLOW = "overflow"
    CLIPPING = "clipping"
    SOFT = "soft"
    NOISY = "noisy"


class Room:
    """Fed with every frame (20 ms) that is listened to. ``noise_db`` is dBFS, ``snr_db`` decibels; None: not known."""

    def __init__(self) -> None:
        self._room: deque[float] = deque(maxlen=ROOM_FRAMES + ONSET_FRAMES)
        self._before = 0.0
        self._sentence: list[float] = []
        self._clipped = 0
        self._distances: deque[float] = deque(maxlen=SENTENCES)
        self._levels: deque[float] = deque(maxlen=SENTENCES)
        self._zeros = 0
        self._gated = False
        self._overflows: deque[float] = deque(maxlen=OVERFLOWS)
        self._troubles: set[Trouble] = set()
        self._said_at: dict[Trouble, float] = {}
        self.snr_db: int | None = None

    @property
    def noise_db(self) -> int | None:
        return round(_decibels(_mean(self._room))) if len(self._room) >= ROOM_FRAMES // 3 else None

    @property
    def trouble(self) -> Trouble | None:
        """The worst there is now."""
        return next((it for it in Trouble if it in self._troubles), None)

    def hear(self, frame: bytes, now: float, *, speaking: bool) -> None:
        """``speaking``: somebody is speaking to the desk just now. ``now`` is in seconds."""
        samples = np.frombuffer(frame, dtype="<i2")
        power = float(np.mean((samples / 32768.0) ** 2)) if len(samples) else 0.0
        if speaking:
            if not self._sentence:
                self._begin()
            self._sentence.append(power)
            self._clipped += int(np.count_nonzero(np.abs(samples.astype(np.int32)) >= FULL) >= CLIPPED_SAMPLES)
        else:
            self._room.append(power)
        self._note_silence(power == 0)
        late = not self._overflows or now - self._overflows[-1] > OVERFLOW_SECONDS
        self._set(Trouble.OVERFLOW, on=False, off=late)

    def _note_silence(self, zeros: bool) -> None:
        self._gated |= not zeros and self._zeros >= GATED_FRAMES
        self._zeros = self._zeros + 1 if zeros else 0
        self._set(Trouble.SILENT, on=not self._gated and self._zeros >= ZERO_FRAMES, off=not zeros)

    def _begin(self) -> None:
        """What came just before belongs to the sentence, not to the room."""
        for _ in range(min(ONSET_FRAMES, len(self._room))):
            self._room.pop()
        self._before = _mean(self._room)

    def lose(self, now: float) -> None:
        """Samples were lost."""
        self._overflows.append(now)
        many = len(self._overflows) == OVERFLOWS and now - self._overflows[0] < OVERFLOW_SECONDS
        self._set(Trouble.OVERFLOW, on=many, off=False)
        self.forget()

    def forget(self) -> None:
        """What was being said was our own voice, or talk among people."""
        self._sentence, self._clipped = [], 0

    def end_sentence(self) -> None:
        """Somebody has spoken to the desk: measure it."""
        powers, clipped, room = np.array(self._sentence), self._clipped, self._before
        self.forget()
        if not len(powers):
            return
        voiced = powers[powers > powers.max() * 10 ** (-VOICED_DB / 10)]
        if not len(voiced):
            return
        speech = float(voiced.mean())
        share = clipped / len(powers)
        self._set(Trouble.CLIPPING, on=share >= CLIPPED_SHARE, off=share < CLIPPED_SHARE / 3)
        self._levels.append(_decibels(speech))
        level = median(self._levels)
        self._set(Trouble.SOFT, on=level < SOFT_DB, off=level > SOFT_DB + CLEARED_DB)
        if room:
            self._distances.append(_decibels(max(speech - room, 0.0) / room))
            self.snr_db = round(median(self._distances))
            enough = len(self._distances) == SENTENCES
            self._set(Trouble.NOISY, on=enough and self.snr_db < NOISY_DB, off=self.snr_db > NOISY_DB + CLEARED_DB)

    def _set(self, trouble: Trouble, *, on: bool, off: bool) -> None:
        if on:
            self._troubles.add(trouble)
        elif off:
            self._troubles.discard(trouble)

    def to_say(self, now: float) -> Trouble | None:
        """The trouble that is to be said aloud now; each seldom enough not to nag."""
        trouble = self.trouble
        if trouble is None or now < self._said_at.get(trouble, -REMIND_SECONDS) + REMIND_SECONDS:
            return None
        self._said_at[trouble] = now
        return trouble


def _mean(powers: "deque[float]") -> float:
    return sum(powers) / len(powers) if powers else 0.0


def _decibels(power: float) -> float:
    return float(10 * np.log10(max(power, _LEAST_POWER)))
