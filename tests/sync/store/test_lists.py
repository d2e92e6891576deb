"""Is every list what its filters, order and groups say, whatever was written meanwhile?"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain.exceptions import Node, Reason
from sync.domain.order import CarrierId, Claim, Order, OrderId, Snooze, Status
from sync.errors import StoreError
from sync.store import shelved
from sync.store.columns import bit_kinds, kind_bits
from sync.store.listing import ME, NOBODY, SOMEBODY, Column, Group, ListQuery, Moment
from sync.store.orders import OrderCache
from sync.wire.messages import Change
from tests.sync.domain.strategies import orders
from tests.sync.samples import ALPHA, BETA, EAST, LI, MEI, NOW, SOUTH, customer, exception, hold, order
from tests.sync.store.cached import fill, nobody
from tests.sync.store.conftest import KEY

HOUR = 3_600_000
MOMENT = Moment(me=LI.id, now=NOW, day_ends=NOW + 5 * HOUR)
FRAUD, STOCK = Reason.FRAUD, Reason.STOCK_OUT


def made(n: int, **changes: Any) -> Order:
    return order(f"SO2026112200{n:04d}", **changes)


def caused(n: int, kind: Reason, node: str, **changes: Any) -> Order:
    cause = exception(kind, f"e{n}", node=Node(node), raised_at=NOW - n * HOUR)
    return made(n, exceptions=(cause,), holds=(hold(kind, exception=cause.id),), **changes)


ONE = caused(1, FRAUD, "payment", carrier=ALPHA, total=100, due_at=NOW - 1, claim=Claim(by=LI.id, at=NOW))
TWO = caused(2, STOCK, "warehouse:W-EAST", carrier=BETA, total=200, due_at=NOW + HOUR, claim=Claim(by=MEI.id, at=NOW))
THREE = caused(3, FRAUD, "payment", carrier=None, total=300, due_at=NOW + 4 * HOUR, status=Status.PICKING)
FOUR = made(4, total=400, due_at=NOW + 9 * HOUR, customer=customer(company="杭州云栖"))
ASLEEP = caused(5, FRAUD, "payment", total=500, snooze=Snooze(until=NOW + HOUR, by=LI.id, at=NOW))


def tails(cache: OrderCache, **asked: Any) -> str:
    found = cache.listing(ListQuery(**asked), None, MOMENT)
    return " ".join(row.number[-1] for row in cache.rows(found.ids, frozenset()))


@pytest.fixture
def shelf(cache: OrderCache) -> OrderCache:
    fill(cache, ONE, TWO, THREE, FOUR, ASLEEP)
    return cache


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"carriers": frozenset({ALPHA})}, "1"),
        ({"carriers": frozenset({ALPHA, BETA})}, "1 2"),
        ({"statuses": frozenset({Status.PICKING})}, "3"),
        ({"nodes": frozenset({Node("payment")})}, "1 3"),
        ({"nodes": frozenset({Node("pay")})}, ""),
        ({"nodes": frozenset({Node("payment"), Node("warehouse:W-EAST")})}, "1 2 3"),
        ({"claimed": ME}, "1"),
        ({"claimed": NOBODY}, "3"),
        ({"claimed": SOMEBODY}, "1 2"),
        ({"claimed": MEI.id}, "2"),
        ({"due": "overdue"}, "1"),
        ({"due": "hour"}, "2"),
        ({"due": "today"}, "1 2 3"),
        ({"value_from": 200}, "2 3"),
        ({"value_to": 200}, "1 2"),
        ({"value_from": 150, "value_to": 250, "view": "all"}, "2"),
        ({"older_than": 2 * HOUR}, "2 3"),
        ({"older_than": 0, "view": "all"}, "1 2 5 3"),
        ({"snoozed": "only"}, "5"),
        ({"snoozed": "shown"}, "1 2 5 3"),
        ({"view": "all"}, "1 2 5 3 4"),
        ({"text": "云栖", "view": "all"}, "4"),
        ({"text": "yq", "view": "all"}, "4"),
        ({"text": "hzyq", "claimed": NOBODY, "view": "all"}, "4"),
        ({"text": "0005"}, "5"),
        ({"sort": ("total", False), "view": "all"}, "5 4 3 2 1"),
        ({"sort": ("claimed", True), "then": (("total", False),), "view": "all"}, "5 4 3 1 2"),
        ({"sort": ("node", False), "then": (("due", False),)}, "2 3 1"),
        ({"kinds": frozenset({FRAUD}), "carriers": frozenset({CarrierId("nobody's")})}, ""),
    ],
)
def test_a_list_holds_what_its_filters_let_through_in_its_order(
    shelf: OrderCache, asked: dict[str, Any], expected: str
) -> None:
    assert tails(shelf, **asked) == expected


def test_groups_come_largest_first_and_each_keeps_the_order(shelf: OrderCache) -> None:
    found = shelf.listing(ListQuery(view="all", group="node", sort=("total", False)), None, MOMENT)
    assert found.groups == (Group("payment", 3), Group("", 1), Group("warehouse:W-EAST", 1))
    assert [r.number[-1] for r in shelf.rows(found.ids, frozenset())] == ["5", "3", "1", "4", "2"]
    assert shelf.listing(ListQuery(group="customer", text="nothing"), None, MOMENT).groups == ()


def test_counts_of_views_are_the_lengths_of_their_lists(shelf: OrderCache) -> None:
    queries = [ListQuery(claimed=ME), ListQuery(text="云栖", view="all"), ListQuery(), ListQuery(view="pending")]
    asked = [(q, frozenset({ONE.id}) if q.view == "pending" else None) for q in queries]
    assert shelf.view_counts(asked, MOMENT) == (1, 1, 3, 1)
    assert shelf.organised(LI.id) == (1, 1)
    assert shelf.organised(None) == (0, 1)
    assert shelf.nodes() == ("payment", "warehouse:W-EAST")


def test_previous_orders_of_a_customer_with_the_same_trouble(shelf: OrderCache) -> None:
    assert shelf.previous(THREE, 9) == (ASLEEP, ONE)
    assert shelf.previous(THREE, 1) == (ASLEEP,)
    assert shelf.previous(FOUR, 9) == ()


def test_what_is_written_between_two_questions_is_in_the_second_answer(shelf: OrderCache) -> None:
    by_carrier = {"carriers": frozenset({BETA}), "view": "all"}
    assert tails(shelf, **by_carrier) == "2"
    moved = msgspec.structs.replace(ONE, version=2, carrier=BETA)
    gone = Change(id=TWO.id, version=9, seq=3, op="remove")
    more = made(9, carrier=BETA)
    puts = [Change(id=o.id, version=o.version, seq=2, op="put", order=o) for o in (moved, more)]
    shelf.put_changes([*puts, gone], {"cursor": "e.3"}, nobody)
    assert tails(shelf, **by_carrier) == "1 9"
    assert tails(shelf, view="all") == "1 5 9 3 4"


def test_a_rebuilt_cache_has_only_what_it_was_rebuilt_with(shelf: OrderCache) -> None:
    assert tails(shelf, view="all") == "1 2 5 3 4"
    shelf.clear()
    assert tails(shelf, view="all") == ""
    fill(shelf, *(made(n) for n in range(6)))
    assert len(shelf.ids(ListQuery(view="all"))) == 6


def test_many_changes_at_once_are_read_as_a_whole(shelf: OrderCache) -> None:
    assert tails(shelf, view="all") == "1 2 5 3 4"
    shelf._shelf.stale([OrderId(f"id-{n}") for n in range(5_001)])
    shelf._shelf.stale([ONE.id])
    assert tails(shelf, view="all") == "1 2 5 3 4"


def test_the_first_lines_of_the_usual_list_are_its_beginning(shelf: OrderCache) -> None:
    first = shelf.first_lines(ListQuery(), 2)
    assert first is not None
    assert first.ids == shelf.ids(ListQuery())[:2]
    assert shelf.first_lines(ListQuery(view="all"), 2) is None  # read from columns, all at once


def test_what_was_read_ahead_is_not_read_again(shelf: OrderCache, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.warm()
    monkeypatch.setattr(shelf._shelf, "_ask", lambda _sql, _arguments: pytest.fail("asked again"))
    assert tails(shelf, view="all") == "1 2 5 3 4"


def test_numbers_stand_in_their_order_whatever_comes_and_goes(shelf: OrderCache) -> None:
    by_number: dict[str, Any] = {"view": "all", "sort": ("number", True)}
    assert tails(shelf, **by_number) == "1 2 3 4 5"
    longer = msgspec.structs.replace(made(3), id=OrderId("another"), number="SO2026112200003号9")
    shelf.put_changes(
        [
            Change(id=longer.id, version=1, seq=2, op="put", order=longer),
            Change(id=TWO.id, version=9, seq=3, op="remove"),
        ],
        {"cursor": "e.3"},
        nobody,
    )
    assert tails(shelf, **by_number) == "1 3 4 5 9"
    renamed = msgspec.structs.replace(ONE, version=2, number="SO20261122007")
    shelf.put_changes([Change(id=ONE.id, version=2, seq=4, op="put", order=renamed)], {"cursor": "e.4"}, nobody)
    assert tails(shelf, **by_number) == "3 4 5 9 7"


def test_a_reading_that_failed_halfway_is_done_again(shelf: OrderCache, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_sql: str, _arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        raise StoreError("no more")

    with monkeypatch.context() as broken:
        broken.setattr(shelf._shelf, "_ask", fail)
        with pytest.raises(StoreError):
            tails(shelf, view="all")
    assert tails(shelf, view="all") == "1 2 5 3 4"


def test_more_orders_than_are_read_at_once_are_all_there(shelf: OrderCache, monkeypatch: pytest.MonkeyPatch) -> None:
    small = shelved._SLICE.replace(str(shelved.SLICE), "2")
    assert small != shelved._SLICE
    monkeypatch.setattr(shelved, "_SLICE", small)
    assert tails(shelf, view="all") == "1 2 5 3 4"


@pytest.fixture(scope="module")
def one_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderCache]:
    made = OrderCache(tmp_path_factory.mktemp("lists") / "cache.db", KEY)
    yield made
    made.close()


SIMPLE: dict[Column, Callable[[Order], Any]] = {
    "due": lambda o: o.due_at,
    "total": lambda o: o.total,
    "warehouse": lambda o: o.warehouse,
    "carrier": lambda o: o.carrier or "",
    "status": lambda o: o.status.value,
    "number": lambda o: o.number,
}


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_list_is_what_plain_python_makes_of_the_orders(data: st.DataObject, one_cache: OrderCache) -> None:
    drawn = data.draw(st.lists(orders(), min_size=1, max_size=8))
    stored = [
        msgspec.structs.replace(
            o, id=OrderId(f"id-{n}"), number=f"SO{n}", version=1, total=data.draw(st.integers(1, 3)), claim=None
        )
        for n, o in enumerate(drawn)
    ]
    columns = data.draw(st.lists(st.sampled_from(sorted(SIMPLE)), min_size=1, max_size=3, unique=True))
    ways = [data.draw(st.booleans()) for _ in columns]
    kinds = data.draw(st.frozensets(st.sampled_from([FRAUD, STOCK]), max_size=2))
    places = data.draw(st.frozensets(st.sampled_from([EAST, SOUTH]), max_size=2))
    sorts = tuple(zip(columns, ways, strict=True))
    query = ListQuery(view="all", kinds=kinds, warehouses=places, sort=sorts[0], then=sorts[1:])
    cache = one_cache
    cache.clear()
    fill(cache, *stored)
    rowids = {row.id: row.rowid for row in cache.rows(cache.ids(ListQuery(view="all")), frozenset())}

    def kinds_of(o: Order) -> set[Reason]:
        return {e.kind for e in o.open_exceptions} | {h.reason for h in o.holds}

    fits = [o for o in stored if (not kinds or kinds & kinds_of(o)) and (not places or o.warehouse in places)]
    fits.sort(key=lambda o: rowids[o.id], reverse=not ways[-1])
    for column, rises in reversed(sorts):
        fits.sort(key=SIMPLE[column], reverse=not rises)
    assert [r.id for r in cache.rows(cache.ids(query), frozenset())] == [o.id for o in fits]
    by_place = cache.listing(msgspec.structs.replace(query, group="customer"))
    assert sum(g.count for g in by_place.groups) == len(fits)
    assert Counter(by_place.ids) == Counter(cache.ids(query))


def test_every_set_of_reasons_survives_the_bits() -> None:
    for reason in Reason:
        assert bit_kinds(kind_bits([reason])) == (reason,)
    assert bit_kinds(kind_bits(Reason)) == tuple(Reason)
