"""What was said between two silences? From frames to finished utterances, in the grammar of the moment."""

from dataclasses import dataclass

from sync.domain.commands import Heard
from voice.dialogue.state import Listen
from voice.hearing.endpoint import Edge, Endpoint
from voice.tongue import Tongue

LEAST_CONFIDENCE = 0.3
"""A veto only: recognisers are sure of wrong words, and unsure of right ones that sound like others (to, two)."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One finished utterance. ``turn``: the dialogue's when it began; ``doubtful``: the recogniser doubts it itself."""

    text: str
    turn: int
    heard: Heard
    doubtful: bool


class Ear:
    """Frames in, utterances out. One thread only."""

    def __init__(self) -> None:
        self.endpoint = Endpoint()
        self.partial = ""
        self._open: tuple[Tongue, Listen, int] | None = None
        self._lost = False

    @property
    def busy(self) -> bool:
        """Somebody is speaking just now."""
        return self._open is not None

    def feed(self, frame: bytes, tongue: Tongue, listen: Listen, turn: int) -> Spoken | None:
        """One frame; the utterance when it ends with it. ``tongue``, ``listen``, ``turn`` count when one begins."""
        activity = self.endpoint.feed(frame)
        if activity.edge is Edge.BEGAN:
            self._open = (tongue, listen, turn)
        if self._open is None or not activity.pcm:
            return None
        speaking, state, _ = self._open
        self.partial = speaking.recogniser().hear(state, activity.pcm)
        if activity.edge in (Edge.ENDED, Edge.TOO_LONG):
            return self.finish()
        return None

    def finish(self) -> Spoken | None:
        """End the utterance now (a talk key was let go, the recording is over); None when nobody speaks."""
        if self._open is None:
            return None
        tongue, listen, turn = self._open
        words = tongue.recogniser().finish(listen)
        self._close()
        heard = Heard(
            transcript=words.text,
            confidence=words.confidence,
            noise_db=None if self.endpoint.noise_db is None else round(self.endpoint.noise_db, 1),
            language=tongue.language.value,
            grammar=tongue.version,
            model=tongue.model_name,
        )
        doubtful = words.confidence is not None and words.confidence < LEAST_CONFIDENCE
        return Spoken(words.text, turn, heard, doubtful)

    def drop(self) -> None:
        """Forget what is being said: it was our own voice, or samples were lost."""
        if self._open is not None:
            tongue, listen, _ = self._open
            tongue.recogniser().drop(listen)
        self._close()

    def _close(self) -> None:
        self._open = None
        self.partial = ""
        self.endpoint.reset()
