"""Whatever the phrase files can say is understood as it was meant; one foreign word more, and nothing is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain.commands import Target
from tests.voice.understanding import shipped
from voice.language import Language, join
from voice.understanding.meaning import Intent, Meaning, NotUnderstood
from voice.understanding.phrases import Phrase
from voice.understanding.template import Slot, Word, expand

ALL = frozenset(Intent)
FOREIGN = {Language.EN: ("xyzzy", "banana", "[unk]", "恭喜"), Language.ZH: ("龘", "香蕉", "[unk]", "hello")}


@st.composite
def sentences(draw: st.DrawFn, language: Language) -> tuple[list[str], Meaning]:
    """A sentence of a random phrase as words, and what it must mean."""
    phrase: Phrase = draw(st.sampled_from(shipped.phrases(language).phrases))
    skeleton = draw(st.sampled_from(list(expand(phrase.node))))
    words: list[str] = []
    slots: dict[str, object] = {}
    for part in skeleton:
        if isinstance(part, Word):
            words.append(part.text)
        else:
            said, value = draw(values(language, part))
            words += said
            slots |= value
    return words, Meaning(phrase.intent, **slots)  # type: ignore[arg-type]  # the slots' names are the fields' names


@st.composite
def values(draw: st.DrawFn, language: Language, slot: Slot) -> tuple[list[str], dict[str, object]]:
    parser = shipped.parser(language)
    numerals = parser.phrases.numerals
    bounds = {"order": (4, 8), "digits": (1, 8), "ordinal": (1, 1)}
    if slot.name in bounds:
        fewest, most = bounds[slot.name]
        digit = st.sampled_from([*numerals.spoken.items(), *((d, d) for d in "0123456789")])
        drawn = draw(st.lists(digit, min_size=fewest, max_size=most))
        said, digits = [word for word, _ in drawn], "".join(d for _, d in drawn)
        return said, {"number": int(digits)} if slot.name == "ordinal" else {slot.name: digits}
    if slot.name == "reason":
        forms, reason = draw(st.sampled_from(list(parser.phrases.reasons.items())))
        return list(forms), {"reason": reason}
    if slot.name == "rank":
        forms, number = draw(st.sampled_from(list(parser.phrases.ranks.items())))
        return list(forms), {"number": int(number)}
    places = parser.places.warehouses if slot.name == "warehouse" else parser.places.carriers
    forms, place = draw(st.sampled_from(list(places.items())))
    return list(forms), {"to": Target(kind="warehouse" if slot.name == "warehouse" else "carrier", id=place)}


@pytest.mark.parametrize("language", Language)
@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_every_sentence_is_understood_as_it_was_meant(language: Language, data: st.DataObject) -> None:
    words, meaning = data.draw(sentences(language))
    parser = shipped.parser(language)
    assert parser.parse(join(language, words), ALL) == meaning
    assert parser.parse(" ".join(words), ALL) == meaning


@pytest.mark.parametrize("language", Language)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_one_foreign_word_anywhere_and_nothing_is_understood(language: Language, data: st.DataObject) -> None:
    words, _ = data.draw(sentences(language))
    at = data.draw(st.integers(0, len(words)))
    foreign = data.draw(st.sampled_from(FOREIGN[language]))
    heard = shipped.parser(language).parse(" ".join((*words[:at], foreign, *words[at:])), ALL)
    assert isinstance(heard, NotUnderstood)


@pytest.mark.parametrize("language", Language)
@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=40))
def test_any_text_is_answered_with_a_value(language: Language, text: str) -> None:
    assert isinstance(shipped.parser(language).parse(text, ALL), Meaning | NotUnderstood)
