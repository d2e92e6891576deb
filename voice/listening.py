"""What was said between two silences? From frames to finished utterances, in the grammar of the moment."""

import contextlib
from dataclasses import dataclass

from sync.domain.commands import Heard
from voice.dialogue.state import INTENTS, Listen
from voice.errors import RecogniserLost
from voice.hearing.endpoint import Activity, Edge, Endpoint
from voice.hearing.source import FRAME_BYTES
from voice.tongue import Tongue
from voice.understanding.meaning import NotUnderstood

LEAST_CONFIDENCE = 0.3
"""A veto only: recognisers are sure of wrong words, and unsure of right ones that sound like others (to, two)."""


SURE_FRAMES = 12
"""A whole sentence that nothing can follow is over after 240 ms of silence (the recogniser is 340 ms behind the sound,
the end of speech is noticed after 100), if its words stayed the same in the last"""
UNCHANGED_FRAMES = 1
OPEN_FRAMES = 15
"""A whole sentence that may go on (more digits, a reason) is over after 300 ms; half a sentence after 800."""
CLOSING_FRAMES = 6
"""From so much silence on every frame is handed over at once, before that in batches."""

LONGEST_WAKE_FRAMES = 150
"""A wake word, with what is kept before it, is over in three seconds: what lasts longer is talk among people."""

BATCH_BYTES = 4 * FRAME_BYTES
"""So much sound is handed over at once (80 ms): each time costs a way to the other process and back."""


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
        self._waiting = b""
        self._unchanged = 0
        self._talk = False

    @property
    def busy(self) -> bool:
        """Somebody is speaking just now."""
        return self._open is not None

    def feed(self, frame: bytes, tongue: Tongue, listen: Listen, turn: int) -> Spoken | None:
        """One frame; the utterance when it ends with it. ``tongue``, ``listen``, ``turn`` count when one begins.

        Raises RecogniserLost; ``abandon`` then.
        """
        activity = self.endpoint.feed(frame)
        if activity.edge is Edge.BEGAN:
            tongue.hearing()
            self._open = (tongue, listen, turn)
        if self._open is None or not activity.pcm:
            return None
        if self._is_talk(activity):
            return None
        self._waiting += activity.pcm
        if activity.edge in (Edge.ENDED, Edge.TOO_LONG):
            return self.finish()
        tongue, state, _ = self._open
        silent = self.endpoint.silent
        if len(self._waiting) >= BATCH_BYTES or silent >= CLOSING_FRAMES:
            self._hand_over(tongue, state)
        return self.finish() if silent >= SURE_FRAMES and self._is_whole(tongue, state, silent) else None

    def _is_talk(self, activity: Activity) -> bool:
        """Asleep, and somebody goes on and on: nobody has to recognise it."""
        if self._open is None or self._open[1] is not Listen.WAKE or self.endpoint.length < LONGEST_WAKE_FRAMES:
            return False
        if activity.edge is None and not self._talk:
            tongue, listen, _ = self._open
            tongue.ear.drop(listen)
            self._talk, self._waiting, self.partial = True, b"", ""
        if activity.edge is not None:
            self.abandon()
        return True

    def _is_whole(self, tongue: Tongue, listen: Listen, silent: int) -> bool:
        """Whether the words so far are a sentence and stayed what they are; where more may follow, wait longer."""
        allowed = INTENTS[listen]
        changing = self._unchanged < UNCHANGED_FRAMES
        if changing or isinstance(tongue.parser.parse(self.partial, allowed), NotUnderstood):
            return False
        return silent >= OPEN_FRAMES or not tongue.parser.may_go_on(self.partial, allowed)

    def _hand_over(self, tongue: Tongue, listen: Listen) -> None:
        waiting, self._waiting = self._waiting, b""
        if waiting:
            before, self.partial = self.partial, tongue.ear.hear(listen, waiting)
            self._unchanged = self._unchanged + 1 if before == self.partial else 0

    def finish(self) -> Spoken | None:
        """End the utterance now (a talk key was let go, the recording is over); None when nobody speaks."""
        if self._open is None:
            return None
        tongue, listen, turn = self._open
        self._hand_over(tongue, listen)
        words = tongue.ear.finish(listen)
        self.abandon()
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
            with contextlib.suppress(RecogniserLost):  # then it is forgotten, too
                tongue.ear.drop(listen)
        self.abandon()

    def abandon(self) -> None:
        """The recogniser is gone, and with it what was being said."""
        self._open = None
        self._waiting = b""
        self._unchanged = 0
        self._talk = False
        self.partial = ""
        self.endpoint.reset()
