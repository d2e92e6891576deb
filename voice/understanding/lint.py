"""Is a phrase file sound? Finds words the model lacks, phrases another intent swallows, failing test sentences."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sync.domain.commands import Target
from voice.detail import Detail, Flaw, detail
from voice.language import join, tokenise
from voice.understanding import sounds_alike
from voice.understanding.meaning import Intent, Meaning, NotUnderstood
from voice.understanding.parser import Parser, example_places
from voice.understanding.phrases import Example, Phrases
from voice.understanding.sentences import Fillings, sentences_of
from voice.understanding.sounds_alike import Lexicon, Together

CanHear = Callable[[str], bool]
"""Whether the model has words for the whole of a text."""


class Mistake(StrEnum):
    MISSING_WORD = "missing_word"
    SWALLOWED = "swallowed"
    WRONG_MEANING = "wrong_meaning"
    NO_PHRASE = "no_phrase"
    NO_EXAMPLE = "no_example"
    SOUNDS_ALIKE = "sounds_alike"
    UNREADABLE = "unreadable"
    PROMPT = "prompt"


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: where, in which phrase, and what about it."""

    mistake: Mistake
    file: str
    line: int
    phrase: str
    why: Detail

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.phrase!r}: {self.why}"


def lint(phrases: Phrases, can_hear: CanHear) -> tuple[Finding, ...]:
    """All mistakes of the file, in the order of their lines within each kind; empty when it is sound."""
    parser = Parser(phrases, example_places(phrases))
    return (
        *_missing_intents(phrases),
        *_missing_words(phrases, can_hear),
        *_swallowed(parser),
        *_wrong_examples(parser),
    )


def lint_sounds(phrases: Phrases, lexicon: Lexicon, together: Together) -> Iterator[Finding]:
    """Phrases of different meaning that differ by one confusable sound; nothing where no phones are known."""
    for one, text, other, its in sounds_alike.pairs(phrases, lexicon, together):
        why = detail(Flaw.SOUNDS_LIKE, said=text, other=its, intent=other.intent, line=other.line)
        yield Finding(Mistake.SOUNDS_ALIKE, one.file, one.line, one.text, why)
    for form, another in sounds_alike.reasons(phrases, lexicon):
        why = detail(Flaw.REASON_SOUNDS_LIKE, other=another)
        yield Finding(Mistake.SOUNDS_ALIKE, phrases.file, 0, form, why)


def _missing_intents(phrases: Phrases) -> Iterator[Finding]:
    said = {phrase.intent for phrase in phrases.phrases}
    shown = {example[0] for example in phrases.examples}
    for intent in Intent:
        if intent not in said:
            yield Finding(Mistake.NO_PHRASE, phrases.file, 0, intent, detail(Flaw.UNSAID))
        elif intent not in shown:
            yield Finding(Mistake.NO_EXAMPLE, phrases.file, 0, intent, detail(Flaw.UNSHOWN))


def _missing_words(phrases: Phrases, can_hear: CanHear) -> Iterator[Finding]:
    parser = Parser(phrases, example_places(phrases))
    fillings = Fillings(parser)
    for phrase in phrases.phrases:
        unheard = [s for s in sentences_of(phrase, parser, fillings) if not can_hear(s)]
        if unheard:
            why = detail(Flaw.LACKS_WORD_OF, said=unheard[0])
            yield Finding(Mistake.MISSING_WORD, phrase.file, phrase.line, phrase.text, why)
    forms = [join(phrases.language, words) for words in phrases.reasons]
    for text in (*phrases.numerals.words(), *phrases.decoys, *forms):
        if not can_hear(text):
            yield Finding(Mistake.MISSING_WORD, phrases.file, 0, text, detail(Flaw.LACKS_WORD))


def _swallowed(parser: Parser) -> Iterator[Finding]:
    phrases = parser.phrases
    fillings = Fillings(parser)
    for phrase in phrases.phrases:
        for sentence in sentences_of(phrase, parser, fillings):
            meanings = parser.meanings(tokenise(sentence), frozenset(Intent))
            if len(meanings) > 1:
                others = ", ".join(sorted({m.intent for m in meanings} - {phrase.intent})) or phrase.intent
                why = detail(Flaw.MANY_MEANINGS, said=sentence, n=len(meanings), also=others)
                yield Finding(Mistake.SWALLOWED, phrase.file, phrase.line, phrase.text, why)
                break


def _expected(intent: Intent, example: Example) -> Meaning:
    to = Target(kind="warehouse", id=example.warehouse) if example.warehouse else None
    to = Target(kind="carrier", id=example.carrier) if example.carrier else to
    return Meaning(intent, example.order, example.reason, to, example.digits, example.number)


def _told(meaning: Meaning) -> str:
    """The intent and the values that are there."""
    values = {
        "order": meaning.order,
        "reason": meaning.reason,
        "to": meaning.to and meaning.to.id,
        "digits": meaning.digits,
        "number": meaning.number,
    }
    return " ".join((meaning.intent, *(f"{name}={value}" for name, value in values.items() if value)))


def _wrong_examples(parser: Parser) -> Iterator[Finding]:
    for intent, example, line, file in parser.phrases.examples:
        got = parser.parse(example.say, frozenset(Intent))
        if got != _expected(intent, example):
            meant = _told(_expected(intent, example))
            if isinstance(got, NotUnderstood):
                why = detail(Flaw.NOT_UNDERSTOOD, because=got.why, meant=meant)
            else:
                why = detail(Flaw.MEANS_ELSE, got=_told(got), meant=meant)
            yield Finding(Mistake.WRONG_MEANING, file, line, example.say, why)
