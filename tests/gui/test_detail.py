"""The sheet of one order, worked on by hand: read, note, copy."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from sync.domain.exceptions import ExceptionId, Node, OrderException, Reason, WantedChange, WantedLine
from sync.domain.order import Attachment, Order
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
