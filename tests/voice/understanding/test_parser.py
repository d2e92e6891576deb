"""A sentence means something only as a whole, and only one thing."""

import pytest

from sync.domain.commands import Target
from sync.domain.exceptions import Reason
from tests.voice.understanding import shipped
from voice.language import Language, language_of, tokenise
from voice.understanding.meaning import Intent, Meaning, NotUnderstood, Why
from voice.understanding.parser import Parser, Places
from voice.understanding.phrases import parse_file

ALL = frozenset(Intent)


def english(text: str, allowed: frozenset[Intent] = ALL) -> Meaning | NotUnderstood:
    return shipped.parser(Language.EN).parse(text, allowed)


def chinese(text: str, allowed: frozenset[Intent] = ALL) -> Meaning | NotUnderstood:
    return shipped.parser(Language.ZH).parse(text, allowed)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        (
            "intercept order four seven one two wrong address",
            Meaning(Intent.INTERCEPT, order="4712", reason=Reason.BAD_ADDRESS),
        ),
        ("Intercept order #4712.", Meaning(Intent.INTERCEPT, order="4712")),
        ("hold double four one triple oh", Meaning(Intent.INTERCEPT, order="441000")),
        (
            "reassign order 4712 to east",
            Meaning(Intent.REASSIGN, order="4712", to=Target(kind="warehouse", id="W-EAST")),
        ),
        (
            "transfer four seven one to to carrier bravo",
            Meaning(Intent.REASSIGN, order="4712", to=Target(kind="carrier", id="C-B")),
        ),
        ("confirm one two", Meaning(Intent.CONFIRM, digits="12")),
        ("no four eight one two", Meaning(Intent.CORRECT, order="4812")),
        ("no", Meaning(Intent.CANCEL)),
        ("select two", Meaning(Intent.CHOOSE, number=2)),
        ("stop listening", Meaning(Intent.SLEEP)),
    ],
)
def test_english_sentences(text: str, meaning: Meaning) -> None:
    assert english(text) == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("拦截 订单 八 三 六 五 缺货", Meaning(Intent.INTERCEPT, order="8365", reason=Reason.STOCK_OUT)),
        ("拦截订单8365,地址错误。", Meaning(Intent.INTERCEPT, order="8365", reason=Reason.BAD_ADDRESS)),
        ("拦截幺两洞拐", Meaning(Intent.INTERCEPT, order="1207")),
        ("转单八三六五转给东仓", Meaning(Intent.REASSIGN, order="8365", to=Target(kind="warehouse", id="W-EAST"))),
        ("订单8365转给快递乙", Meaning(Intent.REASSIGN, order="8365", to=Target(kind="carrier", id="C-B"))),
        ("放行 8365", Meaning(Intent.RELEASE, order="8365")),
        ("确认 六 五", Meaning(Intent.CONFIRM, digits="65")),
        ("二号", Meaning(Intent.CHOOSE, number=2)),
        ("重复", Meaning(Intent.REPEAT)),
        ("拦截8365重复下单", Meaning(Intent.INTERCEPT, order="8365", reason=Reason.DUPLICATE)),
    ],
)
def test_chinese_sentences(text: str, meaning: Meaning) -> None:
    assert chinese(text) == meaning


@pytest.mark.parametrize("text", ["intercept order four seven one", "intercept order", "intercept order 123456789"])
def test_too_few_or_too_many_digits_are_no_order(text: str) -> None:
    few = text == "intercept order four seven one"
    assert english(text) == NotUnderstood(Why.DIGITS_MISSING if few else Why.NO_PHRASE)


@pytest.mark.parametrize(
    "text",
    [
        "please intercept order 4712",
        "intercept order 4712 now",
        "intercept order 4712 wrong",
        "don't intercept order 4712",
        "intercept order 4712 or 4713",
        "intercept order -4712-x",
        "confirm cancel",
    ],
)
def test_a_leftover_word_means_nothing(text: str) -> None:
    assert isinstance(english(text), NotUnderstood)


def test_unknown_sound_means_nothing() -> None:
    assert english("intercept [unk] order four seven one two") == NotUnderstood(Why.UNKNOWN_WORDS)
    assert chinese("拦截 [unk] 订单 八 三 六 五") == NotUnderstood(Why.UNKNOWN_WORDS)


@pytest.mark.parametrize("text", ["", "  ", "。"])
def test_silence_is_told_apart_from_nonsense(text: str) -> None:
    assert english(text) == NotUnderstood(Why.NOTHING_HEARD)


def test_only_allowed_intents_are_understood() -> None:
    assert english("confirm", frozenset({Intent.CANCEL})) == NotUnderstood(Why.NO_PHRASE)


def test_two_meanings_are_none() -> None:
    text = """language = "en"
version = "1"
decoys = []
digits = {}
places = {}
order = { fewest = 4, most = 4 }
reasons = { fraud = ["fake"], damaged = ["fake"] }
[[intent]]
name = "help"
phrases = ["go"]
says = []
[[intent]]
name = "next"
phrases = ["go"]
says = []
"""
    assert Parser(parse_file(text, "f"), Places()).parse("go", ALL) == NotUnderstood(Why.AMBIGUOUS)


def test_places_are_those_of_the_directory() -> None:
    assert english("reassign order 4712 to south") == NotUnderstood(Why.NO_PHRASE)


@pytest.mark.parametrize(("text", "language"), [("4712", Language.EN), ("hold", Language.EN), ("拦截", Language.ZH)])
def test_the_language_of_a_typed_line(text: str, language: Language) -> None:
    assert language_of(text) is language


def test_tokens_are_words_characters_and_digits() -> None:
    assert tokenise("Hold #47，拦截[unk]!") == ("hold", "4", "7", "拦", "截", "[unk]")
