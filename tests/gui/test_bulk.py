"""The same for many orders at a real window, store and central: foreseen, counted, told, retried, taken back."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.bulk.view import BulkDialog
from sync.domain.exceptions import Reason
from sync.domain.order import OrderId, Status
from tests.contract.world import Stage
from tests.gui.reality import Reality, reality, server, signed_in

pytestmark = pytest.mark.gui
COUNT = 12


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with server(tmp_path_factory.mktemp("central")) as listening:
        yield listening


@pytest.fixture
def at(on: Stage, tmp_path: Path, qapp: object, qtbot: QtBot) -> Iterator[Reality]:
    with reality(tmp_path, on, qtbot) as made:
        yield made


def put(at: Reality, count: int = COUNT) -> list[OrderId]:
    """So many orders, each stopped by a wrong address; the last one is with the carrier."""
    ids = [at.world.put(f"A{n}", number=f"202611220047{n:02d}").id for n in range(count)]
    for n in range(count - 1):
        at.world.stop(f"A{n}")
    at.world.move(f"A{count - 1}", Status.HANDED_OVER)
    return ids


def opened(at: Reality) -> BulkDialog:
    at.hands.press(Qt.Key.Key_B)
    dialog = at.hands.dialog(BulkDialog)
    assert isinstance(dialog, BulkDialog)
    return dialog


def choose(at: Reality, dialog: BulkDialog, verb: Qt.Key, *labels: str) -> None:
    """The verb by its key, and an option by hand."""
    at.hands.press(verb)
    for label in labels:
        at.hands.until(partial(_shows, dialog, label))
        at.hands.click(at.hands.button(label, dialog))
    at.hands.until(lambda: dialog._run.items and not dialog._run.looking)


def _shows(dialog: BulkDialog, label: str) -> bool:
    return any(label in b.text() for b in _buttons(dialog))


def _buttons(dialog: BulkDialog) -> list[QPushButton]:
    return [b for b in dialog.findChildren(QPushButton) if b.isVisible()]


def holds(at: Reality, order_id: OrderId) -> set[Reason]:
    return {h.reason for h in at.order(order_id).holds}


def test_a_list_is_released_by_keys_alone_after_its_number_was_typed(at: Reality) -> None:
    ids = put(at)
    signed_in(at, "300", COUNT - 1)
    dialog = opened(at)
    choose(at, dialog, Qt.Key.Key_R)
    assert at.hands.reads("11 × released", dialog)
    assert not dialog.go.isEnabled()
    at.hands.tab_to(dialog._typed)
    at.hands.type("10")
    assert not dialog.go.isEnabled()
    at.hands.press(Qt.Key.Key_Backspace)
    at.hands.type("1")
    at.hands.press(Qt.Key.Key_Return)
    at.hands.until(lambda: at.hands.reads("11 done · 0 waiting for the central · 0 not done", dialog))
    assert not any(holds(at, order_id) for order_id in ids)
    assert at.hands.toasts() == []


def test_who_will_be_refused_is_said_before_and_filtered_after(at: Reality) -> None:
    ids = put(at)
    signed_in(at, "300", COUNT - 1)
    at.hands.press(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    at.hands.until(lambda: at.hands.table.model().rowCount() == COUNT)
    at.hands.quiet()
    dialog = opened(at)
    choose(at, dialog, Qt.Key.Key_I, "Suspected fraud")
    assert at.hands.reads("11 × stopped", dialog)
    assert at.hands.reads("1 × refused: Already handed to the carrier.", dialog)
    at.hands.tab_to(dialog.go)
    at.hands.press(Qt.Key.Key_Space)
    at.hands.until(lambda: at.hands.reads("11 done · 0 waiting for the central · 1 not done", dialog))
    failed = at.hands.button("Not done", dialog)
    at.hands.click(failed)
    assert dialog.results.model.rowCount() == 1
    assert [holds(at, i) for i in ids].count({Reason.FRAUD, Reason.BAD_ADDRESS}) == COUNT - 1


def test_what_met_another_state_is_retried_on_the_new_one_and_the_case_is_decided_by_that(at: Reality) -> None:
    first = put(at, 4)[0]
    signed_in(at, "300", 3)
    dialog = opened(at)
    choose(at, dialog, Qt.Key.Key_I, "Suspected fraud")
    with at.others_first(first, status=Status.PACKED):
        at.hands.click(dialog.go)
        at.hands.until(lambda: at.desk.connection.unsent == 3)
    at.hands.until(lambda: at.hands.reads("2 done · 0 waiting for the central · 1 not done", dialog))
    assert len(at.desk.cases()) == 1
    at.hands.click(at.hands.button("Retry failed", dialog))
    at.hands.until(lambda: at.hands.reads("3 done · 0 waiting for the central · 0 not done", dialog))
    assert Reason.FRAUD in holds(at, first)
    assert at.desk.cases() == ()


def test_orders_marked_by_hand_are_the_ones_and_all_of_it_is_taken_back(at: Reality) -> None:
    ids = put(at)
    signed_in(at, "300", COUNT - 1)
    at.hands.press(Qt.Key.Key_X)
    for _ in range(2):
        at.hands.press(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    dialog = opened(at)
    choose(at, dialog, Qt.Key.Key_I, "Suspected fraud")
    assert at.hands.reads("Intercept: 3 orders", dialog)
    at.hands.click(dialog.go)
    at.hands.until(lambda: at.hands.reads("3 done", dialog))
    assert [Reason.FRAUD in holds(at, i) for i in ids].count(True) == 3
    at.hands.click(at.hands.button("Undo all", dialog))
    at.hands.until(lambda: not any(Reason.FRAUD in holds(at, i) for i in ids))
    at.hands.until(lambda: at.hands.reads("3 done · 0 waiting for the central · 0 not done", dialog))
    assert dialog.results.table.model().index(0, 2).data() == "taken back"


def test_escape_stops_between_two_chunks_and_what_was_given_stays_given(
    at: Reality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.bulk.run.GIVEN", 2)
    ids = put(at)
    signed_in(at, "300", COUNT - 1)
    dialog = opened(at)
    choose(at, dialog, Qt.Key.Key_I, "Suspected fraud")
    dialog._run.changed.connect(dialog._run.stop)
    at.hands.click(dialog.go)
    at.hands.until(lambda: not dialog._run.busy and at.hands.reads("2 done", dialog))
    assert [Reason.FRAUD in holds(at, i) for i in ids].count(True) == 2
    assert at.hands.button("Close", dialog).isEnabled()


def test_a_note_needs_its_text_and_an_operator_may_not_assign(at: Reality) -> None:
    ids = put(at)
    signed_in(at, "100", COUNT - 1)
    dialog = opened(at)
    assert not any("Assign" in b.text() for b in _buttons(dialog))
    at.hands.click(at.hands.button("Note", dialog))
    assert not dialog.go.isEnabled()
    at.hands.type("called the customer")
    at.hands.until(dialog.go.isEnabled)
    at.hands.click(dialog.go)
    at.hands.until(lambda: at.hands.reads("11 done", dialog))
    assert [n.text for n in at.order(ids[0]).notes] == ["called the customer"]


def test_of_a_list_that_nobody_looks_through_only_the_first_are_taken(
    at: Reality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.bulk.opening.MOST", 3)
    put(at)
    signed_in(at, "300", COUNT - 1)
    dialog = opened(at)
    assert at.hands.reads("The first 3 of 11 in the list", dialog)
    choose(at, dialog, Qt.Key.Key_L)
    assert at.hands.reads("Claim: 3 orders", dialog)


def test_another_language_rewrites_the_question_and_keeps_what_is_chosen(at: Reality) -> None:
    put(at)
    signed_in(at, "300", COUNT - 1)
    dialog = opened(at)
    choose(at, dialog, Qt.Key.Key_I, "Suspected fraud")
    at.window.choose_language("zh")
    at.hands.until(lambda: at.hands.reads("拦截：11 单", dialog))
    at.hands.until(lambda: any("疑似欺诈" in b.text() and b.isChecked() for b in _buttons(dialog)))
    assert dialog.go.isEnabled()
