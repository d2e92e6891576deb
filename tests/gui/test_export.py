"""The list saved as a table, by hand."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from sync.domain.exceptions import Reason
from sync.domain.holds import Hold, HoldId
from sync.domain.order import OrderId, Status
from tests.gui.fakes import NOW
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
    assert not supervisor.window.workbench.list.table_out.isEnabled()
    supervisor.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert not [d for d in supervisor.window.findChildren(QFileDialog) if d.isVisible()]


def test_a_workbook_is_offered_first(supervisor: Hands, tmp_path: Path) -> None:
    supervisor.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = place(supervisor)
    dialog.selectFile(str(tmp_path / "list"))
    dialog.accept()
    supervisor.until(lambda: "The list is saved" in supervisor.toast())
    assert (tmp_path / "list.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.parametrize("count", [0, 30])
def test_the_pull_list_is_saved_as_a_pdf_of_as_many_pages_as_it_needs(
    supervisor: Hands, tmp_path: Path, count: int
) -> None:
    held = next(o for o in supervisor.desk.central.values() if o.status is Status.WAITING)
    asked = Hold(id=HoldId("h"), reason=Reason.DAMAGED, placed_by="u-wang", placed_at=NOW)
    for order in tuple(supervisor.desk.central.values()):
        supervisor.desk.add(msgspec.structs.replace(order, holds=()))
    for n in range(count):
        order = msgspec.structs.replace(held, id=OrderId(f"p{n}"), number=f"2026112200{n:04d}", status=Status.PICKING)
        supervisor.desk.add(msgspec.structs.replace(order, holds=(asked,)))
    path = tmp_path / "pull.pdf"
    supervisor.window.workbench.export.save_pull_list(str(path))
    supervisor.until(lambda: "The pull list is saved" in supervisor.toast())
    content = path.read_bytes()
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") == (5 if count else 1)


def test_a_pull_list_that_cannot_be_written_is_told(supervisor: Hands, tmp_path: Path) -> None:
    supervisor.window.workbench.export.save_pull_list(str(tmp_path / "nowhere" / "pull.pdf"))
    supervisor.until(lambda: "could not be saved" in supervisor.toast())
