"""Does the one door refuse early what cannot be, keep what it took, and tell everybody what happened?"""

import queue
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import msgspec
import pytest

from sync.client.api import CentralApi
from sync.domain.apply import Refusal
from sync.domain.commands import Args, Op, Outcome, Target
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order, OrderId, Status
from sync.errors import (
    Answered,
    CentralUnreachable,
    NotSignedIn,
    Refused,
    SignInRefused,
    StoreClosed,
    StoreDamaged,
    StoreFull,
)
from sync.events import CommandQueued, CommandSettled, ConnectionChanged, Event, Link, OrdersChanged, UserChanged
from sync.service import Desk, Wish
from sync.store.listing import ListQuery
from sync.store.orders import OrderCache
from sync.wire.messages import ResultStatus
from sync.workstation import Workstation
from tests.fakes import Clock, FakeCentral, Fault
from tests.sync.samples import BETA, EAST, LI, MEI, NOW, SOUTH, ZHANG, order, stopped
from tests.sync.site import QUICK


class Work:
    """A desk whose engine is turned by hand, with the events and reports it gave."""

    def __init__(self, folder: Path, central: FakeCentral, clock: Clock) -> None:
        self.folder, self.central, self.clock = folder, central, clock
        self.events: list[Event] = []
        self.reports: list[BaseException] = []
        self.open()

    def open(self) -> None:
        self.workstation = Workstation(self.folder, self.clock, use_keyring=False)
        self.desk = Desk(
            self.workstation,
            cast(CentralApi, self.central),
            now=self.clock,
            chance=random.Random(7),
            report=self.reports.append,
        )
        self.desk._login._hasher = QUICK
        self.desk.subscribe(self.events.append)

    def close(self) -> None:
        self.desk.stop()
        self.workstation.close()

    def turn(self) -> None:
        """Turn the engine until it has nothing more to do."""
        for _ in range(50):
            wait = self.desk.engine.step()
            if wait is None or wait > 1:
                return
        raise AssertionError("the engine was still busy")

    def sign_in(self, badge: str = LI.id) -> None:
        self.desk.sign_in(badge, "4712", "zh")
        self.turn()

    def wish(self, of: Order, op: Op = Op.INTERCEPT, **changes: object) -> Wish:
        """What a person would ask for who sees the order as this desk shows it."""
        seen = self.desk.order(of.id)
        base, after = (of.version, None) if seen is None else (seen.base, seen.after)
        reason = Reason.DAMAGED if op in {Op.INTERCEPT, Op.CARRIER_INTERCEPT} else None
        made = Wish(order_id=of.id, op=op, base=base, after=after, reason=reason)
        return msgspec.structs.replace(made, **changes)

    def submit(self, of: Order, op: Op = Op.INTERCEPT, **changes: object) -> CommandKey:
        return self.desk.submit(self.wish(of, op, **changes))

    def status(self, key: CommandKey) -> ResultStatus | None:
        result = self.desk.result(key)
        return None if result is None else result.status


@pytest.fixture
def work(tmp_path: Path, central: FakeCentral, clock: Clock) -> Iterator[Work]:
    made = Work(tmp_path / "desk", central, clock)
    yield made
    made.close()
    assert made.reports == []


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
        work.desk._cache._writer.execute("PRAGMA query_only = ON")  # nothing can be written there any more
        key = work.submit(it)
        work.desk._cache._writer.execute("PRAGMA query_only = OFF")
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


class TestLooking:
    def test_orders_are_found_by_the_last_digits_with_what_is_pending(self, work: Work) -> None:
        it = work.central.put(order("SO20261122004712"))
        work.central.put(order("SO20261122004713"))
        work.sign_in()
        work.submit(it)
        (found,) = work.desk.find_by_tail("4712")
        assert (found.truth.id, len(found.pending)) == (it.id, 1)
        assert work.desk.find_by_tail("0000") == ()

    def test_views_rows_and_counts_belong_together(self, work: Work) -> None:
        held = work.central.put(stopped(number="SO20261122000001"))
        free = work.central.put(order("SO20261122000002"))
        lost = work.central.put(order("SO20261122000003"))
        work.sign_in()
        work.central.change(lost.id, status=Status.PICKING)
        work.submit(lost)
        work.turn()
        work.submit(free)
        counts = work.desk.counts()
        assert (counts.stopped, counts.all, counts.attention, counts.pending) == (2, 3, 1, 1)
        assert counts.kinds[Reason.BAD_ADDRESS] == 1

        def shown(view: str) -> list[OrderId]:
            return [r.id for r in work.desk.rows(work.desk.ids(msgspec.convert({"view": view}, ListQuery)))]

        assert shown("all") == [held.id, free.id, lost.id]
        assert shown("attention") == [lost.id]
        assert shown("pending") == [free.id]
        rows = {r.id: r for r in work.desk.rows(work.desk.ids(ListQuery(view="all")))}
        assert [rows[i].attention for i in (held.id, free.id, lost.id)] == [False, False, True]
        assert [rows[i].pending for i in (held.id, free.id, lost.id)] == [0, 1, 0]

    def test_verbs_are_those_of_the_person_on_the_order_as_it_is_shown(self, work: Work) -> None:
        it = work.central.put(stopped(Reason.BAD_ADDRESS))
        work.sign_in()
        seen = work.desk.order(it.id)
        assert seen is not None
        assert [a.refusal for a in work.desk.actions(seen)][2] is None
        work.submit(it, Op.RELEASE, args=Args(holds=(it.holds[0].id,)))
        seen = work.desk.order(it.id)
        assert seen is not None
        assert [a.refusal for a in work.desk.actions(seen)][2] is Refusal.HOLD_GONE
        work.desk.sign_out()
        assert work.desk.actions(seen) == ()

    def test_the_directory_works_offline_and_is_empty_before_the_first_time(self, work: Work) -> None:
        assert work.desk.directory().warehouses == ()
        work.sign_in()
        assert [p.id for p in work.desk.directory().warehouses] == [EAST]
        work.close()
        work.open()
        work.central.faults.extend([Fault.LOST_REQUEST] * 9)
        work.desk.sign_in(LI.id, "4712", "zh")
        assert [p.id for p in work.desk.directory().warehouses] == [EAST]

    def test_history_and_options_are_asked_under_the_persons_token(self, work: Work) -> None:
        it = work.central.put(order())
        with pytest.raises(NotSignedIn):
            work.desk.history(it.id)
        work.sign_in()
        assert work.desk.history(it.id).count == 0
        work.central.forget_sessions()
        assert work.desk.reassign_options(it.id).version == 1  # the token was renewed on the way
        work.central.faults.append(Fault.UNAVAILABLE)
        with pytest.raises(Answered):
            work.desk.history(it.id)
        work.central.faults.append(Fault.LOST_REQUEST)
        with pytest.raises(CentralUnreachable):
            work.desk.history(it.id)


class TestDeciding:
    def conflict(self, work: Work) -> CommandKey:
        it = work.central.put(order())
        work.sign_in()
        work.central.change(it.id, status=Status.PICKING)
        key = work.submit(it)
        work.turn()
        return key

    def test_a_conflict_stays_over_a_restart_until_it_is_decided(self, work: Work) -> None:
        key = self.conflict(work)
        work.close()
        work.open()
        (told,) = work.desk.attention()
        assert (told.command.key, told.result.status) == (key, ResultStatus.CONFLICT)
        with pytest.raises(NotSignedIn):
            work.desk.acknowledge(key, "kept")
        work.sign_in()
        work.events.clear()
        work.desk.acknowledge(key, "kept")
        assert work.desk.attention() == ()
        assert work.events == [OrdersChanged((told.command.order_id,))]

    def test_deciding_twice_or_about_nothing_is_harmless(self, work: Work) -> None:
        key = self.conflict(work)
        work.desk.acknowledge(key, "kept")
        work.events.clear()
        work.desk.acknowledge(key, "retried")
        work.desk.acknowledge(CommandKey("nobody-knows"), "kept")
        assert work.events == []


class TestPeople:
    def test_signing_in_and_out_is_told(self, work: Work) -> None:
        work.sign_in()
        work.desk.sign_out()
        assert [e for e in work.events if isinstance(e, UserChanged)] == [UserChanged(LI), UserChanged(None)]
        assert work.desk.user is None

    def test_a_wrong_pin_is_refused(self, work: Work) -> None:
        with pytest.raises(SignInRefused):
            work.desk.sign_in(LI.id, "0000", "zh")
        assert work.desk.user is None

    def test_each_scope_sees_its_own_orders(self, work: Work) -> None:
        work.central.put(order("SO20261122000001"))
        work.central.put(order("SO20261122000002", warehouse=SOUTH))
        work.sign_in(ZHANG.id)
        assert work.desk.counts().all == 2
        work.sign_in(LI.id)
        assert work.desk.counts().all == 1
        work.desk.sign_out()
        assert work.desk.counts().all == 0

    def test_pending_marks_are_right_after_others_worked_meanwhile(self, work: Work) -> None:
        it = work.central.put(order())
        work.sign_in()
        work.submit(it)
        work.sign_in(ZHANG.id)
        work.sign_in(LI.id)
        assert work.desk.rows(work.desk.ids(ListQuery(view="all")))[0].pending == 0
        assert work.central.orders_now[it.id].is_held


class TestFaults:
    def spoil(self, work: Work) -> OrderCache:
        """Damage every page of the cache that is in use, below SQLite's feet."""
        cache = work.desk._cache
        cache._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw = bytearray(cache.path.read_bytes())
        for at in range(500, len(raw), 1000):
            raw[at] ^= 0xFF
        cache.path.write_bytes(raw)
        for reader in cache._readers:
            reader.connection.execute("PRAGMA shrink_memory")
            reader.connection.execute("PRAGMA cache_size = 0")
        cache._writer.execute("PRAGMA shrink_memory")
        return cache

    def test_a_cache_that_is_damaged_while_running_is_rebuilt_by_a_look(self, work: Work) -> None:
        it = work.central.put(order())
        work.sign_in()
        key = work.submit(it)
        broken = self.spoil(work)
        work.events.clear()
        assert work.desk.order(it.id) is None  # empty for a moment
        assert work.desk._cache is not broken
        assert OrdersChanged() in work.events
        work.turn()
        assert work.desk.order(it.id) is not None
        assert work.status(key) is ResultStatus.APPLIED

    def test_a_cache_that_is_damaged_while_running_is_rebuilt_by_the_engine(self, work: Work) -> None:
        it = work.central.put(order())
        work.sign_in()
        self.spoil(work)
        work.central.change(it.id, status=Status.PICKING)
        with pytest.raises(StoreDamaged) as told:
            work.turn()
        work.desk._mend(told.value)
        work.turn()
        seen = work.desk.order(it.id)
        assert seen is not None
        assert seen.truth.status is Status.PICKING

    def test_what_nobody_can_mend_is_reported(self, work: Work) -> None:
        work.desk._mend(ZeroDivisionError())
        work.desk._mend(StoreDamaged("outbox", work.workstation.outbox.path))
        assert [type(r) for r in work.reports] == [ZeroDivisionError, StoreDamaged]
        work.reports.clear()

    def test_after_stop_reads_say_so(self, work: Work) -> None:
        work.sign_in()
        work.close()
        with pytest.raises(StoreClosed):
            work.desk.counts()
        work.open()


class TestRunning:
    def test_threads_work_by_themselves_and_end_at_stop(self, work: Work) -> None:
        it = work.central.put(order())
        told: queue.Queue[Event] = queue.Queue()
        work.desk.subscribe(told.put)
        work.desk.start()
        work.desk.sign_in(LI.id, "4712", "zh")

        def until(wanted: type[Event]) -> Event:
            while True:
                event = told.get(timeout=20)
                if isinstance(event, wanted):
                    return event

        while True:
            event = until(ConnectionChanged)
            if isinstance(event, ConnectionChanged) and event.connection.link is Link.ONLINE:
                break
        key = work.submit(it)
        settled = until(CommandSettled)
        assert isinstance(settled, CommandSettled)
        assert settled.result.key == key
        work.desk.stop()
        assert not [t for t in threading.enumerate() if t.name.startswith("desk-")]
        work.workstation.close()
        work.open()

    def test_the_device_keeps_its_name(self, work: Work) -> None:
        name = work.desk.device
        work.close()
        work.open()
        assert work.desk.device == name
        assert name.startswith("desk-")
        assert work.clock() == NOW

    def test_an_unforeseen_error_is_reported_and_the_engine_goes_on(
        self, work: Work, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reported = threading.Event()

        def report(fault: BaseException) -> None:
            work.reports.append(fault)
            reported.set()

        work.desk._report = report
        honest = work.central.meta

        def broken() -> object:
            monkeypatch.setattr(work.central, "meta", honest)
            raise ZeroDivisionError

        monkeypatch.setattr(work.central, "meta", broken)
        online = threading.Event()
        work.desk.subscribe(
            lambda e: online.set() if isinstance(e, ConnectionChanged) and e.connection.link is Link.ONLINE else None
        )
        work.desk.start()
        work.desk.sign_in(LI.id, "4712", "zh")
        assert reported.wait(20)
        work.desk.wake()
        assert online.wait(20)
        assert [type(r) for r in work.reports] == [ZeroDivisionError]
        work.reports.clear()
