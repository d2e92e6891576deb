"""Does the desk show, tell and mend what it should, through a whole day of people and faults?"""

import queue
import threading
from pathlib import Path

import msgspec
import pytest

from sync.domain.apply import Refusal
from sync.domain.commands import Args, Op
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, OrderId, Status
from sync.errors import (
    Answered,
    CentralUnreachable,
    NotSignedIn,
    SignInRefused,
    StoreClosed,
    StoreDamaged,
)
from sync.events import CommandSettled, ConnectionChanged, Event, Link, OrdersChanged, QueueSalvaged, UserChanged
from sync.store.listing import ListQuery
from sync.store.orders import OrderCache
from sync.wire.messages import ResultStatus
from tests.fakes import Fault
from tests.patience import PATIENCE_S
from tests.sync.samples import EAST, LI, MEI, NOW, SOUTH, ZHANG, order, stopped
from tests.sync.work import Work


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
        assert work.events[0] == OrdersChanged((told.command.order_id,))
        assert work.desk.connection.unsent == 1, "the decision has still to reach the central"

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
                event = told.get(timeout=PATIENCE_S)
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
        assert reported.wait(PATIENCE_S)
        work.desk.wake()
        assert online.wait(PATIENCE_S)
        assert [type(r) for r in work.reports] == [ZeroDivisionError]
        work.reports.clear()


def test_a_salvaged_queue_is_told_once_to_the_next_person_who_signs_in(work: Work) -> None:
    it = work.central.put(order())
    work.sign_in()
    key = work.submit(it)
    path = work.workstation.outbox.path
    work.close()
    path.write_bytes(b"garbage" * 900)
    for suffix in ("-wal", "-shm"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)
    work.open()
    work.workstation.close()  # as another program may have found it, and told nobody
    work.open()
    work.events.clear()
    work.sign_in(MEI.id)
    (told,) = [e.salvage for e in work.events if isinstance(e, QueueSalvaged)]
    assert (told.recovered, told.unsent, told.lost) == (1, 1, ())
    assert Path(told.aside).exists()
    work.events.clear()
    work.sign_in(LI.id)
    assert not [e for e in work.events if isinstance(e, QueueSalvaged)]
    assert work.status(key) is ResultStatus.APPLIED
    assert work.central.effects == {key: 1}
