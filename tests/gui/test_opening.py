"""The page first, the store behind it: whoever is faster than the store is signed in all the same."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import Clock, first_page
from desktop.bridge import Bridge
from desktop.opening import Opening, Plan, QuietChimes
from desktop.settings import Settings
from desktop.walk import Walk
from desktop.window import MainWindow
from sync.errors import AlreadyRunning
from sync.workstation import Workstation
from tests.gui.fakes import NOW, PIN, FakeDesk
from tests.gui.lifelike import orders
from tests.patience import PATIENCE_MS
from voice.dialogue.effects import Earcon
from voice.language import Language

pytestmark = pytest.mark.gui


def now() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture
def page(qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    """The window while its store is not open yet."""
    walk = Walk()
    made = first_page(Bridge(), Settings(language="en"), lambda _: None, Clock(lambda: NOW), walk, frozenset())
    with qtbot.waitSignal(made.painted):
        made.show()
    yield made
    qtbot.waitUntil(lambda: not made.context.bridge.busy)
    made.close()
    made.deleteLater()


def test_the_page_takes_keys_before_the_store_is_open(page: MainWindow) -> None:
    QTest.keyClicks(page.sign_in.badge, "2001")
    assert page.sign_in.badge.text() == "2001"
    assert not page.prepared


def test_who_was_faster_than_the_store_is_signed_in_as_soon_as_it_is_open(page: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClicks(page.sign_in.badge, "2001")
    QTest.keyClicks(page.sign_in.pin, PIN)
    QTest.keyClick(page.sign_in.pin, Qt.Key.Key_Return)
    assert not page.at_work
    page.context.bridge.open(FakeDesk(orders(10, NOW)))
    page.ready()
    qtbot.waitUntil(lambda: page.at_work)


def plan(folder: Path) -> Plan:
    return Plan(
        folder=folder,
        server=lambda: "http://127.0.0.1:9",
        language=lambda: Language.EN,
        microphone=lambda: "",
        models=(),
        phrases=None,
        use_keyring=False,
        now=now,
    )


def test_the_store_is_opened_on_a_thread_and_closed_at_the_end(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    opening = Opening(plan(tmp_path), Walk())
    opening.opened.connect(opening.halt, Qt.ConnectionType.DirectConnection)  # the store is enough here
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        opening.begin()
    opening.close()
    Workstation(tmp_path, now, use_keyring=False).close()


def test_a_folder_that_is_in_use_is_told(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    with Workstation(tmp_path, now, use_keyring=False):
        opening = Opening(plan(tmp_path), Walk())
        with qtbot.waitSignal(opening.failed, timeout=PATIENCE_MS) as told:
            opening.begin()
        opening.close()
    assert isinstance(told.args[0], AlreadyRunning)


class Heard:
    """Chimes, remembered."""

    def __init__(self) -> None:
        self.played: list[Earcon] = []

    def play(self, earcon: Earcon) -> None:
        self.played.append(earcon)


@pytest.mark.parametrize(("quiet", "heard"), [(False, [Earcon.DONE]), (True, [])], ids=["day", "quiet hours"])
def test_nothing_chimes_in_quiet_hours(quiet: bool, heard: list[Earcon]) -> None:
    chimes = Heard()
    QuietChimes(chimes, lambda: quiet).play(Earcon.DONE)
    assert chimes.played == heard
