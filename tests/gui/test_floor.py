"""Floor mode: to be read from three metres, by key and back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from sync.domain.order import Status
from tests.gui.fake_voice import FakeVoice
from tests.gui.hands import Hands
from voice.dialogue.state import Mode
from voice.view import VoiceView

pytestmark = pytest.mark.gui


@pytest.fixture
def board(supervisor: Hands) -> Hands:
    supervisor.find_one(Status.PICKING)
    supervisor.press(Qt.Key.Key_F11)
    supervisor.until(supervisor.window.floor.isVisible)
    return supervisor


def letters(hands: Hands, text: str) -> int:
    """The height in pixels of the letters of the label that says this."""
    shown = [w for w in hands.window.floor.findChildren(QLabel) if w.isVisible() and w.text() == text]
    return shown[0].fontInfo().pixelSize()


def tall(hands: Hands) -> float:
    """The height of the board, or of as much of it as a wide screen would have."""
    board = hands.window.floor
    return min(board.height(), board.width() * 9 / 16)


def test_the_order_in_question_stands_there_in_big_digits(board: Hands) -> None:
    tail = board.order().tail
    assert board.window.isFullScreen()
    assert letters(board, tail) >= tall(board) / 5


def test_a_question_of_voice_is_there_to_be_read(board: Hands, voice: FakeVoice) -> None:
    voice.show(VoiceView(state=Mode.CONFIRM, listening=True, asked="Intercept 1037?", heard="intercept 1037"))
    board.until(lambda: board.reads("Intercept 1037?", board.window.floor))
    assert letters(board, "Intercept 1037?") >= tall(board) / 16
    assert board.reads("Heard: intercept 1037", board.window.floor)


def test_what_came_of_a_command_stands_there_with_its_sign(board: Hands) -> None:
    board.press(Qt.Key.Key_F11)
    board.press(Qt.Key.Key_I)
    board.press(Qt.Key.Key_1)
    board.press(Qt.Key.Key_Return)
    board.until(lambda: any(toast.notice().order_id for toast in board.toasts()))
    told = next(toast.notice() for toast in board.toasts() if toast.notice().order_id)
    board.press(Qt.Key.Key_F11)
    assert board.reads(told.title, board.window.floor)
    assert board.reads(told.body, board.window.floor)


def test_escape_leads_back_to_the_workbench(board: Hands) -> None:
    board.press(Qt.Key.Key_Escape)
    board.until(board.window.workbench.isVisible)
    assert not board.window.isFullScreen()


def test_signing_out_leaves_floor_mode(board: Hands) -> None:
    board.window.workbench.sign_out()
    board.until(board.window.sign_in.isVisible)
    assert not board.window.isFullScreen()


def test_a_workstation_can_open_in_floor_mode(hands: Hands) -> None:
    hands.window.floor_wanted = True
    hands.desk.sign_in("1001", "4712", "en")
    hands.until(hands.window.floor.isVisible)
