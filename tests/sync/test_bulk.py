"""What would one request do to many orders, and is it given whole or not at all?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync.bulk import Foreseen, Request, foresee
from sync.domain.apply import Refusal
from sync.domain.commands import Args, Op, Outcome, Target
from sync.domain.exceptions import Reason
from sync.domain.order import Claim, Order, Status, UserId
from sync.domain.permissions import User
from sync.errors import NotSignedIn, StoreFull
from sync.events import Event, OrdersChanged
from sync.keys import new_key
from sync.store.listing import ListQuery
from sync.store.projection import Seen, project
from sync.wire.messages import ResultStatus
from tests.fakes import Clock, FakeCentral
from tests.sync.samples import BETA, LI, NOW, ZHANG, command, hold, order, stopped
from tests.sync.work import Work

NUMBERS = tuple(f"SO2026112200{n:04d}" for n in range(40))


def shown(of: Order) -> Seen:
    return project(of, ())


def expected(of: Order, who: User = ZHANG, **request: Any) -> Outcome | Refusal:
    return foresee(Request(**request), shown(of), who, NOW).expected


class TestForeseeing:
    def test_each_order_gets_the_outcome_that_the_central_would_give_it(self) -> None:
        stop: dict[str, Any] = {"op": Op.INTERCEPT, "reason": Reason.FRAUD}
        assert expected(order(), **stop) is Outcome.STOPPED
        assert expected(order(status=Status.PACKED), **stop) is Outcome.REQUESTED
        assert expected(order(status=Status.HANDED_OVER), **stop) is Outcome.TOO_LATE
        assert expected(stopped(Reason.FRAUD), **stop) is Refusal.ALREADY_HELD

    def test_a_release_lifts_what_the_person_may_lift_of_the_reasons_wanted(self) -> None:
        both = order(holds=(hold(Reason.BAD_ADDRESS, "h1"), hold(Reason.PAYMENT_CHECK, "h2")))
        assert foresee(Request(op=Op.RELEASE), shown(both), ZHANG, NOW).wish.args.holds == ("h1", "h2")
        assert foresee(Request(op=Op.RELEASE), shown(both), LI, NOW).wish.args.holds == ("h1",)
        only = Request(op=Op.RELEASE, reasons=frozenset({Reason.PAYMENT_CHECK}))
        assert foresee(only, shown(both), ZHANG, NOW).wish.args.holds == ("h2",)
        assert expected(both, LI, op=Op.RELEASE, reasons=frozenset({Reason.PAYMENT_CHECK})) is Refusal.NOT_PERMITTED
        assert expected(order(), op=Op.RELEASE) is Refusal.HOLD_GONE
        assert expected(both, op=Op.RELEASE) is Outcome.RELEASED

    def test_who_may_not_is_told_why(self) -> None:
        move: dict[str, Any] = {"op": Op.REASSIGN, "to": Target(kind="carrier", id=BETA)}
        assert expected(order(), **move) is Outcome.REASSIGNED
        assert expected(order(), LI, **move) is Refusal.NOT_PERMITTED

    def test_what_organises_work_is_asked_of_each_order_as_it_is(self) -> None:
        hers = order(claim=Claim(by=LI.id, at=NOW))
        given = foresee(Request(op=Op.ASSIGN, person=ZHANG.id), shown(hers), ZHANG, NOW)
        assert given.wish.args == Args(person=ZHANG.id, instead_of=LI.id)
        assert given.expected is Outcome.ASSIGNED
        cause = stopped()
        asleep = foresee(Request(op=Op.SNOOZE, until=NOW + 9), shown(cause), LI, NOW)
        assert (asleep.wish.args.until, asleep.wish.args.known) == (NOW + 9, (cause.exceptions[0].id,))
        assert expected(hers, ZHANG, op=Op.CLAIM) is Refusal.CLAIMED_BY_OTHER
        assert expected(hers, ZHANG, op=Op.UNCLAIM) is Outcome.UNCLAIMED
        assert expected(order(), op=Op.WAKE) is Outcome.AWAKE
        assert expected(order(), op=Op.NOTE, note=" rang ") is Outcome.NOTED
        assert expected(order(), op=Op.ASSIGN, person=UserId("")) is not Outcome.CLAIMED

    def test_a_request_follows_what_is_under_way_and_what_organises_does_not(self) -> None:
        cause = order()
        first = command(cause)
        seen = project(cause, (first,))
        second = foresee(Request(op=Op.INTERCEPT, reason=Reason.FRAUD), seen, ZHANG, NOW)
        assert (second.wish.base, second.wish.after, second.order_id) == (None, first.key, cause.id)
        note = foresee(Request(op=Op.NOTE, note="x"), seen, ZHANG, NOW)
        assert (note.wish.base, note.wish.after) == (cause.version, None)
        doubtful = project(cause, (command(cause, Op.CARRIER_INTERCEPT),))
        third = foresee(Request(op=Op.INTERCEPT, reason=Reason.FRAUD), doubtful, ZHANG, NOW)
        assert third.expected is Refusal.NOT_HANDED_OVER


@pytest.fixture
def central(clock: Clock) -> FakeCentral:
    made = FakeCentral(clock, [LI, ZHANG])
    for number in NUMBERS:
        made.put(stopped(number=number))
    return made


@pytest.fixture
def work(tmp_path: Path, central: FakeCentral, clock: Clock) -> Iterator[Work]:
    made = Work(tmp_path, central, clock)
    made.sign_in(ZHANG.id)
    yield made
    made.close()


def all_of(work: Work, request: Request) -> tuple[Foreseen, ...]:
    return work.desk.foresee(request, work.desk.ids(ListQuery()))


def wishes(foreseen: tuple[Foreseen, ...]) -> list[Any]:
    return [(new_key(NOW + n), f.wish) for n, f in enumerate(foreseen)]


RELEASE = Request(op=Op.RELEASE)


def test_all_are_accepted_in_one_go_and_done_by_the_central(work: Work) -> None:
    given = wishes(all_of(work, RELEASE))
    work.events.clear()
    taken = work.desk.submit_all(given)
    assert [t.refusal for t in taken] == [None] * len(NUMBERS)
    assert work.desk.connection.unsent == len(NUMBERS)
    changed: list[Event] = [e for e in work.events if isinstance(e, OrdersChanged)]
    assert len(changed) == 1
    work.turn()
    assert {work.status(t.key) for t in taken} == {ResultStatus.APPLIED}
    assert not any(o.holds for o in work.central.orders_now.values())


def test_what_is_refused_at_once_is_told_and_does_not_stop_the_others(work: Work) -> None:
    given = wishes(all_of(work, RELEASE))
    first = work.central.orders_now[given[0][1].order_id]
    work.central.change(first.id, status=Status.HANDED_OVER, holds=())
    work.turn()
    taken = work.desk.submit_all(given)
    assert taken[0].refusal is Refusal.HANDED_OVER
    assert [t.refusal for t in taken[1:]] == [None] * (len(NUMBERS) - 1)


def test_a_full_disk_takes_none_of_them(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    given = wishes(all_of(work, RELEASE))

    def full(*_: object) -> None:
        raise StoreFull("no room")

    with monkeypatch.context() as disk:
        disk.setattr("sync.store.outbox._insert", full)
        with pytest.raises(StoreFull):
            work.desk.submit_all(given)
    assert work.desk.connection.unsent == 0
    assert all(work.desk.order(wish.order_id).pending == () for _, wish in given)  # type: ignore[union-attr]  # held


def test_all_of_them_survive_a_restart_before_they_were_sent(work: Work) -> None:
    work.desk.submit_all(wishes(all_of(work, RELEASE)))
    work.close()
    work.open()
    assert len(work.workstation.outbox.unsettled()) == len(NUMBERS)


def test_nobody_signed_in_foresees_and_gives_nothing(work: Work) -> None:
    given, rowids = wishes(all_of(work, RELEASE)), work.desk.ids(ListQuery())
    work.desk.sign_out()
    assert work.desk.foresee(RELEASE, rowids) == ()
    assert work.desk.foresee_orders(RELEASE, [given[0][1].order_id]) == ()
    with pytest.raises(NotSignedIn):
        work.desk.submit_all(given)


def test_a_central_that_cannot_organise_is_not_asked_to(work: Work) -> None:
    work.desk._cache.put_facts({"features": "other"})
    (first, *_) = all_of(work, Request(op=Op.NOTE, note="x"))
    assert first.expected is Refusal.NOT_OFFERED
    assert all_of(work, RELEASE)[0].expected is Outcome.RELEASED


def test_orders_that_left_in_the_meantime_are_left_out(work: Work) -> None:
    rowids = work.desk.ids(ListQuery())
    gone = next(iter(work.central.orders_now.values()))
    work.central.put(msgspec.structs.replace(gone, status=Status.CLOSED))
    work.turn()
    assert len(work.desk.foresee(RELEASE, rowids)) == len(NUMBERS) - 1
    assert work.desk.foresee_orders(RELEASE, [gone.id]) == ()
