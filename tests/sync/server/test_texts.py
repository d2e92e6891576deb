"""Has every answer words in both languages, and the same places to fill?"""

import string
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.apply import Refusal
from sync.domain.commands import Malformed
from sync.server.texts import LANGUAGES, Texts, language_of, problem, texts
from sync.wire.problems import Kind


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def flat(words: Texts) -> Iterator[tuple[str, str]]:
    for kind, told in words.kinds.items():
        yield from ((f"{kind}.title", told.title), (f"{kind}.detail", told.detail), (f"{kind}.speak", told.speak))
    for name, about in words.about.items():
        yield from ((f"{name}.detail", about.detail), (f"{name}.speak", about.speak))
    yield from words.reassign.items()


def test_both_languages_say_the_same_things_with_the_same_places() -> None:
    english, chinese = dict(flat(texts("en"))), dict(flat(texts("zh")))
    assert list(english) == list(chinese)
    for name, text in english.items():
        assert places(text) == places(chinese[name]), name
        assert bool(text) == bool(chinese[name]), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_refusal_and_mistake_has_words(language: str) -> None:
    words = texts(language)
    assert set(words.kinds) == set(Kind)
    for refusal in Refusal:
        assert words.about[f"refusal.{refusal}"].speak
    for mistake in Malformed:
        assert words.about[f"malformed.{mistake}"].detail


def test_a_closer_text_takes_the_place_of_the_general_one_but_not_of_its_type() -> None:
    general, closer = problem(Kind.REFUSED, "en"), problem(Kind.REFUSED, "en", "held")
    assert closer.type == general.type
    assert (closer.detail, closer.speak) != (general.detail, general.speak)
    assert problem(Kind.REFUSED, "zh", "held").type == general.type


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("en", "en"),
        ("zh-Hans-CN", "zh"),
        ("fr, de;q=0.9", "zh"),
        ("fr, en;q=0.2", "en"),
        ("en;q=0", "zh"),
        ("en;q=0.3, zh;q=0.4", "zh"),
        ("EN-us", "en"),
        ("en;q=much", "zh"),
        ("en, zh", "en"),
    ],
)
def test_the_language_is_the_one_the_caller_likes_best(header: str | None, language: str) -> None:
    assert language_of(header, "zh") == language


@given(st.text())
def test_no_header_is_too_strange(header: str) -> None:
    assert language_of(header) in LANGUAGES
