"""Phrases are compiled, matched whole, and expanded."""

from collections.abc import Iterator, Sequence

import pytest

from voice.detail import Flaw
from voice.language import tokenise
from voice.understanding.template import Slot, TemplateError, Word, compile_phrase, expand, match

SLOTS = frozenset({"order", "reason"})


def read(name: str, tokens: Sequence[str], start: int) -> Iterator[tuple[int, object]]:
    for end in range(start + 1, min(start + 3, len(tokens)) + 1):
        yield end, " ".join(tokens[start:end])


def matches(phrase: str, text: str) -> list[dict[str, object]]:
    return [dict(slots) for slots in match(compile_phrase(phrase, SLOTS), tokenise(text), read)]


def test_words_must_match_all_of_the_sentence() -> None:
    assert matches("read again", "read again") == [{}]
    assert matches("read again", "read") == []
    assert matches("read again", "read again now") == []
    assert matches("read again", "please read again") == []


def test_alternatives_and_optional_parts() -> None:
    phrase = "(intercept|hold) [the] order"
    assert all(matches(phrase, text) for text in ("intercept order", "hold the order"))
    assert matches(phrase, "release order") == []


def test_a_slot_takes_what_the_reader_offers() -> None:
    assert matches("hold {order} reason {reason}", "hold a reason b") == [{"order": "a", "reason": "b"}]


def test_all_readings_are_found() -> None:
    assert len(matches("{order} {reason}", "a b c")) == 2


def test_chinese_is_matched_by_character_with_or_without_spaces() -> None:
    assert matches("(拦截|暂停)[订单]", "拦 截订单") == [{}]
    assert matches("(拦截|暂停)[订单]", "拦截 单") == []


def test_expansion_lists_every_way_to_say_it() -> None:
    said = [
        " ".join(part.text if isinstance(part, Word) else f"<{part.name}>" for part in skeleton)
        for skeleton in expand(compile_phrase("(a|b) [c] {order}", SLOTS))
    ]
    assert said == ["a c <order>", "a <order>", "b c <order>", "b <order>"]
    assert Slot("order") in next(expand(compile_phrase("{order}", SLOTS)))


@pytest.mark.parametrize(
    ("phrase", "why"),
    [
        ("(a|b", Flaw.NOT_CLOSED),
        ("[a", Flaw.NOT_CLOSED),
        ("(a]", Flaw.NOT_CLOSED),
        ("a)", Flaw.CLOSES_NOTHING),
        ("(a|)", Flaw.EMPTY_WAY),
        ("|a", Flaw.EMPTY_WAY),
        ("a ()", Flaw.EMPTY_BRACKETS),
        ("a {place}", Flaw.NO_SLOT),
        ("a {order", Flaw.NO_SLOT),
        ("[a]", Flaw.ALL_OPTIONAL),
        ("", Flaw.ALL_OPTIONAL),
    ],
)
def test_a_mistake_is_named(phrase: str, why: Flaw) -> None:
    with pytest.raises(TemplateError) as caught:
        compile_phrase(phrase, SLOTS)
    assert caught.value.why.flaw is why
