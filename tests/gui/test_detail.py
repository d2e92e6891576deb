"""The sheet of one order, worked on by hand: read, note, copy."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from desktop.detail.saving import plain_name
from sync.domain.exceptions import ExceptionId, Node, OrderException, Reason, WantedChange, WantedLine
from sync.domain.order import Attachment, Order, OrderId
from tests.gui.fakes import NOW
from tests.gui.hands import Hands

pytestmark = pytest.mark.gui


def asked_to_change(hands: Hands) -> Order:
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
    photo = Attachment(id="a1", name="现场照片.jpg", media_type="image/jpeg", size=2_400_000)
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
    assert not supervisor.reads("known here", detail)
    supervisor.desk.go_away()
    supervisor.desk.add(msgspec.structs.replace(order, version=order.version + 2))
    supervisor.until(lambda: supervisor.reads("known here", detail))
    assert supervisor.reads("SO26999999", detail)


def test_a_file_is_saved_where_the_person_says_and_never_opened(supervisor: Hands, tmp_path: Path) -> None:
    order, detail = asked_to_change(supervisor), supervisor.window.workbench.detail
    supervisor.click(supervisor.button("Save…", detail))
    dialog = supervisor.dialog(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.selectFile(str(tmp_path / "照片.jpg"))
    dialog.accept()
    supervisor.until(lambda: "The file is saved" in supervisor.toast())
    assert (tmp_path / "照片.jpg").read_text(encoding="utf-8") == f"a1 of {order.id}"


@pytest.mark.parametrize(
    ("file", "gone", "told"),
    [("nowhere/x.jpg", False, "could not be saved"), ("x.jpg", True, "does not answer")],
)
def test_a_file_that_cannot_be_saved_is_told(
    supervisor: Hands, tmp_path: Path, file: str, gone: bool, told: str
) -> None:
    asked_to_change(supervisor)
    if gone:
        supervisor.desk.go_away()
    supervisor.click(supervisor.button("Save…", supervisor.window.workbench.detail))
    dialog = supervisor.dialog(QFileDialog)
    supervisor.window.workbench.actions_._saving.save(str(tmp_path / file))
    dialog.reject()
    supervisor.until(lambda: told in supervisor.toast())


@pytest.mark.parametrize(
    ("name", "plain"),
    [("a.jpg", "a.jpg"), ("../../etc/passwd", "passwd"), ("C:\\x\\y.png", "y.png"), ("..", "file"), ("", "file")],
)
def test_a_file_name_leads_to_no_other_folder(name: str, plain: str) -> None:
    assert plain_name(name) == plain
