"""The voice bar: what is heard, understood and asked; talking by key and by button; typing instead."""

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.palette.keys import KeysDialog
from tests.gui.fake_voice import FakeVoice
from tests.gui.hands import Hands
from voice.dialogue.state import Mode
from voice.view import VoiceView

pytestmark = pytest.mark.gui


def test_heard_understood_and_asked_are_shown(supervisor: Hands, voice: FakeVoice) -> None:
    voice.show(
        VoiceView(
            state=Mode.CONFIRM,
            listening=True,
            heard="intercept order four seven one two",
            understood="Intercept 4712",
            asked="Intercept order four seven one two?",
        )
    )
    bar = supervisor.window.workbench.voice
    for part in ("intercept order four seven", "Intercept 4712", "one two?", "Confirm?"):
        supervisor.until(partial(supervisor.reads, part, bar))


def test_a_screen_reader_is_told_what_voice_asks_once(supervisor: Hands, voice: FakeVoice) -> None:
    told: list[str] = []
    supervisor.window.workbench.voice.aloud.said.connect(told.append)
    for level in (-30.0, -20.0):
        voice.show(VoiceView(state=Mode.CONFIRM, listening=True, asked="Intercept 4712?", level=level))
        supervisor.until(lambda: supervisor.reads("Intercept 4712?", supervisor.window.workbench.voice))
    voice.show(VoiceView(listening=True))
    supervisor.until(lambda: not supervisor.window.workbench.voice.awake)
    voice.show(VoiceView(state=Mode.CONFIRM, listening=True, asked="Intercept 4712?"))
    supervisor.until(lambda: told == ["Intercept 4712?"] * 2)


def test_what_is_being_said_shows_while_it_is_said(supervisor: Hands, voice: FakeVoice) -> None:
    voice.show(VoiceView(state=Mode.LISTENING, listening=True, partial="intercept or"))
    supervisor.until(lambda: supervisor.reads("intercept or", supervisor.window.workbench.voice))


def test_space_in_the_list_is_held_to_talk(supervisor: Hands, voice: FakeVoice) -> None:
    supervisor.table.setFocus()
    supervisor.hold(Qt.Key.Key_Space)
    assert voice.told == [("talk", True)]
    supervisor.let_go(Qt.Key.Key_Space)
    assert voice.told == [("talk", True), ("talk", False)]


def test_space_in_the_search_is_a_space(supervisor: Hands, voice: FakeVoice) -> None:
    supervisor.press(Qt.Key.Key_Slash)
    supervisor.type("a b")
    assert supervisor.window.workbench.top.search.text() == "a b"
    assert voice.told == []


def test_f9_talks_from_anywhere(supervisor: Hands, voice: FakeVoice) -> None:
    supervisor.press(Qt.Key.Key_Slash)
    supervisor.hold(Qt.Key.Key_F9)
    supervisor.let_go(Qt.Key.Key_F9)
    assert voice.told == [("talk", True), ("talk", False)]


def test_a_foot_pedal_talks_by_the_key_that_was_chosen_for_it(supervisor: Hands, voice: FakeVoice) -> None:
    supervisor.window.doing.change_keys()
    dialog = supervisor.dialog(KeysDialog)
    assert isinstance(dialog, KeysDialog)
    dialog.edits["talk"].setFocus()
    QTest.keyClick(dialog.edits["talk"], Qt.Key.Key_Pause, Qt.KeyboardModifier.ControlModifier)
    dialog.edits["release"].setFocus()
    dialog.accept()
    assert supervisor.window.settings.shortcuts["talk"] == ("Ctrl+Pause",)
    supervisor.table.setFocus()
    supervisor.hold(Qt.Key.Key_Pause)
    supervisor.let_go(Qt.Key.Key_Pause)
    supervisor.hold(Qt.Key.Key_F9)
    supervisor.let_go(Qt.Key.Key_F9)
    assert voice.told == []
    QTest.keyPress(supervisor.table, Qt.Key.Key_Pause, Qt.KeyboardModifier.ControlModifier)
    assert voice.told == [("talk", True)]
    supervisor.let_go(Qt.Key.Key_Pause)
    assert voice.told == [("talk", True), ("talk", False)], "the other key may be up before it"


def test_the_button_talks_while_it_is_held(supervisor: Hands, voice: FakeVoice) -> None:
    button = supervisor.window.workbench.voice.button
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    assert voice.told == [("talk", True)]
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    assert voice.told == [("talk", True), ("talk", False)]


def test_a_typed_command_goes_to_the_same_dialogue(supervisor: Hands, voice: FakeVoice) -> None:
    supervisor.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    supervisor.type("intercept order 4712")
    supervisor.press(Qt.Key.Key_Return)
    assert voice.told == [("say", "intercept order 4712")]
    assert supervisor.window.workbench.voice.line.text() == ""


def test_escape_in_the_command_line_puts_away_what_is_asked(supervisor: Hands, voice: FakeVoice) -> None:
    supervisor.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    supervisor.type("inter")
    supervisor.press(Qt.Key.Key_Escape)
    assert voice.told == [("cancel", None)]


def test_without_a_microphone_it_is_said_and_typing_still_works(supervisor: Hands, voice: FakeVoice) -> None:
    voice.show(VoiceView(listening=False, error="There is no microphone."))
    bar = supervisor.window.workbench.voice
    supervisor.until(lambda: supervisor.reads("There is no microphone.", bar))
    assert supervisor.reads("No microphone", bar)
    assert not bar.button.isEnabled()
    assert bar.line.isEnabled()


def test_voice_brings_the_order_it_speaks_of_before_the_eyes(supervisor: Hands) -> None:
    bench = supervisor.window.workbench
    line = supervisor.column("number")[3]
    order = next(o for o in supervisor.desk.central.values() if o.number == line)
    bench.walk.show(order.id)
    supervisor.until(lambda: supervisor.reads(order.number, bench.detail))
    assert supervisor.row().id == order.id


def test_an_order_outside_the_list_is_shown_and_stays_shown_when_the_list_is_read_again(supervisor: Hands) -> None:
    bench = supervisor.window.workbench
    shown = set(supervisor.column("number"))
    order = next(o for o in supervisor.desk.central.values() if o.number not in shown)
    bench.walk.show(order.id)
    supervisor.until(lambda: supervisor.reads(order.number, bench.detail))
    bench.refresh()
    supervisor.quiet()
    assert supervisor.reads(order.number, bench.detail)


def test_voice_walks_the_list_and_the_table_follows(supervisor: Hands) -> None:
    bench = supervisor.window.workbench
    numbers = supervisor.column("number")
    moved = bench.walk.move(1)
    assert moved is not None
    assert supervisor.desk.central[moved].number == numbers[1]
    supervisor.until(lambda: supervisor.row().number == numbers[1])
    assert bench.walk.move(0) == moved


def test_the_meter_follows_the_level(supervisor: Hands, voice: FakeVoice) -> None:
    meter = supervisor.window.workbench.voice._meter
    quiet = VoiceView(listening=True, level=-60.0)
    voice.show(replace(quiet, level=-6.0))
    supervisor.until(lambda: meter.value() == 100)
    voice.show(quiet)
    supervisor.until(lambda: meter.value() == 0)
