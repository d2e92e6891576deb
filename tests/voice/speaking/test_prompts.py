"""Prompts fill in what is to be said, in both languages, and never say what is listened for."""

import re
from pathlib import Path

import pytest

import resources
from sync.domain.apply import Refusal
from sync.domain.commands import Op, Outcome, Target
from sync.domain.exceptions import Reason
from sync.domain.order import Place, Status
from tests.voice.fakes import DIRECTORY
from tests.voice.understanding import shipped
from voice.detail import Flaw, detail
from voice.dialogue.state import Mode
from voice.dialogue.wording import Choices, Digits, Number, Said, said
from voice.errors import (
    MicrophoneAbsent,
    ModelMissing,
    NoMicrophone,
    NoSoundSystem,
    PhraseError,
    PromptError,
    PronunciationWrong,
    SoundStuck,
    SoundTooPoor,
    VoiceError,
)
from voice.hearing.room import Trouble
from voice.language import Language
from voice.speaking.prompt_lint import compare, lint
from voice.speaking.prompts import Prompts, load
from voice.understanding.meaning import Intent, Why


def prompts(language: Language) -> Prompts:
    return load(resources.path("prompts", f"{language}.toml"), language)


EN, ZH = prompts(Language.EN), prompts(Language.ZH)


def test_a_read_back_says_digits_one_by_one_and_shows_them_together() -> None:
    what = said("readback.intercept", order=Digits("4712"), customer="Suzhou Home", reason=Reason.BAD_ADDRESS)
    text = EN.text(what)
    assert text.aloud == "Intercept order four seven one two, Suzhou Home, wrong address?"
    assert text.shown == "Intercept order 4712, Suzhou Home, wrong address?"
    assert ZH.text(what).aloud == "拦截订单 四 七 一 二，Suzhou Home，地址错误？"


def test_places_come_from_the_directory() -> None:
    to = Target(kind="warehouse", id="W-EAST")
    what = said("readback.reassign", order=Digits("1"), customer="A", to=to)
    assert "East warehouse" in EN.text(what, DIRECTORY).shown
    assert "东仓" in ZH.text(what, DIRECTORY).shown
    assert "W-EAST" in EN.text(what).shown
    carrier = said("readback.reassign", order=Digits("1"), customer="A", to=Target(kind="carrier", id="C-B"))
    assert "Bravo Freight" in EN.text(carrier, DIRECTORY).shown


def test_where_to_pull_is_said_as_far_as_it_is_known() -> None:
    what = said("outcome.requested", order=Digits("1"), place=Place(zone="B", tote="T-7"))
    assert EN.text(what).shown == "Order 1: not stopped yet. Someone must pull it, zone B, tote T-7."
    nowhere = said("outcome.requested", order=Digits("1"), place=None)
    assert EN.text(nowhere).shown.endswith("pull it.")


def test_lists_counts_and_choices() -> None:
    held = said("outcome.still_held", order=Digits("1"), holds=(Reason.FRAUD, Reason.PAYMENT_CHECK))
    assert EN.text(held).shown.endswith("suspected fraud, payment check.")
    which = said("which.few", order=Digits("12"), count=Number(2), names=Choices(("A", "B")))
    assert EN.text(which).shown.startswith("2 orders end with 12: one, A, two, B.")
    assert "一号，A、二号，B" in ZH.text(which).aloud


@pytest.mark.parametrize("language", Language)
def test_everything_that_can_be_said_has_words(language: Language) -> None:
    spoken = prompts(language)
    needed = [
        *(f"outcome.{outcome}" for outcome in Outcome),
        *(f"reason.{reason}" for reason in Reason),
        *(f"refusal.{refusal}" for refusal in Refusal),
        *(f"status.{status}" for status in Status),
        *(f"understood.{intent}" for intent in Intent),
        *(f"understood.{why}" for why in Why),
        *(f"readback.{op}" for op in Op if op is not Op.UNDO),
        *(f"digit.{digit}" for digit in "0123456789"),
        *(f"sound.{trouble}" for trouble in Trouble),
        *(f"error.{kind.key}" for kind in every_error(VoiceError)),
    ]
    assert [key for key in needed if not spoken.has(key)] == []
    assert len(Mode) == 7


def every_error(kind: type[VoiceError]) -> list[type[VoiceError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in every_error(child))]


@pytest.mark.parametrize(
    "error",
    [
        ModelMissing("x", language="zh", folder="/models"),
        PhraseError("en.toml", 7, "hold (", detail(Flaw.NOT_CLOSED, mark="(", at=6)),
        NoMicrophone("x", why="none"),
        MicrophoneAbsent("x", why="none", name="Jabra"),
        NoSoundSystem("x", why="none"),
        SoundStuck("x", why="none"),
        PronunciationWrong("x", word="nap", phone="PP"),
        PromptError("en.toml", "asleep", detail(Flaw.NO_TEXT)),
        SoundTooPoor("x", file="a.wav", rate=4000, least=8000),
        VoiceError("something"),
    ],
)
def test_errors_speak_both_languages(error: VoiceError) -> None:
    texts = {EN.error(error), ZH.error(error)}
    assert len(texts) == 2
    assert all("{" not in text for text in texts)


@pytest.mark.parametrize("kind", every_error(NoMicrophone))
def test_without_a_microphone_people_are_told_what_to_do_and_not_what_portaudio_says(kind: type[NoMicrophone]) -> None:
    raw = "Error querying device -1"
    none = kind(f"no microphone: {raw}", why=raw, name="Jabra")
    for spoken, plug in ((EN, "plug|choose|install"), (ZH, "插|选|安装")):
        assert raw not in spoken.error(none)
        assert re.search(plug, spoken.error(none), re.IGNORECASE)


def test_an_error_names_the_language_in_words() -> None:
    assert "Mandarin" in EN.error(ModelMissing("x", language="zh", folder="f"))
    assert "f" in EN.error(ModelMissing("x", language="", folder="f"))


def test_the_shipped_prompts_never_say_what_is_listened_for() -> None:
    assert lint(EN, shipped.phrases(Language.EN)) == ()
    assert lint(ZH, shipped.phrases(Language.ZH)) == ()


def test_both_languages_have_the_same_prompts_and_values() -> None:
    assert compare(EN, ZH) == ()


def write(tmp_path: Path, text: str, language: Language = Language.EN) -> Prompts:
    path = tmp_path / f"{language}.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, language)


def test_an_accept_or_wake_word_in_a_prompt_is_found(tmp_path: Path) -> None:
    bad = write(tmp_path, 'a = "Please confirm it."\nb = "Hello, desk!"\nc = { say = "fine", show = "confirm" }\n')
    found = lint(bad, shipped.phrases(Language.EN))
    assert [(f.prompt, f.why.flaw) for f in found] == [("a", Flaw.SAYS_WORD), ("b", Flaw.SAYS_WORD)]
    chinese = write(tmp_path, 'a = "请确认。"\n', Language.ZH)
    assert len(lint(chinese, shipped.phrases(Language.ZH))) == 1


def test_a_missing_or_differing_translation_is_found(tmp_path: Path) -> None:
    one = write(tmp_path, 'a = "x"\nb = "{order}"\n')
    other = write(tmp_path, 'b = "{number}"\nc = "y"\n', Language.ZH)
    assert [(f.prompt, f.why.flaw) for f in compare(one, other)] == [
        ("a", Flaw.NOT_IN_OTHER),
        ("c", Flaw.NOT_IN_OTHER),
        ("b", Flaw.OTHER_PLACEHOLDERS),
    ]


@pytest.mark.parametrize("text", ["a = ", "a = 5", "[a]\n", "a = []"])
def test_a_prompt_file_with_a_mistake_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(PromptError, match=r"en\.toml"):
        write(tmp_path, text)


def test_a_missing_prompt_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PromptError):
        load(tmp_path / "en.toml", Language.EN)


def test_a_missing_prompt_or_value_is_named(tmp_path: Path) -> None:
    few = write(tmp_path, 'a = "{order}"\n')
    with pytest.raises(PromptError, match="'b': no_prompt"):
        few.text(Said("b"))
    with pytest.raises(PromptError, match="'a': not_filled"):
        few.text(Said("a"))
