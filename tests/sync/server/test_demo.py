"""Is the made-up company lifelike, complete and the same for the same seed?"""

import collections
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain.exceptions import EXCEPTION_KINDS
from sync.domain.order import ON_THE_FLOOR, Order, Status
from sync.server import demo
from sync.server.demo.orders import CHINA, RESERVED_TAILS, demo_orders
from sync.server.demo.places import EAST, NORTH, OPERATOR, PLACES, SUPERVISOR, WAREHOUSES, WEST
from sync.server.identity import Identity
from sync.server.rules import reassign
from sync.server.storage.sqlite import SqliteStorage
from tests.contract.world import CHEAP

NOW = 1_795_000_000_000


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqliteStorage]:
    opened = SqliteStorage(tmp_path / "central.db")
    yield opened
    opened.close()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1_700_000_000_000, 2_000_000_000_000), st.integers(2, 120))
def test_numbers_ids_and_reserved_tails_are_unique_for_every_seed_and_moment(seed: int, now: int, count: int) -> None:
    orders = list(demo_orders(seed, count, now))
    assert len(orders) == count
    assert len({order.number for order in orders}) == len({order.id for order in orders}) == count
    tails = collections.Counter(order.tail for order in orders)
    assert all(tails[tail] == 1 for tail in RESERVED_TAILS)
    for order in orders:
        assert len(order.number) == 14
        assert order.total == sum(line.price * line.quantity for line in order.lines)
        assert {hold.exception for hold in order.holds} == {raised.id for raised in order.exceptions}
        assert bool(order.place.tote) == (order.status in ON_THE_FLOOR)
        assert order.created_at <= order.updated_at <= max(now, order.created_at)


def test_the_same_seed_makes_the_same_orders() -> None:
    assert list(demo_orders(7, 50, NOW)) == list(demo_orders(7, 50, NOW))
    assert list(demo_orders(7, 50, NOW)) != list(demo_orders(8, 50, NOW))


def test_every_kind_of_exception_and_every_open_status_occurs() -> None:
    orders = list(demo_orders(7, 400, NOW))
    assert {raised.kind for order in orders for raised in order.exceptions} == set(EXCEPTION_KINDS)
    assert {order.status for order in orders} == set(Status) - {Status.CLOSED}
    stopped = sum(order.is_held for order in orders)
    assert 80 < stopped < 200
    assert any(order.due_at < NOW for order in orders)
    assert any(len(order.holds) == 2 for order in orders)


def test_numbers_rise_through_the_day_of_their_creation() -> None:
    for order in list(demo_orders(7, 300, NOW))[2:]:
        day = dt.datetime.fromtimestamp(order.created_at / 1000, tz=CHINA)
        assert order.number.startswith(f"{day:%Y%m%d}")


def by_tail(orders: list[Order], tail: str) -> Order:
    (found,) = [order for order in orders if order.tail == tail]
    return found


def test_the_two_orders_of_the_recorded_commands_are_ready(storage: SqliteStorage) -> None:
    demo.fill(storage, Identity(storage, lambda: NOW, hasher=CHEAP), seed=7, now=NOW, count=60)
    orders = list(demo_orders(7, 60, NOW))
    waiting, picking = by_tail(orders, "4712"), by_tail(orders, "8365")
    assert (waiting.status, waiting.warehouse, waiting.holds, waiting.customer.city) == (
        Status.WAITING,
        EAST,
        (),
        "苏州市",
    )
    assert waiting.customer.company.startswith("苏州家居")
    assert (picking.status, picking.warehouse, picking.holds) == (Status.PICKING, EAST, ())
    assert all((picking.place.zone, picking.place.tote, picking.place.bench))
    with storage.read() as reading:
        found = {option.to.id: option for option in reassign.candidates(reading, waiting, "en")}
    assert found[WEST].possible
    assert not found[NORTH].possible


def test_a_filled_storage_has_people_places_and_history(storage: SqliteStorage) -> None:
    identity = Identity(storage, lambda: NOW, hasher=CHEAP)
    assert not demo.is_filled(storage)
    demo.fill(storage, identity, seed=7, now=NOW, count=60)
    assert demo.is_filled(storage)
    with storage.read() as reading:
        operator, supervisor = reading.account("1001"), reading.account("2001")
        assert operator is not None
        assert supervisor is not None
        assert (operator.user.name, supervisor.user.name) == ("陈师傅", "王主管")
        assert {made.name.id for made in reading.places()} == {made.name.id for made in PLACES}
        held = next(order for order in demo_orders(7, 60, NOW) if order.is_held)
        actions = [entry.action for entry in reading.history(held.id)]
    assert actions[0] == "ingested"
    assert "exception" in actions


def test_places_can_be_spoken_in_both_languages_and_no_two_alike() -> None:
    for language in ("en", "zh"):
        spoken = [word for place in PLACES for word in place.name.spoken[language]]
        assert len(spoken) == len(set(spoken)) == len(PLACES)


def test_many_orders_go_straight_into_the_storage(storage: SqliteStorage) -> None:
    assert demo.load_orders(storage, seed=3, count=20_000, now=NOW) == 20_000
    with storage.read() as reading:
        assert reading.head() == 20_000


def test_a_filled_central_looks_as_if_colleagues_had_been_at_work(storage: SqliteStorage) -> None:
    demo.fill(storage, Identity(storage, lambda: NOW, hasher=CHEAP), seed=1, now=NOW, count=200)
    with storage.read() as reading:
        orders = [o for i, _ in reading.page(WAREHOUSES, "", 500) if (o := reading.order(i)) is not None]
        assert {o.claim.by for o in orders if o.claim} == {OPERATOR.id, SUPERVISOR.id}
        assert any(o.snooze and o.snooze.until > NOW for o in orders)
        noted = next(o for o in orders if o.notes)
        assert "note" in [entry.action for entry in reading.history(noted.id)]
        named = next(o for o in orders if o.attachments)
        content = reading.attachment(named.id, named.attachments[0].id)
        assert content is not None
        assert len(content) == named.attachments[0].size
        assert [view.by for view in reading.views()] == [SUPERVISOR.id]
        plain = [o for o in orders if o.tail in RESERVED_TAILS]
        assert all((o.claim, o.snooze) == (None, None) for o in plain)
