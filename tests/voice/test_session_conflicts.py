"""Is a spoken answer to a conflict recorded together with what it gives, and only once?"""

import msgspec
import pytest

from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Status, UserId
from sync.service import Wish
from sync.store.projection import Sight
from sync.wire.messages import Result, ResultStatus
from tests.voice.fakes import NOW, FakeDesk, order
from tests.voice.talking import kinds, session, texts
from voice.language import Language
from voice.session import Session


def met_another_state(desk: FakeDesk, status: Status) -> tuple[Session, CommandKey]:
    """A confirmed intercept whose order was changed by somebody else; the question has been asked."""
    it = session(desk)
    it.say("intercept 4712 fraud")
    it.say("confirm")
    (key,) = desk.unsettled
    changed = order(status=status, version=7)
    desk.change(changed)
    desk.settle(key, Result(key=key, status=ResultStatus.CONFLICT, at=NOW, version=7, order=changed))
    return it, key


@pytest.mark.parametrize(
    ("status", "op", "decision"),
    [(Status.PACKED, Op.INTERCEPT, "again"), (Status.HANDED_OVER, Op.CARRIER_INTERCEPT, "carrier_intercept")],
)
def test_a_confirmed_answer_is_recorded_with_the_command_that_it_gives(status: Status, op: Op, decision: str) -> None:
    desk = FakeDesk(order())
    it, key = met_another_state(desk, status)
    it.say("confirm")
    assert desk.decisions == [(key, decision)]
    assert [h and h.transcript for h in desk.decided_by_words] == ["confirm"]
    assert (desk.wishes[-1].op, desk.wishes[-1].base, desk.wishes[-1].reason) == (op, 7, Reason.FRAUD)


def test_keep_is_recorded_and_gives_nothing() -> None:
    desk = FakeDesk(order())
    it, key = met_another_state(desk, Status.PACKED)
    it.say("keep")
    assert (desk.decisions, len(desk.wishes)) == ([(key, "keep")], 1)
    assert [h and h.transcript for h in desk.decided_by_words] == ["keep"]


def test_what_was_decided_on_the_screen_meanwhile_is_not_done_again() -> None:
    desk = FakeDesk(order())
    it, key = met_another_state(desk, Status.PACKED)
    desk.decide(key, "kept")
    assert texts(it.say("confirm"), "said")[-1:] == ["That was decided before. Nothing was done."]
    assert (desk.decisions, len(desk.wishes)) == ([(key, "kept")], 1)


def test_who_let_the_question_pass_is_asked_again_by_a_word_also_after_a_restart() -> None:
    desk = FakeDesk(order())
    it, key = met_another_state(desk, Status.PACKED)
    assert texts(it.say("cancel"), "said")[-1] == "It is still open. Call me and say conflicts to hear it again."
    again = session(desk)
    assert texts(again.say("conflicts"), "said")[-1].startswith("Order 4712 is not what you saw: it is packed now.")
    again.say("confirm")
    assert desk.decisions == [(key, "again")]
    assert (desk.wishes[-1].base, desk.wishes[-1].reason) == (7, Reason.FRAUD)
    assert texts(again.say("conflicts"), "said")[-1] == "Nothing waits for a decision."


def test_in_mandarin_too() -> None:
    desk = FakeDesk(order())
    key = met_another_state(desk, Status.PACKED)[1]
    it = session(desk, Language.ZH)
    assert texts(it.say("查看待处理"), "said")[-1].startswith("订单 4712 和您看到的不一样了")
    assert texts(it.say("取消"), "said")[-1] == "这个问题还开着。叫我一声，再说待处理，就能再听一遍。"
    it.say("待处理")
    it.say("保留")
    assert desk.decisions == [(key, "keep")]


def test_another_command_for_that_order_brings_the_question_back() -> None:
    """The workstation would not send it before somebody has decided."""
    desk = FakeDesk(order())
    it, key = met_another_state(desk, Status.PACKED)
    it.say("cancel")
    assert texts(it.say("intercept 4712 damaged"), "said")[-1].startswith("Order 4712 is not what you saw")
    it.say("keep")
    assert desk.decisions == [(key, "keep")]
    assert texts(it.say("intercept 4712 damaged"), "said")[-1].startswith("Intercept order 4712")


def test_an_order_with_an_open_question_is_still_read_out_and_claimed() -> None:
    desk = FakeDesk(order())
    it, _ = met_another_state(desk, Status.PACKED)
    it.say("cancel")
    assert texts(it.say("read order 4712"), "said")[-1].startswith("Order 4712, Suzhou Home, packed")
    assert texts(it.say("claim order 4712"), "said")[-1].startswith("Claim order 4712")


def test_the_own_open_question_comes_before_those_of_others() -> None:
    desk = FakeDesk(order(), order("SO18365"))
    other, mine = met_another_state(desk, Status.PACKED)[1], desk.submit(wish("SO18365"))
    desk.settle(mine, Result(key=mine, status=ResultStatus.CONFLICT, at=NOW, order=order("SO18365", version=8)))
    desk.commands[other] = msgspec.structs.replace(desk.commands[other], issued_by=UserId("u-else"))
    it = session(desk)
    it.say("cancel")
    asked = []
    for _ in range(3):
        asked += [text[6:10] for text in texts(it.say("conflicts"), "said") if text.startswith("Order")]
        it.say("cancel")
    assert asked == ["8365", "4712", "8365"]


def wish(number: str) -> Wish:
    it = order(number)
    return Wish(order_id=it.id, op=Op.INTERCEPT, base=it.version, reason=Reason.FRAUD, seen=Sight(it))


def test_nobody_signed_in_is_asked_about_nothing() -> None:
    desk = FakeDesk(order(), user=None)
    assert "not_understood" not in kinds(session(desk).say("conflicts"))
