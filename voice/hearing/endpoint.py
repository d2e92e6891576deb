"""When does somebody begin and stop speaking? A network says what is speech, loudness says whose: near or far."""

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from voice.hearing.likelihood import PIECE, Likelihood

SPEECH = 0.5
"""So likely it must be that somebody speaks for an utterance to begin;"""
STILL_SPEECH = 0.35
"""and so likely for it to go on."""
START_WINDOW = 8
START_VOICED = 5
"""Speech begins when so many of the last frames were voiced."""
TRAILING_FRAMES = 40
"""Speech ends at the latest after 800 ms without a voiced frame; who understands it may end it sooner."""
PREROLL_FRAMES = 20
"""So much of what came before the beginning belongs to it: weak first sounds."""
LONGEST_FRAMES = 500
"""Ten seconds: longer is not a command but a noise."""
ROOM_FRAMES = 150
"""The quieter quarter of the last three seconds is the room."""
ROOM_FRAMES_AT_LEAST = 25
ABOVE_ROOM_DB = 5.0
"""Who speaks to the desk is so much louder than the room, other people's talk included."""
SMOOTHED_FRAMES = 4
FAR_SHARE = 0.5
"""Below the middle between the room and the speaker it is not the speaker."""
TELLING_DB = 6.0
"""Only where the two are so far apart."""
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

    ``silent``: so many frames have passed since the last voiced one; ``length``: frames of the utterance.
    """

    def __init__(self) -> None:
        self._likelihood = Likelihood()
        self._likely = 0.0
        self._piece = b""
        self._before: deque[bytes] = deque(maxlen=PREROLL_FRAMES)
        self._voiced: deque[bool] = deque(maxlen=START_WINDOW)
        self._levels: deque[float] = deque(maxlen=ROOM_FRAMES)
        self._room_db = QUIETEST_DB
        self._spoken_db: list[float] = []
        self.length = 0
        self.silent = 0
        self.speaking = False
        self.level_db = QUIETEST_DB
        self.noise_db: float | None = None

    def feed(self, frame: bytes) -> Activity:
        """What this frame (20 ms) changes."""
        self.level_db = level(frame)
        self._levels.append(self.level_db)
        self._piece += frame
        if len(self._piece) >= 2 * PIECE:
            self._likely = self._likelihood.feed(np.frombuffer(self._piece[: 2 * PIECE], dtype="<i2"))
            self._piece = self._piece[2 * PIECE :]
        return self._during(frame) if self.speaking else self._between(frame)

    def _smoothed(self) -> float:
        """The loudest of the last frames: short gaps within words do not count."""
        return max(self._levels[-n] for n in range(1, min(SMOOTHED_FRAMES, len(self._levels)) + 1))

    def _between(self, frame: bytes) -> Activity:
        voiced = self._likely > SPEECH and self._is_above_the_room()
        self._before.append(frame)
        self._voiced.append(voiced)
        if sum(self._voiced) < START_VOICED:
            if not any(self._voiced):
                known = self.level_db if self.noise_db is None else self.noise_db
                self.noise_db = known + 0.05 * (self.level_db - known)
            return Activity(None, b"")
        pcm = b"".join(self._before)
        self.length = len(self._before)
        self._room_db = self._quieter_quarter()
        self._spoken_db = []
        self.silent = 0
        self.speaking = True
        return Activity(Edge.BEGAN, pcm)

    def _quieter_quarter(self) -> float:
        return sorted(self._levels)[len(self._levels) // 4]

    def _is_above_the_room(self) -> bool:
        known = len(self._levels) >= ROOM_FRAMES_AT_LEAST
        return not known or self._smoothed() > self._quieter_quarter() + ABOVE_ROOM_DB

    def _during(self, frame: bytes) -> Activity:
        self._spoken_db.append(self.level_db)
        voiced = self._likely > STILL_SPEECH and not self._is_far()
        self.silent = 0 if voiced else self.silent + 1
        self.length += 1
        if self.silent >= TRAILING_FRAMES:
            self.reset()
            return Activity(Edge.ENDED, frame)
        if self.length >= LONGEST_FRAMES:
            self.reset()
            return Activity(Edge.TOO_LONG, frame)
        return Activity(None, frame)

    def _is_far(self) -> bool:
        """The one who began is silent; what is heard are others, or the room."""
        ordered = sorted(self._spoken_db)
        speaker = ordered[len(ordered) * 4 // 5]
        if speaker < self._room_db + TELLING_DB:
            return False
        return self._smoothed() < self._room_db + FAR_SHARE * (speaker - self._room_db)

    def reset(self) -> None:
        """Forget what was heard so far (the noise level stays)."""
        self._before.clear()
        self._voiced.clear()
        self.speaking = False


def level(frame: bytes) -> float:
    """RMS of the frame, in dBFS."""
    samples = np.frombuffer(frame, dtype="<i2").astype(np.float32)
    power = float(np.dot(samples, samples)) / max(1, len(samples))
    return max(QUIETEST_DB, 10 * float(np.log10(power / 32768.0**2))) if power else QUIETEST_DB
