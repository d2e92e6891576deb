"""What was said between two silences? From frames to finished utterances, in the grammar of the moment."""

import contextlib
from dataclasses import dataclass, field

from sync.domain.commands import Heard
from voice.dialogue.state import INTENTS, Listen
from voice.errors import RecogniserLost
from voice.hearing.endpoint import Activity, Edge, Endpoint
from voice.hearing.recognition_messages import Final
from voice.hearing.source import FRAME_BYTES
from voice.tongue import Tongue
from voice.understanding.meaning import Intent, Meaning, NotUnderstood

LEAST_CONFIDENCE = 0.3
"""A veto only: recognisers are sure of wrong words, and unsure of right ones that sound like others (to, two)."""
LEAST_WAKE_CONFIDENCE = 0.9
"""One word wakes. Those who mean it were below this once in eighty; of what woke by mistake, half was."""


SURE_FRAMES = 12
"""A whole sentence that nothing can follow is over after 240 ms of silence (the recogniser is 340 ms behind the sound,
the end of speech is noticed after 100), if its words stayed the same with the last so many pieces of sound"""
UNCHANGED_PIECES = 1
OPEN_FRAMES = 15
"""A whole sentence that may go on (more digits, a reason) is over after 300 ms, half a sentence after 800. After 300
the words are asked for that the recogniser, 340 ms behind the sound, still owes."""
CLOSING_FRAMES = 3
"""In silence so much is handed over at once, before that in batches; the numbers above are multiples of it."""

LONGEST_WAKE_FRAMES = 150
"""A wake word, with what is kept before it, is over in three seconds: what lasts longer is talk among people."""

BATCH_BYTES = 4 * FRAME_BYTES
"""So much sound is handed over at once (80 ms): each time costs a way to the other process and back."""
AGAIN_BYTES = 16 * BATCH_BYTES
"""What is begun again is handed over in larger pieces."""

MOST_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Spoken:
    """One finished utterance in one language. ``turn``: the dialogue's when it began; ``pcm``: its sound.

    ``doubtful``: the recogniser doubts it itself, or two languages make different sentences of it.
    """

    text: str
    turn: int
    heard: Heard
    doubtful: bool
    tongue: Tongue
    pcm: bytes


@dataclass(slots=True)
class _Guess:
    """What one language makes of the sound so far. ``whole``: sentences that it was taken for on the way."""

    tongue: Tongue
    text: str = ""
    unchanged: int = 0
    whole: list[str] = field(default_factory=list)

    def hears(self, text: str, allowed: frozenset[Intent]) -> None:
        self.unchanged = self.unchanged + 1 if text == self.text else 0
        self.text = text
        if not self.unchanged and isinstance(self.tongue.parser.parse(text, allowed), Meaning):
            self.whole.append(text)

    def is_whole(self, listen: Listen, *, waited: bool) -> bool:
        """Whether the words so far are a sentence and stayed what they are; where more may follow, wait longer."""
        parser, allowed = self.tongue.parser, INTENTS[listen]
        meaning = parser.parse(self.text, allowed)
        if self.unchanged < UNCHANGED_PIECES or isinstance(meaning, NotUnderstood):
            return False
        more = parser.may_go_on(self.text, allowed)
        return not _is_half(meaning, listen, more=more) and (waited or not more)


_Final = tuple[_Guess, Final]


class Ear:
    """Frames in, utterances out. One thread only."""

    def __init__(self) -> None:
        self.endpoint = Endpoint()
        self._guesses: tuple[_Guess, ...] = ()
        self._listen = Listen.WAKE
        self._turn = 0
        self._waiting = b""
        self._sound = b""
        self._talk = False

    @property
    def busy(self) -> bool:
        """Somebody is speaking just now."""
        return bool(self._guesses)

    @property
    def partial(self) -> str:
        """The words so far, in the language that makes a sentence of them, else in the first."""
        sentences = [guess.text for guess in self._guesses if guess.text in guess.whole]
        return next(iter(sentences), self._guesses[0].text if self._guesses else "")

    def feed(
        self, frame: bytes, tongue: Tongue, listen: Listen, turn: int, others: tuple[Tongue, ...] = ()
    ) -> Spoken | None:
        """One frame; the utterance when it ends with it. ``tongue``, ``listen``, ``turn`` count when one begins.

        ``others``: further languages that it may be in. Raises RecogniserLost; ``abandon`` then.
        """
        activity = self.endpoint.feed(frame)
        if activity.edge is Edge.BEGAN:
            self._begin((tongue, *others), listen, turn)
        if not self._guesses or not activity.pcm or self._is_talk(activity):
            return None
        self._waiting += activity.pcm
        if activity.edge in (Edge.ENDED, Edge.TOO_LONG):
            return self.finish()
        silent = self.endpoint.silent
        if len(self._waiting) < BATCH_BYTES and (silent == 0 or silent % CLOSING_FRAMES):
            return None
        self._hand_over()
        if silent >= SURE_FRAMES and self._is_whole(silent):
            return self.finish()
        return self._settled() if silent == OPEN_FRAMES and self._listen is not Listen.WAKE else None

    def _settled(self) -> Spoken | None:
        """Perhaps the last word is only not written yet: end the utterance to see; half a sentence is begun again."""
        self._hand_over()
        finals = self._finals()
        if any(self._is_sentence(it) for it in finals):
            return self._spoken(finals)
        for at in range(0, len(self._sound), AGAIN_BYTES):
            self._hears(self._sound[at : at + AGAIN_BYTES])
        return None

    def _is_sentence(self, final: _Final) -> bool:
        meaning = _meaning(*final, self._listen)
        if isinstance(meaning, NotUnderstood):
            return False
        more = final[0].tongue.parser.may_go_on(final[1].text, INTENTS[self._listen])
        return not _is_half(meaning, self._listen, more=more)

    def _begin(self, tongues: tuple[Tongue, ...], listen: Listen, turn: int) -> None:
        for tongue in tongues:
            tongue.hearing()
        self._guesses = tuple(map(_Guess, tongues))
        self._listen, self._turn, self._sound = listen, turn, b""

    def _is_talk(self, activity: Activity) -> bool:
        """Asleep, and somebody goes on and on: nobody has to recognise it."""
        if self._listen is not Listen.WAKE or self.endpoint.length < LONGEST_WAKE_FRAMES:
            return False
        if activity.edge is not None:
            self.abandon()
        elif not self._talk:
            for guess in self._guesses:
                guess.tongue.ear.drop(self._listen)
                guess.text = ""
            self._talk, self._waiting = True, b""
        return True

    def _is_whole(self, silent: int) -> bool:
        return any(guess.is_whole(self._listen, waited=silent >= OPEN_FRAMES) for guess in self._guesses)

    def _hand_over(self) -> None:
        waiting, self._waiting = self._waiting, b""
        self._sound += waiting
        if waiting:
            self._hears(waiting)

    def _hears(self, pcm: bytes) -> None:
        for guess in self._guesses:
            guess.hears(guess.tongue.ear.hear(self._listen, pcm), INTENTS[self._listen])

    def finish(self) -> Spoken | None:
        """End the utterance now (a talk key was let go, the recording is over); None when nobody speaks."""
        if not self._guesses:
            return None
        self._hand_over()
        return self._spoken(self._finals())

    def _finals(self) -> list[_Final]:
        return [(guess, guess.tongue.ear.finish(self._listen)) for guess in self._guesses]

    def _spoken(self, finals: list[_Final]) -> Spoken:
        sound, turn, listen = self._sound, self._turn, self._listen
        self.abandon()
        understood = [it for it in finals if isinstance(_meaning(*it, listen), Meaning)]
        guess, words = (understood or finals)[0]
        ambiguous = len({_meaning(*it, listen) for it in understood}) > 1
        heard = Heard(
            transcript=words.text,
            alternatives=_alternatives(words.text, finals),
            confidence=words.confidence,
            noise_db=None if self.endpoint.noise_db is None else round(self.endpoint.noise_db, 1),
            language=guess.tongue.language.value,
            grammar=guess.tongue.version,
            model=guess.tongue.model_name,
        )
        least = LEAST_WAKE_CONFIDENCE if listen is Listen.WAKE else LEAST_CONFIDENCE
        doubtful = words.confidence is not None and words.confidence < least
        return Spoken(words.text, turn, heard, doubtful or ambiguous, guess.tongue, sound)

    def drop(self) -> None:
        """Forget what is being said: it was our own voice, or samples were lost."""
        for guess in self._guesses:
            with contextlib.suppress(RecogniserLost):  # then it is forgotten, too
                guess.tongue.ear.drop(self._listen)
        self.abandon()

    def abandon(self) -> None:
        """The recogniser is gone, and with it what was being said."""
        self._guesses = ()
        self._waiting = self._sound = b""
        self._talk = False
        self.endpoint.reset()


def _is_half(meaning: Meaning, listen: Listen, *, more: bool) -> bool:
    """Two digits confirm a command: who has said one is still looking for the other, and who has said "no" for what is
    right.
    """
    looking = len(meaning.digits) == 1 or (meaning.intent is Intent.CANCEL and more)
    return listen is Listen.CONFIRM and looking


def _meaning(guess: _Guess, words: Final, listen: Listen) -> Meaning | NotUnderstood:
    return guess.tongue.parser.parse(words.text, INTENTS[listen])


def _alternatives(text: str, finals: list[_Final]) -> tuple[str, ...]:
    """What else it was taken for: by the other language, or on the way; the latest first."""
    others = [words.text for _, words in finals] + [it for guess, _ in finals for it in reversed(guess.whole)]
    return tuple(dict.fromkeys(it for it in others if it and it != text))[:MOST_ALTERNATIVES]
