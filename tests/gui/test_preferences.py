"""The settings dialog, worked on by hand; what IT decided stays."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import Clock, build, said
from desktop.parts import Banner
from desktop.preferences.view import PreferencesDialog
from desktop.settings import Settings
from desktop.window import MainWindow
from sync.domain.order import Status
from tests.gui.conftest import CHINA
from tests.gui.fake_voice import FakeVoice
from tests.gui.fakes import NOW, FakeDesk
from tests.gui.hands import Hands
from tests.gui.lifelike import orders
from tests.gui.test_language import leftovers
from voice.dialogue.state import Mode
from voice.hearing.room import Trouble
from voice.refused import Held
from voice.view import VoiceView

pytestmark = pytest.mark.gui


def settings_of(hands: Hands) -> PreferencesDialog:
    hands.press(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = hands.dialog(PreferencesDialog)
    assert isinstance(dialog, PreferencesDialog)
    return dialog


def test_every_choice_is_in_force_at_once_and_kept(supervisor: Hands) -> None:
    dialog = settings_of(supervisor)
    for word in ("Dark", "Compact", "125%", "中文"):
        supervisor.click(supervisor.button(word, dialog))
    window = supervisor.window
    assert window.settings == Settings(
        language="zh", theme="dark", density="compact", text_scale=1.25, server="https://orders.example.cn"
    )
    assert window.context.look.theme.px(100) == 125
    assert leftovers(dialog, "zh") == []
    assert isinstance(window.context.bridge.voice, FakeVoice)
    assert ("switch", "zh") in window.context.bridge.voice.told
    dialog.reject()


def test_an_address_is_kept_when_it_is_one(supervisor: Hands) -> None:
    dialog = settings_of(supervisor)
    dialog.server.clear()
    QTest.keyClicks(dialog.server, "orders.example.cn")
    QTest.keyClick(dialog.server, Qt.Key.Key_Return)
    assert supervisor.reads("begins with http", dialog)
    assert supervisor.window.settings.server == "https://orders.example.cn"
    dialog.server.clear()
    QTest.keyClicks(dialog.server, "http://10.0.0.7:8642")
    QTest.keyClick(dialog.server, Qt.Key.Key_Return)
    assert supervisor.window.settings.server == "http://10.0.0.7:8642"
    dialog.reject()


def test_what_a_policy_decides_cannot_be_changed_here(qapp: QApplication, qtbot: QtBot) -> None:
    desk, kept = FakeDesk(orders(5, NOW)), Settings(language="en")
    locked = frozenset({"theme", "server", "language"})
    window = build(desk, FakeVoice(), kept, clock=Clock(lambda: NOW, lambda: CHINA), locked=locked)
    window.show()
    qtbot.waitExposed(window)
    hands = Hands(window, desk, qtbot)
    dialog = settings_of(hands)
    assert not hands.button("Dark", dialog).isEnabled()
    assert not dialog.server.isEnabled()
    assert hands.button("Compact", dialog).isEnabled()
    assert hands.reads("IT department", dialog)
    dialog.reject()
    hands.press(Qt.Key.Key_F8)
    hands.press(Qt.Key.Key_F2)
    assert window.settings == kept
    window.close()


def test_the_command_line_speaks_for_this_run_only() -> None:
    assert said("http://x", None) == {"server": "http://x"}
    assert said("http://x", "en") == {"server": "http://x", "language": "en"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_cut_in_the_head_of_an_order_that_is_too_late(
    window: MainWindow, supervisor: Hands, language: str
) -> None:
    """At the smallest screen every button and badge of the sheet has the room that its words need."""
    window.resize(1280, 720)
    supervisor.find_one(Status.HANDED_OVER)
    if language == "zh":
        supervisor.press(Qt.Key.Key_F2)
    supervisor.press(Qt.Key.Key_I)
    supervisor.press(Qt.Key.Key_0)
    supervisor.press(Qt.Key.Key_Return)
    banner = window.workbench.detail.findChildren(Banner)[0]
    supervisor.until(lambda: banner.isVisible() and not supervisor.window.context.bridge.busy)
    supervisor.quiet()
    offered = supervisor.button(supervisor.window.context.text("notice.offer.ask_carrier"), banner)
    cut = [
        b.text()
        for b in (*window.workbench.detail.verbs.findChildren(type(offered)), offered)
        if b.isVisible() and b.width() < b.sizeHint().width()
    ]
    assert cut == []
    assert banner.height() >= banner.heightForWidth(banner.width())


def test_the_hint_of_voice_follows_the_switch(supervisor: Hands) -> None:
    voice = supervisor.window.context.bridge.voice
    assert isinstance(voice, FakeVoice)
    voice.show(VoiceView(listening=True, state=Mode.ASLEEP))
    supervisor.press(Qt.Key.Key_F2)
    assert supervisor.reads("空格", supervisor.window.workbench.voice)


def test_own_recordings_are_a_persons_choice_with_what_there_is_and_a_way_to_delete_it(
    supervisor: Hands, voice: FakeVoice
) -> None:
    voice.held = Held(allowed=True, wanted=False, sounds=3, bytes=400_000)
    dialog = settings_of(supervisor)
    kept = dialog.kept_sounds
    supervisor.until(lambda: supervisor.reads("Kept now: 3 sentences, 0.4 MB.", kept))
    assert supervisor.reads("for 14 days", kept)
    supervisor.click(kept.delete)
    supervisor.until(lambda: supervisor.reads("Nothing is kept now.", kept))
    assert not kept.delete.isEnabled()
    kept.switch.click()
    supervisor.until(lambda: voice.held.wanted)
    supervisor.until(kept.switch.isChecked)
    dialog.reject()


def test_where_a_policy_forbids_recordings_the_choice_is_locked(supervisor: Hands, voice: FakeVoice) -> None:
    voice.held = Held(allowed=False, wanted=False)
    dialog = settings_of(supervisor)
    supervisor.until(lambda: not dialog.kept_sounds.switch.isEnabled())
    assert supervisor.reads("IT department", dialog.kept_sounds)
    dialog.reject()


def test_noise_and_troubles_are_shown_where_the_microphone_is_chosen(supervisor: Hands, voice: FakeVoice) -> None:
    dialog = settings_of(supervisor)
    voice.show(VoiceView(listening=True, level=-30.0, noise=-58, snr=24))
    supervisor.until(lambda: supervisor.reads("room -58 dB, speech 24 dB above it", dialog.sound))
    voice.show(VoiceView(listening=True, level=-30.0, noise=-30, snr=5, trouble=Trouble.NOISY))
    supervisor.until(lambda: supervisor.reads("It is very loud here", dialog.sound))
    dialog.reject()
    supervisor.until(lambda: supervisor.reads("It is very loud here", supervisor.window.workbench.voice))
