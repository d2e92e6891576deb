"""Which world do a few tests of the window need whole? A real central on a socket, a real store, a real window."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.app import Clock, build
from desktop.settings import Settings
from desktop.window import MainWindow
from sync.client.api import CentralApi
from sync.domain.order import Order, OrderId
from sync.events import Link
from sync.server.central import Settings as CentralSettings
from sync.server.storage.sqlite import SqliteStorage
from sync.service import Desk
from sync.store.projection import Seen
from sync.wire.messages import HistoryEntry
from sync.workstation import Workstation
from tests.contract.world import PIN, START, Stage, World, stage, world
from tests.gui.fake_voice import FakeVoice
from tests.gui.fakes import FakeDesk
from tests.gui.hands import Hands
from tests.patience import PATIENCE_MS
from tests.sync.site import QUICK


class RealHands(Hands):
    """A person at a window over a real desk, who has more patience: there is a network in between."""

    def until(self, seen: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(seen()), timeout=PATIENCE_MS)

    def sign_in(self, badge: str) -> None:
        page = self.window.sign_in
        QTest.keyClicks(page.badge, badge)
        QTest.keyClick(page.badge, Qt.Key.Key_Tab)
        QTest.keyClicks(page.pin, PIN)
        QTest.keyClick(page.pin, Qt.Key.Key_Return)
        self.until(lambda: self.window.pages.currentWidget() is self.window.workbench)

    def focused(self) -> QWidget:
        """Where the keyboard goes now."""
        return self._focus()

    def tab_to(self, wanted: QWidget, *, back: bool = False) -> None:
        """Press Tab, as often as it takes at most, until this widget has the focus."""
        key = Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab
        for _ in range(60):
            if self._focus() is wanted:
                return
            self.press(key, Qt.KeyboardModifier.ShiftModifier if back else Qt.KeyboardModifier.NoModifier)
        raise AssertionError(f"Tab never came to {wanted}; it stands on {self._focus()}")


@dataclass
class Reality:
    """One workstation with its window at one central. ``world`` is the central and the others who work with it."""

    folder: Path
    world: World
    desk: Desk = field(init=False)
    window: MainWindow = field(init=False)
    hands: RealHands = field(init=False)

    def order(self, order_id: OrderId) -> Order:
        return self.world.order(order_id)

    @property
    def seen(self) -> Seen:
        """The order on the sheet."""
        look = self.window.workbench.reading.look
        assert look is not None
        return look.seen

    @contextmanager
    def others_first(self, order_id: OrderId, **changes: object) -> Iterator[None]:
        """What is sent within this comes just after another one's change, of which nobody had heard."""
        now = self.world.clock()
        with self.world.storage.write() as writing:
            before = self.order(order_id)
            after = msgspec.structs.replace(before, **{"version": before.version + 1, "updated_at": now, **changes})
            entry = HistoryEntry(
                at=now, version=after.version, who="王主管", device="ws-9", action="intercept", outcome="requested"
            )
            writing.save(after, before.warehouse)
            writing.note(order_id, entry)
            yield


@contextmanager
def server(folder: Path) -> Iterator[Stage]:
    """A listening central that several worlds play on, one after the other."""
    storage = SqliteStorage(folder / "first.db")
    try:
        with stage(storage, CentralSettings()) as on:
            yield on
    finally:
        storage.close()


@contextmanager
def reality(folder: Path, on: Stage, qtbot: QtBot) -> Iterator[Reality]:
    """Everything of one test, closed behind it."""
    with ExitStack() as stack:
        storage = SqliteStorage(folder / "central.db")
        stack.callback(storage.close)
        at = Reality(folder, stack.enter_context(world(storage, CentralSettings(), on)))
        stack.enter_context(_workstation(at, qtbot))
        yield at


@contextmanager
def _workstation(at: Reality, qtbot: QtBot) -> Iterator[None]:
    clock = at.world.clock
    with Workstation(at.folder / "desk", clock, use_keyring=False) as workstation:
        at.desk = Desk(workstation, CentralApi(at.world.url, language=lambda: "en"), now=clock)
        at.desk._login._hasher = QUICK
        at.window = build(
            at.desk, FakeVoice(), Settings(language="en", server=at.world.url), clock=Clock(lambda: START)
        )
        at.hands = RealHands(at.window, cast("FakeDesk", at.desk), qtbot)
        at.window.resize(1440, 860)
        at.window.show()
        qtbot.waitExposed(at.window)
        at.desk.start()
        try:
            yield
        finally:
            at.hands.until(lambda: not at.window.context.bridge.busy)
            at.window.close()
            at.desk.stop()
            at.window.deleteLater()


def signed_in(at: Reality, badge: str, orders: int) -> None:
    """The person has signed in and sees so many orders."""
    at.hands.sign_in(badge)
    at.hands.until(lambda: at.desk.connection.link is Link.ONLINE)
    at.hands.until(lambda: at.hands.table.model().rowCount() == orders)
    at.hands.until(lambda: at.window.workbench.reading.look is not None)
    at.hands.quiet()
