"""``phrases check`` says in the user's language what is wrong; ``kept`` and ``forget`` tell and end what is kept."""

import argparse
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from desktop.terminal import phrases, texts, verbs
from desktop.terminal.exits import Exit
from desktop.terminal.site import Site
from desktop.translator import LANGUAGES
from sync.domain.commands import Heard
from sync.domain.order import UserId
from voice.detail import Detail, Flaw, detail
from voice.errors import PhraseError, PromptError, PronunciationWrong, VoiceError
from voice.understanding.meaning import Why

LI = UserId("li")


@pytest.mark.parametrize(("language", "words"), [("en", "14 days"), ("zh", "14 天")])
def test_what_is_kept_is_told_and_deleted_at_the_prompt(
    language: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = cast("Site", SimpleNamespace(folder=tmp_path))
    said = texts.load("zh" if language == "zh" else "en")
    refused = phrases.refused_sounds(tmp_path)
    refused.want(LI, keep=True)
    refused.keep(b"\0\0", Heard(transcript="banana", language="en"), LI)
    assert phrases.run(argparse.Namespace(action="kept"), site, said) == Exit.DONE
    assert words in capsys.readouterr().out
    assert phrases.run(argparse.Namespace(action="forget"), site, said) == Exit.DONE
    assert "1" in capsys.readouterr().out
    assert not refused.wanted_by(LI)
    assert refused.kept() == ()


WRONG_EN = """version = "site"
[pronunciations]
undue = "AH N D IY"
frond = "F R AO N D"
[reasons]
urgent = ["frond"]
fraud = ["swindle"]
[prompts]
asleep = "Say confirm."
[[intent]]
name = "help"
phrases = ["assist", "repeat", "undue"]
says = [{ say = "undo" }, { say = "stop it now", order = "4712" }]
[[intent]]
name = "louder"
replace = true
phrases = []
says = []
[[intent]]
name = "quieter"
replace = true
phrases = ["quieter"]
says = []
"""
WRONG_ZH = """version = "site"
[prompts]
asleep = "Waiting."
cancelled.else = "等待 {order}。"
"""
HEARD = {
    Flaw.LACKS_WORD,
    Flaw.LACKS_WORD_OF,
    Flaw.MANY_MEANINGS,
    Flaw.MEANS_ELSE,
    Flaw.NOT_UNDERSTOOD,
    Flaw.SOUNDS_LIKE,
    Flaw.REASON_SOUNDS_LIKE,
    Flaw.UNSAID,
    Flaw.UNSHOWN,
    Flaw.SAYS_WORD,
    Flaw.UNTRANSLATED,
    Flaw.OTHER_PLACEHOLDERS,
}
UNREADABLE = {
    "[[intent": Flaw.NO_TOML,
    '[[intent]]\nname = "nap"\nphrases = []\nsays = []': Flaw.UNKNOWN_VALUE,
    '[[intent]]\nname = "help"\nsays = []': Flaw.MISSING_FIELD,
    '[[intent]]\nname = "help"\nphrases = "help"\nsays = []': Flaw.OTHER_KIND,
    "[nothing]\na = 1": Flaw.UNKNOWN_FIELD,
    '[digits]\n"1" = ["one more"]': Flaw.NO_DIGIT_WORD,
    '[prompts]\nnothing = "无。"': Flaw.NO_PROMPT,
    "[prompts]\nasleep = 5": Flaw.NO_TEXT,
    **{
        f'[[intent]]\nname = "help"\nphrases = ["{phrase}"]\nsays = []': flaw
        for phrase, flaw in (
            ("help)", Flaw.CLOSES_NOTHING),
            ("(help|)", Flaw.EMPTY_WAY),
            ("(help", Flaw.NOT_CLOSED),
            ("help ()", Flaw.EMPTY_BRACKETS),
            ("help {person}", Flaw.NO_SLOT),
            ("[help]", Flaw.ALL_OPTIONAL),
        )
    },
}
VERBATIM = (Flaw.NO_TOML, Flaw.UNREAD, Flaw.UNFIT, Flaw.NOT_FILLED, Flaw.MODEL_FAILED)
"""After their lead-in others speak: the TOML parser, the system, Python's text, the recogniser."""


def english_in(told: str, *quoted: str) -> list[str]:
    """Two English words in a row that are nobody's quotation."""
    for part in quoted:
        told = told.replace(part, "")
    return re.findall(r"[A-Za-z]{2,} [A-Za-z]{2,}", re.sub("“[^”]*”", "", told))


def check(folder: Path, data: Path, *more: str) -> int:
    return verbs.main(["phrases", "check", "--folder", str(folder), "--data", str(data), *more])


@pytest.mark.processes
def test_no_english_of_ours_is_told_of_a_bad_site_file_in_chinese(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "en.toml").write_text(WRONG_EN, encoding="utf-8")
    (tmp_path / "zh.toml").write_text(WRONG_ZH, encoding="utf-8")
    assert check(tmp_path, tmp_path, "--language", "zh", "--json") == Exit.PHRASES
    found = json.loads(capsys.readouterr().out)
    assert {row["key"] for row in found} >= HEARD
    assert check(tmp_path, tmp_path, "--language", "zh") == Exit.PHRASES
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(found) + 1
    for row, line in zip(found, lines, strict=False):
        assert line.startswith(f"{row['file']}:{row['line']}: ")
        assert row["phrase"] in line
        assert row["why"] in line
        assert english_in(line, row["file"], row["phrase"]) == [], line
        assert re.search("[\u4e00-\u9fff]", re.sub("“[^”]*”", "", row["why"])), row


class Silent:
    """Hears nothing, for files that are not even read so far."""

    def stop(self) -> None: ...


@pytest.mark.parametrize(("text", "flaw"), UNREADABLE.items())
def test_nor_of_one_that_cannot_be_read(
    text: str, flaw: Flaw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(phrases, "Recognition", Silent)
    for language in LANGUAGES:
        (tmp_path / f"{language}.toml").write_text(f'version = "site"\n{text}', encoding="utf-8")
    assert check(tmp_path, tmp_path, "--language", "zh", "--json") == Exit.PHRASES
    rows = json.loads(capsys.readouterr().out)
    assert [row["key"] for row in rows] == [flaw, flaw]
    assert check(tmp_path, tmp_path, "--language", "zh") == Exit.PHRASES
    for row, line in zip(rows, capsys.readouterr().out.splitlines(), strict=False):
        assert flaw in VERBATIM or not english_in(line, row["file"], row["phrase"]), line


@pytest.mark.parametrize("flaw", Flaw)
def test_each_flaw_has_words_in_both_languages_with_the_same_values(flaw: Flaw) -> None:
    en, zh = (texts.load(language).raw(f"phrases.why.{flaw}") for language in LANGUAGES)
    assert sorted(re.findall(r"{\w+}", en)) == sorted(re.findall(r"{\w+}", zh))
    assert re.search("[\u4e00-\u9fff]", zh)
    assert english_in(zh) == []
    assert (flaw in VERBATIM) == ("{error}" in en)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_understood_and_kinds_of_values_have_names(language: str) -> None:
    words = texts.load("zh" if language == "zh" else "en")
    assert all(words.has(f"phrases.unclear.{why}") for why in Why)
    kind = detail(Flaw.OTHER_KIND, expected="int", found="range", at="order")
    assert words.text("phrases.kind.int") in phrases.worded(kind, words)
    assert "range" in phrases.worded(kind, words), "a kind without a name stands as it is"


CLOSED = detail(Flaw.NOT_CLOSED, mark="(", at=6)


@pytest.mark.parametrize(
    ("fault", "why", "where", "code"),
    [
        (PhraseError("zh.toml", 7, "hold (", CLOSED), CLOSED, "zh.toml:7", Exit.PHRASES),
        (PhraseError("zh.toml", 0, "", detail(Flaw.UNSAID)), detail(Flaw.UNSAID), "zh.toml", Exit.PHRASES),
        (PromptError("[prompts]", "odd", detail(Flaw.NO_PROMPT)), detail(Flaw.NO_PROMPT), "odd", Exit.NOT_DONE),
        (
            PronunciationWrong("'nap'", word="nap", phone="PP"),
            detail(Flaw.NO_PHONE, word="nap", phone="PP"),
            "nap",
            Exit.NOT_DONE,
        ),
        (PronunciationWrong("x", word="", phone=""), detail(Flaw.TEACHES_NOTHING), "", Exit.NOT_DONE),
    ],
)
def test_other_verbs_say_the_same_of_a_broken_file(
    fault: VoiceError, why: Detail, where: str, code: Exit, capsys: pytest.CaptureFixture[str]
) -> None:
    for language in LANGUAGES:
        words = texts.load(language)
        assert verbs.ended(fault, words) == code
        told = capsys.readouterr().err
        assert where in told
        assert phrases.worded(why, words) in told
