"""Phrase files load; a mistake names the file, the line and the phrase."""

from pathlib import Path

import pytest

from sync.domain.exceptions import Reason
from voice.errors import PhraseError
from voice.language import Language
from voice.understanding.meaning import Intent
from voice.understanding.phrases import load, parse_file

GOOD = """language = "en"
version = "1"
decoys = ["smart"]
[order]
fewest = 4
most = 8
[digits]
"1" = ["one"]
"2" = ["two"]
[also.repeats]
"2" = ["double"]
[places]
[reasons]
fraud = ["fraud"]

[[intent]]
name = "intercept"
phrases = ["intercept {order} [{reason}]"]
says = [{ say = "intercept one two one two", order = "1212" }]

[[intent]]
name = "help"
phrases = ["help [me]"]
says = []
"""


def test_a_file_becomes_phrases_with_their_lines() -> None:
    phrases = parse_file(GOOD, "site.toml")
    assert (phrases.language, phrases.version, phrases.fewest, phrases.most) == (Language.EN, "1", 4, 8)
    assert [(p.intent, p.text, p.line) for p in phrases.phrases] == [
        (Intent.INTERCEPT, "intercept {order} [{reason}]", 18),
        (Intent.HELP, "help [me]", 23),
    ]
    assert phrases.reasons == {("fraud",): Reason.FRAUD}
    assert phrases.numerals.repeats == {"double": 2}
    assert [(intent, example.order, line) for intent, example, line, _ in phrases.examples] == [
        (Intent.INTERCEPT, "1212", 19)
    ]


def broken(old: str, new: str) -> PhraseError:
    assert old in GOOD
    with pytest.raises(PhraseError) as caught:
        parse_file(GOOD.replace(old, new), "site.toml")
    return caught.value


def test_a_template_with_a_mistake_names_file_line_and_phrase() -> None:
    error = broken("help [me]", "help [me")
    assert (error.file, error.line, error.phrase) == ("site.toml", 23, "help [me")
    assert "not closed" in error.why
    assert str(error).startswith("site.toml:23: 'help [me'")


def test_text_that_is_no_toml_names_the_line() -> None:
    error = broken('fraud = ["fraud"]', "fraud = [")
    assert error.line >= 15
    assert error.file == "site.toml"


def test_toml_that_ends_too_early_names_the_last_line() -> None:
    with pytest.raises(PhraseError) as caught:
        parse_file('language = "en"\nversion = """1', "site.toml")
    assert caught.value.line == 2


def test_an_unknown_intent_names_the_line_of_its_table() -> None:
    error = broken('name = "help"', 'name = "dance"')
    assert error.line == 21
    assert "dance" in error.why


def test_an_unknown_reason_is_refused() -> None:
    assert "bored" in broken('fraud = ["fraud"]', 'bored = ["bored"]').why


def test_a_misspelt_field_is_refused() -> None:
    assert "wolrd" in broken('order = "1212"', 'wolrd = "1212"').why


@pytest.mark.parametrize(("old", "new"), [('"1" = ["one"]', '"x" = ["one"]'), ('["one"]', '["one more"]')])
def test_a_digit_word_must_be_one_word_for_one_digit(old: str, new: str) -> None:
    assert "one digit" in broken(old, new).why


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(PhraseError, match="cannot be read"):
        load(tmp_path / "en.toml")


def test_a_file_in_another_encoding_says_so(tmp_path: Path) -> None:
    path = tmp_path / "zh.toml"
    path.write_bytes("language = '中文'".encode("gbk"))
    with pytest.raises(PhraseError, match="cannot be read"):
        load(path)


def test_a_file_on_disk_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "en.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert load(path).file == str(path)


def test_the_digest_is_another_for_another_text_only() -> None:
    first = parse_file(GOOD, "a.toml").digest
    assert parse_file(GOOD.replace("\n", "\r\n"), "b.toml").digest == first
    assert parse_file(GOOD.replace("smart", "mirror"), "a.toml").digest != first
