"""What time is it for the dialogue? The wall's, or while a recording is played the recording's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Timeline:
    """``now`` is seconds since the beginning; ``sound_at`` seconds into the recording that is being played, or None."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._wall = clock()
        self.now = 0.0
        self.sound_at: float | None = None

    @property
    def wall(self) -> float:
        """Seconds by the session's own clock."""
        return self._clock()

    def pass_time(self) -> None:
        """Go on by what has passed on the wall; while a recording is played, its sound alone counts."""
        wall = self._clock()
        if self.sound_at is None:
            self.now += wall - self._wall
        self._wall = wall

    def pass_sound(self, seconds: float) -> None:
        """So much of the recording has been heard."""
        self.now += seconds
        self.sound_at = (self.sound_at or 0.0) + seconds

    @contextmanager
    def playing(self) -> Iterator[None]:
        """A recording is played."""
        self.sound_at = 0.0
        try:
            yield
        finally:
            self.sound_at = None

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """The recording rests, and the wall's time runs meanwhile."""
        at, self.sound_at = self.sound_at, None
        try:
            yield
        finally:
            self.sound_at = at
