"""Is a spoken answer to a conflict recorded together with what it gives, and only once?"""

import pytest

from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Status
from sync.wire.messages import Result, ResultStatus
from tests.voice.fakes import NOW, FakeDesk, order
from tests.voice.talking import session, texts
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
