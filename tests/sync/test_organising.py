"""Do claims, snoozes and notes work on a workstation, offline too, and does a snoozed order come back by itself?"""

import pytest

from sync.domain.apply import Refusal
from sync.domain.commands import Args, Op, Outcome
from sync.domain.exceptions import Reason
from sync.domain.order import Claim, Order, Snooze
from sync.domain.organise import assign_args, note_args, snooze_args, unclaim_args, wake_args
from sync.errors import Refused
from sync.events import OrdersChanged, OrdersWoke
from sync.store.listing import ME, NOBODY, ListQuery, Row
from sync.wire.messages import ResultStatus
from tests.fakes import Fault
from tests.sync.samples import EAST, LI, MEI, NOW, ZHANG, exception, order, stopped
from tests.sync.work import Work

HOUR = 3_600_000
ONE = "SO20261122004712"


@pytest.fixture
def it(work: Work) -> Order:
    made = work.central.put(stopped(number=ONE))
    work.sign_in()
    return made


def listed(work: Work, **query: object) -> list[str]:
    asked = ListQuery(**query)  # type: ignore[arg-type]  # what a test names
    return [row.number for row in work.desk.rows(work.desk.ids(asked))]


def row(work: Work) -> Row:
    (found,) = work.desk.rows(work.desk.ids(ListQuery(view="all")))
    return found


def offline(work: Work) -> None:
    work.central.faults.extend([Fault.LOST_REQUEST] * 3)


def test_a_claim_shows_at_once_and_stays_when_the_central_has_it(work: Work, it: Order) -> None:
    key = work.submit(it, Op.CLAIM)
    assert (row(work).claimed_by, row(work).pending) == (LI.id, 1)
    assert listed(work, claimed=ME) == [ONE]
    assert listed(work, claimed=NOBODY) == []
    work.turn()
    assert work.status(key) is ResultStatus.APPLIED
    assert (row(work).claimed_by, row(work).pending) == (LI.id, 0)
    assert work.desk.counts().mine == 1


def test_what_a_colleague_took_meanwhile_shows_again_after_the_conflict(work: Work, it: Order) -> None:
    work.central.change(it.id, claim=Claim(by=MEI.id, at=NOW))
    key = work.submit(it, Op.CLAIM)
    work.turn()
    assert work.status(key) is ResultStatus.CONFLICT
    assert row(work).claimed_by == MEI.id
    assert work.desk.counts().attention == 1


def test_a_claim_taken_back_before_it_was_sent_leaves_no_mark(work: Work, it: Order) -> None:
    assert work.desk.undo(work.submit(it, Op.CLAIM)) is None
    assert (row(work).claimed_by, row(work).pending) == (None, 0)


def test_a_sent_claim_is_undone_by_giving_the_order_back(work: Work, it: Order) -> None:
    key = work.submit(it, Op.CLAIM)
    work.turn()
    back = work.desk.undo(key)
    assert back is not None
    work.turn()
    result = work.desk.result(back)
    assert result is not None
    assert result.outcome is Outcome.UNCLAIMED
    assert row(work).claimed_by is None


def test_a_note_cannot_be_unsaid(work: Work, it: Order) -> None:
    key = work.submit(it, Op.NOTE, args=note_args("客户下午回电"))
    work.turn()
    assert row(work).notes == 1
    with pytest.raises(Refused) as refused:
        work.desk.undo(key)
    assert refused.value.refusal is Refusal.NOTHING_TO_UNDO


def test_a_note_written_in_between_does_not_keep_an_intercept_from_being_undone(work: Work, it: Order) -> None:
    stop = work.submit(it)
    work.turn()
    work.submit(it, Op.NOTE, args=note_args("误拦"))
    back = work.desk.undo(stop)
    assert back is not None
    work.turn()
    assert work.status(back) is ResultStatus.APPLIED


def test_an_intercept_is_given_on_what_was_seen_whatever_was_claimed_before(work: Work, it: Order) -> None:
    work.submit(it, Op.CLAIM)
    seen = work.desk.order(it.id)
    assert seen is not None
    assert (seen.base, seen.after) == (it.version, None)
    stop = work.submit(it)
    work.turn()
    assert work.status(stop) is ResultStatus.APPLIED


def test_an_operator_hears_at_once_that_assigning_is_not_for_operators(work: Work, it: Order) -> None:
    seen = work.desk.order(it.id)
    assert seen is not None
    assert {a.op: a.refusal for a in work.desk.organising(seen)}[Op.ASSIGN] is Refusal.NOT_PERMITTED
    with pytest.raises(Refused):
        work.submit(it, Op.ASSIGN, args=assign_args(it, MEI.id))


def test_a_supervisor_gives_an_order_to_a_colleague_and_takes_it_away(work: Work, it: Order) -> None:
    work.sign_in(ZHANG.id)
    work.submit(it, Op.ASSIGN, args=assign_args(it, MEI.id))
    work.turn()
    assert row(work).claimed_by == MEI.id
    assert listed(work, claimed=MEI.id) == [ONE]
    seen = work.desk.order(it.id)
    assert seen is not None
    work.submit(it, Op.UNCLAIM, args=unclaim_args(seen.order))
    work.turn()
    assert row(work).claimed_by is None


def test_nobody_signed_in_can_do_nothing(work: Work, it: Order) -> None:
    seen = work.desk.order(it.id)
    assert seen is not None
    work.desk.sign_out()
    assert work.desk.organising(seen) == ()


def test_a_central_that_does_not_offer_it_is_not_asked(work: Work, it: Order) -> None:
    work.central.features = ()
    work.central.forget_sessions()
    work.turn()
    with pytest.raises(Refused) as refused:
        work.submit(it, Op.CLAIM)
    assert refused.value.refusal is Refusal.NOT_OFFERED


class TestSnooze:
    def snooze(self, work: Work, it: Order, ms: int = HOUR) -> None:
        work.submit(it, Op.SNOOZE, args=snooze_args(it, work.clock() + ms))

    def told(self, work: Work) -> list[OrdersWoke]:
        return [event for event in work.events if isinstance(event, OrdersWoke)]

    @pytest.mark.parametrize("sent", [True, False])
    def test_a_snoozed_order_leaves_the_list_until_its_time_sent_or_not(
        self, work: Work, it: Order, sent: bool
    ) -> None:
        self.snooze(work, it)
        if sent:
            work.turn()
        assert listed(work) == []
        assert listed(work, snoozed="only") == listed(work, snoozed="shown") == listed(work, text="4712") == [ONE]
        assert listed(work, view="all") == [ONE]
        assert (work.desk.counts().stopped, work.desk.counts().snoozed) == (0, 1)
        work.clock.now += HOUR
        work.turn()
        assert listed(work) == [ONE]
        assert listed(work, snoozed="only") == []

    def test_its_waking_is_told_once_to_whoever_put_it_away(self, work: Work, it: Order) -> None:
        self.snooze(work, it)
        work.turn()
        work.clock.now += HOUR - 1
        work.turn()
        assert self.told(work) == []
        work.clock.now += 1
        work.events.clear()
        work.turn()
        work.central.change(it.id, carrier=None)
        work.turn()
        assert self.told(work) == [OrdersWoke((it.id,))]
        assert OrdersChanged((it.id,)) in work.events
        assert listed(work) == [ONE]

    def test_it_is_told_after_a_restart_too(self, work: Work, it: Order) -> None:
        self.snooze(work, it)
        work.turn()
        work.close()
        work.clock.now += 2 * HOUR
        work.open()
        work.sign_in()
        assert self.told(work) == [OrdersWoke((it.id,))]

    def test_offline_it_wakes_just_the_same(self, work: Work, it: Order) -> None:
        self.snooze(work, it)
        work.turn()
        work.clock.now += HOUR
        offline(work)
        work.desk.engine.step()
        assert self.told(work) == [OrdersWoke((it.id,))]

    def test_one_that_a_colleague_put_away_is_told_to_whoever_looks_after_it(self, work: Work, it: Order) -> None:
        asleep = Snooze(until=NOW + HOUR, by=MEI.id, at=NOW)
        work.central.change(it.id, snooze=asleep, claim=Claim(by=LI.id, at=NOW))
        work.central.put(stopped(number="SO20261122000002", snooze=asleep))
        work.turn()
        assert listed(work) == []
        work.clock.now += HOUR
        work.turn()
        assert self.told(work) == [OrdersWoke((it.id,))]
        assert len(listed(work)) == 2

    def test_one_put_away_offline_wakes_although_nobody_looked_at_a_list(self, work: Work, it: Order) -> None:
        offline(work)
        self.snooze(work, it)
        work.desk.engine.step()
        work.clock.now += HOUR
        work.events.clear()
        work.desk.engine.step()
        assert self.told(work) == [OrdersWoke((it.id,))]

    def test_the_engine_waits_no_longer_than_until_the_next_one_wakes(self, work: Work, it: Order) -> None:
        waking = work.desk.engine.waking
        assert (waking.until(3.0), waking.until(None)) == (3.0, None)
        self.snooze(work, it, 2000)
        work.turn()
        assert (waking.until(3.0), waking.until(None), waking.until(1.0)) == (2.0, 2.0, 1.0)
        work.clock.now += 5000
        assert waking.until(3.0) == 0.0
        work.desk.sign_out()
        work.desk.engine.step()
        assert waking.until(3.0) == 3.0

    def test_a_new_exception_brings_it_back_before_its_time(self, work: Work, it: Order) -> None:
        self.snooze(work, it)
        work.turn()
        causes = (*it.exceptions, exception(Reason.FRAUD, "e2"))
        work.central.change(it.id, snooze=None, exceptions=causes)
        work.turn()
        assert listed(work) == [ONE]

    def test_waking_it_by_hand_can_be_undone_while_its_time_lasts(self, work: Work, it: Order) -> None:
        self.snooze(work, it)
        work.turn()
        seen = work.desk.order(it.id)
        assert seen is not None
        woken = work.submit(it, Op.WAKE, args=wake_args(seen.order))
        work.turn()
        assert listed(work) == [ONE]
        assert work.desk.undo(woken) is not None
        work.turn()
        assert listed(work) == []
        late = work.submit(it, Op.WAKE, args=wake_args(seen.order))
        work.turn()
        work.clock.now += HOUR
        with pytest.raises(Refused):
            work.desk.undo(late)

    def test_a_pending_snooze_is_still_marked_after_another_person_signed_in(self, work: Work, it: Order) -> None:
        work.sign_in(MEI.id)
        work.sign_in(LI.id)
        offline(work)
        self.snooze(work, it)
        work.desk.sign_in(MEI.id, "4712", "zh")
        assert listed(work) == []
        assert listed(work, view="pending") == [ONE]


def test_the_rest_of_the_list_is_not_touched(work: Work, it: Order) -> None:
    work.central.put(order("SO20261122000002", warehouse=EAST))
    work.turn()
    work.submit(it, Op.CLAIM)
    assert listed(work, view="all", claimed=NOBODY) == ["SO20261122000002"]
    assert work.desk.view_counts([ListQuery(view="all", claimed=ME), ListQuery(view="pending"), ListQuery()]) == (
        1,
        1,
        1,
    )


def test_args_of_a_claim_are_empty(it: Order) -> None:
    assert unclaim_args(it) == Args()
