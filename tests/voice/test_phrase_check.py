"""A site's own words: laid over the shipped ones, taught to the model, and checked with file, line and phrase."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.domain.commands import Op
from tests.voice.fakes import FakeDesk, order
from voice.detail import Flaw
from voice.errors import PhraseError, PromptError
from voice.hearing.recognition import Recognition
from voice.language import Language
from voice.loop import Equipment
from voice.phrase_check import check
from voice.session import Session
from voice.understanding.lint import Finding, Mistake


@pytest.fixture(scope="module")
def recognition() -> Iterator[Recognition]:
    it = Recognition()
    yield it
    it.stop()


def site(folder: Path, text: str, language: str = "en") -> Path:
    (folder / f"{language}.toml").write_text('version = "site"\n' + text, encoding="utf-8")
    return folder


def found(recognition: Recognition, folder: Path, text: str, language: str = "en") -> tuple[Finding, ...]:
    return check(site(folder, text, language), (), recognition)


def test_what_is_shipped_is_sound(recognition: Recognition, tmp_path: Path) -> None:
    assert check(None, (), recognition) == ()
    assert check(tmp_path, (), recognition) == ()


def test_a_site_says_it_in_its_own_words_without_code(tmp_path: Path) -> None:
    text = """
[reasons]
damaged = ["broken"]
[prompts]
asleep = "Standing by."
[[intent]]
name = "intercept"
phrases = ["(block|freeze) [order] {order} [{reason}]"]
says = []
[[intent]]
name = "cancel"
replace = true
phrases = ["forget it"]
says = [{ say = "forget it" }]
"""
    desk = FakeDesk(order())
    it = Session(desk, Equipment(site_phrases=site(tmp_path, text)), language=Language.EN)
    it.say("freeze 4712 broken")
    it.say("forget it")
    assert it.view.asked == "Cancelled."
    it.say("block 4712 broken")
    it.say("confirm")
    assert [wish.op for wish in desk.wishes] == [Op.INTERCEPT]
    assert desk.wishes[0].heard is not None
    assert "+site#" in desk.wishes[0].heard.grammar
    it.say("sleep")
    assert it.view.asked == "Standing by."


@pytest.mark.parametrize(
    ("text", "mistake", "line", "phrase"),
    [
        ('[[intent]]\nname = "help"\nphrases = ["assist"]\nsays = []', Mistake.MISSING_WORD, 4, "assist"),
        ('[[intent]]\nname = "help"\nphrases = ["repeat"]\nsays = []', Mistake.SWALLOWED, 4, "repeat"),
        ('[[intent]]\nname = "help"\nphrases = ["help ("]\nsays = []', Mistake.UNREADABLE, 4, "help ("),
        ('[[intent]]\nname = "nap"\nphrases = []\nsays = []', Mistake.UNREADABLE, 2, ""),
        ('[[intent]]\nname = "help"\nphrases = []\nsays = [{ say = "undo" }]', Mistake.WRONG_MEANING, 5, "undo"),
        ('[prompts]\nasleep = "Say confirm."', Mistake.PROMPT, 3, "asleep"),
        ('[prompts]\nasleep = "等待中。"', Mistake.PROMPT, 3, "asleep"),
        ('[prompts]\nnothing = "Nothing."', Mistake.PROMPT, 3, "nothing"),
        ('[pronunciations]\nnap = "N AE PP"', Mistake.MISSING_WORD, 3, "nap"),
        ('[reasons]\nfraud = ["swindle"]', Mistake.MISSING_WORD, 3, "swindle"),
        ('[reasons]\n# ours\nfraudd = ["swindle"]', Mistake.UNREADABLE, 4, ""),
        ('[digits]\n"1" = "ace"', Mistake.UNREADABLE, 2, ""),
        ("[nothing]\na = 1", Mistake.UNREADABLE, 2, ""),
        ("=", Mistake.UNREADABLE, 2, ""),
    ],
)
def test_mistakes_have_file_line_and_phrase(
    recognition: Recognition, tmp_path: Path, text: str, mistake: Mistake, line: int, phrase: str
) -> None:
    matching = [f for f in found(recognition, tmp_path, text) if f.mistake is mistake and f.phrase == phrase]
    assert line in {f.line for f in matching if f.file == str(tmp_path / "en.toml")}


def test_a_taught_word_is_no_missing_word_any_more(recognition: Recognition, tmp_path: Path) -> None:
    text = '[pronunciations]\nassist = "AH S IH S T"\n[[intent]]\nname = "help"\nphrases = ["assist"]\nsays = []'
    assert found(recognition, tmp_path, text) == ()


def test_a_word_that_sounds_like_another_is_found(recognition: Recognition, tmp_path: Path) -> None:
    text = '[pronunciations]\nundue = "AH N D IY"\n[[intent]]\nname = "help"\nphrases = ["undue"]\nsays = []'
    alike = [f for f in found(recognition, tmp_path, text) if f.mistake is Mistake.SOUNDS_ALIKE]
    assert alike
    assert ("said", "undo") in alike[0].why.values


def test_reasons_that_sound_alike_are_found(recognition: Recognition, tmp_path: Path) -> None:
    text = '[pronunciations]\nfrond = "F R AO N D"\n[reasons]\nurgent = ["frond"]'
    assert any(
        f.mistake is Mistake.SOUNDS_ALIKE and "fraud" in f"{f.why} {f.phrase}"
        for f in found(recognition, tmp_path, text)
    )


def test_a_prompt_left_in_english_is_found_in_the_chinese_file(recognition: Recognition, tmp_path: Path) -> None:
    (finding,) = found(recognition, tmp_path, '[prompts]\nasleep = "Waiting."', "zh")
    assert (finding.mistake, finding.line, finding.file) == (Mistake.PROMPT, 3, str(tmp_path / "zh.toml"))


def test_placeholders_must_be_the_same_in_both_languages(recognition: Recognition, tmp_path: Path) -> None:
    (finding,) = found(recognition, tmp_path, '[prompts]\nasleep = "等待 {order}。"', "zh")
    assert finding.why.flaw is Flaw.OTHER_PLACEHOLDERS


def test_a_session_refuses_a_broken_site_file_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(PhraseError, match=r"en\.toml:2"):
        Session(FakeDesk(), Equipment(site_phrases=site(tmp_path, "=")), language=Language.EN)
    (tmp_path / "en.toml").write_bytes(b"\xff")
    with pytest.raises(PhraseError, match="unread"):
        Session(FakeDesk(), Equipment(site_phrases=tmp_path), language=Language.EN)
    with pytest.raises(PromptError, match="'odd': no_prompt"):
        Session(FakeDesk(), Equipment(site_phrases=site(tmp_path, '[prompts]\nodd = "x"')), language=Language.EN)
