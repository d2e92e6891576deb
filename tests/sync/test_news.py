"""Is a person told what colleagues say, once, while it is worth something, and also after a restart?"""

import pytest

from sync.domain.order import UserId
from sync.events import MessageArrived, ViewsChanged
from sync.wire.colleagues import Message, Recipient, SharedView
from tests.fakes import Fault
from tests.sync.samples import LI, MEI, NOW, ZHANG
from tests.sync.work import Work

HOUR = 3_600_000
VIEW = SharedView(id="v1", name="欺诈", query='{"kinds":["fraud"]}', by=ZHANG.id, at=NOW)


def message(n: int = 1, to: str = "", sender: UserId = ZHANG.id) -> Message:
    recipient = Recipient(kind="person" if to else "all", id=to)
    return Message(
        id=f"m{n}", sender=sender, sender_name="张敏", to=recipient, text="三号口先停", at=NOW, expires_at=NOW + HOUR
    )


def told(work: Work) -> list[str]:
    return [event.message.id for event in work.events if isinstance(event, MessageArrived)]


@pytest.fixture(autouse=True)
def at_work(work: Work) -> None:
    work.sign_in()


def test_a_message_is_told_once_and_stands_until_it_expires(work: Work) -> None:
    work.central.tell(message())
    work.turn()
    work.central.tell(message(2))
    work.turn()
    assert told(work) == ["m1", "m2"]
    assert [m.text for m in work.desk.messages()] == ["三号口先停"] * 2
    work.clock.now += HOUR
    assert work.desk.messages() == work.desk.unheard() == ()


def test_nothing_is_fetched_while_there_is_no_news(work: Work) -> None:
    work.turn()
    assert "messages" not in work.central.calls
    work.central.tell(message())
    work.turn()
    work.turn()
    assert work.central.calls.count("messages") == 1


def test_what_was_heard_is_not_heard_again_after_a_restart(work: Work) -> None:
    work.central.tell(message())
    work.central.tell(message(2))
    work.turn()
    work.desk.hear_message("m1")
    assert [m.id for m in work.desk.unheard()] == ["m2"]
    work.close()
    work.open()
    work.sign_in()
    assert [m.id for m in work.desk.unheard()] == ["m2"]
    assert told(work) == ["m1", "m2"]


def test_each_person_at_the_desk_hears_what_is_for_that_person(work: Work) -> None:
    work.central.tell(message(1, LI.id))
    work.central.tell(message(2, MEI.id))
    work.turn()
    assert [m.id for m in work.desk.messages()] == ["m1"]
    work.sign_in(MEI.id)
    assert [m.id for m in work.desk.messages()] == ["m2"]
    work.desk.sign_out()
    assert work.desk.messages() == work.desk.unheard() == ()


def test_ones_own_message_is_not_told_to_oneself(work: Work) -> None:
    work.central.tell(message(sender=LI.id))
    work.turn()
    assert told(work) == []
    assert work.desk.unheard() == ()
    assert len(work.desk.messages()) == 1


def test_shared_views_are_there_offline(work: Work) -> None:
    work.central.shared.append(VIEW)
    work.central.tell(message())
    work.turn()
    assert ViewsChanged() in work.events
    work.central.faults.extend([Fault.LOST_REQUEST] * 3)
    assert work.desk.shared_views() == (VIEW,)


def test_a_message_that_could_not_be_fetched_is_fetched_later(work: Work) -> None:
    work.central.tell(message())
    work.central.faults.extend([Fault.LOST_REQUEST])
    work.desk.engine.step()
    work.turn()
    assert told(work) == ["m1"]
