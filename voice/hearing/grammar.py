"""What does a recogniser listen for? The sentences of one dialogue state, in the model's words, with decoys."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from voice.dialogue.state import INTENTS, Listen
from voice.errors import GrammarError
from voice.language import UNKNOWN
from voice.understanding.meaning import Intent
from voice.understanding.parser import Parser
from voice.understanding.sentences import sentences

UNKNOWN_TIMES: Mapping[Listen, int] = {Listen.WAKE: 600, Listen.COMMAND: 11, Listen.WHICH: 30, Listen.CONFIRM: 60}
"""The weight of "none of these words". Where one word is enough to act, it is made hard to say by accident. The wake
word: at 60 four single foreign words woke in three hours, at 600 none of them; of 60 calls in noise 2 were lost."""

WEIGHTS: Mapping[Intent, int] = {
    Intent.INTERCEPT: 180,
    Intent.REASSIGN: 60,
    Intent.RELEASE: 100,
    Intent.READ: 60,
    Intent.CORRECT: 60,
    Intent.CONFIRM: 80,
    Intent.DIGITS: 60,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The texts of one state, not yet in any model's words. ``others`` are what is said in other states: decoys."""

    texts: tuple[str, ...]
    others: tuple[str, ...]
    decoys: tuple[str, ...]
    unknown_times: int
    file: str


class Vocabulary(Protocol):
    """The words of a model."""

    @property
    def name(self) -> str: ...

    def segmentations(self, text: str) -> tuple[tuple[str, ...], ...]:
        """The ways to write a text in words of the model; none when one is missing."""


def wanted(parser: Parser) -> dict[Listen, Wanted]:
    """What to listen for in each state."""
    everything = sentences(parser, frozenset(Intent), {})
    return {
        listen: Wanted(
            texts=sentences(parser, INTENTS[listen], WEIGHTS),
            others=everything,
            decoys=parser.phrases.decoys,
            unknown_times=UNKNOWN_TIMES[listen],
            file=parser.phrases.file,
        )
        for listen in Listen
    }


def grammar(model: Vocabulary, it: Wanted) -> tuple[str, ...]:
    """The phrases in the model's words; those it cannot hear are left out. Raises GrammarError if none is left."""
    heard = tuple(_in_words(model, it.texts))
    if not heard:
        raise GrammarError(f"no phrase of {it.file} can be heard with {model.name}")
    return (*heard, *_decoys(model, it, heard), *[UNKNOWN] * it.unknown_times)


def _in_words(model: Vocabulary, texts: tuple[str, ...]) -> Iterator[str]:
    for text in texts:
        for words in model.segmentations(text):
            yield " ".join(words)


def _decoys(model: Vocabulary, it: Wanted, heard: tuple[str, ...]) -> Iterator[str]:
    """Words that mean nothing here: other states' words, and those that the phrase file names."""
    ours = {word for phrase in heard for word in phrase.split()}
    foreign = {word for phrase in _in_words(model, it.others) for word in phrase.split()}
    yield from sorted(foreign - ours)
    yield from _in_words(model, it.decoys)


def as_json(phrases: tuple[str, ...]) -> str:
    """What Vosk takes: a JSON list of non-empty strings, characters not escaped (escapes are silently dropped)."""
    if not phrases or not all(p.strip() and "<" not in p for p in phrases):
        raise GrammarError("a grammar is a list of phrases, none of them empty")
    return json.dumps(phrases, ensure_ascii=False)
