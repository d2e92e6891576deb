"""The list saved as a table, by hand."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from tests.gui.hands import Hands

pytestmark = pytest.mark.gui


def place(hands: Hands) -> QFileDialog:
    dialog = hands.dialog(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    return dialog


def test_the_list_is_saved_where_the_person_says(supervisor: Hands, tmp_path: Path) -> None:
    supervisor.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = place(supervisor)
    path = tmp_path / "今天.csv"
    dialog.selectFile(str(path))
    dialog.accept()
    supervisor.until(lambda: "The list is saved" in supervisor.toast())
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + supervisor.table.model().rowCount()
    assert supervisor.row().number in lines[1]


def test_a_place_that_cannot_be_written_is_told(supervisor: Hands, tmp_path: Path) -> None:
    supervisor.window.workbench.export.save(str(tmp_path / "nowhere" / "list.csv"))
    supervisor.until(lambda: "could not be saved" in supervisor.toast())


def test_an_empty_list_is_not_saved(supervisor: Hands) -> None:
    supervisor.window.workbench.top.search.setText("SO2699")
    supervisor.until(lambda: not supervisor.table.model().rowCount())
    supervisor.quiet()
    assert not supervisor.window.workbench.list.export.isEnabled()
    supervisor.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert not [d for d in supervisor.window.findChildren(QFileDialog) if d.isVisible()]
