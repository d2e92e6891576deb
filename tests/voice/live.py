"""A live source that plays what a test gives it, and a watch that waits for a snapshot."""

import threading
from collections.abc import Callable

import numpy as np

from tests.patience import PATIENCE_S
from voice.hearing.source import Block
from voice.session import Session
from voice.view import VoiceView


class Script:
    """A live source that plays its blocks when the test lets it: one event per part."""

    live = True

    def __init__(self, samples: np.ndarray, *, overflow_at: int = -1, dies: bool = False) -> None:
        pcm = samples.astype("<i2").tobytes()
        self.blocks = [
            Block(pcm[at : at + 640], overflowed=at // 640 == overflow_at) for at in range(0, len(pcm) - 639, 640)
        ]
        self.dies = dies
        self.closed = threading.Event()
        self.played = threading.Event()

    @property
    def ended(self) -> bool:
        return self.dies and not self.blocks

    def open(self) -> None:
        """Always there."""

    def read(self, timeout: float) -> Block | None:
        if self.blocks:
            return self.blocks.pop(0)
        self.played.set()
        threading.Event().wait(min(timeout, 0.005))
        return None

    def close(self) -> None:
        self.closed.set()


class Watch:
    """Waits for a snapshot."""

    def __init__(self, it: Session) -> None:
        self.changed = threading.Condition()
        self.views: list[VoiceView] = []
        it.subscribe(self.see)

    def see(self, view: VoiceView) -> None:
        with self.changed:
            self.views.append(view)
            self.changed.notify_all()

    def until(self, wanted: Callable[[VoiceView], bool]) -> VoiceView:
        with self.changed:
            assert self.changed.wait_for(lambda: any(map(wanted, self.views)), timeout=PATIENCE_S), self.views[-1:]
            return next(view for view in self.views if wanted(view))
