"""What does a sentence mean here? Full match only: leftover or unknown words and double meanings mean nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sync.domain.commands import Target
from sync.domain.exceptions import Reason
from sync.wire.messages import Directory, PlaceName
from voice.language import UNKNOWN, Language, tokenise
from voice.understanding.meaning import Intent, Meaning, NotUnderstood, Why
from voice.understanding.numbers import digits_grow, read_digits
from voice.understanding.phrases import Phrases
from voice.understanding.template import Slots, grows, match

MOST_DIGITS = 8
"""Digits said outside an order: the last two, or those in front of an ambiguous tail, or again the whole number."""

_DIGIT_SLOTS = frozenset({"order", "digits", "ordinal"})

Forms = Mapping[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class Places:
    """The words for warehouses and carriers of one language: tokens → id."""

    warehouses: Forms = field(default_factory=dict)
    carriers: Forms = field(default_factory=dict)


def places_of(directory: Directory, language: Language) -> Places:
    """The places as they are spoken of in this language, as the central's directory says."""
    return Places(_forms(directory.warehouses, language), _forms(directory.carriers, language))


def example_places(phrases: Phrases) -> Places:
    """The places that the test sentences of the phrase file use; the id is the word itself."""
    forms = {kind: {tokenise(word): word for word in words} for kind, words in phrases.places.items()}
    return Places(forms.get("warehouse", {}), forms.get("carrier", {}))


def _forms(names: Sequence[PlaceName], language: Language) -> Forms:
    return {tokenise(word): name.id for name in names for word in name.spoken.get(language, ())}


@dataclass(frozen=True, slots=True)
class Parser:
    """A phrase file with the places of today's directory."""

    phrases: Phrases
    places: Places

    def parse(self, text: str, allowed: frozenset[Intent]) -> Meaning | NotUnderstood:
        """The one meaning of the whole sentence among the allowed intents."""
        tokens = tokenise(text)
        if not tokens:
            return NotUnderstood(Why.NOTHING_HEARD)
        if UNKNOWN in tokens:
            return NotUnderstood(Why.UNKNOWN_WORDS)
        meanings = self.meanings(tokens, allowed)
        if len(meanings) > 1:
            return NotUnderstood(Why.AMBIGUOUS)
        return next(iter(meanings), NotUnderstood(self._why_not(tokens, allowed)))

    def _why_not(self, tokens: Sequence[str], allowed: frozenset[Intent]) -> Why:
        """A whole sentence but for the number of its digits is told apart: a doubled digit is easily lost."""
        lax = Parser(replace(self.phrases, fewest=1), self.places)
        return Why.DIGITS_MISSING if any(it.order for it in lax.meanings(tokens, allowed)) else Why.NO_PHRASE

    def meanings(self, tokens: Sequence[str], allowed: frozenset[Intent]) -> frozenset[Meaning]:
        """Every meaning that some phrase gives the tokens."""
        return frozenset(
            _meaning(phrase.intent, slots)
            for phrase in self.phrases.phrases
            if phrase.intent in allowed
            for slots in match(phrase.node, tokens, self._read)
        )

    def may_go_on(self, text: str, allowed: frozenset[Intent]) -> bool:
        """Whether more words after these can still make a sentence among the allowed intents."""
        tokens = tokenise(text)
        return any(
            grows(phrase.node, tokens, 0, self._read, self._slot_grows)
            for phrase in self.phrases.phrases
            if phrase.intent in allowed
        )

    def _slot_grows(self, name: str, tokens: Sequence[str], start: int) -> bool:
        phrases = self.phrases
        if name in _DIGIT_SLOTS:
            most = {"order": phrases.most, "digits": MOST_DIGITS}.get(name, 1)
            return digits_grow(phrases.numerals, tokens, start, most)
        forms: Iterable[tuple[str, ...]] = phrases.reasons if name == "reason" else self._forms(name)
        rest = tuple(tokens[start:])
        return any(len(words) > len(rest) and words[: len(rest)] == rest for words in forms)

    def _forms(self, name: str) -> Forms:
        return {"warehouse": self.places.warehouses, "carrier": self.places.carriers, "rank": self.phrases.ranks}[name]

    def _read(self, name: str, tokens: Sequence[str], start: int) -> Iterator[tuple[int, object]]:
        numerals, phrases = self.phrases.numerals, self.phrases
        match name:
            case "order":
                return read_digits(numerals, tokens, start, phrases.fewest, phrases.most)
            case "digits":
                return read_digits(numerals, tokens, start, 1, MOST_DIGITS)
            case "ordinal":
                return read_digits(numerals, tokens, start, 1, 1)
            case "reason":
                return _read_forms(phrases.reasons, tokens, start)
            case _:
                return _read_forms(self._forms(name), tokens, start)


def _read_forms(
    forms: Mapping[tuple[str, ...], object], tokens: Sequence[str], start: int
) -> Iterator[tuple[int, object]]:
    for words, value in forms.items():
        if tuple(tokens[start : start + len(words)]) == words:
            yield start + len(words), value


def _meaning(intent: Intent, slots: Slots) -> Meaning:
    value = dict(slots)
    to = None
    if "warehouse" in value:
        to = Target(kind="warehouse", id=str(value["warehouse"]))
    if "carrier" in value:
        to = Target(kind="carrier", id=str(value["carrier"]))
    reason, number = value.get("reason"), value.get("ordinal", value.get("rank"))
    return Meaning(
        intent=intent,
        order=str(value.get("order", "")),
        reason=reason if isinstance(reason, Reason) else None,
        to=to,
        digits=str(value.get("digits", "")),
        number=None if number is None else int(str(number)),
    )
