"""The lint finds what a phrase file would do wrong, and nothing in the shipped ones."""

from functools import partial

import pytest

import resources
from tests.voice.understanding import shipped
from voice.detail import Flaw, detail
from voice.language import Language
from voice.understanding.lint import Finding, Mistake, lint
from voice.understanding.phrases import parse_file


@pytest.mark.parametrize("language", Language)
def test_the_shipped_phrases_are_sound(language: Language) -> None:
    assert lint(shipped.phrases(language), partial(shipped.can_hear, language)) == ()


def findings(old: str, new: str) -> tuple[Finding, ...]:
    text = resources.path("phrases", "en.toml").read_text(encoding="utf-8")
    assert old in text
    return lint(parse_file(text.replace(old, new), "site.toml"), partial(shipped.can_hear, Language.EN))


def test_a_word_that_the_model_lacks_is_found_with_its_line() -> None:
    (finding,) = findings('phrases = ["undo"]', 'phrases = ["undo", "revert"]')
    assert finding.mistake is Mistake.MISSING_WORD
    assert finding.phrase == "revert"
    assert f"site.toml:{finding.line}: 'revert'" in str(finding)
    assert finding.line > 0


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('fraud = ["fraud"]', 'fraud = ["swindle"]', "swindle"),
        ('"alexa", ', '"siri", ', "siri"),
        ('"1" = ["one"]', '"1" = ["one", "ace"]', "ace"),
    ],
)
def test_reasons_decoys_and_digits_must_be_in_the_model(old: str, new: str, word: str) -> None:
    found = findings(old, new)
    assert any(f.mistake is Mistake.MISSING_WORD and word in f.phrase for f in found)


def test_a_phrase_that_another_intent_swallows_is_found() -> None:
    found = findings('phrases = ["help"]', 'phrases = ["help", "repeat"]')
    assert {f.phrase for f in found if f.mistake is Mistake.SWALLOWED} == {"repeat"}
    assert any(("also", "help") in f.why.values for f in found)


def test_a_test_sentence_with_another_meaning_is_found() -> None:
    (finding,) = findings('{ say = "Intercept order 4712", order = "4712" }', '{ say = "undo", order = "4712" }')
    assert finding.mistake is Mistake.WRONG_MEANING
    assert finding.why == detail(Flaw.MEANS_ELSE, got="undo", meant="intercept order=4712")


def test_a_test_sentence_that_is_not_understood_is_found() -> None:
    (finding,) = findings('{ say = "Intercept order 4712", order = "4712" }', '{ say = "stop it", order = "4712" }')
    assert finding.mistake is Mistake.WRONG_MEANING
    assert finding.why == detail(Flaw.NOT_UNDERSTOOD, because="no_phrase", meant="intercept order=4712")


def test_an_intent_without_phrases_or_examples_is_found() -> None:
    missing = findings('[[intent]]\nname = "help"\nphrases = ["help"]\nsays = [{ say = "help" }]\n', "")
    assert [(f.mistake, f.phrase) for f in missing] == [(Mistake.NO_PHRASE, "help")]
    unshown = findings('says = [{ say = "help" }]', "says = []")
    assert [(f.mistake, f.phrase) for f in unshown] == [(Mistake.NO_EXAMPLE, "help")]


def test_one_reason_spelt_for_two_is_found() -> None:
    found = findings(
        'phrases = ["release ([the] [order] {order}|this [order]) [[reason] {reason}]"]',
        'phrases = ["release {order} [{order}]"]',
    )
    assert any(f.mistake is Mistake.SWALLOWED and f.phrase.startswith("release") for f in found)
