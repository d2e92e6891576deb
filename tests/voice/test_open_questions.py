"""Open questions on the real workstation: its store, its outbox, its engine; only the central is in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.domain.commands import Outcome
from sync.domain.order import Status
from tests.fakes import Clock, FakeCentral
from tests.sync.samples import LI, NOW, order
from tests.sync.work import Work
from tests.voice.talking import session, texts
from voice.session import Session

ORDER = order("SO20261122004712")
NOTHING = "Nothing waits for a decision."


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    clock = Clock(NOW)
    central = FakeCentral(clock, [LI])
    central.put(ORDER)
    made = Work(tmp_path, central, clock)
    made.sign_in()
    yield made
    made.close()


@pytest.fixture
def it(work: Work) -> Iterator[Session]:
    made = session(work.desk)  # type: ignore[arg-type]  # a real one
    yield made
    made.stop()


def met_packed(work: Work, it: Session) -> None:
    """A spoken intercept that met another state; the question was asked, and put away."""
    it.say("intercept 4712 damaged")
    it.say("confirm")
    work.central.change(ORDER.id, status=Status.PACKED)
    work.turn()
    assert texts(it.say(""), "said")[-1].startswith("Order 4712 is not what you saw: it is packed now.")
    assert texts(it.say("cancel"), "said")[-1] == "It is still open. Call me and say conflicts to hear it again."


def test_a_question_that_passed_by_is_answered_later_and_the_central_does_it(work: Work, it: Session) -> None:
    met_packed(work, it)
    assert texts(it.say("conflicts"), "said")[-1].startswith("Order 4712 is not what you saw")
    it.say("confirm")
    work.turn()
    assert work.desk.cases() == ()
    (hold,) = work.central.orders_now[ORDER.id].holds
    assert hold.placed_by == LI.id
    assert texts(it.say("conflicts"), "said")[-1] == NOTHING


def test_it_is_asked_about_the_order_as_it_is_by_then(work: Work, it: Session) -> None:
    met_packed(work, it)
    work.central.change(ORDER.id, status=Status.HANDED_OVER)
    work.turn()
    assert "Ask the carrier to return it?" in texts(it.say("conflicts"), "said")[-1]
    it.say("confirm")
    work.turn()
    assert work.desk.cases() == ()
    assert work.desk.decided(1)[0].decision == "carrier_intercept"


def test_the_next_command_for_that_order_is_not_queued_behind_the_question_in_silence(work: Work, it: Session) -> None:
    met_packed(work, it)
    assert texts(it.say("release 4712"), "said")[-1].startswith("Order 4712 is not what you saw")
    it.say("keep")
    work.turn()
    assert (work.desk.cases(), work.central.orders_now[ORDER.id].holds) == ((), ())
    assert texts(it.say("intercept 4712 damaged"), "said")[-1].startswith("Intercept order 4712")
    it.say("confirm")
    work.turn()
    assert texts(it.say(""), "said")[-1].startswith("Order 4712: not stopped yet. Someone must pull it")


def test_a_command_that_waits_behind_the_question_goes_on_once_it_is_answered(work: Work, it: Session) -> None:
    met_packed(work, it)
    waiting = work.submit(ORDER)
    it.say("conflicts")
    assert texts(it.say("confirm"), "said")[-1] == "Order 4712: not possible. It is already stopped for this reason."
    it.say("conflicts")
    assert texts(it.say("keep"), "said")[-1] == "Left as it is."
    work.turn()
    result = work.desk.result(waiting)
    assert result is not None
    assert (result.outcome, work.desk.cases()) == (Outcome.REQUESTED, ())
