"""What the voice bar shows of a snapshot."""

from dataclasses import replace

import pytest

from desktop.voice_bar.presenter import bar, meter
from desktop.words import Words
from voice.dialogue.state import Mode
from voice.hearing.room import Trouble
from voice.view import VoiceView


def test_a_run_without_voice_says_so(en: Words) -> None:
    shown = bar(None, en)
    assert (shown.state, shown.can_talk, shown.busy) == ("Voice is off", False, False)


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("words", ["en", "zh"])
def test_every_mode_has_its_word(mode: Mode, words: str, request: pytest.FixtureRequest) -> None:
    shown = bar(VoiceView(state=mode, listening=True), request.getfixturevalue(words))
    assert shown.state
    assert shown.awake == (mode is not Mode.ASLEEP)


def test_what_is_being_said_stands_before_what_was_said(en: Words) -> None:
    shown = bar(VoiceView(listening=True, heard="release", partial="inter"), en)
    assert (shown.heard, shown.still_hearing, shown.busy) == ("inter", True, True)


def test_without_a_microphone_the_reason_is_told_and_talking_is_off(en: Words) -> None:
    shown = bar(VoiceView(error="No microphone was found."), en)
    assert (shown.state, shown.hint, shown.trouble, shown.can_talk) == (
        "No microphone",
        "No microphone was found.",
        True,
        False,
    )
    assert shown.tone == "warn"


def test_a_closed_microphone_is_no_trouble_and_shows_no_level(en: Words) -> None:
    shown = bar(VoiceView(level=-10.0), en)
    assert (shown.tone, shown.level, shown.trouble) == ("neutral", 0.0, False)
    assert shown.hint == "Type a command (Ctrl+K)."


def test_voices_own_hint_goes_first(en: Words) -> None:
    assert bar(VoiceView(listening=True, hint="Say confirm."), en).hint == "Say confirm."
    assert bar(VoiceView(hint="Say computer."), en).hint == "Type a command (Ctrl+K)."
    assert bar(VoiceView(state=Mode.CONFIRM, hint="Type yes."), en).hint == "Type yes."
    assert bar(VoiceView(listening=True), en).hint == "Hold Space to talk, or type a command (Ctrl+K)."


@pytest.mark.parametrize(("level", "share"), [(-96.0, 0.0), (-60.0, 0.0), (-33.0, 0.5), (-6.0, 1.0), (0.0, 1.0)])
def test_the_meter_goes_from_minus_60_to_minus_6(level: float, share: float) -> None:
    assert meter(level) == share


@pytest.mark.parametrize("trouble", list(Trouble))
@pytest.mark.parametrize("words", ["en", "zh"])
def test_every_trouble_with_the_sound_says_what_to_do(
    trouble: Trouble, words: str, request: pytest.FixtureRequest
) -> None:
    said: Words = request.getfixturevalue(words)
    shown = bar(VoiceView(listening=True, heard="undo", trouble=trouble), said)
    assert (shown.hint, shown.trouble, shown.busy) == (said.text(f"voice.trouble.{trouble.value}"), True, False)
    deaf = bar(VoiceView(listening=False, trouble=trouble), said)
    assert not deaf.trouble


def test_noise_and_distance_are_told_as_far_as_they_are_known(en: Words) -> None:
    measured = VoiceView(listening=True, noise=-58)
    assert bar(VoiceView(listening=True), en).measures == ""
    assert bar(replace(measured, listening=False), en).measures == ""
    assert bar(measured, en).measures == "room -58 dB"
    assert bar(replace(measured, snr=24), en).measures == "room -58 dB, speech 24 dB above it"
