"""Between threads: answers arrive on the Qt thread, in order, and errors never vanish."""

import logging
import shutil
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread, Signal, Slot
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.bridge import Bridge, Line
from desktop.reporter import Reporter
from sync.errors import CentralUnreachable
from sync.events import Connection, Link, OrdersChanged
from tests.gui.fakes import FakeDesk
from tests.gui.hands import Hands
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.gui


class Catcher(QObject):
    """Bound slots that remember what came, and on which thread."""

    got = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[object] = []
        self.on_qt_thread: list[bool] = []

    @Slot(object)
    def take(self, answer: object) -> None:
        self.answers.append(answer)
        self.on_qt_thread.append(QThread.currentThread() is self.thread())
        self.got.emit()


def test_windows_are_real_wherever_a_virtual_screen_can_be_had(qapp: QApplication) -> None:
    assert (qapp.platformName() == "xcb") == (shutil.which("Xvfb") is not None)


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:
    made = Bridge(FakeDesk())
    yield made
    made.close()


def test_work_runs_elsewhere_and_its_answer_arrives_here(bridge: Bridge, qtbot: QtBot) -> None:
    catcher = Catcher()
    with qtbot.waitSignal(catcher.got):
        bridge.run(Line.LOOK, threading.current_thread, catcher.take)
    assert catcher.answers != [threading.current_thread()]
    assert catcher.on_qt_thread == [True]
    qtbot.waitUntil(lambda: not bridge.busy)


def test_commands_are_done_one_after_the_other(bridge: Bridge, qtbot: QtBot) -> None:
    catcher = Catcher()
    gate = threading.Event()
    bridge.run(Line.DO, lambda: gate.wait(PATIENCE_S) and "first", catcher.take)
    bridge.run(Line.DO, lambda: "second", catcher.take)
    gate.set()
    qtbot.waitUntil(lambda: len(catcher.answers) == 2)
    assert catcher.answers == ["first", "second"]


def fail(error: Exception) -> object:
    raise error


def test_an_expected_error_goes_to_whoever_asked(bridge: Bridge, qtbot: QtBot) -> None:
    catcher, reported = Catcher(), Catcher()
    bridge.faulted.connect(reported.take)
    error = CentralUnreachable("away")
    with qtbot.waitSignal(catcher.got):
        bridge.run(Line.ASK, lambda: fail(error), reported.take, catcher.take)
    qtbot.waitUntil(lambda: not bridge.busy)
    assert catcher.answers == [error]
    assert reported.answers == []


@pytest.mark.parametrize("error", [CentralUnreachable("away"), ValueError("a mistake in the program")])
def test_an_error_that_nobody_asked_for_reaches_the_reporter(bridge: Bridge, qtbot: QtBot, error: Exception) -> None:
    catcher, reported = Catcher(), Catcher()
    bridge.faulted.connect(reported.take)
    with qtbot.waitSignal(reported.got):
        bridge.run(Line.LOOK, lambda: fail(error), catcher.take)
    assert reported.answers == [error]


def test_a_mistake_in_the_program_reaches_both(bridge: Bridge, qtbot: QtBot) -> None:
    catcher, reported = Catcher(), Catcher()
    bridge.faulted.connect(reported.take)
    error = ValueError("a mistake in the program")
    bridge.run(Line.LOOK, lambda: fail(error), reported.take, catcher.take)
    qtbot.waitUntil(lambda: bool(catcher.answers and reported.answers))
    assert (catcher.answers, reported.answers) == ([error], [error])


def test_an_event_of_any_thread_arrives_on_the_qt_thread(bridge: Bridge, qtbot: QtBot) -> None:
    catcher = Catcher()
    bridge.connection_changed.connect(catcher.take)
    desk = bridge.desk
    assert isinstance(desk, FakeDesk)
    with qtbot.waitSignal(catcher.got):
        threading.Thread(target=desk.go_away).start()
    assert catcher.on_qt_thread == [True]
    assert catcher.answers == [Connection(link=Link.SIGNED_OUT)]


def test_an_answer_to_something_that_is_gone_is_dropped(bridge: Bridge, qtbot: QtBot) -> None:
    gate = threading.Event()
    catcher = Catcher()
    bridge.run(Line.LOOK, lambda: gate.wait(PATIENCE_S), catcher.take)
    catcher.deleteLater()
    del catcher
    QApplication.processEvents()
    gate.set()
    qtbot.waitUntil(lambda: not bridge.busy)


def test_once_closed_nothing_is_heard_and_nothing_is_done(qapp: QApplication) -> None:
    desk = FakeDesk()
    closed = Bridge(desk)
    catcher = Catcher()
    closed.orders_changed.connect(catcher.take)
    closed.close()
    desk.tell(OrdersChanged())
    closed.run(Line.LOOK, lambda: "late", catcher.take)
    QApplication.processEvents()
    assert catcher.answers == []
    closed.close()


def test_once_closed_nothing_is_under_way_any_more(qapp: QApplication) -> None:
    """Neither what was dropped from the queue nor what ended as the last thing."""
    gate, closed = threading.Event(), Bridge(FakeDesk())
    for _ in range(6):
        closed.run(Line.ASK, lambda: gate.wait(PATIENCE_S), print)
    closing = threading.Timer(0, gate.set)
    closing.start()
    closed.close()
    closing.join()
    assert not closed.busy


def test_an_exception_nobody_foresaw_is_logged_and_told_calmly(
    supervisor: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    catcher = Catcher()
    with caplog.at_level(logging.ERROR, logger="desktop"):
        supervisor.window.context.bridge.run(Line.LOOK, lambda: fail(ValueError("odd")), catcher.take)
        supervisor.until(lambda: "Something unexpected happened" in supervisor.toast())
    assert "unforeseen: odd" in caplog.text
    assert "nothing you entered is lost" in supervisor.toast()


def test_the_reporter_watches_the_edge_of_every_thread(qapp: QApplication, qtbot: QtBot) -> None:
    reporter, catcher = Reporter(), Catcher()
    reporter.reported.connect(catcher.take)
    kept = (sys.excepthook, threading.excepthook)
    leave = reporter.watch()
    error = ValueError("in a thread")
    with qtbot.waitSignal(catcher.got):
        threading.Thread(target=fail, args=(error,)).start()
    sys.excepthook(ValueError, ValueError("in main"), None)
    leave()
    assert [str(e) for e in catcher.answers] == ["in a thread", "in main"]
    assert (sys.excepthook, threading.excepthook) == kept
