"""What does a decision do to the queue, and on which state does what follows stand?"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sync.decisions import Recorded, open_cases
from sync.domain.commands import Command, Decision, Heard, Op, Outcome
from sync.domain.exceptions import Reason
from sync.domain.order import Order, Status
from sync.errors import Refused
from sync.events import CommandSettled
from sync.service import Wish
from sync.store.outbox import Settled
from sync.wire.messages import FEATURES, Result, ResultStatus
from tests.fakes import Clock, FakeCentral, Fault
from tests.sync.samples import LI, NOW, ZHANG, command, hold, order, stopped
from tests.sync.work import Work

ORDER = order("SO20261122004712")
OTHER = order("SO20261122004799")


@pytest.fixture
def central(clock: Clock) -> FakeCentral:
    made = FakeCentral(clock, [LI, ZHANG])
    for one in (ORDER, OTHER):
        made.put(one)
    return made


@pytest.fixture
def work(tmp_path: Path, central: FakeCentral, clock: Clock) -> Iterator[Work]:
    made = Work(tmp_path, central, clock)
    made.sign_in()
    yield made
    made.close()


def conflict(work: Work, status: Status = Status.PACKED) -> None:
    """An intercept of ORDER that meets another state at the central."""
    work.submit(ORDER)
    work.central.change(ORDER.id, status=status)
    work.turn()


def again(work: Work) -> Wish:
    """The same intercept, on what the case shows."""
    (case,) = work.desk.cases()
    return Wish(order_id=ORDER.id, op=Op.INTERCEPT, base=case.base, after=case.after, reason=Reason.DAMAGED)


def test_a_case_shows_what_was_seen_what_is_and_what_is_allowed(work: Work) -> None:
    conflict(work)
    (case,) = work.desk.cases()
    assert case.settled.seen is not None
    assert case.now is not None
    assert (case.settled.seen.status, case.now.status, case.base) == (Status.WAITING, Status.PACKED, 2)
    assert Op.INTERCEPT in {a.op for a in case.actions if a.refusal is None}
    assert case.waiting == ()


def test_a_case_follows_the_order_when_it_changes_again(work: Work) -> None:
    conflict(work)
    work.central.change(ORDER.id, status=Status.HANDED_OVER)
    work.turn()
    (case,) = work.desk.cases()
    assert case.now is not None
    assert (case.now.status, case.base) == (Status.HANDED_OVER, 3)
    assert Op.CARRIER_INTERCEPT in {a.op for a in case.actions if a.refusal is None}


def test_a_decision_to_ask_again_is_carried_out_on_the_state_that_was_shown(work: Work) -> None:
    conflict(work)
    recorded = work.desk.decide(work.desk.cases()[0].settled.command.key, "retried", again(work))
    work.turn()
    assert recorded.new
    assert recorded.key is not None
    result = work.desk.result(recorded.key)
    assert result is not None
    assert result.outcome is Outcome.REQUESTED
    assert work.desk.cases() == ()


def test_what_changed_after_it_was_shown_is_a_new_case_and_no_effect(work: Work) -> None:
    conflict(work)
    wish = again(work)
    work.central.change(ORDER.id, status=Status.HANDED_OVER)
    work.desk.decide(work.desk.cases()[0].settled.command.key, "retried", wish)
    work.turn()
    (case,) = work.desk.cases()
    assert case.settled.result.status is ResultStatus.CONFLICT
    assert work.central.orders_now[ORDER.id].holds == ()


def test_a_command_that_is_refused_at_once_leaves_the_case_open(work: Work) -> None:
    conflict(work, Status.CLOSED)
    work.central.change(ORDER.id, status=Status.PACKED)
    work.turn()
    (case,) = work.desk.cases()
    wish = msgspec.structs.replace(again(work), op=Op.CARRIER_INTERCEPT)
    with pytest.raises(Refused):
        work.desk.decide(case.settled.command.key, "alternative", wish)
    assert len(work.desk.cases()) == 1
    assert work.desk.connection.unsent == 0


def test_only_the_first_decision_counts_and_gives_a_command(work: Work) -> None:
    conflict(work)
    key, wish = work.desk.cases()[0].settled.command.key, again(work)
    assert work.desk.decide(key, "kept") == Recorded(True)
    assert work.desk.decide(key, "retried", wish) == Recorded(False)
    assert work.desk.connection.unsent == 1, "what was decided is on its way to the central"
    assert [s.decision for s in work.desk.decided(10)] == ["kept"]
    assert work.desk.decide(command(ORDER).key, "kept") == Recorded(False)


def test_who_decided_what_and_when_survives_a_restart(work: Work, clock: Clock) -> None:
    conflict(work)
    clock.forward(60_000)
    work.desk.decide(work.desk.cases()[0].settled.command.key, "retried", again(work))
    work.close()
    work.open()
    (decided,) = work.desk.decided(10)
    assert (decided.decision, decided.decided_by, decided.decided_at) == ("retried", LI.id, clock.now)
    assert decided.seen is not None
    assert decided.seen.status is Status.WAITING
    assert work.desk.cases() == ()
    work.sign_in()
    assert work.central.orders_now[ORDER.id].is_held


def records(central: FakeCentral) -> list[tuple[str, Command]]:
    """The records of decisions as they came, and under whose token."""
    return [(sender, command) for sender, command in central.sent_under if command.op is Op.DECIDE]


class TestTheCentralIsTold:
    def test_what_was_decided_by_whom_and_what_it_gave(self, work: Work, clock: Clock) -> None:
        conflict(work)
        key = work.desk.cases()[0].settled.command.key
        recorded = work.desk.decide(key, "retried", again(work))
        work.turn()
        ((sender, told),) = records(work.central)
        assert (sender, told.issued_by, told.issued_at, told.device) == (LI.id, LI.id, clock.now, work.desk.device)
        assert (told.args.decides, told.args.decision, told.args.gives) == (key, Decision.RETRIED, recorded.key)
        assert told.heard is None

    @pytest.mark.parametrize(
        ("word", "decision"),
        [("keep", Decision.KEPT), ("again", Decision.RETRIED), ("carrier_intercept", Decision.ALTERNATIVE)],
    )
    def test_how_it_was_said(self, work: Work, word: str, decision: Decision) -> None:
        conflict(work)
        words = Heard(transcript="keep it")
        work.desk.decide(work.desk.cases()[0].settled.command.key, word, heard=words)
        work.turn()
        ((_, told),) = records(work.central)
        assert (told.args.decision, told.heard) == (decision, words)

    def test_once_after_a_night_offline_and_a_restart(self, work: Work, clock: Clock) -> None:
        conflict(work)
        work.central.faults.extend([Fault.LOST_REQUEST] * 3)
        work.desk.decide(work.desk.cases()[0].settled.command.key, "kept")
        decided_at = clock.now
        work.turn()
        work.close()
        clock.forward(8 * 3_600_000)
        work.central.faults.clear()
        work.central.faults.extend([Fault.LOST_ANSWER])
        work.open()
        work.sign_in()
        for _ in range(3):
            clock.forward(60_000)
            work.turn()
        told = [command for _, command in records(work.central)]
        assert {c.key for c in told} == {told[0].key}
        assert told[0].issued_at == decided_at
        assert work.central.effects[told[0].key] == 1
        assert work.desk.connection.unsent == 0

    def test_under_the_name_of_whoever_decided_also_when_that_person_has_left(self, work: Work) -> None:
        conflict(work)
        work.desk.decide(work.desk.cases()[0].settled.command.key, "kept")
        work.sign_in(ZHANG.id)
        ((sender, told),) = records(work.central)
        assert (sender, told.issued_by) == (LI.id, LI.id)

    def test_without_waiting_for_an_older_case_of_the_same_order(self, work: Work) -> None:
        for reason in (Reason.DAMAGED, Reason.FRAUD):
            work.submit(ORDER, reason=reason, base=1, after=None)
        work.central.change(ORDER.id, status=Status.PACKED)
        work.turn()
        first, second = work.desk.cases()
        work.desk.decide(second.settled.command.key, "kept")
        work.turn()
        assert [told.args.decides for _, told in records(work.central)] == [second.settled.command.key]
        assert [case.settled.command.key for case in work.desk.cases()] == [first.settled.command.key]

    def test_no_answer_to_it_is_shown_to_anybody(self, work: Work) -> None:
        conflict(work)
        work.events.clear()
        work.central.orders_now.pop(ORDER.id)  # then the central refuses the record
        work.desk.decide(work.desk.cases()[0].settled.command.key, "kept")
        work.turn()
        assert not any(isinstance(event, CommandSettled) for event in work.events)
        assert work.desk.cases() == ()
        assert work.desk.connection.unsent == 0

    def test_only_where_it_offers_to_listen(self, work: Work) -> None:
        work.central.features = tuple(f for f in FEATURES if f != "decisions")
        work.desk.sign_out()
        work.sign_in()
        conflict(work)
        work.desk.decide(work.desk.cases()[0].settled.command.key, "kept")
        assert work.desk.connection.unsent == 0
        assert [s.decision for s in work.desk.decided(1)] == ["kept"]

    def test_also_in_a_history_that_came_after_the_decision(self, work: Work, clock: Clock) -> None:
        conflict(work)
        key = work.desk.cases()[0].settled.command.key
        work.central.faults.extend([Fault.LOST_REQUEST] * 2)
        work.desk.decide(key, "kept")
        work.central.kept_until = clock.now - 60_000
        work.central.restore_from_backup([ORDER])
        work.central.forget_sessions()
        work.turn()
        ((_, told),) = records(work.central)
        assert told.args.decides == key
        assert work.desk.cases() == ()

    def test_a_word_that_nobody_knows_is_kept_here(self, work: Work) -> None:
        conflict(work)
        work.desk.decide(work.desk.cases()[0].settled.command.key, "tossed a coin")
        work.turn()
        assert records(work.central) == []

    def test_it_stands_in_nobodys_way(self, work: Work) -> None:
        conflict(work)
        behind = work.submit(ORDER, reason=Reason.FRAUD)
        work.desk.decide(work.desk.cases()[0].settled.command.key, "kept")
        assert work.desk.undo(behind) is None, "what was never sent is taken back at once"


class TestCommandsBehindAConflict:
    def test_wait_for_the_decision_while_all_others_flow(self, work: Work) -> None:
        conflict(work)
        behind = work.submit(ORDER, reason=Reason.FRAUD)
        other = work.submit(OTHER)
        work.turn()
        (case,) = work.desk.cases()
        assert [c.key for c in case.waiting] == [behind]
        assert work.status(behind) is None
        assert work.status(other) is ResultStatus.APPLIED

    def test_given_on_the_new_state_are_followed_by_the_new_command(self, work: Work) -> None:
        conflict(work)
        behind = work.submit(ORDER, reason=Reason.FRAUD)
        (case,) = work.desk.cases()
        assert (case.after, case.base) == (behind, None)
        work.desk.decide(case.settled.command.key, "retried", again(work))
        work.turn()
        assert {h.reason for h in work.central.orders_now[ORDER.id].holds} == {Reason.FRAUD, Reason.DAMAGED}

    def test_that_followed_the_refused_one_do_not_keep_the_new_command_from_being_done(
        self, work: Work, central: FakeCentral
    ) -> None:
        central.batch_limit = 1
        work.desk.sign_out()
        work.sign_in()
        work.submit(ORDER)
        behind = work.submit(ORDER, reason=Reason.FRAUD)
        central.change(ORDER.id, status=Status.PACKED)
        work.turn()
        (case,) = work.desk.cases()
        assert [c.key for c in case.waiting] == [behind]
        assert (case.after, case.base) == (None, 2)
        work.desk.decide(case.settled.command.key, "retried", again(work))
        work.turn()
        assert work.status(behind) is ResultStatus.BLOCKED
        assert {h.reason for h in central.orders_now[ORDER.id].holds} == {Reason.DAMAGED}

    def test_that_only_organise_or_were_given_on_a_newer_state_are_not_followed(self) -> None:
        met = settled(ORDER, order=msgspec.structs.replace(ORDER, version=5))
        told = msgspec.structs.replace(ORDER, version=6)
        for behind in (command(ORDER, Op.CLAIM, n=9), command(told, Op.INTERCEPT, n=9)):
            (case,) = open_cases([met], [behind], {}, LI, lambda _: {})
            assert (case.after, case.base, case.waiting) == (None, 5, (behind,))
        first = command(ORDER, n=8)
        behind = command(ORDER, n=9, base=None, after=first.key)
        (case,) = open_cases([met], [first, behind], {}, LI, lambda _: {first.key: None})
        assert case.after == behind.key


def settled(of: Order, **result: object) -> Settled:
    asked = command(of)
    told = msgspec.structs.replace(Result(key=asked.key, status=ResultStatus.CONFLICT, at=NOW), **result)
    return Settled(command=asked, result=told, seen=of)


def test_of_an_order_that_nobody_knows_any_more_nothing_is_allowed() -> None:
    (case,) = open_cases([settled(ORDER)], (), {}, LI, lambda _: {})
    assert (case.now, case.actions, case.base) == (None, (), None)


def test_where_the_central_named_no_actions_the_rules_here_do() -> None:
    told = msgspec.structs.replace(stopped(), version=4, holds=(hold(Reason.PAYMENT_CHECK),))
    (case,) = open_cases([settled(ORDER, order=told)], (), {}, LI, lambda _: {})
    assert case.now == told
    assert {a.op for a in case.actions if a.refusal is not None} == {Op.REASSIGN, Op.RELEASE, Op.CARRIER_INTERCEPT}
    (alone,) = open_cases([settled(ORDER, order=told)], (), {}, None, lambda _: {})
    assert alone.actions == ()
