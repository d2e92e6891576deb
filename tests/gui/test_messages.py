"""What colleagues tell each other: written, read, heard and expired."""

import msgspec
import pytest
from PySide6.QtCore import Qt

from desktop.messages.compose import Compose
from desktop.messages.view import MessagesDialog
from sync.domain.order import UserId
from sync.events import MessageArrived
from sync.wire.colleagues import Message, Recipient
from tests.gui.fakes import NOW
from tests.gui.hands import Hands
from tests.gui.lifelike import SUPERVISOR

pytestmark = pytest.mark.gui
HOUR = 3_600_000
SAID = Message(
    id="m1",
    sender=SUPERVISOR.id,
    sender_name="李娜",
    to=Recipient(kind="all"),
    text="Stop at 3",
    at=NOW - 60_000,
    expires_at=NOW + HOUR,
)


def opened(hands: Hands) -> MessagesDialog:
    hands.press(Qt.Key.Key_M)
    dialog = hands.dialog(MessagesDialog)
    assert isinstance(dialog, MessagesDialog)
    return dialog


def dialog_open(hands: Hands) -> bool:
    return any(d.isVisible() for d in hands.window.findChildren(MessagesDialog))


def tell(hands: Hands, message: Message) -> None:
    hands.desk.told.append(message)
    hands.desk.tell(MessageArrived(message))


def compose(dialog: MessagesDialog) -> Compose:
    assert dialog.compose is not None
    return dialog.compose


def test_a_supervisor_writes_to_colleagues_and_keeps_what_was_not_sent(supervisor: Hands) -> None:
    dialog = opened(supervisor)
    line = compose(dialog).text
    assert not compose(dialog).send.isEnabled()
    supervisor.type(" 三号口先停 ")
    supervisor.desk.go_away()
    supervisor.press(Qt.Key.Key_Return)
    supervisor.until(lambda: "Not sent" in compose(dialog).fault.text())
    assert line.text() == " 三号口先停 "
    supervisor.desk.come_back()
    supervisor.press(Qt.Key.Key_Return)
    supervisor.until(lambda: supervisor.desk.sent == [(Recipient(kind="all"), "三号口先停", 60)])
    supervisor.until(lambda: supervisor.reads("三号口先停", dialog))
    supervisor.until(lambda: supervisor.reads("me → everyone", dialog))
    supervisor.until(lambda: supervisor.reads("Sent", dialog))
    assert not line.text()


def test_an_operator_sees_what_is_new_reads_it_and_voice_need_not_speak_it(operator: Hands) -> None:
    rail = operator.window.workbench.rail
    tell(operator, SAID)
    operator.until(lambda: "李娜 says" in operator.toast() and "Stop at 3" in operator.toast())
    operator.until(lambda: rail.messages.count.text() == "1")
    dialog = opened(operator)
    assert dialog.compose is None
    operator.until(lambda: operator.reads("Stop at 3", dialog))
    assert operator.reads("New", dialog)
    operator.until(lambda: operator.desk.heard == {"m1"})
    dialog.accept()
    operator.until(lambda: rail.messages.count.text() == "")
    operator.until(lambda: not dialog_open(operator))
    assert operator.reads("Read", opened(operator))


def test_what_voice_has_spoken_is_shown_as_heard(operator: Hands) -> None:
    operator.desk.heard.add("m1")
    tell(operator, SAID)
    operator.quiet()
    assert operator.window.workbench.rail.messages.count.text() == ""
    assert operator.reads("Heard", opened(operator))


def test_an_expired_message_stays_for_a_week_and_says_so(operator: Hands) -> None:
    over = msgspec.structs.replace(SAID, expires_at=NOW - 1)
    operator.desk.keep("messages", msgspec.json.encode((over,)).decode())
    dialog = opened(operator)
    operator.window.inbox.refresh() if operator.window.inbox else None
    operator.until(lambda: operator.reads("Expired", dialog))


def test_without_messages_it_says_what_will_stand_here(operator: Hands) -> None:
    dialog = opened(operator)
    assert operator.reads("No messages", dialog)


def test_what_another_program_kept_is_no_fault(operator: Hands) -> None:
    operator.desk.keep("messages", "{")
    tell(operator, msgspec.structs.replace(SAID, sender=UserId("u-x")))
    operator.until(lambda: operator.window.workbench.rail.messages.count.text() == "1")


def test_the_inbox_is_empty_while_nobody_is_signed_in(operator: Hands) -> None:
    tell(operator, SAID)
    operator.until(lambda: operator.window.inbox is not None and operator.window.inbox.letters)
    operator.desk.sign_out()
    operator.until(lambda: operator.window.inbox is not None and not operator.window.inbox.letters)
