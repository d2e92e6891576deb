"""A refused command at a real window, a real store and a real central: seen, decided by keys alone, kept on record."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.conflicts.view import ConflictsView
from desktop.verbs.view import ReasonDialog
from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from sync.domain.order import OrderId, Status
from sync.service import Wish
from tests.contract.world import Stage
from tests.gui.reality import RealHands, Reality, reality, server, signed_in

pytestmark = pytest.mark.gui
NUMBERS = tuple(f"2026112200471{n}" for n in range(6))


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with server(tmp_path_factory.mktemp("central")) as listening:
        yield listening


@pytest.fixture
def at(on: Stage, tmp_path: Path, qapp: object, qtbot: QtBot) -> Iterator[Reality]:
    with reality(tmp_path, on, qtbot) as made:
        yield made


def put(at: Reality, count: int) -> list[OrderId]:
    """So many orders, each stopped by a wrong address."""
    ids = [at.world.put(f"A{n}", number=NUMBERS[n]).id for n in range(count)]
    for n in range(count):
        at.world.stop(f"A{n}")
    return ids


def intercept(at: Reality, key: str = "0") -> None:
    """Intercept the order of the current line, for the reason with this key, by keys."""
    at.hands.press(Qt.Key.Key_I)
    at.hands.dialog(ReasonDialog)
    at.hands.type(key)
    at.hands.press(Qt.Key.Key_Return)


def conflict(at: Reality, order_id: OrderId, status: Status = Status.PACKED) -> None:
    """What the person gives meets another one's change, which came a moment before."""
    with at.others_first(order_id, status=status):
        intercept(at)
        at.hands.until(lambda: at.desk.connection.unsent == 1)
    at.hands.until(lambda: "the order has changed" in at.hands.toast())


def cases(hands: RealHands) -> ConflictsView:
    hands.press(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    view: ConflictsView = hands.window.workbench.conflicts
    hands.until(lambda: view.isVisible() and view.model.rowCount())
    return view


def test_a_conflict_tells_who_changed_it_and_is_asked_again_by_keys_alone(at: Reality) -> None:
    (order_id,) = put(at, 1)
    signed_in(at, "100", 1)
    conflict(at, order_id)
    view = cases(at.hands)
    for part in ("Intercept · Suspected fraud", "Waiting", "Packed", "王主管", "ws-9", "Allowed now"):
        assert at.hands.reads(part, view), part
    at.hands.press(Qt.Key.Key_2)
    at.hands.until(lambda: Reason.FRAUD in {h.reason for h in at.order(order_id).holds})
    at.hands.until(lambda: view.model.rowCount() == 0)
    assert at.hands.reads("Nothing to decide", view)


def test_letters_on_the_cases_give_no_command_on_an_order_out_of_sight(at: Reality) -> None:
    (order_id,) = put(at, 1)
    signed_in(at, "100", 1)
    conflict(at, order_id)
    cases(at.hands)
    for key in (Qt.Key.Key_I, Qt.Key.Key_R, Qt.Key.Key_T, Qt.Key.Key_C):
        at.hands.press(key)
    at.hands.quiet()
    assert not [d for d in at.window.findChildren(ReasonDialog) if d.isVisible()]
    assert at.desk.connection.unsent == 0


def test_too_late_is_turned_into_a_carrier_intercept_from_the_buttons(at: Reality) -> None:
    (order_id,) = put(at, 1)
    signed_in(at, "100", 1)
    conflict(at, order_id, Status.HANDED_OVER)
    view = cases(at.hands)
    at.hands.press(Qt.Key.Key_Return)
    button = at.hands.button("Carrier intercept", view)
    at.hands.tab_to(button)
    at.hands.press(Qt.Key.Key_Space)
    at.hands.until(lambda: at.order(order_id).return_requested)


def test_later_commands_on_the_order_wait_and_say_so_while_all_others_flow(at: Reality) -> None:
    first, second = put(at, 2)
    signed_in(at, "100", 2)
    conflict(at, first)
    at.hands.until(lambda: at.seen.truth.status is Status.PACKED)
    intercept(at, "9")
    at.hands.until(lambda: at.desk.connection.unsent == 1)
    at.hands.press(Qt.Key.Key_Down)
    at.hands.until(lambda: at.seen.order.id == second)
    intercept(at)
    at.hands.until(lambda: Reason.FRAUD in {h.reason for h in at.order(second).holds})
    view = cases(at.hands)
    at.hands.until(lambda: at.hands.reads("1 command waits for this decision", view))
    assert at.hands.reads("Intercept · Goods damaged", view)
    assert at.order(first).version == 3
    at.hands.press(Qt.Key.Key_1)
    at.hands.until(lambda: Reason.DAMAGED in {h.reason for h in at.order(first).holds})
    assert Reason.FRAUD not in {h.reason for h in at.order(first).holds}


def test_cases_of_one_sort_are_decided_together_and_stay_on_record(at: Reality) -> None:
    ids = put(at, 6)
    signed_in(at, "300", 6)
    with at.world.storage.write() as writing:
        for number, order_id in enumerate(ids):
            before = at.order(order_id)
            status = Status.HANDED_OVER if number == 5 else Status.PACKED
            writing.save(msgspec.structs.replace(before, version=3, status=status), before.warehouse)
        for order_id in ids:
            at.desk.submit(Wish(order_id=order_id, op=Op.INTERCEPT, base=2, reason=Reason.FRAUD))
    view = cases(at.hands)
    at.hands.until(lambda: view.model.rowCount() == 6)
    at.hands.press(Qt.Key.Key_A)
    assert at.hands.reads("5 cases chosen", view)
    assert at.hands.reads("All 5 of them", view)
    at.hands.press(Qt.Key.Key_1)
    at.hands.until(lambda: view.model.rowCount() == 1)
    at.hands.until(lambda: "5 cases decided" in at.hands.toast())
    at.hands.tab_to(_tab(view, "To decide"), back=True)
    at.hands.press(Qt.Key.Key_Right)
    at.hands.until(lambda: view.model.rowCount() == 5)
    assert at.hands.reads("Kept the central's state", view)
    assert at.hands.reads("王主管", view)
    at.hands.quiet()
    assert {(s.decision, s.decided_by) for s in at.desk.decided(10)} == {("kept", "u-boss")}


def _tab(view: ConflictsView, text: str) -> QPushButton:
    return next(b for b in view.findChildren(QPushButton) if b.text() == text)
