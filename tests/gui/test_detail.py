"""The sheet of one order, worked on by hand: read, note, copy."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QProgressBar

from desktop.detail.saving import plain_name
from sync.domain.exceptions import ExceptionId, Node, OrderException, Reason, WantedChange, WantedLine
from sync.domain.order import Attachment, Order, OrderId
from tests.gui.fakes import NOW
from tests.gui.hands import Hands

pytestmark = pytest.mark.gui


def asked_to_change(hands: Hands, name: str = "现场照片.jpg", media_type: str = "image/jpeg") -> Order:
    """The current order, of which the customer wants something else."""
    order = hands.order()
    line = order.lines[0]
    wanted = (WantedLine(sku="NEW-1", name="藤编扶手椅", quantity=line.quantity, price=line.price + 10_000),)
    cause = OrderException(
        id=ExceptionId("e-change"),
        kind=Reason.CUSTOMER_CHANGE,
        node=Node("customer"),
        raised_at=NOW,
        change=WantedChange(lines=wanted),
    )
    photo = Attachment(id="a1", name=name, media_type=media_type, size=2_400_000)
    changed = msgspec.structs.replace(
        order,
        version=order.version + 1,
        exceptions=(*order.exceptions, cause),
        attachments=(photo,),
        waybill="SF1400012345",
    )
    hands.desk.add(changed)
    hands.until(lambda: hands.reads("藤编扶手椅", hands.window.workbench.detail))
    return changed


def test_a_requested_change_stands_beside_the_order_with_what_to_do_next(supervisor: Hands) -> None:
    order = asked_to_change(supervisor)
    detail = supervisor.window.workbench.detail
    for part in ("Other article", order.lines[0].sku, "NEW-1", "Total", "Next: compare what is asked for", "2.4 MB"):
        assert supervisor.reads(part, detail), part


def test_number_and_waybill_are_copied_by_their_buttons(supervisor: Hands) -> None:
    order = asked_to_change(supervisor)
    detail = supervisor.window.workbench.detail
    QTest.mouseClick(detail._copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == order.number
    QTest.mouseClick(detail._copy_waybill, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "SF1400012345"


def test_a_note_is_written_where_it_is_read(operator: Hands) -> None:
    order, notes = operator.order(), operator.window.workbench.detail.notes
    notes.line.setFocus()
    QTest.keyClicks(notes.line, "  ")
    QTest.keyClick(notes.line, Qt.Key.Key_Return)
    QTest.keyClicks(notes.line, "called twice")
    QTest.keyClick(notes.line, Qt.Key.Key_Return)
    operator.until(lambda: operator.reads("called twice", notes))
    assert [n.text for n in operator.desk.central[order.id].notes] == ["called twice"]
    assert notes.line.text() == ""


def test_other_orders_of_the_customer_with_the_same_exception_are_listed_offline_too(supervisor: Hands) -> None:
    order, detail = supervisor.order(), supervisor.window.workbench.detail
    same = msgspec.structs.replace(order, id=OrderId("o-same"), number="SO26999999")
    supervisor.desk.add(same)
    supervisor.desk.add(msgspec.structs.replace(order, version=order.version + 1))
    supervisor.until(lambda: supervisor.reads("SO26999999", detail))
    assert not supervisor.reads("There may be more", detail)
    supervisor.desk.go_away()
    supervisor.desk.add(msgspec.structs.replace(order, version=order.version + 2))
    supervisor.until(lambda: supervisor.reads("There may be more", detail))
    assert supervisor.reads("SO26999999", detail)


def test_a_file_is_saved_where_the_person_says(supervisor: Hands, tmp_path: Path) -> None:
    order, detail = asked_to_change(supervisor), supervisor.window.workbench.detail
    supervisor.click(supervisor.button("Save…", detail))
    dialog = supervisor.dialog(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.selectFile(str(tmp_path / "照片.jpg"))
    dialog.accept()
    supervisor.until(lambda: "The file is saved" in supervisor.toast())
    assert (tmp_path / "照片.jpg").read_text(encoding="utf-8") == f"a1 of {order.id}"


def test_a_picture_is_looked_at_under_a_name_that_the_program_gave(supervisor: Hands) -> None:
    shown: list[Path] = []
    supervisor.window.workbench.actions_.saving.opener = shown.append
    order, detail = asked_to_change(supervisor, name="photo.jpg.exe"), supervisor.window.workbench.detail
    supervisor.click(supervisor.button("Open", detail))
    supervisor.until(lambda: shown)
    assert shown[0].suffix == ".jpg"
    assert "exe" not in shown[0].name
    assert shown[0].read_text(encoding="utf-8") == f"a1 of {order.id}"


def test_what_might_do_something_can_only_be_saved(supervisor: Hands) -> None:
    asked_to_change(supervisor, name="run.exe", media_type="application/octet-stream")
    detail = supervisor.window.workbench.detail
    assert supervisor.button("Save…", detail).isVisible()
    assert not [b for b in detail.findChildren(QAbstractButton) if b.isVisible() and b.text() == "Open"]


def test_a_file_on_its_way_shows_how_far_it_is_and_can_be_stopped(supervisor: Hands, tmp_path: Path) -> None:
    asked_to_change(supervisor)
    supervisor.desk.files_come.clear()
    detail, saving = supervisor.window.workbench.detail, supervisor.window.workbench.actions_.saving
    supervisor.click(supervisor.button("Save…", detail))
    dialog = supervisor.dialog(QFileDialog)
    saving.save(str(tmp_path / "x.jpg"))
    dialog.reject()
    bar = next(b for b in detail.findChildren(QProgressBar) if b.isVisible())
    supervisor.until(lambda: bar.value() == 50)
    supervisor.click(supervisor.button("Cancel", detail))
    supervisor.desk.files_come.set()
    supervisor.until(lambda: "nothing was saved" in supervisor.toast())
    assert not bar.isVisible()
    assert not list(tmp_path.iterdir())


def test_offline_a_file_says_that_it_is_not_here(supervisor: Hands) -> None:
    asked_to_change(supervisor)
    detail = supervisor.window.workbench.detail
    supervisor.desk.go_away()
    supervisor.until(lambda: supervisor.reads("not here while offline", detail))
    assert not [b for b in detail.findChildren(QAbstractButton) if b.isVisible() and b.text() == "Save…"]
    supervisor.desk.come_back()
    supervisor.until(lambda: supervisor.button("Save…", detail).isVisible())


@pytest.mark.parametrize(
    ("file", "gone", "told"),
    [("nowhere/x.jpg", False, "could not be saved"), ("x.jpg", True, "does not answer")],
)
def test_a_file_that_cannot_be_saved_is_told(
    supervisor: Hands, tmp_path: Path, file: str, gone: bool, told: str
) -> None:
    asked_to_change(supervisor)
    supervisor.click(supervisor.button("Save…", supervisor.window.workbench.detail))
    dialog = supervisor.dialog(QFileDialog)
    if gone:
        supervisor.desk.go_away()
    supervisor.window.workbench.actions_.saving.save(str(tmp_path / file))
    dialog.reject()
    supervisor.until(lambda: told in supervisor.toast())


@pytest.mark.parametrize(
    ("name", "plain"),
    [("a.jpg", "a.jpg"), ("../../etc/passwd", "passwd"), ("C:\\x\\y.png", "y.png"), ("..", "file"), ("", "file")],
)
def test_a_file_name_leads_to_no_other_folder(name: str, plain: str) -> None:
    assert plain_name(name) == plain
