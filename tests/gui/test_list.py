"""The list: sorted in the store, narrowed as one types, never losing its place."""

import threading
from array import array

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.bridge import Bridge
from desktop.context import Context, Look, Voicing
from desktop.orders.model import PAGE, OrdersModel
from desktop.orders.presenter import COLUMNS
from desktop.settings import Settings
from sync.domain.exceptions import Reason
from sync.domain.order import OrderId, Status
from sync.store.listing import Listing, ListQuery
from tests.gui.fakes import NOW, FakeDesk
from tests.gui.hands import Hands
from tests.gui.lifelike import orders
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.gui


def test_the_list_shows_the_stopped_orders_with_the_first_due_on_top(supervisor: Hands) -> None:
    stopped = [o for o in supervisor.desk.central.values() if o.open_exceptions]
    due = sorted(stopped, key=lambda o: o.due_at)
    assert supervisor.column("number") == [o.number for o in due]
    assert supervisor.row().number == due[0].number


def test_a_click_on_a_heading_sorts_and_a_second_click_turns_the_order(supervisor: Hands) -> None:
    supervisor.click_header("customer")
    supervisor.until(lambda: (names := supervisor.column("customer")) == sorted(names) and "None" not in names)
    first = supervisor.column("customer")
    supervisor.click_header("customer")
    supervisor.until(lambda: supervisor.column("customer")[0] == first[-1])


def test_a_heading_that_cannot_sort_changes_nothing(supervisor: Hands) -> None:
    before = supervisor.column("number")
    supervisor.click_header("kinds")
    supervisor.quiet()
    assert supervisor.column("number") == before
    assert supervisor.table.horizontalHeader().sortIndicatorSection() == 0


def test_typing_after_a_slash_searches_and_escape_gives_everything_back(supervisor: Hands) -> None:
    everything = supervisor.table.model().rowCount()
    supervisor.press(Qt.Key.Key_Slash)
    supervisor.type("杭州")
    supervisor.until(lambda: 0 < supervisor.table.model().rowCount() < everything)
    supervisor.quiet()
    assert all("杭州" in text for text in supervisor.column("customer"))
    supervisor.press(Qt.Key.Key_Escape)
    supervisor.until(lambda: supervisor.table.model().rowCount() == everything)


def test_a_search_without_a_match_says_what_to_do(supervisor: Hands) -> None:
    supervisor.press(Qt.Key.Key_Slash)
    supervisor.type("nothing like this")
    supervisor.until(lambda: supervisor.reads("Nothing matches", supervisor.window.workbench.list))
    assert supervisor.reads("No order selected", supervisor.window.workbench.detail)


def test_a_chip_narrows_the_list_to_its_kind(supervisor: Hands) -> None:
    supervisor.click(supervisor.button("Address", supervisor.window.workbench.chips))
    supervisor.until(lambda: all("Address" in kinds for kinds in supervisor.column("kinds")))
    wanted = [
        o for o in supervisor.desk.central.values() if any(e.kind is Reason.BAD_ADDRESS for e in o.open_exceptions)
    ]
    assert supervisor.table.model().rowCount() == len(wanted)


def test_control_and_a_digit_choose_the_view(supervisor: Hands) -> None:
    supervisor.press(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    supervisor.until(lambda: supervisor.table.model().rowCount() == len(supervisor.desk.central))
    assert supervisor.reads("All open orders", supervisor.window.workbench.list)


def test_the_chosen_order_and_the_place_stay_when_a_new_order_comes_in_above(supervisor: Hands) -> None:
    for _ in range(30):
        supervisor.press(Qt.Key.Key_Down)
    chosen, top = supervisor.row().id, supervisor.table.rowAt(0)
    first = supervisor.desk.central[OrderId("o-00001")]
    new = msgspec.structs.replace(first, id=OrderId("new"), number="SO26119999", due_at=NOW - 10**9)
    supervisor.desk.add(new)
    supervisor.until(lambda: supervisor.column("number")[0] == "SO26119999")
    assert supervisor.row().id == chosen
    assert supervisor.table.rowAt(0) == top + 1


def test_when_the_chosen_order_leaves_the_list_its_neighbour_is_chosen(supervisor: Hands) -> None:
    numbers = supervisor.column("number")
    supervisor.press(Qt.Key.Key_Down)
    gone = supervisor.order()
    supervisor.desk.add(msgspec.structs.replace(gone, exceptions=(), holds=()))
    supervisor.until(lambda: gone.number not in supervisor.column("number"))
    supervisor.until(lambda: supervisor.row().number == numbers[2])


def test_the_columns_that_have_no_room_give_way(supervisor: Hands) -> None:
    table = supervisor.table
    supervisor.window.resize(1920, 1000)
    supervisor.until(lambda: not table.isColumnHidden([c.id for c in COLUMNS].index("carrier")))
    supervisor.window.resize(1120, 700)
    supervisor.until(lambda: table.isColumnHidden([c.id for c in COLUMNS].index("carrier")))
    assert not table.isColumnHidden(0)


def test_the_row_height_can_be_made_compact(supervisor: Hands) -> None:
    before = supervisor.table.rowHeight(0)
    supervisor.click(supervisor.window.workbench.rail.extras["density"])
    supervisor.until(lambda: supervisor.table.rowHeight(0) < before)


class SlowDesk(FakeDesk):
    """Answers the first question for ids only when told to."""

    def __init__(self, count: int) -> None:
        super().__init__(orders(count, NOW))
        self.asked: list[str] = []
        self.answer = threading.Event()

    def ids(self, query: ListQuery) -> "array[int]":
        self.asked.append(query.view)
        if len(self.asked) == 1:
            self.answer.wait(PATIENCE_S)
        return super().ids(query)


def test_an_answer_to_an_older_question_is_not_shown(qapp: QApplication, qtbot: QtBot) -> None:
    desk = SlowDesk(20)
    bridge = Bridge(desk)
    settings = Settings(language="en")
    model = OrdersModel(Context(bridge, Voicing("en"), Look(settings), lambda: NOW))
    shown: list[int] = []
    model.changed.connect(lambda: shown.append(model.rowCount()))
    model.ask(ListQuery(view="pending"))
    model.ask(ListQuery(view="all"))
    desk.answer.set()
    qtbot.waitUntil(lambda: model.rowCount() == 20)
    qtbot.waitUntil(lambda: not bridge.busy)
    assert shown == [20]
    assert desk.asked == ["pending", "all"]
    bridge.close()


def test_the_first_lines_do_not_wait_for_the_rest(qapp: QApplication, qtbot: QtBot) -> None:
    class Long(FakeDesk):
        """Whose whole list takes as long as the test likes."""

        def __init__(self) -> None:
            super().__init__(orders(200, NOW))
            self.go_on = threading.Event()

        def listing(self, query: ListQuery) -> Listing:
            self.go_on.wait(PATIENCE_S)
            return super().listing(query)

    desk = Long()
    bridge = Bridge(desk)
    model = OrdersModel(Context(bridge, Voicing("en"), Look(Settings(language="en")), lambda: NOW))
    model.refresh()
    qtbot.waitUntil(lambda: model.rowCount() == PAGE, timeout=20_000)
    assert model.row_at(PAGE - 1) is not None
    assert not model.loaded
    first = list(model.ids)
    desk.go_on.set()
    qtbot.waitUntil(lambda: model.loaded, timeout=20_000)
    qtbot.waitUntil(lambda: not bridge.busy, timeout=20_000)
    assert model.rowCount() > PAGE
    assert list(model.ids)[:PAGE] == first
    bridge.close()


def test_what_stays_on_top_has_its_rows_in_the_new_order_at_once(qapp: QApplication, qtbot: QtBot) -> None:
    bridge = Bridge(FakeDesk(orders(300, NOW)))
    model = OrdersModel(Context(bridge, Voicing("en"), Look(Settings(language="en")), lambda: NOW))
    query = ListQuery(view="all", sort=("number", True))
    model.ask(query)
    qtbot.waitUntil(lambda: model.loaded and not bridge.busy, timeout=20_000)
    model.window, model.current = (lambda: (5, 25)), (lambda: 7)
    top, current = model.rowid_at(5), model.rowid_at(7)
    assert top is not None
    assert current is not None
    model.ask(msgspec.structs.replace(query, sort=("number", False)))
    with qtbot.waitSignal(model.changed, timeout=20_000):
        pass
    assert model.line_of(top) == 294
    assert model.line_of(current) == 292
    assert not any(model.row_at(line) is None for line in range(294, 300))
    qtbot.waitUntil(lambda: not bridge.busy, timeout=20_000)
    bridge.close()


def test_the_model_keeps_qts_rules_while_orders_come_and_go(supervisor: Hands) -> None:
    model = supervisor.window.workbench.orders
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    supervisor.desk.move(OrderId("o-00004"), Status.PACKED)
    supervisor.press(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    supervisor.until(lambda: model.rowCount() == len(supervisor.desk.central))
    supervisor.quiet()
    assert tester.model() is model
