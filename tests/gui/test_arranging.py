"""The list as a supervisor arranges it: filters, columns, sorting, groups and views, kept for the next time."""

from collections.abc import Iterable

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from desktop.orders.head import ListHead
from desktop.orders.model import GROUP
from desktop.orders.presenter import COLUMNS
from desktop.rail.button import RailButton
from sync.domain.order import Claim, OrderId, Snooze, Status
from sync.events import OrdersWoke, ViewsChanged
from sync.wire.colleagues import SharedView
from tests.gui.fakes import NOW
from tests.gui.hands import Hands
from tests.gui.lifelike import OPERATOR, SUPERVISOR

pytestmark = pytest.mark.gui
HOUR = 3_600_000


def head(hands: Hands) -> ListHead:
    return hands.window.workbench.head


def choose(menu: QMenu, *path: str) -> None:
    """Open the menu and go down to the entry of these names."""
    menu.aboutToShow.emit()
    for name in path[:-1]:
        menu = next(below for below in entries(menu) if below.title() == name)
    next(action for action in menu.actions() if action.text() == path[-1]).trigger()


def entries(menu: QMenu) -> Iterable[QMenu]:
    return (below for action in menu.actions() if isinstance(below := action.menu(), QMenu))


def view(hands: Hands, name: str) -> RailButton:
    """The line of this saved view in the rail."""
    found = hands.button(name, hands.window.workbench.rail)
    assert isinstance(found, RailButton)
    return found


def number(hands: Hands, name: str) -> str:
    """The number beside a saved view."""
    return view(hands, name).count.text()


def density(hands: Hands) -> str:
    return hands.window.settings.density


def narrow(hands: Hands, *path: str) -> None:
    choose(head(hands).filters.menu, *path)
    hands.quiet()


def arrange(hands: Hands, *path: str) -> None:
    choose(hands.window.workbench.list.arrange.choices, *path)
    hands.quiet()


def test_a_filter_narrows_the_list_and_its_chip_drops_it(supervisor: Hands) -> None:
    everything = supervisor.table.model().rowCount()
    narrow(supervisor, "Status", "Picking")
    assert set(supervisor.column("status")) == {"Picking"}
    assert supervisor.table.model().rowCount() < everything
    supervisor.click(supervisor.button("Status: Picking", head(supervisor)))
    supervisor.until(lambda: supervisor.table.model().rowCount() == everything)


def test_all_filters_are_dropped_at_once(supervisor: Hands) -> None:
    everything = supervisor.table.model().rowCount()
    narrow(supervisor, "Status", "Picking")
    narrow(supervisor, "Claimed by", "Nobody")
    narrow(supervisor, "Clear all filters")
    supervisor.until(lambda: supervisor.table.model().rowCount() == everything)
    assert not head(supervisor).filters.isVisible()


def test_a_column_is_hidden_and_shown_again(supervisor: Hands) -> None:
    number = [c.id for c in COLUMNS].index("status")
    arrange(supervisor, "Columns", "Status")
    assert supervisor.table.isColumnHidden(number)
    arrange(supervisor, "Columns", "Status")
    assert not supervisor.table.isColumnHidden(number)


def test_a_dragged_heading_stays_where_it_was_put_for_the_next_time(supervisor: Hands) -> None:
    header = supervisor.table.horizontalHeader()
    header.moveSection(header.visualIndex(1), 0)
    supervisor.quiet()
    assert supervisor.window.workbench.list.arrange.arrangement.shown[:2] == ("number", "due")
    header.moveSection(0, 5)
    supervisor.quiet()
    head(supervisor).meet()
    supervisor.until(lambda: header.visualIndex(1) == 5)


def test_shift_and_a_heading_sort_within_what_the_list_is_sorted_by(supervisor: Hands) -> None:
    supervisor.click_header("customer")
    supervisor.quiet()
    header = supervisor.table.horizontalHeader()
    number = [c.id for c in COLUMNS].index("status")
    at = QPoint(header.sectionViewportPosition(number) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, at)
    supervisor.quiet()
    model = supervisor.window.workbench.orders
    assert model.query.sorts == (("customer", True), ("status", True))
    assert model.headerData(number, Qt.Orientation.Horizontal) == "Status ↑2"
    assert header.sortIndicatorSection() == [c.id for c in COLUMNS].index("customer")


def test_sorting_within_needs_no_mouse(supervisor: Hands) -> None:
    model = supervisor.window.workbench.orders
    arrange(supervisor, "Sort by", "Status")
    arrange(supervisor, "Then by", "Total")
    assert [column for column, _ in model.query.sorts] == ["status", "total"]
    arrange(supervisor, "Reset to default")
    assert [column for column, _ in model.query.sorts] == ["due"]


def test_groups_open_and_close_by_key_and_mouse(supervisor: Hands) -> None:
    arrange(supervisor, "Group", "By source")
    model = supervisor.window.workbench.orders
    whole = model.rowCount()
    first = model.index(0, 0).data(GROUP)
    assert f"{first.count} order" in str(model.index(0, 0).data())
    supervisor.table.setFocus()
    supervisor.table.selectRow(0)
    supervisor.press(Qt.Key.Key_Return)
    assert model.rowCount() == whole - first.count
    supervisor.press(Qt.Key.Key_Right)
    assert model.rowCount() == whole
    at = QPoint(40, supervisor.table.rowViewportPosition(0) + 5)
    QTest.mouseClick(supervisor.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert model.rowCount() == whole - first.count
    assert len(model.ids) == sum(o.open_exceptions != () for o in supervisor.desk.central.values())


def test_a_view_is_kept_under_a_name_with_its_live_number(supervisor: Hands) -> None:
    narrow(supervisor, "Status", "Picking")
    picking = supervisor.table.model().rowCount()
    head(supervisor).views.keep("On the floor")
    supervisor.until(lambda: number(supervisor, "On the floor") == str(picking))
    narrow(supervisor, "Clear all filters")
    supervisor.click(view(supervisor, "On the floor"))
    supervisor.until(lambda: supervisor.table.model().rowCount() == picking)
    order = next(o for o in supervisor.desk.central.values() if o.status is Status.PICKING and o.open_exceptions)
    supervisor.desk.move(order.id, Status.PACKING)
    supervisor.until(lambda: number(supervisor, "On the floor") == str(picking - 1))


def test_a_view_brings_its_columns_and_row_height_and_leaves_those_of_the_list_alone(supervisor: Hands) -> None:
    window, kept = supervisor.window, head(supervisor).kept
    narrow(supervisor, "Status", "Picking")
    arrange(supervisor, "Columns", "Customer")
    supervisor.window.next_density()
    head(supervisor).views.keep("Floor")
    supervisor.until(lambda: view(supervisor, "Floor"))
    narrow(supervisor, "Clear all filters")
    arrange(supervisor, "Columns", "Customer")
    supervisor.window.next_density()
    usual = window.workbench.list.arrange.arrangement
    assert "customer" in usual.shown
    supervisor.click(view(supervisor, "Floor"))
    supervisor.quiet()
    assert "customer" not in window.workbench.list.arrange.arrangement.shown
    assert density(supervisor) == "compact"
    head(supervisor).meet()
    supervisor.until(lambda: "customer" not in window.workbench.list.arrange.arrangement.shown)
    supervisor.quiet()
    window.workbench.show_view("all")
    supervisor.quiet()
    assert window.workbench.list.arrange.arrangement == usual
    assert density(supervisor) == "comfortable"
    assert kept.arrangement == usual


def test_a_view_of_ones_own_becomes_what_the_list_is_now(supervisor: Hands) -> None:
    head(supervisor).views.keep("One")
    narrow(supervisor, "Status", "Picking")
    arrange(supervisor, "Columns", "Total")
    menu = head(supervisor).views.menu_of(head(supervisor).views.shown[-1])
    assert menu is not None
    choose(menu, "Update the view One to look like this")
    (own,) = head(supervisor).kept.own
    assert own.query.statuses == {Status.PICKING}
    assert "total" not in own.columns


def test_a_name_that_is_taken_is_not_kept_twice(supervisor: Hands) -> None:
    views = head(supervisor).views
    views.keep("One")
    views.keep(" one ")
    assert [v.name for v in head(supervisor).kept.own] == ["One"]


def test_a_view_of_ones_own_is_dropped_again(supervisor: Hands) -> None:
    head(supervisor).views.keep("One")
    supervisor.until(lambda: view(supervisor, "One"))
    menu = head(supervisor).views.menu_of(head(supervisor).views.shown[-1])
    assert menu is not None
    choose(menu, "Delete the view One")
    assert head(supervisor).kept.own == ()
    assert head(supervisor).views.menu_of(head(supervisor).views.shown[0]) is None


def test_control_alt_and_a_digit_choose_a_view(supervisor: Hands) -> None:
    mine = next(iter(supervisor.desk.central.values()))
    supervisor.desk.add(msgspec.structs.replace(mine, claim=Claim(by=SUPERVISOR.id, at=NOW)))
    supervisor.press(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    supervisor.until(lambda: supervisor.column("number") == [mine.number])


def test_the_list_is_as_it_was_left_after_signing_in_again(supervisor: Hands) -> None:
    narrow(supervisor, "Status", "Picking")
    arrange(supervisor, "Group", "By customer")
    supervisor.until(lambda: any("picking" in it for it in supervisor.desk.kept.values()))
    query = supervisor.window.workbench.orders.query
    head(supervisor).meet()
    supervisor.until(lambda: supervisor.window.workbench.orders.query == query)


def test_that_a_snoozed_order_is_back_is_told(supervisor: Hands) -> None:
    order = next(iter(supervisor.desk.central.values()))
    supervisor.desk.add(msgspec.structs.replace(order, snooze=Snooze(until=NOW + HOUR, by=SUPERVISOR.id, at=NOW)))
    supervisor.until(lambda: order.number not in supervisor.column("number"))
    supervisor.desk.tell(OrdersWoke((order.id,)))
    supervisor.until(lambda: f"{order.tail} is back" in supervisor.toast())
    supervisor.desk.tell(OrdersWoke((order.id, OrderId("o-00002"))))
    supervisor.until(lambda: "2 snoozed orders are back" in supervisor.toast())


def test_a_supervisor_shares_a_view_with_everybody_and_stops_sharing_it(supervisor: Hands) -> None:
    bar = head(supervisor)
    bar.views.keep("Fraud")
    supervisor.until(lambda: view(supervisor, "Fraud"))
    own = bar.views.menu_of(bar.views.shown[-1])
    assert own is not None
    choose(own, "Share the view Fraud with everybody")
    supervisor.until(lambda: [v.name for v in bar.kept.shared] == ["Fraud"] and not bar.kept.own)
    assert bar.kept.shared[0].columns == bar.kept.arrangement.columns
    assert bar.kept.shared[0].density == "comfortable"
    shared = bar.views.menu_of(bar.views.shown[-1])
    assert shared is not None
    choose(shared, "Stop sharing Fraud")
    supervisor.until(lambda: not bar.kept.shared)


def test_a_view_that_could_not_be_shared_stays_ones_own(supervisor: Hands) -> None:
    bar = head(supervisor)
    bar.views.keep("Fraud")
    supervisor.desk.go_away()
    bar.kept.share(bar.kept.own[0].id)
    supervisor.until(lambda: "The view was not shared" in supervisor.toast())
    assert [v.name for v in bar.kept.own] == ["Fraud"]


def test_a_view_of_a_newer_program_is_left_out(supervisor: Hands) -> None:
    for query in ('{"view":"all"}', '{"view":"next year\'s"}'):
        supervisor.desk.shared.append(SharedView(id=query, name=query[9:12], query=query, by=SUPERVISOR.id, at=0))
    supervisor.desk.tell(ViewsChanged())
    supervisor.until(lambda: [v.name for v in head(supervisor).kept.shared] == ["all"])


def offered(hands: Hands) -> QMenu:
    """The menu of the current line, by the menu key."""
    hands.table.setFocus()
    at = QPoint(5, 5)
    QApplication.sendEvent(hands.table.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, at))
    hands.until(lambda: head(hands).row_menu.menu is not None)
    found = head(hands).row_menu.menu
    assert found is not None
    return found


def test_an_order_is_claimed_and_put_away_by_the_menu_of_its_line(operator: Hands) -> None:
    order = operator.order()
    menu = offered(operator)
    assert [action.text() for action in menu.actions()] == ["Claim", "Snooze"]
    menu.actions()[0].trigger()
    menu.close()
    operator.until(lambda: operator.row().claimed_by == OPERATOR.id)
    operator.desk.settle()
    operator.until(lambda: "is yours" in operator.toast())
    head(operator).row_menu.menu = None
    again = offered(operator)
    assert "Give back" in [action.text() for action in again.actions()]
    below = next(iter(entries(again)))
    below.actions()[0].trigger()
    again.close()
    operator.until(lambda: order.number not in operator.column("number"))
