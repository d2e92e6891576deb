"""What does a recogniser listen for? The sentences of one dialogue state, in the model's words, with decoys."""

import json
from collections.abc import Iterator, Mapping

from voice.dialogue.state import INTENTS, Listen
from voice.errors import GrammarError
from voice.language import UNKNOWN
from voice.models import SpeechModel
from voice.understanding.meaning import Intent
from voice.understanding.parser import Parser
from voice.understanding.sentences import sentences

UNKNOWN_TIMES: Mapping[Listen, int] = {Listen.WAKE: 60, Listen.COMMAND: 11, Listen.WHICH: 30, Listen.CONFIRM: 60}
"""The weight of "none of these words". Where one word is enough to act, it is made hard to say by accident."""

WEIGHTS: Mapping[Intent, int] = {
    Intent.INTERCEPT: 180,
    Intent.REASSIGN: 60,
    Intent.RELEASE: 100,
    Intent.READ: 60,
    Intent.CORRECT: 60,
    Intent.CONFIRM: 80,
    Intent.DIGITS: 60,
}


def grammar(model: SpeechModel, parser: Parser, listen: Listen) -> tuple[str, ...]:
    """The phrases for this state; those the model cannot hear are left out. Raises GrammarError if none is left."""
    heard = tuple(_in_words(model, sentences(parser, INTENTS[listen], WEIGHTS)))
    if not heard:
        raise GrammarError(f"no phrase of {parser.phrases.file} can be heard with {model.entry.name}")
    return (*heard, *_decoys(model, parser, heard), *[UNKNOWN] * UNKNOWN_TIMES[listen])


def _in_words(model: SpeechModel, texts: tuple[str, ...]) -> Iterator[str]:
    for text in texts:
        for words in model.segmentations(text):
            yield " ".join(words)


def _decoys(model: SpeechModel, parser: Parser, heard: tuple[str, ...]) -> Iterator[str]:
    """Words that mean nothing here: other states' words, and those that the phrase file names."""
    ours = {word for phrase in heard for word in phrase.split()}
    everything = sentences(parser, frozenset(Intent), {})
    foreign = {word for phrase in _in_words(model, everything) for word in phrase.split()}
    yield from sorted(foreign - ours)
    yield from _in_words(model, parser.phrases.decoys)


def as_json(phrases: tuple[str, ...]) -> str:
    """What Vosk takes: a JSON list of non-empty strings, characters not escaped (escapes are silently dropped)."""
    if not phrases or not all(p.strip() and "<" not in p for p in phrases):
        raise GrammarError("a grammar is a list of phrases, none of them empty")
    return json.dumps(phrases, ensure_ascii=False)
