"""The first run: language, central, sound, and a first command that is answered."""

import pytest
from PySide6.QtTest import QTest

from desktop.first_run.view import Assistant
from tests.gui.fake_voice import FakeVoice
from tests.gui.hands import Hands
from tests.gui.test_language import leftovers
from voice.view import VoiceView

pytestmark = pytest.mark.gui


@pytest.fixture
def assistant(hands: Hands) -> Assistant:
    hands.window.show_assistant()
    shown = hands.dialog(Assistant)
    assert isinstance(shown, Assistant)
    hands.until(lambda: not hands.window.context.bridge.busy)
    return shown


def test_it_goes_through_language_and_sound_to_a_command_that_is_answered(
    assistant: Assistant, hands: Hands, voice: FakeVoice
) -> None:
    hands.click(hands.button("中文", assistant))
    assert hands.window.settings.language == "zh"
    assert leftovers(assistant, "zh") == []
    hands.click(assistant.forward)
    assistant.sound.devices.setCurrentText("Headset 7")
    assistant.sound.devices.activated.emit(assistant.sound.devices.currentIndex())
    assert hands.window.settings.microphone == "Headset 7"
    assert ("microphone", "Headset 7") in voice.told
    hands.click(assistant.sound.speak)
    assert ("tell", "工作站的声音就是这样。") in voice.told
    hands.click(assistant.forward)
    hands.click(assistant.ask)
    assert ("say", "帮助") in voice.told
    voice.show(VoiceView(listening=True, heard="帮助", asked="可以说：拦截、转单、放行。"))
    hands.until(lambda: hands.reads("可以使用了", assistant))
    assert hands.reads("可以说：拦截、转单、放行。", assistant)
    hands.click(assistant.forward)
    assert hands.window.settings.greeted


def test_the_level_moves_with_the_voice(assistant: Assistant, hands: Hands, voice: FakeVoice) -> None:
    voice.show(VoiceView(listening=True, level=-20.0))
    hands.until(lambda: assistant.sound.level.value() > 50)
    voice.show(VoiceView(error="No microphone was found."))
    hands.until(lambda: hands.reads("No microphone was found.", assistant.sound))
    assert assistant.sound.level.value() == 0


def test_an_address_that_is_none_keeps_one_on_the_step(assistant: Assistant, hands: Hands) -> None:
    assistant.server.clear()
    QTest.keyClicks(assistant.server, "orders")
    assert not assistant.forward.isEnabled()
    assert hands.window.settings.server == "https://orders.example.cn"
    QTest.keyClicks(assistant.server, "http://10.0.0.9")
    assistant.server.setText("http://10.0.0.9")
    hands.click(assistant.forward)
    assert hands.window.settings.server == "http://10.0.0.9"
