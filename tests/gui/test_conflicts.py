"""What the central refused: it waits until a person decides, and each way out does what it says."""

import pytest
from PySide6.QtCore import Qt

from desktop.conflicts.view import ConflictsView
from desktop.verbs.view import ReasonDialog
from sync.domain.exceptions import Reason
from sync.domain.order import Order, Status
from tests.gui.hands import Hands

pytestmark = pytest.mark.gui


def conflict(hands: Hands, becomes: Status) -> Order:
    """An intercept given offline, on an order that moved meanwhile."""
    order = hands.find_one(Status.WAITING)
    hands.desk.go_away()
    hands.press(Qt.Key.Key_I)
    hands.dialog(ReasonDialog)
    hands.type("0")
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: "accepted" in hands.toast())
    hands.desk.move(order.id, becomes)
    hands.desk.come_back()
    hands.until(lambda: "the order has changed" in hands.toast())
    return order


def cases(hands: Hands) -> ConflictsView:
    hands.press(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    view = hands.window.workbench.conflicts
    hands.until(view.isVisible)
    hands.until(view.model.rowCount)
    return view


def test_a_conflict_shows_what_was_asked_seen_and_is(supervisor: Hands) -> None:
    order = conflict(supervisor, Status.PACKED)
    view = cases(supervisor)
    for part in (order.number, "Intercept · Suspected fraud", "Waiting", "Packed", "The order changed before"):
        assert supervisor.reads(part, view), part
    assert supervisor.reads("1 case", view)


def test_a_conflict_never_goes_away_by_itself(supervisor: Hands) -> None:
    conflict(supervisor, Status.PACKED)
    view = cases(supervisor)
    supervisor.desk.go_away()
    supervisor.desk.come_back()
    supervisor.quiet()
    assert view.model.rowCount() == 1
    assert "1" in supervisor.window.workbench.rail.buttons["attention"].count.text()


def test_keeping_the_centrals_state_drops_the_command(supervisor: Hands) -> None:
    order = conflict(supervisor, Status.PACKED)
    view = cases(supervisor)
    supervisor.click(supervisor.button("Keep the central's", view))
    supervisor.until(lambda: view.model.rowCount() == 0)
    assert list(supervisor.desk.decisions.values()) == ["kept"]
    assert Reason.FRAUD not in {h.reason for h in supervisor.desk.central[order.id].holds}
    assert supervisor.reads("Nothing to decide", view)


def test_asking_again_gives_the_command_on_the_new_state(supervisor: Hands) -> None:
    order = conflict(supervisor, Status.PACKED)
    view = cases(supervisor)
    supervisor.click(supervisor.button("Ask again", view))
    supervisor.until(lambda: "stop requested" in supervisor.toast())
    assert list(supervisor.desk.decisions.values()) == ["retried"]
    assert Reason.FRAUD in {h.reason for h in supervisor.desk.central[order.id].holds}


def test_the_carrier_can_be_asked_when_the_goods_are_gone(supervisor: Hands) -> None:
    order = conflict(supervisor, Status.HANDED_OVER)
    view = cases(supervisor)
    supervisor.click(supervisor.button("Carrier intercept", view))
    supervisor.until(lambda: "return requested" in supervisor.toast())
    assert list(supervisor.desk.decisions.values()) == ["alternative"]
    assert supervisor.desk.central[order.id].return_requested


def test_a_decision_that_fails_leaves_the_case_open(supervisor: Hands) -> None:
    order = conflict(supervisor, Status.PACKED)
    view = cases(supervisor)
    supervisor.desk.move(order.id, Status.CLOSED)
    supervisor.click(supervisor.button("Ask again", view))
    supervisor.until(lambda: "not possible" in supervisor.toast())
    supervisor.quiet()
    assert view.model.rowCount() == 1
    assert supervisor.desk.decisions == {}
    assert supervisor.button("Keep the central's", view).isEnabled()


def test_the_order_says_that_it_needs_a_decision_and_leads_there(supervisor: Hands) -> None:
    conflict(supervisor, Status.PACKED)
    detail = supervisor.window.workbench.detail
    supervisor.until(lambda: supervisor.reads("Decide", detail))
    supervisor.click(supervisor.button("Decide", detail))
    supervisor.until(supervisor.window.workbench.conflicts.isVisible)
    assert supervisor.toasts() == []


def test_the_case_leads_to_its_order(supervisor: Hands) -> None:
    order = conflict(supervisor, Status.PACKED)
    view = cases(supervisor)
    supervisor.click(supervisor.button("Show order", view))
    supervisor.until(lambda: supervisor.column("number") == [order.number])
    supervisor.until(lambda: supervisor.reads(order.number, supervisor.window.workbench.detail))


def test_a_toast_that_asks_goes_once_it_was_decided_by_voice(
    supervisor: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.notices.view.STAY_MS", 3_600_000)  # it does not go by itself
    conflict(supervisor, Status.PACKED)
    supervisor.until(lambda: "1" in supervisor.window.workbench.rail.buttons["attention"].count.text())
    (case,) = supervisor.desk.cases()
    supervisor.desk.decide(case.settled.command.key, "keep")
    supervisor.until(lambda: "the order has changed" not in supervisor.toast())
