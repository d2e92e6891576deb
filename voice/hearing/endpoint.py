"""When does somebody begin and stop speaking? WebRTC's voice activity per frame, above the room, smoothed over time."""

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
import webrtcvad

from voice.hearing.source import RATE

START_WINDOW = 10
START_VOICED = 6
"""Speech begins when so many of the last frames were voiced."""
TRAILING_FRAMES = 40
"""Speech ends at the latest after 800 ms without a voiced frame; who understands it may end it sooner."""
PREROLL_FRAMES = 20
"""So much of what came before the beginning belongs to it: weak first sounds."""
LONGEST_FRAMES = 500
"""Ten seconds: longer is not a command but a noise."""
AGGRESSIVENESS = 2
FLOOR_FRAMES = 150
"""The quietest of the last three seconds is the room: steady noise takes part in no word."""
FLOOR_FRAMES_AT_LEAST = 25
ABOVE_FLOOR_DB = 4.0
QUIETEST_DB = -96.0


class Edge(Enum):
    BEGAN = auto()
    ENDED = auto()
    TOO_LONG = auto()


@dataclass(frozen=True, slots=True)
class Activity:
    """What one frame told: an edge or None, and the sound that belongs to the utterance (with the pre-roll)."""

    edge: Edge | None
    pcm: bytes


class Endpoint:
    """Feed it every frame. ``level_db`` and ``noise_db`` are dBFS of the last frame and of the room between words.

    ``silent``: so many frames have passed since the last voiced one.
    """

    def __init__(self) -> None:
        self._vad = webrtcvad.Vad(AGGRESSIVENESS)
        self._before: deque[bytes] = deque(maxlen=PREROLL_FRAMES)
        self._voiced: deque[bool] = deque(maxlen=START_WINDOW)
        self._levels: deque[float] = deque(maxlen=FLOOR_FRAMES)
        self._length = 0
        self.silent = 0
        self.speaking = False
        self.level_db = QUIETEST_DB
        self.noise_db: float | None = None

    def feed(self, frame: bytes) -> Activity:
        """What this frame (20 ms) changes."""
        self.level_db = level(frame)
        self._levels.append(self.level_db)
        voiced = bool(self._vad.is_speech(frame, RATE)) and self._is_above_the_room()
        if self.speaking:
            return self._during(frame, voiced)
        return self._between(frame, voiced)

    def _is_above_the_room(self) -> bool:
        known = len(self._levels) >= FLOOR_FRAMES_AT_LEAST
        return not known or self.level_db > min(self._levels) + ABOVE_FLOOR_DB

    def _between(self, frame: bytes, voiced: bool) -> Activity:
        self._before.append(frame)
        self._voiced.append(voiced)
        if sum(self._voiced) < START_VOICED:
            if not any(self._voiced):
                known = self.level_db if self.noise_db is None else self.noise_db
                self.noise_db = known + 0.05 * (self.level_db - known)
            return Activity(None, b"")
        pcm = b"".join(self._before)
        self._length = len(self._before)
        self.silent = 0
        self.speaking = True
        return Activity(Edge.BEGAN, pcm)

    def _during(self, frame: bytes, voiced: bool) -> Activity:
        self.silent = 0 if voiced else self.silent + 1
        self._length += 1
        if self.silent >= TRAILING_FRAMES:
            self.reset()
            return Activity(Edge.ENDED, frame)
        if self._length >= LONGEST_FRAMES:
            self.reset()
            return Activity(Edge.TOO_LONG, frame)
        return Activity(None, frame)

    def reset(self) -> None:
        """Forget what was heard so far (the noise level stays)."""
        self._before.clear()
        self._voiced.clear()
        self.speaking = False


def level(frame: bytes) -> float:
    """RMS of the frame, in dBFS."""
    samples = np.frombuffer(frame, dtype="<i2").astype(np.float64)
    power = float(np.mean(samples**2)) if len(samples) else 0.0
    return max(QUIETEST_DB, 10 * float(np.log10(power / 32768.0**2))) if power else QUIETEST_DB
