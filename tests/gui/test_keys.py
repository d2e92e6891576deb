"""A supervisor's hands stay on the keyboard: claim, assign, snooze, note, filters; texts name the keys in force."""

from functools import partial

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu

from desktop.bulk.view import BulkDialog
from desktop.rail.naming import NameDialog
from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from sync.domain.order import Claim, Status
from sync.events import Link
from tests.gui.fakes import NOW
from tests.gui.hands import Hands
from tests.gui.lifelike import OPERATOR, SUPERVISOR

pytestmark = pytest.mark.gui


def menu(hands: Hands) -> QMenu:
    """The menu of a line that is open now."""
    view = hands.window.workbench.list

    def visible() -> list[QMenu]:
        return [menu for menu in view.findChildren(QMenu) if menu.isVisible()]

    hands.until(visible)
    return visible()[0]


def closed(opened: QMenu) -> bool:
    return not opened.isVisible()


def press_in(opened: QMenu, key: Qt.Key) -> None:
    QTest.keyClick(opened, key)


def test_a_key_claims_and_the_same_key_gives_back(supervisor: Hands) -> None:
    order = supervisor.find_one(Status.WAITING)
    supervisor.press(Qt.Key.Key_L)
    supervisor.until(lambda: supervisor.desk.central[order.id].claim is not None)
    supervisor.quiet()
    supervisor.press(Qt.Key.Key_L)
    supervisor.until(lambda: supervisor.desk.central[order.id].claim is None)
    supervisor.quiet()


def test_the_key_leaves_a_colleagues_claim_alone_and_says_so(supervisor: Hands) -> None:
    order = supervisor.find_one(Status.WAITING)
    claim = Claim(by=OPERATOR.id, at=NOW)
    supervisor.desk.add(msgspec.structs.replace(order, claim=claim, version=order.version + 1))
    supervisor.quiet()
    supervisor.press(Qt.Key.Key_L)
    supervisor.until(supervisor.toasts)
    assert "colleague" in supervisor.toast()
    assert supervisor.desk.central[order.id].claim == claim


def test_assigning_and_snoozing_ask_where_the_order_stands_and_enter_takes_the_first(supervisor: Hands) -> None:
    order = supervisor.find_one(Status.WAITING)
    supervisor.press(Qt.Key.Key_G)
    opened = menu(supervisor)
    assert opened.activeAction() is opened.actions()[0]
    press_in(opened, Qt.Key.Key_Return)
    supervisor.until(lambda: supervisor.desk.central[order.id].claim is not None)
    supervisor.quiet()
    supervisor.press(Qt.Key.Key_S)
    opened = menu(supervisor)
    assert len(opened.actions()) == 4
    press_in(opened, Qt.Key.Key_Return)
    supervisor.until(lambda: supervisor.desk.central[order.id].snooze is not None)
    supervisor.quiet()
    supervisor.press(Qt.Key.Key_S)
    opened = menu(supervisor)
    assert opened.actions()[-1].text() == "Wake"
    press_in(opened, Qt.Key.Key_Up)
    press_in(opened, Qt.Key.Key_Return)
    supervisor.until(lambda: supervisor.desk.central[order.id].snooze is None)
    supervisor.quiet()


def test_what_may_not_be_is_said_instead_of_asked(operator: Hands) -> None:
    operator.press(Qt.Key.Key_G)
    operator.until(operator.toasts)
    assert "Assign" in operator.toast()


def test_a_note_is_written_in_passing_and_enter_leads_back_to_the_list(supervisor: Hands) -> None:
    order = supervisor.find_one(Status.WAITING)
    supervisor.press(Qt.Key.Key_N)
    assert supervisor.window.focusWidget() is supervisor.window.workbench.detail.notes.line
    supervisor.type("called twice")
    supervisor.press(Qt.Key.Key_Return)
    supervisor.until(lambda: [n.text for n in supervisor.desk.central[order.id].notes] == ["called twice"])
    supervisor.quiet()
    assert supervisor.window.focusWidget() is supervisor.table
    assert supervisor.window.workbench.top.search.text() == order.number
    supervisor.press(Qt.Key.Key_N)
    supervisor.press(Qt.Key.Key_Escape)
    assert supervisor.window.focusWidget() is supervisor.table
    assert supervisor.window.workbench.top.search.text() == order.number


def test_a_verb_is_of_the_marked_orders_where_some_are_marked(supervisor: Hands) -> None:
    for _ in range(2):
        supervisor.press(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert "3" in supervisor.window.workbench.list.bulk.text()
    supervisor.press(Qt.Key.Key_L)
    dialog = supervisor.dialog(BulkDialog)
    assert isinstance(dialog, BulkDialog)
    request = dialog.request()
    assert request is not None
    assert (request.op, len(dialog.rowids)) == (Op.CLAIM, 3)
    supervisor.until(dialog.go.isEnabled)
    dialog.reject()
    supervisor.quiet()
    assert "3" not in supervisor.window.workbench.list.bulk.text()


def test_menus_and_dialogs_of_the_list_open_by_key(supervisor: Hands) -> None:
    bench = supervisor.window.workbench
    shown: list[QMenu] = []
    for key, opened in ((Qt.Key.Key_F, bench.head.filters.menu), (Qt.Key.Key_V, bench.list.arrange.choices)):
        opened.aboutToShow.connect(partial(shown.append, opened))
        opened.aboutToShow.connect(opened.close, Qt.ConnectionType.QueuedConnection)  # it would wait for hands
        supervisor.press(key)
        supervisor.until(partial(closed, opened))
    assert shown == [bench.head.filters.menu, bench.list.arrange.choices]
    supervisor.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    supervisor.dialog(NameDialog)
    supervisor.type("Early shift")
    supervisor.press(Qt.Key.Key_Return)
    supervisor.quiet()
    assert [v.name for v in bench.head.kept.own] == ["Early shift"]
    supervisor.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    naming = supervisor.dialog(NameDialog)
    supervisor.type("early Shift")
    assert supervisor.reads("There is a view of this name already", naming)
    supervisor.press(Qt.Key.Key_Return)
    assert naming.isVisible()
    supervisor.press(Qt.Key.Key_Escape)
    supervisor.until(lambda: not supervisor.window.findChildren(NameDialog))


def test_bulk_options_are_chosen_by_the_keys_that_stand_beside_them(supervisor: Hands) -> None:
    supervisor.press(Qt.Key.Key_B)
    dialog = supervisor.dialog(BulkDialog)
    assert isinstance(dialog, BulkDialog)
    supervisor.press(Qt.Key.Key_I)
    supervisor.press(Qt.Key.Key_2)
    request = dialog.request()
    assert request is not None
    assert request.reason is list(Reason)[1]
    supervisor.until(dialog.go.isEnabled)
    dialog.reject()
    supervisor.quiet()


def test_texts_and_caps_name_the_keys_that_a_person_chose(supervisor: Hands) -> None:
    supervisor.find_one(Status.WAITING)
    supervisor.window.doing._choose_keys({"release": ("F4",), "intercept": ()})
    caps = [label.text() for label in supervisor.window.workbench.detail.verbs.findChildren(QLabel)]
    assert "F4" in caps
    assert "I" not in caps
    assert supervisor.window.context.text("step.payment_check").endswith("release (F4) when the payment is in.")
    assert supervisor.window.context.text("step.customer_cancel").startswith("Next: intercept while it is here;")
    supervisor.window.choose_language("zh")
    assert "F4" in supervisor.window.context.text("step.payment_check")


def test_what_the_central_could_not_tell_is_asked_for_when_it_answers_again(supervisor: Hands) -> None:
    reading = supervisor.window.workbench.reading
    supervisor.desk.go_away()
    supervisor.press(Qt.Key.Key_Down)
    supervisor.until(lambda: reading.trouble is not None)
    assert supervisor.reads("does not answer", supervisor.window.workbench.detail)
    supervisor.desk.come_back()
    supervisor.until(lambda: supervisor.desk.connection.link is Link.ONLINE and reading.history is not None)
    assert reading.trouble is None
    supervisor.until(lambda: reading.before is not None and reading.before.whole)


def test_chips_count_what_the_shown_list_holds(supervisor: Hands) -> None:
    chips = supervisor.window.workbench.chips
    assert [chip for chip in chips._chips if chip.count != "0"]
    supervisor.press(Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    supervisor.until(lambda: not chips._chips)
    supervisor.press(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    supervisor.until(lambda: bool(chips._chips))
    assert supervisor.desk.user == SUPERVISOR
