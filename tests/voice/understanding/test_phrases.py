"""Phrase files load; a mistake names the file, the line and the phrase."""

from pathlib import Path
from typing import Annotated

import msgspec
import pytest

from sync.domain.exceptions import Reason
from voice.detail import Flaw, detail
from voice.errors import PhraseError
from voice.language import Language
from voice.understanding.meaning import Intent
from voice.understanding.phrases import load, parse_file, table

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
    assert error.why == detail(Flaw.NOT_CLOSED, mark="[", at=6)
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
    assert error.why == detail(Flaw.UNKNOWN_VALUE, value="dance", at="intent[1].name")


def test_an_unknown_reason_is_refused() -> None:
    why = broken('fraud = ["fraud"]', 'bored = ["bored"]').why
    assert why == detail(Flaw.UNKNOWN_VALUE, value="bored", at="reasons")


def test_a_misspelt_field_is_refused() -> None:
    why = broken('order = "1212"', 'wolrd = "1212"').why
    assert why == detail(Flaw.UNKNOWN_FIELD, field="wolrd", at="intent[0].says[0]")


def test_a_value_of_another_kind_and_a_missing_field_are_refused() -> None:
    why = broken('order = "1212"', 'number = "1212"').why
    assert why == detail(Flaw.OTHER_KIND, expected="int", found="str", at="intent[0].says[0].number")
    assert broken('version = "1"\n', "").why == detail(Flaw.MISSING_FIELD, field="version", at="site.toml")


def test_what_msgspec_says_beyond_that_stands_as_it_is() -> None:
    with pytest.raises(PhraseError) as caught:
        table("a = 1", "site.toml", dict[str, Annotated[int, msgspec.Meta(ge=5)]])
    assert caught.value.why.flaw is Flaw.UNFIT
    assert ">= 5" in str(caught.value)


@pytest.mark.parametrize(("old", "new"), [('"1" = ["one"]', '"x" = ["one"]'), ('["one"]', '["one more"]')])
def test_a_digit_word_must_be_one_word_for_one_digit(old: str, new: str) -> None:
    assert broken(old, new).why.flaw is Flaw.NO_DIGIT_WORD


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(PhraseError, match="unread"):
        load(tmp_path / "en.toml")


def test_a_file_in_another_encoding_says_so(tmp_path: Path) -> None:
    path = tmp_path / "zh.toml"
    path.write_bytes("language = '中文'".encode("gbk"))
    with pytest.raises(PhraseError, match="unread"):
        load(path)


def test_a_file_on_disk_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "en.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert load(path).file == str(path)


def test_the_digest_is_another_for_another_text_only() -> None:
    first = parse_file(GOOD, "a.toml").digest
    assert parse_file(GOOD.replace("\n", "\r\n"), "b.toml").digest == first
    assert parse_file(GOOD.replace("smart", "mirror"), "a.toml").digest != first
