"""Orders are marked by hand for something that is asked of many, by keys and by mouse."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.gui.hands import Hands

pytestmark = pytest.mark.gui

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def marked(hands: Hands) -> list[int]:
    """The lines that are marked."""
    bench = hands.window.workbench
    return sorted(bench.orders.ids.index(i) for i in bench.bulk.marks.rowids)


def click(hands: Hands, line: int, modifier: Qt.KeyboardModifier) -> None:
    table = hands.table
    at = QPoint(60, table.rowViewportPosition(line) + table.rowHeight(line) // 2)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, at)


def test_keys_mark_one_a_stretch_all_and_none(supervisor: Hands) -> None:
    supervisor.press(Qt.Key.Key_X)
    assert marked(supervisor) == [0]
    supervisor.press(Qt.Key.Key_X)
    assert marked(supervisor) == []
    for _ in range(2):
        supervisor.press(Qt.Key.Key_Down, SHIFT)
    assert marked(supervisor) == [0, 1, 2]
    supervisor.press(Qt.Key.Key_A, CTRL)
    assert len(marked(supervisor)) == supervisor.table.model().rowCount()
    supervisor.press(Qt.Key.Key_Escape)
    assert marked(supervisor) == []


def test_the_mouse_marks_with_ctrl_one_and_with_shift_a_stretch(supervisor: Hands) -> None:
    click(supervisor, 4, CTRL)
    assert marked(supervisor) == [4]
    assert supervisor.table.currentIndex().row() == 0
    click(supervisor, 2, SHIFT)
    assert marked(supervisor) == [0, 1, 2, 4]
    click(supervisor, 4, CTRL)
    assert marked(supervisor) == [0, 1, 2]
    click(supervisor, 3, Qt.KeyboardModifier.NoModifier)
    assert (marked(supervisor), supervisor.table.currentIndex().row()) == ([0, 1, 2], 3)


def test_marks_stay_with_their_orders_when_the_list_is_sorted_anew(supervisor: Hands) -> None:
    supervisor.press(Qt.Key.Key_X)
    (before,) = supervisor.window.workbench.bulk.marks.rowids
    supervisor.click_header("number")
    supervisor.quiet()
    assert list(supervisor.window.workbench.bulk.marks.rowids) == [before]
