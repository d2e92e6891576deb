"""Who hears of it? Listeners get snapshots when something visible changed, and each step of the timeline."""

from collections.abc import Callable
from dataclasses import replace

from voice.view import Step, VoiceView

LEVEL_SECONDS = 0.1
"""The loudness alone, of voice or room, is told at most so often."""


class Telling:
    """Listeners are called on the voice thread."""

    def __init__(self) -> None:
        self._viewers: list[Callable[[VoiceView], None]] = []
        self._steppers: list[Callable[[Step], None]] = []
        self._recording: list[Step] | None = None
        self._level_at = 0.0
        self.told = VoiceView()

    def add_viewer(self, listener: Callable[[VoiceView], None]) -> Callable[[], None]:
        self._viewers.append(listener)
        return lambda: self._viewers.remove(listener)

    def add_stepper(self, listener: Callable[[Step], None]) -> Callable[[], None]:
        self._steppers.append(listener)
        return lambda: self._steppers.remove(listener)

    def record(self) -> list[Step]:
        """A list that grows with every step until the next call of ``record`` or ``forget``."""
        self._recording = []
        return self._recording

    def forget(self) -> None:
        self._recording = None

    def step(self, step: Step) -> None:
        if self._recording is not None:
            self._recording.append(step)
        for listener in tuple(self._steppers):
            listener(step)

    def show(self, view: VoiceView, now: float) -> None:
        """Tell the viewers, if anything but the level changed, or the level some time ago."""
        if view == self.told:
            return
        if (view.level, view.noise) != (self.told.level, self.told.noise):
            same = replace(view, level=self.told.level, noise=self.told.noise) == self.told
            if now - self._level_at < LEVEL_SECONDS and same:
                return
            self._level_at = now
        self.told = view
        for listener in tuple(self._viewers):
            listener(view)
