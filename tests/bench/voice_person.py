"""Who speaks in the bench? Somebody who gives a command, listens to the read-back, and confirms only what was meant."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from tests.bench.voice_sounds import Samples
from voice.dialogue import Mode, State
from voice.hearing.source import FRAME, FRAME_SECONDS, RATE, Block

PAUSE = 1.2
LONGEST = 60.0
TRIES = 3


@dataclass
class Person:
    """A source whose sound depends on what is asked. ``says``: the sound of command, confirm, cancel.

    ``is_right``: whether what was read back is what was meant. ``background`` makes so many samples of the room.
    ``owed``: seconds of work that was done in an earlier run. ``wake`` presses the talk key. ``answers``: seconds from
    the last sound to the read-back; ``silences``: of these, what passed in the sound itself.
    """

    says: Mapping[str, Samples]
    state: Callable[[], State]
    is_right: Callable[[], bool]
    background: Callable[[int], Samples]
    owed: Callable[[], float]
    wake: Callable[[], None]
    answers: list[float] = field(default_factory=list)
    silences: list[float] = field(default_factory=list)
    live = False
    tries = 0
    misread = 0

    def open(self) -> None:
        self._sound = np.zeros(0, dtype=np.float32)
        self._played = 0.0
        self._voiced_until: float | None = None
        self._given, self._owed = time.perf_counter(), self.owed()
        self._asked_turn = -1
        self._confirmed = False
        self._queue("")

    @property
    def ended(self) -> bool:
        over = self._confirmed and self.state().mode not in (Mode.READBACK, Mode.CONFIRM) and not len(self._sound)
        return self._played > LONGEST or over or self.tries > TRIES

    @property
    def played(self) -> float:
        """Seconds of sound so far."""
        return self._played

    def _queue(self, what: str) -> None:
        spoken = self.says.get(what, np.zeros(0, dtype=np.float32))
        loud = np.flatnonzero(np.abs(spoken) > 0.01)
        if len(loud):
            self._voiced_until = self._played + (len(self._sound) + int(loud[-1])) / RATE
        room = self.background(len(spoken) + int(PAUSE * RATE))
        room[: len(spoken)] += spoken
        self._sound = np.concatenate([self._sound, room])

    def read(self, timeout: float) -> Block | None:  # noqa: ARG002  the Protocol's
        state = self.state()
        if state.mode is Mode.CONFIRM and state.turn != self._asked_turn:
            self._answer(state.turn)
        elif len(self._sound) < FRAME:
            self._next(state.mode)
        frame, self._sound = self._sound[:FRAME], self._sound[FRAME:]
        self._played += FRAME_SECONDS
        self._given, self._owed = time.perf_counter(), self.owed()
        pcm = (np.clip(np.pad(frame, (0, FRAME - len(frame))), -1, 1) * 32767).astype("<i2").tobytes()
        return Block(pcm)

    def _answer(self, turn: int) -> None:
        """It was read back: confirm or cancel."""
        if self._voiced_until is not None and not self._confirmed:
            silence = self._played - self._voiced_until
            self.silences.append(silence)
            self.answers.append(silence + time.perf_counter() - self._given + self.owed() - self._owed)
        self._asked_turn = turn
        self._voiced_until = None
        self._sound = self._sound[:0]
        right = self.is_right()
        self.misread += not right
        self._confirmed = right
        self._queue("confirm" if right else "cancel")

    def _next(self, mode: Mode) -> None:
        """Nothing more to say: the command (again) when somebody listens, else one more moment of the room."""
        if mode is Mode.CONFIRM:
            self._queue("confirm" if self._confirmed else "cancel")
        elif mode is Mode.ASLEEP and not self._confirmed and self.tries < TRIES:
            self.wake()
            self._queue("")
        elif mode in (Mode.LISTENING, Mode.DONE) and not self._confirmed:
            self.tries += 1
            self._queue("command")
        elif mode is Mode.ASLEEP:
            self.tries = TRIES + 1
        else:
            self._queue("")

    def close(self) -> None:
        """Nothing is open."""
