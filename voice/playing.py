"""How is a recording heard, or a typed line answered, to its end? Prompts are waited for, as a person waits."""

from collections.abc import Callable
from typing import Protocol

from voice import dialogue
from voice.errors import RecogniserLost
from voice.hearing.source import RATE, Block, Source
from voice.telling import Telling
from voice.timeline import Timeline
from voice.view import Step

TURN_SECONDS = 0.05


class Listener(Protocol):
    """Whoever works on the voice thread."""

    @property
    def state(self) -> dialogue.State: ...

    def feed(self, event: dialogue.Event) -> None: ...

    def pump(self, timeout: float) -> None:
        """Do what waits, let time pass and speak."""

    def get_ready(self) -> None:
        """Load what is needed to hear."""

    def on_talk_key(self, *, down: bool) -> None: ...

    def hear(self, block: Block) -> None: ...

    def finish_sentence(self) -> None:
        """Nothing more comes: what was said so far is all."""

    def drop_sentence(self) -> None:
        """What was being said is lost."""


class Player:
    """Used by the voice thread, while no microphone is open."""

    def __init__(self, listener: Listener, timeline: Timeline, telling: Telling) -> None:
        self._listener = listener
        self._timeline = timeline
        self._telling = telling

    def answered(self, job: Callable[[], None], settle_seconds: float) -> tuple[Step, ...]:
        """Do it, and wait until what it caused is answered, by the central at most so long; the steps."""
        listener, timeline = self._listener, self._timeline
        steps = self._telling.record()
        try:
            listener.pump(0.0)
            job()
            until = timeline.wall + settle_seconds
            listener.pump(0.0)
            while listener.state.speaking or (listener.state.sent and timeline.wall < until):
                listener.pump(TURN_SECONDS)
        finally:
            self._telling.forget()
        return tuple(steps)

    def heard(self, source: Source, settle_seconds: float) -> tuple[Step, ...]:
        """A whole recording; what is then still unconfirmed is put away."""
        steps = self.answered(lambda: self._play(source), settle_seconds)
        if not self._listener.state.is_at_rest:
            self._listener.feed(dialogue.Cancelled())
        self._listener.pump(0.0)
        return steps

    def _play(self, source: Source) -> None:
        """Read as fast as it comes, but never while a prompt is being spoken."""
        listener = self._listener
        listener.get_ready()
        source.open()
        try:
            listener.feed(dialogue.Cancelled())
            listener.on_talk_key(down=True)
            listener.on_talk_key(down=False)
            with self._timeline.playing():
                while not source.ended:
                    self._wait_for_prompt()
                    block = source.read(TURN_SECONDS)
                    if block is not None:
                        self._hear(block)
                listener.finish_sentence()
        except RecogniserLost:
            listener.drop_sentence()
            listener.feed(dialogue.SoundLost("recogniser"))
            raise
        finally:
            source.close()
            listener.drop_sentence()

    def _hear(self, block: Block) -> None:
        self._timeline.pass_sound(len(block.pcm) / (2 * RATE))
        self._listener.hear(block)
        self._listener.pump(0.0)

    def _wait_for_prompt(self) -> None:
        with self._timeline.waiting():
            while self._listener.state.speaking:
                self._listener.pump(TURN_SECONDS)
