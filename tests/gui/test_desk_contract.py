"""The desk that the screen's tests use and the real one give the same answers to the same wishes."""

import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NoReturn, Protocol, cast

import pytest
from pytestqt.qtbot import QtBot

from desktop.ports import DeskPort
from sync.bulk import Request
from sync.client.api import CentralApi
from sync.domain.apply import Refusal
from sync.domain.commands import Args, Op, Outcome
from sync.domain.exceptions import Reason
from sync.domain.holds import HoldId
from sync.domain.order import CommandKey, Order, OrderId, Status
from sync.domain.permissions import User
from sync.errors import CentralUnreachable, NotSignedIn, Refused, SignInRefused
from sync.events import CommandQueued, CommandSettled, Event, Link, UserChanged
from sync.keys import new_key
from sync.service import Desk, Wish
from sync.store.listing import ListQuery
from sync.wire.messages import ResultStatus
from sync.workstation import Workstation
from tests.fakes import Clock, FakeCentral
from tests.gui.fakes import NOW, PIN, FakeDesk
from tests.gui.lifelike import SUPERVISOR, orders
from tests.patience import PATIENCE_MS

pytestmark = pytest.mark.contract


class World(Protocol):
    """A desk, and the hand that moves the world around it."""

    desk: DeskPort
    badge: str

    def away(self) -> None: ...
    def back(self) -> None: ...
    def move(self, order_id: OrderId, status: Status) -> None: ...
    def at_central(self, order_id: OrderId) -> Order: ...


class FakeWorld:
    def __init__(self) -> None:
        self.fake = FakeDesk(orders(30, NOW))
        self.desk: DeskPort = self.fake
        self.badge = "2001"

    def away(self) -> None:
        self.fake.go_away()

    def back(self) -> None:
        self.fake.come_back()

    def move(self, order_id: OrderId, status: Status) -> None:
        self.fake.move(order_id, status)

    def at_central(self, order_id: OrderId) -> Order:
        return self.fake.central[order_id]


class Unsteady(FakeCentral):
    """The central in memory that can be out of reach for as long as a test wants."""

    gone = False

    def _meet(self, call: str, token: str | None = None) -> User:
        if self.gone:
            raise CentralUnreachable("no route to the central")
        return super()._meet(call, token)

    def changes_after(self, *_: object) -> NoReturn:
        """Nothing waits here: the engine has to poll."""
        raise CentralUnreachable("no request waits here")


class RealWorld:
    def __init__(self, workstation: Workstation) -> None:
        clock = Clock(NOW)
        self.central = Unsteady(clock, [SUPERVISOR], PIN)
        for order in orders(30, NOW):
            self.central.put(order)
        api = cast("CentralApi", self.central)  # what CentralApi answers, without a network
        self.real = Desk(workstation, api, now=clock, chance=random.Random(1))
        self.desk: DeskPort = self.real
        self.badge = str(SUPERVISOR.id)

    def away(self) -> None:
        self.central.gone = True

    def back(self) -> None:
        self.central.gone = False
        self.real.wake()

    def move(self, order_id: OrderId, status: Status) -> None:
        self.central.change(order_id, status=status)

    def at_central(self, order_id: OrderId) -> Order:
        return self.central.orders_now[order_id]


@pytest.fixture(params=["fake", "real"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    if request.param == "fake":
        yield FakeWorld()
        return
    with Workstation(tmp_path, lambda: NOW, use_keyring=False) as workstation:
        real = RealWorld(workstation)
        real.real.start()
        yield real
        real.real.stop()


@pytest.fixture
def until(qtbot: QtBot) -> Callable[[Callable[[], object]], None]:
    return lambda so: qtbot.waitUntil(lambda: bool(so()), timeout=PATIENCE_MS)


Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def signed_in(world: World, until: Until) -> World:
    world.desk.sign_in(world.badge, PIN, "zh")
    until(lambda: len(world.desk.ids(ListQuery(view="all"))) == 30)
    until(lambda: world.desk.connection.link is Link.ONLINE)
    return world


def waiting(world: World) -> Order:
    return next(o for o in orders(30, NOW) if o.status is Status.WAITING and o.open_exceptions)


def intercept(world: World, order: Order, reason: Reason = Reason.FRAUD) -> CommandKey:
    seen = world.desk.order(order.id)
    assert seen is not None
    wish = Wish(order_id=order.id, op=Op.INTERCEPT, base=seen.base, after=seen.after, reason=reason, seen=seen.sight)
    return world.desk.submit(wish)


def test_a_wrong_pin_is_refused(world: World) -> None:
    with pytest.raises(SignInRefused):
        world.desk.sign_in(world.badge, "0000", "zh")
    assert world.desk.user is None


def test_nobody_can_submit_before_signing_in(world: World) -> None:
    with pytest.raises(NotSignedIn):
        world.desk.submit(Wish(order_id=OrderId("o-00001"), op=Op.CLAIM, base=1))


def test_who_signed_in_is_known_and_told(world: World, until: Until) -> None:
    told: list[Event] = []
    leave = world.desk.subscribe(told.append)
    user = world.desk.sign_in(world.badge, PIN, "zh")
    assert world.desk.user == user
    until(lambda: UserChanged(user) in told)
    world.desk.sign_out()
    until(lambda: UserChanged(None) in told)
    leave()


def test_lists_hold_the_same_orders_in_the_same_order(signed_in: World) -> None:
    desk, expected = signed_in.desk, orders(30, NOW)
    stopped = sorted((o for o in expected if o.open_exceptions or o.holds), key=lambda o: o.due_at)
    rows = desk.rows(desk.ids(ListQuery()))
    assert [r.id for r in rows] == [o.id for o in stopped]
    assert [r.kinds for r in rows] == [
        tuple(k for k in Reason if k in {e.kind for e in o.open_exceptions}) for o in stopped
    ]
    counts = desk.counts()
    assert (counts.stopped, counts.all, counts.attention, counts.pending) == (len(stopped), 30, 0, 0)


@pytest.mark.parametrize("column", ["due", "number", "total", "city", "warehouse"])
def test_a_list_turned_round_is_the_other_way_round(signed_in: World, column: str) -> None:
    def values(ascending: bool) -> list[object]:
        query = ListQuery(view="all", sort=(column, ascending))  # type: ignore[arg-type]  # parametrised
        name = {"due": "due_at"}.get(column, column)
        return [getattr(row, name) for row in signed_in.desk.rows(signed_in.desk.ids(query))]

    assert values(ascending=True) == values(ascending=False)[::-1] == sorted(values(ascending=True))  # type: ignore[type-var]  # comparable


def test_the_first_lines_of_a_list_are_its_beginning(signed_in: World) -> None:
    signed_in.desk.warm_lists()
    first = signed_in.desk.first_lines(ListQuery(), 3)
    assert first is not None
    assert first.ids == signed_in.desk.ids(ListQuery())[:3]


def test_a_search_finds_number_customer_and_article(signed_in: World, until: Until) -> None:
    """Words are indexed in the background: a new order is found a moment after it is there."""
    order = waiting(signed_in)

    def finds(text: str) -> bool:
        found = signed_in.desk.rows(signed_in.desk.ids(ListQuery(view="all", text=text)))
        return order.id in {row.id for row in found}

    for text in (order.number, order.customer.company, order.lines[0].name):
        until(partial(finds, text))
    assert len(signed_in.desk.ids(ListQuery(view="all", text="nothing like this"))) == 0


def test_kinds_narrow_a_list(signed_in: World) -> None:
    rows = signed_in.desk.rows(signed_in.desk.ids(ListQuery(kinds=frozenset({Reason.BAD_ADDRESS}))))
    expected = {o.id for o in orders(30, NOW) if any(e.kind is Reason.BAD_ADDRESS for e in o.open_exceptions)}
    assert {row.id for row in rows} == expected


def test_a_command_is_queued_settled_and_told(signed_in: World, until: Until) -> None:
    told: list[Event] = []
    leave = signed_in.desk.subscribe(told.append)
    order = waiting(signed_in)
    key = intercept(signed_in, order)
    assert CommandQueued(key, order.id) in told
    until(lambda: any(isinstance(e, CommandSettled) and e.result.key == key for e in told))
    result = signed_in.desk.result(key)
    assert result is not None
    assert (result.status, result.outcome) == (ResultStatus.APPLIED, Outcome.STOPPED)
    until(
        lambda: (seen := signed_in.desk.order(order.id)) and not seen.pending and seen.order.version == result.version
    )
    leave()


def test_offline_a_command_is_pending_and_shown_over_the_truth(signed_in: World, until: Until) -> None:
    order = waiting(signed_in)
    signed_in.away()
    key = intercept(signed_in, order)
    seen = signed_in.desk.order(order.id)
    assert seen is not None
    assert [(p.key, p.expected) for p in seen.pending] == [(key, Outcome.STOPPED)]
    assert (seen.base, seen.after) == (None, key)
    assert Reason.FRAUD in {h.reason for h in seen.order.holds}
    assert Reason.FRAUD not in {h.reason for h in seen.truth.holds}
    assert signed_in.desk.counts().pending == 1
    assert [r.id for r in signed_in.desk.rows(signed_in.desk.ids(ListQuery(view="pending")))] == [order.id]
    until(lambda: signed_in.desk.connection.unsent == 1)
    signed_in.back()
    until(lambda: signed_in.desk.counts().pending == 0)
    until(lambda: signed_in.desk.connection.unsent == 0)


def test_a_conflict_waits_until_it_is_acknowledged(signed_in: World, until: Until) -> None:
    order = waiting(signed_in)
    signed_in.away()
    key = intercept(signed_in, order)
    signed_in.move(order.id, Status.PACKED)
    signed_in.back()
    until(signed_in.desk.attention)
    (settled,) = signed_in.desk.attention()
    assert settled.command.key == key
    assert settled.result.status is ResultStatus.CONFLICT
    assert settled.seen is not None
    assert settled.result.order is not None
    assert (settled.seen.status, settled.result.order.status) == (Status.WAITING, Status.PACKED)
    assert {a.op for a in settled.result.actions} >= {Op.INTERCEPT, Op.RELEASE}
    assert signed_in.desk.counts().attention == 1
    assert [r.attention for r in signed_in.desk.rows(signed_in.desk.ids(ListQuery(view="attention")))] == [True]
    signed_in.desk.acknowledge(key, "kept")
    assert signed_in.desk.attention() == ()


def test_undo_takes_an_applied_command_back(signed_in: World, until: Until) -> None:
    order = waiting(signed_in)
    key = intercept(signed_in, order)
    until(lambda: signed_in.desk.result(key))
    undo = signed_in.desk.undo(key)
    assert undo is not None
    until(lambda: signed_in.desk.result(undo))
    result = signed_in.desk.result(undo)
    assert result is not None
    assert result.outcome is Outcome.UNDONE
    assert signed_in.at_central(order.id).holds == order.holds


def test_what_the_rules_refuse_is_refused_before_it_is_queued(signed_in: World) -> None:
    order = waiting(signed_in)
    with pytest.raises(Refused):
        intercept(signed_in, order, order.holds[0].reason)
    seen = signed_in.desk.order(order.id)
    assert seen is not None
    wish = Wish(order_id=order.id, op=Op.RELEASE, base=seen.base, args=Args(holds=(HoldId("gone"),)), seen=seen.sight)
    with pytest.raises(Refused):
        signed_in.desk.submit(wish)
    assert signed_in.desk.counts().pending == 0


def test_the_network_is_asked_for_history_and_candidates(signed_in: World) -> None:
    order = waiting(signed_in)
    assert signed_in.desk.history(order.id).count == len(signed_in.desk.history(order.id).entries)
    assert signed_in.desk.reassign_options(order.id).version == signed_in.at_central(order.id).version
    signed_in.away()
    with pytest.raises(CentralUnreachable):
        signed_in.desk.history(order.id)
    with pytest.raises(CentralUnreachable):
        signed_in.desk.reassign_options(order.id)


def test_a_decision_is_recorded_once_with_the_command_that_it_leads_to(signed_in: World, until: Until) -> None:
    order, desk = waiting(signed_in), signed_in.desk
    signed_in.away()
    intercept(signed_in, order)
    signed_in.move(order.id, Status.PACKED)
    signed_in.back()
    until(lambda: len(desk.cases()) == 1)
    (case,) = desk.cases()
    assert case.now is not None
    assert (case.now.status, case.base, case.after) == (Status.PACKED, case.now.version, None)
    wish = Wish(order_id=order.id, op=Op.INTERCEPT, base=case.base, reason=Reason.FRAUD, seen=case.sight)
    recorded = desk.decide(case.settled.command.key, "retried", wish)
    assert recorded.new
    until(lambda: Reason.FRAUD in {h.reason for h in signed_in.at_central(order.id).holds})
    assert desk.decide(case.settled.command.key, "kept").new is False
    assert desk.cases() == ()
    assert [s.decision for s in desk.decided(5)] == ["retried"]


def test_many_wishes_are_foreseen_accepted_and_refused_each_for_itself(signed_in: World, until: Until) -> None:
    desk = signed_in.desk
    request = Request(op=Op.INTERCEPT, reason=Reason.FRAUD)
    rowids = desk.ids(ListQuery(view="all"))
    foreseen = desk.foresee(request, rowids)
    assert [f.order_id for f in foreseen] == [row.id for row in desk.rows(rowids)]
    stops = [f for f in foreseen if f.expected is Outcome.STOPPED]
    twice = [(new_key(NOW + n), f.wish) for n, f in enumerate(stops)]
    assert {t.refusal for t in desk.submit_all(twice)} == {None}
    until(lambda: desk.connection.unsent == 0)
    assert {Reason.FRAUD in {h.reason for h in signed_in.at_central(f.order_id).holds} for f in stops} == {True}
    again = desk.foresee_orders(request, [f.order_id for f in stops])
    assert {f.expected for f in again} == {Refusal.ALREADY_HELD}
    assert {t.refusal for t in desk.submit_all([(new_key(NOW), f.wish) for f in again])} == {Refusal.ALREADY_HELD}
