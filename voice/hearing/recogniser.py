"""Which words were said? One Vosk recogniser per dialogue state, built beforehand, used by one thread.

Runs in the process of ``recognition_process``: Vosk can abort, and must not take the window with it.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from voice.dialogue.state import Listen
from voice.hearing.grammar import Wanted, as_json, grammar
from voice.hearing.source import RATE
from voice.language import Language
from voice.models import SpeechModel


class _Word(msgspec.Struct, frozen=True):
    word: str
    conf: float = 1.0


class _Answer(msgspec.Struct, frozen=True):
    text: str = ""
    partial: str = ""
    result: tuple[_Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A finished utterance. ``confidence`` is the least of its words: good for a veto only; None without words."""

    text: str
    confidence: float | None


class Recogniser:
    """All states of one language. Every call must come from the thread of the first one: Vosk aborts otherwise."""

    def __init__(self, model: SpeechModel, grammars: Mapping[Listen, tuple[str, ...]]) -> None:
        import vosk  # noqa: PLC0415  loads a native library: only where speech is wanted

        self.language: Language = model.language
        self.model_name = model.entry.name
        self._thread: int | None = None
        self._kept: tuple[_Answer, ...] = ()
        self._states: dict[Listen, Any] = {}
        for listen, phrases in grammars.items():
            recogniser = vosk.KaldiRecognizer(model.handle, float(RATE), as_json(phrases))
            recogniser.SetWords(True)
            self._states[listen] = recogniser

    def hear(self, listen: Listen, pcm: bytes) -> str:
        """Go on with an utterance in this state; the words so far."""
        recogniser = self._own(listen)
        if recogniser.AcceptWaveform(pcm):
            # Vosk's own endpointer cut in: keep what it found, the utterance ends when we say so.
            self._kept = (*self._kept, _decode(recogniser.Result()))
        partial = _decode(recogniser.PartialResult()).partial
        return " ".join((*(answer.text for answer in self._kept), partial)).strip()

    def finish(self, listen: Listen) -> Words:
        """End the utterance: what was said."""
        answers = (*self._kept, _decode(self._own(listen).FinalResult()))
        self._kept = ()
        confidence = [word.conf for answer in answers for word in answer.result]
        text = " ".join(answer.text for answer in answers if answer.text)
        return Words(text, min(confidence) if confidence else None)

    def drop(self, listen: Listen) -> None:
        """Forget the utterance."""
        self._kept = ()
        # Not Reset(): that keeps the frames which were not decoded yet, and the next utterance would begin with them.
        self._own(listen).FinalResult()

    def _own(self, listen: Listen) -> Any:
        here = threading.get_ident()
        self._thread = self._thread or here
        if self._thread != here:
            raise RuntimeError("a recogniser belongs to the thread that used it first")
        return self._states[listen]


_decoder = msgspec.json.Decoder(_Answer)


def _decode(answer: str) -> _Answer:
    return _decoder.decode(answer)


def build(model: SpeechModel, wanted: Mapping[Listen, Wanted]) -> Recogniser:
    """The recognisers of all states for these phrases and places; raises GrammarError."""
    return Recogniser(model, {listen: grammar(model, it) for listen, it in wanted.items()})
