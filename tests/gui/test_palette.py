"""Everything by its name, and keys that a person gives."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from desktop.palette.keys import KeysDialog, ShortcutsDialog
from desktop.palette.view import PaletteDialog
from desktop.verbs.view import ReasonDialog
from sync.domain.order import Status
from sync.store.listing import ListQuery
from tests.gui.hands import Hands

pytestmark = pytest.mark.gui

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def palette_of(hands: Hands) -> PaletteDialog:
    hands.press(Qt.Key.Key_P, CTRL_SHIFT)
    dialog = hands.dialog(PaletteDialog)
    assert isinstance(dialog, PaletteDialog)
    return dialog


def keys_of(hands: Hands) -> KeysDialog:
    hands.window.doing.change_keys()
    dialog = hands.dialog(KeysDialog)
    assert isinstance(dialog, KeysDialog)
    return dialog


def test_an_action_is_found_by_a_few_letters_and_done_by_enter(supervisor: Hands) -> None:
    supervisor.find_one(Status.WAITING)
    palette = palette_of(supervisor)
    QTest.keyClicks(palette.field, "intercept the")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    supervisor.dialog(ReasonDialog).reject()


def test_the_arrows_move_in_the_list_while_the_field_is_typed_in(supervisor: Hands) -> None:
    palette = palette_of(supervisor)
    QTest.keyClicks(palette.field, "text")
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentIndex().row() == 1
    QTest.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentIndex().data() == "Larger text"
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    supervisor.until(lambda: supervisor.window.settings.text_scale == 1.25)


@pytest.mark.parametrize("typed", ["overd", "逾期", "yq"])
def test_a_view_that_came_with_the_program_is_opened_by_its_name(supervisor: Hands, typed: str) -> None:
    palette = palette_of(supervisor)
    palette.field.setText(typed)
    supervisor.until(lambda: palette.list.currentIndex().data() == "Overdue")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    supervisor.until(lambda: supervisor.window.workbench.orders.query.due == "overdue")


@pytest.mark.parametrize("typed", ["floor 2", "ELC"])
def test_ones_own_view_is_opened_by_its_name_or_its_initials(supervisor: Hands, typed: str) -> None:
    head = supervisor.window.workbench.head
    head.show_list(ListQuery(view="pending"))
    head.views.keep("Floor 2 二楼出库")
    head.show_list(ListQuery())
    palette = palette_of(supervisor)
    palette.field.setText(typed)
    supervisor.until(lambda: palette.list.currentIndex().data() == "Floor 2 二楼出库")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    supervisor.until(lambda: supervisor.window.workbench.orders.query.view == "pending")


def test_what_has_no_name_like_that_is_said(supervisor: Hands) -> None:
    palette = palette_of(supervisor)
    QTest.keyClicks(palette.field, "zzzz")
    assert supervisor.reads("Nothing has such a name", palette)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    supervisor.until(lambda: not supervisor.window.findChildren(PaletteDialog))


def test_a_new_key_works_at_once_and_the_old_one_no_more(supervisor: Hands) -> None:
    supervisor.find_one(Status.WAITING)
    dialog = keys_of(supervisor)
    edit = dialog.edits["intercept"]
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_F4)
    dialog.edits["release"].setFocus()
    assert supervisor.window.settings.shortcuts == {"intercept": ("F4",)}
    dialog.accept()
    supervisor.press(Qt.Key.Key_I)
    assert not [d for d in supervisor.window.findChildren(QDialog) if d.isVisible()]
    supervisor.press(Qt.Key.Key_F4)
    supervisor.dialog(ReasonDialog).reject()


def test_a_key_that_does_something_else_is_refused_and_said(supervisor: Hands) -> None:
    dialog = keys_of(supervisor)
    edit = dialog.edits["intercept"]
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_R)
    dialog.edits["reassign"].setFocus()
    assert supervisor.reads("R already does this: Release the order", dialog)
    assert supervisor.window.settings.shortcuts == {}
    assert edit.keySequence().toString() == "I"
    dialog.accept()


def test_all_keys_can_be_as_they_were_shipped_again(supervisor: Hands) -> None:
    supervisor.window.doing._choose_keys({"intercept": ("F4",)})
    dialog = keys_of(supervisor)
    supervisor.click(supervisor.button("Reset to defaults", dialog))
    assert supervisor.window.settings.shortcuts == {}
    assert dialog.edits["intercept"].keySequence().toString() == "I"
    dialog.accept()


def test_the_sheet_shows_the_keys_that_are_in_force(supervisor: Hands) -> None:
    supervisor.window.doing._choose_keys({"intercept": ("F4",)})
    supervisor.press(Qt.Key.Key_F1)
    sheet = supervisor.dialog(ShortcutsDialog)
    assert supervisor.reads("F4", sheet)
    supervisor.click(supervisor.button("Change the keys", sheet))
    supervisor.dialog(KeysDialog).accept()
