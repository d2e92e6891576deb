"""Does the one door refuse early what cannot be, and keep what it took?"""

import threading

import pytest

from sync.domain.apply import Refusal
from sync.domain.commands import Args, Op, Outcome, Target
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order, OrderId, Status
from sync.errors import (
    NotSignedIn,
    Refused,
    StoreFull,
)
from sync.events import CommandQueued, CommandSettled, Event, OrdersChanged
from sync.service import Wish
from sync.store.listing import ListQuery
from sync.store.projection import Seen
from sync.wire.messages import ResultStatus
from tests.fakes import Fault
from tests.sync.samples import BETA, LI, MEI, ZHANG, order, stopped
from tests.sync.work import Work


class TestSubmit:
    def test_nobody_can_submit_before_signing_in(self, work: Work) -> None:
        with pytest.raises(NotSignedIn):
            work.desk.submit(Wish(order_id=order().id, op=Op.INTERCEPT, base=1, reason=Reason.FRAUD))

    def test_a_command_shows_at_once_is_sent_and_settles(self, work: Work) -> None:
        it = work.central.put(order())
        work.sign_in()
        key = work.submit(it)
        seen = work.desk.order(it.id)
        assert seen is not None
        assert [p.expected for p in seen.pending] == [Outcome.STOPPED]
        assert work.desk.engine.connection.unsent == 1
        assert work.status(key) is None
        work.turn()
        assert work.status(key) is ResultStatus.APPLIED
        seen = work.desk.order(it.id)
        assert seen is not None
        assert (seen.pending, seen.truth.is_held) == ((), True)
        assert work.desk.connection.unsent == 0

    def test_what_happens_is_told_in_its_order(self, work: Work) -> None:
        it = work.central.put(order())
        work.sign_in()
        work.events.clear()
        key = work.submit(it)
        work.turn()
        told = [e for e in work.events if isinstance(e, CommandQueued | CommandSettled | OrdersChanged)]
        assert told[:3] == [CommandQueued(key, it.id), OrdersChanged((it.id,)), told[2]]
        assert isinstance(told[2], CommandSettled)
        assert told[2].result.outcome is Outcome.STOPPED

    def test_a_history_that_ends_while_the_order_is_read_is_still_the_commands_own(
        self, work: Work, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Else what was given on a state of before would go out in the new one without a look."""
        it = work.central.put(order())
        work.sign_in()
        wish, read = work.wish(it), work.desk.order

        def read_and_meet(order_id: OrderId) -> Seen | None:
            seen = read(order_id)
            work.desk._cache.put_facts({"epoch": "another"})
            return seen

        monkeypatch.setattr(work.desk, "order", read_and_meet)
        work.desk.submit(wish)
        told = work.workstation.outbox._connection.execute("SELECT epoch FROM commands").fetchall()
        assert told == [(work.central.epoch,)]

    @pytest.mark.parametrize(
        ("it", "op", "changes", "why"),
        [
            (stopped(Reason.PAYMENT_CHECK), Op.RELEASE, {"args": Args(holds=("h1",))}, Refusal.NOT_PERMITTED),  # type: ignore[arg-type]  # ids are strings
            (stopped(), Op.RELEASE, {"args": Args(holds=("gone",))}, Refusal.HOLD_GONE),  # type: ignore[arg-type]  # ids are strings
            (stopped(Reason.FRAUD), Op.INTERCEPT, {"reason": Reason.FRAUD}, Refusal.ALREADY_HELD),
            (order(), Op.CARRIER_INTERCEPT, {}, Refusal.NOT_HANDED_OVER),
            (order(), Op.REASSIGN, {"args": Args(to=Target(kind="carrier", id=BETA))}, Refusal.NOT_PERMITTED),
        ],
    )
    def test_what_the_central_would_refuse_is_refused_at_once_and_not_queued(
        self, work: Work, it: Order, op: Op, changes: dict[str, object], why: Refusal
    ) -> None:
        work.central.put(it)
        work.sign_in()
        with pytest.raises(Refused) as told:
            work.submit(it, op, **changes)
        assert told.value.refusal is why
        assert work.workstation.outbox.unsent() == 0

    def test_a_wish_that_means_nothing_is_a_mistake_of_the_program(self, work: Work) -> None:
        it = work.central.put(order())
        work.sign_in()
        for broken in (
            work.wish(it, base=None),
            work.wish(it, after=CommandKey("k")),
            work.wish(it, reason=None),
            work.wish(it, Op.RELEASE),
        ):
            with pytest.raises(ValueError, match="means nothing"):
                work.desk.submit(broken)
        assert work.workstation.outbox.unsent() == 0

    def test_an_order_that_this_desk_does_not_hold_is_left_to_the_central(self, work: Work) -> None:
        work.sign_in()
        key = work.submit(order())
        work.turn()
        assert work.status(key) is ResultStatus.REJECTED

    def test_a_hold_placed_offline_can_be_judged_before_it_is_sent(self, work: Work) -> None:
        """The person's rights are looked up on the order as it will be, not as it was."""
        it = work.central.put(order())
        work.sign_in()
        work.submit(it, reason=Reason.FRAUD)
        seen = work.desk.order(it.id)
        assert seen is not None
        with pytest.raises(Refused) as told:
            work.submit(it, Op.RELEASE, args=Args(holds=(seen.order.holds[0].id,)))
        assert told.value.refusal is Refusal.NOT_PERMITTED

    def test_a_full_disk_says_so_and_takes_nothing(self, work: Work) -> None:
        them = [work.central.put(order(f"SO2026112200{n:04}")) for n in range(60)]
        work.sign_in()
        writer = work.workstation.outbox._connection
        writer.execute(f"PRAGMA max_page_count = {writer.execute('PRAGMA page_count').fetchone()[0] + 2}")
        taken: list[CommandKey] = []
        with pytest.raises(StoreFull):
            taken.extend(work.submit(it) for it in them)
        assert [c.key for c in work.workstation.outbox.unsettled()] == taken

    def test_a_full_disk_under_the_cache_does_not_make_an_accepted_command_look_lost(self, work: Work) -> None:
        it = work.central.put(order())
        work.sign_in()
        work.desk._cache._writer.execute(
            "CREATE TEMP TRIGGER full BEFORE UPDATE ON main.orders BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
        key = work.submit(it)
        assert len(work.desk.ids(ListQuery(view="all"))) == 1
        work.desk._cache._writer.execute("DROP TRIGGER full")
        assert [c.key for c in work.workstation.outbox.unsettled()] == [key]
        assert len(work.reports) == 1
        work.reports.clear()

    def test_a_listener_that_fails_is_reported_and_changes_nothing(self, work: Work) -> None:
        it = work.central.put(order())
        work.sign_in()
        heard: list[Event] = []

        def broken(event: Event) -> None:
            if isinstance(event, CommandQueued):
                raise ZeroDivisionError

        work.desk.subscribe(broken)
        work.desk.subscribe(heard.append)
        key = work.submit(it)
        assert any(isinstance(e, CommandQueued) and e.key == key for e in heard)
        assert [type(r) for r in work.reports] == [ZeroDivisionError]
        work.reports.clear()

    def test_a_listener_that_unsubscribed_hears_no_more(self, work: Work) -> None:
        heard: list[Event] = []
        work.desk.subscribe(heard.append)()
        work.sign_in()
        assert heard == []

    def test_commands_from_many_threads_are_all_kept_in_one_row_of_numbers(self, work: Work) -> None:
        them = [work.central.put(order(f"SO2026112200{n:04}")) for n in range(12)]
        work.sign_in()
        keys: list[CommandKey] = []
        threads = [threading.Thread(target=lambda it=it: keys.append(work.submit(it))) for it in them]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kept = work.workstation.outbox.unsettled()
        assert {c.key for c in kept} == set(keys)
        assert [c.n for c in kept] == list(range(1, 13))


class TestUndo:
    def test_an_unsent_command_is_withdrawn_and_never_reaches_the_central(self, work: Work) -> None:
        it = work.central.put(order())
        work.sign_in()
        key = work.submit(it)
        assert work.desk.undo(key) is None
        work.turn()
        seen = work.desk.order(it.id)
        assert seen is not None
        assert seen.pending == ()
        assert work.central.sent_under == []
        assert len(work.desk.ids(ListQuery(view="pending"))) == 0
        assert work.desk.connection.unsent == 0

    def test_a_settled_command_is_undone_by_a_command_of_its_own(self, work: Work) -> None:
        it = work.central.put(order())
        work.sign_in()
        key = work.submit(it)
        work.turn()
        back = work.desk.undo(key)
        assert back is not None
        work.turn()
        assert work.status(back) is ResultStatus.APPLIED
        assert not work.central.orders_now[it.id].is_held

    def test_a_command_on_its_way_is_undone_by_one_that_follows_it(self, work: Work) -> None:
        it = work.central.put(order())
        work.sign_in()
        key = work.submit(it)
        work.central.faults.append(Fault.LOST_ANSWER)
        work.desk.engine.step()
        back = work.desk.undo(key)
        assert back is not None
        seen = work.desk.order(it.id)
        assert seen is not None
        assert not seen.order.is_held
        work.turn()
        assert (work.status(key), work.status(back)) == (ResultStatus.APPLIED, ResultStatus.APPLIED)
        assert not work.central.orders_now[it.id].is_held

    def test_undoing_twice_does_nothing_twice(self, work: Work) -> None:
        it = work.central.put(order())
        work.sign_in()
        key = work.submit(it)
        work.desk.undo(key)
        with pytest.raises(Refused) as told:
            work.desk.undo(key)
        assert told.value.refusal is Refusal.NOTHING_TO_UNDO

    def test_only_the_last_command_on_an_order_can_be_taken_back(self, work: Work) -> None:
        it = work.central.put(order())
        work.sign_in()
        first, second = work.submit(it), work.submit(it, reason=Reason.FRAUD)
        with pytest.raises(Refused):
            work.desk.undo(first)
        assert work.desk.undo(second) is None
        assert work.desk.undo(first) is None

    def test_a_command_that_was_refused_has_nothing_to_undo(self, work: Work) -> None:
        it = work.central.put(order())
        work.sign_in()
        work.central.change(it.id, status=Status.PICKING)
        key = work.submit(it)
        work.turn()
        assert work.status(key) is ResultStatus.CONFLICT
        with pytest.raises(Refused) as told:
            work.desk.undo(key)
        assert told.value.refusal is Refusal.NOTHING_TO_UNDO

    def test_nobody_takes_back_what_somebody_else_asked_for(self, work: Work) -> None:
        it = work.central.put(order())
        work.sign_in()
        key = work.submit(it)
        work.desk.sign_out()
        with pytest.raises(NotSignedIn):
            work.desk.undo(key)
        work.desk.sign_in(MEI.id, "4712", "en")
        with pytest.raises(Refused) as told:
            work.desk.undo(key)
        assert told.value.refusal is Refusal.NOT_YOURS_TO_UNDO
        assert work.workstation.outbox.unsent() == 1

    def test_an_unknown_command_cannot_be_undone(self, work: Work) -> None:
        work.sign_in()
        with pytest.raises(Refused):
            work.desk.undo(CommandKey("nobody-knows"))


class TestTwoPeopleWithACacheEach:
    """A supervisor's cache is behind; the operator, who works at the same desk, has given a command."""

    @staticmethod
    def given_by_the_operator(work: Work, *, on_a_newer_state: bool) -> tuple[Order, CommandKey]:
        it = work.central.put(order())
        work.sign_in(ZHANG.id)
        if on_a_newer_state:
            work.desk.sign_out()
            work.central.change(it.id, status=Status.PICKING)
        work.sign_in(LI.id)
        key = work.submit(it)
        work.desk.sign_in(ZHANG.id, "4712", "zh")
        return it, key

    def test_who_has_seen_what_the_command_was_given_on_follows_it(self, work: Work) -> None:
        it, first = self.given_by_the_operator(work, on_a_newer_state=False)
        seen = work.desk.order(it.id)
        assert seen is not None
        assert (seen.after, seen.order.is_held) == (first, True)
        second = work.submit(it, reason=Reason.FRAUD)
        work.turn()
        assert [work.status(key) for key in (first, second)] == [ResultStatus.APPLIED, ResultStatus.APPLIED]

    def test_who_has_not_gives_a_command_on_the_state_that_is_shown_and_hears_of_a_conflict(self, work: Work) -> None:
        it, first = self.given_by_the_operator(work, on_a_newer_state=True)
        seen = work.desk.order(it.id)
        assert seen is not None
        assert (seen.base, seen.after, seen.order.status, seen.order.is_held) == (1, None, Status.WAITING, False)
        assert [p.key for p in seen.pending] == [first]
        second = work.submit(it, reason=Reason.FRAUD)
        work.turn()
        assert [work.status(key) for key in (first, second)] == [ResultStatus.APPLIED, ResultStatus.CONFLICT]
        assert {h.reason for h in work.central.orders_now[it.id].holds} == {Reason.DAMAGED}
