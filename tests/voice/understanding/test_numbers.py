"""Digits one by one, in the forms that people use."""

import pytest

from voice.language import tokenise
from voice.understanding.numbers import Numerals, pairs_covered, read_digits

ENGLISH = Numerals(
    spoken={"zero": "0", "oh": "0", "one": "1", "two": "2", "four": "4", "five": "5"},
    also={"to": "2"},
    repeats={"double": 2, "triple": 3},
)
CHINESE = Numerals(
    spoken={"一": "1", "幺": "1", "两": "2", "零": "0"}, also={"洞": "0", "拐": "7", "勾": "9"}, repeats={}
)


def longest(numerals: Numerals, text: str, fewest: int = 1, most: int = 8) -> str:
    found = list(read_digits(numerals, tokenise(text), 0, fewest, most))
    return found[-1][1] if found else ""


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("four oh one two", "4012"),
        ("double four five", "445"),
        ("triple zero one", "0001"),
        ("4712", "4712"),
        ("four 7 one 2", "4712"),
        ("one to", "12"),
        ("double double four", ""),
        ("double", ""),
        ("hello", ""),
    ],
)
def test_english_digits(said: str, digits: str) -> None:
    assert longest(ENGLISH, said) == digits


@pytest.mark.parametrize(("said", "digits"), [("幺两洞拐", "1207"), ("零 一 勾", "019"), ("４７", "47")])
def test_chinese_digits(said: str, digits: str) -> None:
    assert longest(CHINESE, said) == digits


def test_every_length_within_the_bounds_is_offered() -> None:
    found = list(read_digits(ENGLISH, tokenise("one two four five one"), 1, 2, 3))
    assert found == [(3, "24"), (4, "245")]


def test_a_repeat_that_oversteps_the_most_digits_is_not_offered() -> None:
    assert list(read_digits(ENGLISH, tokenise("one triple two"), 0, 1, 2)) == [(1, "1")]


def test_reading_starts_nowhere_behind_the_end() -> None:
    assert list(read_digits(ENGLISH, ("one",), 1, 1, 4)) == []


def test_every_word_follows_every_word_once() -> None:
    words = ("a", "b", "c")
    circle = pairs_covered(words)
    pairs = [(circle[i], circle[(i + 1) % len(circle)]) for i in range(len(circle))]
    assert sorted(pairs) == sorted((x, y) for x in words for y in words)
