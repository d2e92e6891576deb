"""Which sentences does a phrase file make? Enough of them to teach a recogniser every step from word to word."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice

from voice.language import Language, join
from voice.understanding.meaning import Intent
from voice.understanding.numbers import pairs_covered
from voice.understanding.parser import Parser
from voice.understanding.phrases import Phrase
from voice.understanding.template import Slot, Word, expand

FIXED_TIMES = 6
"""How often a phrase without slots is repeated: a count is a weight, and the phrases with numbers are many."""


class Fillings:
    """Hands out slot values in turn, so that all of them, and all pairs of digits, come up."""

    def __init__(self, parser: Parser) -> None:
        phrases = parser.phrases
        self._language = phrases.language
        self._digits = cycle(pairs_covered(phrases.numerals.words()))
        self._numbers = cycle(phrases.numerals.words())
        self._repeats = cycle((None, None, *phrases.numerals.listened) if phrases.numerals.listened else (None,))
        self._times = phrases.numerals.repeats
        self._at = 0
        self._forms: dict[str, Iterator[tuple[str, ...]]] = {
            "reason": cycle(phrases.reasons),
            "rank": cycle(phrases.ranks),
            "warehouse": cycle(parser.places.warehouses),
            "carrier": cycle(parser.places.carriers),
        }
        self._tail = phrases.fewest

    def fill(self, slot: str) -> tuple[str, ...] | None:
        """Words for the slot; None when nothing can be said for it (no such place)."""
        if slot == "order":
            return self._repeated(self._tail)
        if slot == "digits":
            return self._overlapping(2)
        if slot == "ordinal":
            return (next(self._numbers),)
        return next(self._forms[slot], None)

    def _repeated(self, count: int) -> tuple[str, ...]:
        """So many digits, some of them said as "double four", now here and now there in the number."""
        word = next(self._repeats)
        if word is None:
            return self._overlapping(count)
        digits = self._overlapping(count - self._times[word] + 1)
        self._at = (self._at + 1) % len(digits)
        return (*digits[: self._at], word, *digits[self._at :])

    def _overlapping(self, count: int) -> tuple[str, ...]:
        """The next digits of the circle, beginning with the last digit handed out."""
        taken = tuple(islice(self._digits, count - 1))
        first = getattr(self, "_last", taken[-1])
        self._last = taken[-1]
        return (first, *taken)


def say(language: Language, skeleton: Sequence[Word | Slot], fillings: Fillings) -> str | None:
    """The skeleton as a sentence; None when one of its slots cannot be filled."""
    words: list[str] = []
    for part in skeleton:
        filled = (part.text,) if isinstance(part, Word) else fillings.fill(part.name)
        if filled is None:
            return None
        words += filled
    return join(language, words)


def sentences_of(phrase: Phrase, parser: Parser, fillings: Fillings, at_least: int = 1) -> Iterator[str]:
    """Every skeleton of the phrase, filled; again and again with other values until there are ``at_least``."""
    skeletons = tuple(expand(phrase.node))
    rounds = -(-at_least // len(skeletons))
    for skeleton in skeletons * rounds:
        sentence = say(parser.phrases.language, skeleton, fillings)
        if sentence is not None:
            yield sentence


def sentences(parser: Parser, allowed: frozenset[Intent], weights: Mapping[Intent, int]) -> tuple[str, ...]:
    """The sentences that a recogniser of these intents is built from; ``weights`` is the least number per phrase."""
    fillings = Fillings(parser)
    return tuple(
        sentence
        for phrase in parser.phrases.phrases
        if phrase.intent in allowed
        for sentence in sentences_of(phrase, parser, fillings, weights.get(phrase.intent, FIXED_TIMES))
    )
