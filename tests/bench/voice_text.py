"""Does the parser take anything for another command? Generated sentences, and the same with a mistake in them."""

import random
from collections.abc import Callable
from typing import Any

from sync.domain.commands import Target
from sync.domain.exceptions import Reason
from tests.bench.measure import Measured
from tests.bench.voice_scores import rate, share
from tests.voice.understanding import shipped
from voice.dialogue import INTENTS, Listen
from voice.language import Language, join
from voice.understanding.meaning import Intent, Meaning
from voice.understanding.parser import Parser
from voice.understanding.template import Slot, Word, expand

ALLOWED = INTENTS[Listen.COMMAND]
ORDERS = frozenset({Intent.INTERCEPT, Intent.REASSIGN, Intent.RELEASE})
FOREIGN = {Language.EN: ("banana", "not", "don't", "question", "[unk]"), Language.ZH: ("猫", "不", "吗", "别", "[unk]")}
Words = list[str]


def measure(language: Language, count: int) -> Measured:
    """``count`` sentences, each whole and with every kind of mistake."""
    parser, chance = shipped.parser(language), random.Random(4)
    understood = meant = 0
    taken = dict.fromkeys(MISTAKES, 0)
    longer = 0
    for _ in range(count):
        words, meaning = sentence(parser, chance)
        got = parser.parse(join(language, words), ALLOWED)
        understood += isinstance(got, Meaning)
        meant += got == meaning
        for name, spoil in MISTAKES.items():
            wrong = parser.parse(join(language, spoil(list(words), language, chance)), ALLOWED)
            if isinstance(wrong, Meaning) and _is_another(wrong, meaning):
                taken[name] += wrong.order == meaning.order or len(wrong.order) == len(meaning.order)
                longer += len(wrong.order) != len(meaning.order)
    facts: dict[str, Any] = {"understood": share(understood, count), "all slots right": share(meant, count)}
    facts |= {f"taken for another command, {name}": rate(n, count / 1000, "per 1000") for name, n in taken.items()}
    facts["a digit more or less, taken for a number of that length and read back"] = longer
    return Measured(
        name=f"text-{language}", what="generated and spoilt sentences through the parser", floor="-", facts=facts
    )


def _is_another(got: Meaning, meant: Meaning) -> bool:
    return got.intent in ORDERS and (got.intent, got.order, got.to) != (meant.intent, meant.order, meant.to)


def sentence(parser: Parser, chance: random.Random) -> tuple[Words, Meaning]:
    """A command with all its values, in one of its many wordings."""
    phrases = [phrase for phrase in parser.phrases.phrases if phrase.intent in ORDERS]
    phrase = chance.choice(phrases)
    words: Words = []
    meaning: dict[str, Any] = {"intent": phrase.intent}
    for part in chance.choice(list(expand(phrase.node))):
        if isinstance(part, Word):
            words.append(part.text)
        else:
            words += _fill(parser, part, meaning, chance)
    return words, Meaning(**meaning)


def _fill(parser: Parser, slot: Slot, meaning: dict[str, Any], chance: random.Random) -> Words:
    phrases = parser.phrases
    if slot.name == "order":
        said, digits = _digits(parser, chance)
        meaning["order"] = digits
        return said
    if slot.name == "reason":
        form, reason = chance.choice(list(phrases.reasons.items()))
        meaning["reason"] = Reason(reason)
        return list(form)
    places = parser.places.warehouses if slot.name == "warehouse" else parser.places.carriers
    form, place = chance.choice(list(places.items()))
    meaning["to"] = Target(kind="warehouse" if slot.name == "warehouse" else "carrier", id=place)
    return list(form)


def _digits(parser: Parser, chance: random.Random) -> tuple[Words, str]:
    """Four to eight digits, in all the forms that are understood."""
    numerals = parser.phrases.numerals
    forms = {**numerals.spoken, **numerals.also, **{digit: digit for digit in "0123456789"}}
    said: Words = []
    digits = ""
    while len(digits) < chance.choice([4, 4, 4, 5, 8]) or len(digits) < 4:
        form = chance.choice(list(forms))
        repeat = chance.choice([None, None, None, *numerals.repeats])
        times = numerals.repeats[repeat] if repeat else 1
        if len(digits) + times > 8:
            continue
        said += [repeat, form] if repeat else [form]
        digits += forms[form] * times
    return said, digits


def _dropped(words: Words, _language: Language, chance: random.Random) -> Words:
    del words[chance.randrange(len(words))]
    return words


def _foreign(words: Words, language: Language, chance: random.Random) -> Words:
    words.insert(chance.randrange(len(words) + 1), chance.choice(FOREIGN[language]))
    return words


def _twice(words: Words, _language: Language, _chance: random.Random) -> Words:
    return words + words


def _with_another(words: Words, language: Language, chance: random.Random) -> Words:
    """Two sentences run together."""
    parser = shipped.parser(language)
    return words + sentence(parser, chance)[0]


def _half(words: Words, _language: Language, chance: random.Random) -> Words:
    return words[: chance.randrange(len(words))]


MISTAKES: dict[str, Callable[[Words, Language, random.Random], Words]] = {
    "one word dropped": _dropped,
    "a foreign word or a negation put in": _foreign,
    "said twice": _twice,
    "another command behind it": _with_another,
    "broken off": _half,
}
"""Two digits changing places is another number, and no parser can know: the read-back is there for that."""
