"""Intercept, reassign, release: asked, given, told apart, taken back, by keyboard and by mouse."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QListView, QPushButton

from desktop.verbs.view import HoldsDialog, ReasonDialog, TargetDialog
from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from sync.domain.order import Status
from sync.errors import StoreFull
from sync.service import Wish
from sync.store.projection import Sight
from tests.gui.hands import Hands

pytestmark = pytest.mark.gui


def intercept(hands: Hands, reason_key: str = "0") -> None:
    """I, the key of a reason (0 is suspected fraud), Enter."""
    hands.press(Qt.Key.Key_I)
    hands.dialog(ReasonDialog)
    hands.type(reason_key)
    hands.press(Qt.Key.Key_Return)


def test_an_order_on_the_shelf_is_stopped_by_three_keys(supervisor: Hands) -> None:
    order = supervisor.find_one(Status.WAITING)
    intercept(supervisor)
    supervisor.until(lambda: f"{order.tail} is stopped" in supervisor.toast())
    assert Reason.FRAUD in {h.reason for h in supervisor.desk.central[order.id].holds}
    assert "Nothing left the shelf" in supervisor.toast()


def test_an_order_on_the_floor_says_where_to_pull_it(supervisor: Hands) -> None:
    order = supervisor.find_one(Status.PICKING)
    intercept(supervisor)
    supervisor.until(lambda: "stop requested" in supervisor.toast())
    assert f"tote {order.place.tote}" in supervisor.toast()
    supervisor.until(lambda: supervisor.reads(f"zone {order.place.zone}", supervisor.window.workbench.detail))


def test_an_order_with_the_carrier_is_too_late_and_the_carrier_can_be_asked(supervisor: Hands) -> None:
    order = supervisor.find_one(Status.HANDED_OVER)
    intercept(supervisor)
    supervisor.until(lambda: "too late" in supervisor.toast())
    supervisor.click(supervisor.button("Carrier intercept", supervisor.toasts()[0]))
    dialog = supervisor.dialog(ReasonDialog)
    assert supervisor.reads("Ask the carrier to return", dialog)
    supervisor.press(Qt.Key.Key_Return)
    supervisor.until(lambda: "return requested" in supervisor.toast())
    assert supervisor.desk.central[order.id].return_requested


def test_the_outcome_stays_with_the_order(supervisor: Hands) -> None:
    order = supervisor.find_one(Status.WAITING)
    intercept(supervisor)
    supervisor.until(lambda: supervisor.reads(f"{order.tail} is stopped", supervisor.window.workbench.detail))
    other = supervisor.find_one(Status.PACKED)
    assert not supervisor.reads("is stopped", supervisor.window.workbench.detail)
    assert other.id != order.id
    supervisor.press(Qt.Key.Key_Escape)
    supervisor.quiet()
    supervisor.find(order.id)
    assert supervisor.reads(f"{order.tail} is stopped", supervisor.window.workbench.detail)


def test_a_reason_that_already_holds_the_order_cannot_be_given_again(supervisor: Hands) -> None:
    order = supervisor.find_one(Status.WAITING, held=True)
    held = order.holds[0].reason
    supervisor.press(Qt.Key.Key_I)
    dialog = supervisor.dialog(ReasonDialog)
    words = supervisor.window.context.words.reason(held)
    assert not supervisor.button(words, dialog).isEnabled()
    assert "Already held" in supervisor.button(words, dialog).toolTip()
    supervisor.press(Qt.Key.Key_Escape)


def test_escape_gives_no_command(supervisor: Hands) -> None:
    order = supervisor.find_one(Status.WAITING)
    supervisor.press(Qt.Key.Key_I)
    supervisor.dialog(ReasonDialog)
    supervisor.type("0")
    supervisor.press(Qt.Key.Key_Escape)
    supervisor.quiet()
    assert supervisor.desk.central[order.id] == order
    assert supervisor.toast() == ""


def test_release_lifts_only_the_ticked_holds(supervisor: Hands) -> None:
    order = next(o for o in supervisor.desk.central.values() if len(o.holds) == 2)
    supervisor.find(order.id)
    supervisor.press(Qt.Key.Key_R)
    dialog = supervisor.dialog(HoldsDialog)
    boxes = [b for b in dialog.findChildren(QCheckBox) if b.isVisible()]
    assert [b.isChecked() for b in boxes] == [True, True]
    supervisor.press(Qt.Key.Key_Space)
    assert [b.isChecked() for b in boxes] == [False, True]
    supervisor.press(Qt.Key.Key_Return)
    supervisor.until(lambda: "still held" in supervisor.toast())
    assert [h.id for h in supervisor.desk.central[order.id].holds] == [order.holds[0].id]


def test_release_of_the_last_hold_frees_the_order(supervisor: Hands) -> None:
    order = next(o for o in supervisor.desk.central.values() if len(o.holds) == 1 and o.status is Status.WAITING)
    supervisor.find(order.id)
    supervisor.click(supervisor.button("Release", supervisor.window.workbench.detail))
    dialog = supervisor.dialog(HoldsDialog)
    supervisor.click(supervisor.button("Release", dialog))
    supervisor.until(lambda: "is released" in supervisor.toast())
    assert supervisor.desk.central[order.id].holds == ()


def test_what_the_role_may_not_do_is_grey_and_says_why(operator: Hands) -> None:
    order = next(
        o
        for o in operator.desk.central.values()
        if o.holds and all(h.reason is Reason.PAYMENT_CHECK for h in o.holds) and o.status is Status.WAITING
    )
    operator.find(order.id)
    button = operator.button("Release", operator.window.workbench.detail)
    assert not button.isEnabled()
    assert "Your role may not" in button.toolTip()
    assert operator.reads("Release: Your role may not", operator.window.workbench.detail.verbs)
    operator.press(Qt.Key.Key_R)
    operator.until(lambda: "not possible" in operator.toast())
    assert operator.desk.central[order.id] == order


def test_reassign_offers_the_centrals_candidates_and_why_others_cannot(supervisor: Hands) -> None:
    order = supervisor.find_one(Status.WAITING)
    supervisor.press(Qt.Key.Key_T)
    dialog = supervisor.dialog(TargetDialog)
    places = dialog.findChild(QListView)
    assert places is not None
    supervisor.until(lambda: places.model().rowCount() == 6)
    last = places.model().index(5, 0)
    assert not last.flags() & Qt.ItemFlag.ItemIsEnabled
    assert "Does not carry" in str(last.data(int(Qt.ItemDataRole.AccessibleDescriptionRole)))
    chosen = str(places.currentIndex().data())
    supervisor.press(Qt.Key.Key_Return)
    supervisor.until(lambda: "is reassigned" in supervisor.toast())
    assert chosen in supervisor.toast()
    assert supervisor.desk.central[order.id].warehouse != order.warehouse


def test_reassign_offline_says_so_and_can_be_tried_again(supervisor: Hands) -> None:
    supervisor.find_one(Status.WAITING)
    supervisor.desk.go_away()
    supervisor.press(Qt.Key.Key_T)
    dialog = supervisor.dialog(TargetDialog)
    supervisor.until(lambda: supervisor.reads("only it knows who can take the order", dialog))
    supervisor.desk.come_back()
    supervisor.click(supervisor.button("Try again", dialog))
    places = dialog.findChild(QListView)
    supervisor.until(lambda: places is not None and places.model().rowCount() == 6)
    supervisor.press(Qt.Key.Key_Escape)


def test_control_z_takes_the_last_command_back(supervisor: Hands) -> None:
    order = supervisor.find_one(Status.WAITING)
    intercept(supervisor)
    supervisor.until(lambda: "is stopped" in supervisor.toast())
    supervisor.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    supervisor.until(lambda: "undone" in supervisor.toast())
    assert supervisor.desk.central[order.id].holds == order.holds
    supervisor.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    supervisor.until(lambda: "Nothing to undo" in supervisor.toast())


def test_an_undo_by_voice_is_nothing_to_undo(supervisor: Hands) -> None:
    """Nor is one of this window, of which the central's answer is heard before it is taken for accepted."""
    order = supervisor.find_one(Status.WAITING)
    desk = supervisor.desk
    key = desk.submit(
        Wish(order_id=order.id, op=Op.INTERCEPT, base=order.version, reason=Reason.FRAUD, seen=Sight(order))
    )
    supervisor.until(lambda: "is stopped" in supervisor.toast())
    supervisor.window.workbench.giving.book.undone(key)
    desk.undo(key)
    supervisor.until(lambda: "undone" in supervisor.toast())
    supervisor.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    supervisor.until(lambda: "Nothing to undo" in supervisor.toast())
    assert desk.central[order.id].holds == order.holds


def test_the_toast_offers_undo(supervisor: Hands) -> None:
    order = supervisor.find_one(Status.WAITING)
    intercept(supervisor)
    supervisor.until(lambda: "is stopped" in supervisor.toast())
    supervisor.click(supervisor.button("Undo", supervisor.toasts()[0]))
    supervisor.until(lambda: supervisor.desk.central[order.id].holds == order.holds)


def test_offline_commands_are_kept_counted_and_marked(supervisor: Hands) -> None:
    order = supervisor.find_one(Status.WAITING)
    supervisor.desk.go_away()
    intercept(supervisor)
    supervisor.until(lambda: "will be sent by itself" in supervisor.toast())
    pill = supervisor.window.workbench.top.pill
    supervisor.until(lambda: supervisor.reads("1 unsent", pill))
    assert supervisor.reads("The central does not answer", supervisor.window.workbench.advice)
    supervisor.until(lambda: supervisor.reads("Pending commands", supervisor.window.workbench.detail))
    supervisor.until(lambda: supervisor.row().pending == 1)
    assert supervisor.desk.central[order.id] == order
    supervisor.desk.come_back()
    supervisor.until(lambda: not supervisor.reads("unsent", pill))
    supervisor.until(lambda: "is stopped" in supervisor.toast())
    supervisor.until(lambda: supervisor.row().pending == 0)


def test_an_unsent_command_is_simply_withdrawn(supervisor: Hands) -> None:
    order = supervisor.find_one(Status.WAITING)
    supervisor.desk.go_away()
    intercept(supervisor)
    supervisor.until(lambda: "will be sent by itself" in supervisor.toast())
    supervisor.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    supervisor.until(lambda: "nothing reached the central" in supervisor.toast())
    supervisor.desk.come_back()
    supervisor.quiet()
    assert supervisor.desk.central[order.id] == order


def test_a_command_that_cannot_be_kept_is_told_with_what_to_do(supervisor: Hands) -> None:
    supervisor.find_one(Status.WAITING)
    supervisor.desk.submit_fault = StoreFull("disk full")
    intercept(supervisor)
    supervisor.until(lambda: "The disk is full" in supervisor.toast())
    assert "was not accepted" in supervisor.toast()


def test_enter_goes_from_the_list_to_the_actions(supervisor: Hands) -> None:
    supervisor.find_one(Status.WAITING)
    supervisor.table.setFocus()
    supervisor.press(Qt.Key.Key_Return)
    focused = supervisor.window.focusWidget()
    assert isinstance(focused, QPushButton)
    assert "Intercept" in focused.text()


def test_the_history_of_a_spoken_or_typed_command_is_shown(supervisor: Hands) -> None:
    supervisor.find_one(Status.WAITING)
    intercept(supervisor)
    detail = supervisor.window.workbench.detail
    supervisor.until(lambda: supervisor.reads("Intercept: stopped", detail))
    assert supervisor.reads("Order received", detail)


def test_the_history_offline_says_so_and_can_be_tried_again(supervisor: Hands) -> None:
    supervisor.desk.go_away()
    detail = supervisor.window.workbench.detail
    supervisor.find_one(Status.PACKED)
    supervisor.until(lambda: supervisor.reads("history comes from the central", detail))
    supervisor.desk.come_back()
    supervisor.until(lambda: supervisor.reads("Try again", detail) or supervisor.reads("Order received", detail))
    if not supervisor.reads("Order received", detail):
        supervisor.click(supervisor.button("Try again", detail))
    supervisor.until(lambda: supervisor.reads("Order received", detail))
