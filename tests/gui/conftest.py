"""A real window over a desk in memory, worked on by hand."""

import os
import threading
from collections.abc import Iterator
from datetime import timedelta, timezone

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import Clock, build
from desktop.settings import Settings
from desktop.window import MainWindow
from tests.gui.fake_voice import FakeVoice
from tests.gui.fakes import NOW, FakeDesk
from tests.gui.hands import Hands
from tests.gui.lifelike import orders

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

CHINA = timezone(timedelta(hours=8))


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk(orders(60, NOW))


@pytest.fixture
def voice() -> FakeVoice:
    return FakeVoice()


@pytest.fixture
def settings() -> Settings:
    return Settings(language="en", server="https://orders.example.cn")


@pytest.fixture
def window(
    qapp: QApplication, qtbot: QtBot, desk: FakeDesk, voice: FakeVoice, settings: Settings
) -> Iterator[MainWindow]:
    """The window as it stands before anyone has signed in."""
    before = set(threading.enumerate())
    saved: list[Settings] = []
    made = build(desk, voice, settings, save=saved.append, clock=Clock(lambda: NOW, lambda: CHINA))
    made.resize(1440, 860)
    made.show()
    qtbot.waitExposed(made)
    yield made
    qtbot.waitUntil(lambda: not made.context.bridge.busy)
    made.close()
    made.deleteLater()
    left = {t for t in threading.enumerate() if t not in before and t.name.startswith("desktop-")}
    assert not left, f"threads left behind: {left}"


@pytest.fixture
def hands(window: MainWindow, desk: FakeDesk, qtbot: QtBot) -> Hands:
    """A person at the window."""
    return Hands(window, desk, qtbot)


@pytest.fixture
def supervisor(hands: Hands) -> Hands:
    hands.sign_in("2001")
    return hands


@pytest.fixture
def operator(hands: Hands) -> Hands:
    hands.sign_in("1001")
    return hands
