"""Who speaks in the bench? Somebody who gives a command, listens to the read-back, and confirms only what was meant."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from sync.domain.order import OrderId
from tests.bench.voice_sounds import Samples
from voice.dialogue import Mode
from voice.hearing.source import FRAME, FRAME_SECONDS, RATE, Block
from voice.view import VoiceView

PAUSE = 1.2
LONGEST = 40.0
TRIES = 3


@dataclass
class Person:
    """A source whose sound depends on what is asked. ``says``: the sound of command, confirm, cancel.

    ``background`` makes so many samples of the room. ``latencies``: seconds from the last sound to the read-back.
    """

    says: Mapping[str, Samples]
    target: OrderId
    view: Callable[[], VoiceView]
    background: Callable[[int], Samples]
    latencies: list[float] = field(default_factory=list)
    live = False
    tries = 0
    misread = 0

    def open(self) -> None:
        self._sound = np.zeros(0, dtype=np.float32)
        self._played = 0.0
        self._voiced_until: float | None = None
        self._given = time.perf_counter()
        self._answered = False
        self._idle = 0
        self._queue("")

    @property
    def ended(self) -> bool:
        over = self._answered and self.view().state not in (Mode.READBACK, Mode.CONFIRM) and not len(self._sound)
        return self._played > LONGEST or over or self.tries > TRIES

    def _queue(self, what: str) -> None:
        spoken = self.says.get(what, np.zeros(0, dtype=np.float32))
        loud = np.flatnonzero(np.abs(spoken) > 0.01)
        if len(loud):
            self._voiced_until = self._played + (len(self._sound) + int(loud[-1])) / RATE
        room = self.background(len(spoken) + int(PAUSE * RATE))
        room[: len(spoken)] += spoken
        self._sound = np.concatenate([self._sound, room])

    def read(self, timeout: float) -> Block | None:  # noqa: ARG002  the Protocol's
        state = self.view().state
        if state is Mode.CONFIRM and self._voiced_until is not None and not self._answered:
            self.latencies.append(self._played - self._voiced_until + time.perf_counter() - self._given)
            self._voiced_until = None
            self._sound = self._sound[:0]
            right = self.view().order_id == self.target
            self.misread += not right
            self._queue("confirm" if right else "cancel")
            self._answered = right
        elif len(self._sound) < FRAME:
            self._next(state)
        frame, self._sound = self._sound[:FRAME], self._sound[FRAME:]
        self._played += FRAME_SECONDS
        self._given = time.perf_counter()
        pcm = (np.clip(np.pad(frame, (0, FRAME - len(frame))), -1, 1) * 32767).astype("<i2").tobytes()
        return Block(pcm)

    def _next(self, state: Mode) -> None:
        """Nothing more to say: the command (again) when somebody listens, else one more moment of the room."""
        self._idle += 1
        if state is Mode.CONFIRM and self._answered and self._idle > 2:
            self._queue("confirm")
            self._idle = 0
        elif state in (Mode.LISTENING, Mode.DONE) and not self._answered:
            self.tries += 1
            self._queue("command")
        elif state is Mode.ASLEEP and self.tries:
            self.tries = TRIES + 1
        else:
            self._queue("")

    def close(self) -> None:
        """Nothing is open."""
