"""The recogniser is taught every step from word to word that a phrase can make."""

from itertools import pairwise

from tests.voice.understanding import shipped
from voice.language import Language
from voice.understanding.meaning import Intent
from voice.understanding.parser import Parser, Places
from voice.understanding.sentences import sentences


def test_every_pair_of_digits_is_taught() -> None:
    taught = sentences(shipped.parser(Language.EN), frozenset({Intent.INTERCEPT}), {Intent.INTERCEPT: 180})
    pairs = {pair for sentence in taught for pair in pairwise(sentence.split())}
    digits = shipped.phrases(Language.EN).numerals.words()
    assert {(a, b) for a in digits for b in digits} <= pairs


def test_every_reason_and_place_is_taught() -> None:
    parser = shipped.parser(Language.ZH)
    taught = " ".join(sentences(parser, frozenset({Intent.INTERCEPT, Intent.REASSIGN}), {Intent.INTERCEPT: 180}))
    assert all("".join(words) in taught for words in parser.phrases.reasons)
    assert all("".join(words) in taught for words in (*parser.places.warehouses, *parser.places.carriers))


def test_phrases_for_places_are_left_out_where_there_are_none() -> None:
    parser = Parser(shipped.phrases(Language.EN), Places())
    assert sentences(parser, frozenset({Intent.REASSIGN}), {}) == ()


def test_only_what_is_allowed_is_taught() -> None:
    taught = sentences(shipped.parser(Language.EN), frozenset({Intent.UNDO, Intent.LOUDER}), {Intent.UNDO: 2})
    assert taught[:2] == ("undo", "undo")
    assert all(sentence in {"undo", "louder", "speak louder"} for sentence in taught)
