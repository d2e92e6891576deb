"""Does every cache that follows the feed become what the server holds?"""

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from httpx_sse import EventSource, ServerSentEvent

from sync.domain.commands import Args, Op, Target
from sync.domain.exceptions import Reason
from sync.domain.order import Order, OrderId, Status
from sync.server.app import prune
from sync.server.central import Central, Settings
from sync.wire.codec import scope_hash
from sync.wire.messages import Checksum, Meta
from tests.contract.world import Person, World, problem_type, read
from tests.patience import PATIENCE_S


def follow(person: Person, cursor: str, copy: dict[OrderId, Order], limit: int = 2) -> str:
    """Apply the feed to a copy the way a client does; answers the new cursor."""
    more = True
    while more:
        page = person.changes(cursor, limit=limit)
        assert page.count == len(page.changes)
        for change in page.changes:
            if change.op == "remove":
                copy.pop(change.id, None)
            else:
                assert change.order is not None
                copy[change.id] = change.order
        cursor, more = page.next, page.more
    return cursor


def proven(person: Person, copy: dict[OrderId, Order]) -> bool:
    told = read(person.get("checksum"), Checksum)
    return (told.count, told.hash) == (len(copy), scope_hash([(o.id, o.version) for o in copy.values()]))


def test_the_snapshot_comes_page_by_page_and_its_checksum_fits(central: World) -> None:
    for place in range(5):
        central.put(f"A{place}")
    pages = [central.east.orders(limit=2)]
    while (after := pages[-1].after) is not None:
        pages.append(central.east.orders(limit=2, after=after))
    assert [page.count for page in pages] == [2, 2, 1]
    copy = {order.id: order for page in pages for order in page.orders}
    assert len(copy) == 5
    assert proven(central.east, copy)


def test_what_happens_during_the_snapshot_is_in_the_feed_after_its_first_cursor(central: World) -> None:
    for place in range(3):
        central.put(f"A{place}")
    first = central.east.orders(limit=2)
    central.move("A0", Status.PICKING)
    central.put("A9")
    copy = {order.id: order for order in first.orders}
    follow(central.east, first.cursor, copy)
    second = central.east.orders(limit=9, after=first.after)
    copy |= {order.id: order for order in second.orders}
    assert len(copy) == 4
    assert proven(central.east, copy)


def test_the_feed_keeps_the_order_of_the_commits_and_never_lowers_a_version(central: World) -> None:
    start = central.east.orders().cursor
    for place in range(4):
        central.put(f"A{place}")
    for place in (2, 0, 3):
        central.move(f"A{place}", Status.PICKING)
    page = central.east.changes(start)
    assert [change.seq for change in page.changes] == sorted({change.seq for change in page.changes})
    assert {change.id: change.version for change in page.changes}[central.put("A0").id] == 2


def test_a_step_that_a_newer_one_replaces_is_left_out(central: World) -> None:
    start = central.east.orders().cursor
    order_id = central.put().id
    central.stop("A1")
    (change,) = central.east.changes(start).changes
    assert (change.id, change.version) == (order_id, 2)


def test_a_closed_order_is_removed(central: World) -> None:
    order_id = central.put().id
    page = central.east.orders()
    central.move("A1", Status.CLOSED)
    (change,) = central.east.changes(page.cursor).changes
    assert (change.id, change.op, change.order) == (order_id, "remove", None)
    assert central.east.orders().count == 0


def test_an_order_that_changes_warehouse_leaves_one_scope_and_enters_the_other(central: World) -> None:
    order_id = central.put().id
    central.stop("A1", Reason.STOCK_OUT)
    east, west, boss = (person.orders().cursor for person in (central.east, central.west, central.boss))
    to = Args(to=Target(kind="warehouse", id="W-WEST"))
    central.boss.send(central.boss.command(order_id, Op.REASSIGN, base=2, args=to))
    central.stop("A1", Reason.PRICE_CHECK, "x2")
    assert [change.op for change in central.east.changes(east).changes] == ["remove"]
    assert [(change.op, change.version) for change in central.west.changes(west).changes] == [("put", 4)]
    assert [(change.op, change.version) for change in central.boss.changes(boss).changes] == [("put", 4)]


def test_every_view_follows_an_order_that_wanders(central: World) -> None:
    people = (central.east, central.west, central.boss)
    copies: list[dict[OrderId, Order]] = [{}, {}, {}]
    cursors = [person.orders().cursor for person in people]
    order_id = central.put().id
    for version, warehouse in enumerate(("W-WEST", "W-EAST", "W-WEST"), 1):
        with central.storage.write() as writing:
            writing.keep_stock([("SF-1", warehouse, 9)])
        to = Args(to=Target(kind="warehouse", id=warehouse))
        central.boss.send(central.boss.command(order_id, Op.REASSIGN, base=version, args=to))
        for person, copy, place in zip(people, copies, range(3), strict=True):
            if (version + place) % 2:
                cursors[place] = follow(person, cursors[place], copy)
    for person, copy, cursor in zip(people, copies, cursors, strict=True):
        follow(person, cursor, copy)
        assert proven(person, copy)
    assert [len(copy) for copy in copies] == [0, 1, 1]


def test_customer_data_is_masked_for_the_operator_everywhere(central: World) -> None:
    central.put()
    page = central.east.orders()
    central.stop("A1")
    (change,) = central.east.changes(page.cursor).changes
    for seen in (page.orders[0], change.order):
        assert seen is not None
        assert (seen.customer.contact, seen.customer.phone, seen.customer.street) == ("周**", "126****1234", "***")
    assert central.boss.orders().orders[0].customer.phone == "12600001234"


def test_a_cursor_of_another_view_is_gone(central: World) -> None:
    answer = central.west.get("changes", cursor=central.east.orders().cursor)
    assert (answer.status_code, problem_type(answer)) == (410, "cursor-gone")


def test_a_cursor_older_than_the_retention_is_gone(central: World) -> None:
    start = central.east.orders().cursor
    central.put("A1")
    central.clock.forward(seconds=31 * 24 * 3600)
    fresh = central.person("100").orders().cursor
    app_central: Central = central.app_central
    prune(app_central)
    person = central.person("100")
    assert person.get("changes", cursor=start).status_code == 410
    assert person.changes(fresh).count == 0
    assert person.orders().count == 1


def test_a_cursor_of_another_epoch_or_from_the_future_is_gone(central: World) -> None:
    epoch, seq, view = central.east.orders().cursor.split(".")
    assert central.east.get("changes", cursor=f"other.{seq}.{view}").status_code == 410
    assert central.east.get("changes", cursor=f"{epoch}.{int(seq) + 1}.{view}").status_code == 410
    assert read(central.http.get("/v1/meta"), Meta).epoch == epoch


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "a.1", "a.-1.c", "a.٣.c", f"a.{'9' * 40}.c", "a..c"])
def test_what_is_no_cursor_is_malformed(central: World, text: str) -> None:
    answer = central.east.get("changes", cursor=text)
    assert (answer.status_code, problem_type(answer)) == (400, "malformed")


def test_a_long_poll_answers_as_soon_as_something_changes(central: World) -> None:
    person = central.east
    cursor = person.orders().cursor
    order_id = ""

    def happens() -> None:
        nonlocal order_id
        order_id = central.put().id

    later = threading.Timer(0.3, happens)
    later.start()
    page = person.changes(cursor, wait=20)
    later.join()
    assert [change.id for change in page.changes] == [order_id]


def test_a_long_poll_without_a_change_ends_with_an_empty_page(central: World) -> None:
    page = central.east.changes(central.east.orders().cursor, wait=0.2)
    assert (page.count, page.more) == (0, False)


def test_a_long_poll_is_not_answered_by_another_warehouses_change(central: World) -> None:
    cursor = central.west.orders().cursor
    later = threading.Timer(0.1, central.put)
    later.start()
    page = central.west.changes(cursor, wait=0.6)
    later.join()
    assert page.count == 0


def test_only_ones_own_warehouses_can_be_asked_for(central: World) -> None:
    central.put("A1")
    central.put("A2", warehouse="W-WEST")
    assert central.boss.orders(scope="W-WEST").count == 1
    assert central.boss.orders(scope="W-WEST, W-EAST").count == 2
    answer = central.east.get("orders", scope="W-EAST,W-WEST")
    assert (answer.status_code, problem_type(answer)) == (403, "not-permitted")


@contextlib.contextmanager
def stream(central: World, person: Person, **headers: str) -> Iterator[Iterator[ServerSentEvent]]:
    with (
        httpx.Client(base_url=central.url, timeout=PATIENCE_S, trust_env=False) as http,
        http.stream("GET", "/v1/events", headers={**person.headers, **headers}) as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        yield EventSource(response).iter_sse()


def test_an_event_tells_that_the_feed_grew_and_its_id_is_a_cursor(central: World) -> None:
    cursor = central.east.orders().cursor
    with stream(central, central.east) as events:
        assert next(events).id == cursor
        order_id = central.put().id
        grown = next(events)
    assert grown.event == "changes"
    assert grown.json() == {"next": grown.id}
    assert central.east.changes(grown.id).count == 0
    assert [change.id for change in central.east.changes(cursor).changes] == [order_id]


def test_a_stream_that_is_up_to_date_says_nothing_at_first(central: World) -> None:
    cursor = central.east.orders().cursor
    with stream(central, central.east, **{"last-event-id": cursor}) as events:
        central.put()
        assert next(events).id != cursor


def test_a_stream_that_missed_something_is_told_at_once(central: World) -> None:
    cursor = central.east.orders().cursor
    central.put()
    with stream(central, central.east, **{"last-event-id": cursor}) as events:
        assert next(events).id == central.east.orders().cursor


def test_a_stream_hears_nothing_of_other_warehouses(central: World) -> None:
    with stream(central, central.west) as events:
        next(events)
        central.put("A1")
        central.put("A2", warehouse="W-WEST")
        assert next(events).id == central.west.orders().cursor


class TestQuickHeartbeat:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(heartbeat_seconds=0.1)

    def test_a_quiet_stream_has_a_heartbeat(self, central: World) -> None:
        headers = {**central.east.headers, "last-event-id": central.east.orders().cursor}
        with central.http.stream("GET", "/v1/events", headers=headers) as response:
            lines = response.iter_lines()
            assert [next(lines) for _ in range(4)] == [": heartbeat", "", ": heartbeat", ""]

    def test_a_stream_ends_with_its_session(self, central: World) -> None:
        person = central.person("100")
        with stream(central, person) as events:
            next(events)
            assert central.http.delete("/v1/session", headers=person.headers).status_code == 204
            assert list(events) == []

    def test_a_stream_ends_when_its_token_expires(self, central: World) -> None:
        with stream(central, central.east) as events:
            next(events)
            central.clock.forward(seconds=901)
            assert list(events) == []

    def test_a_stream_that_is_never_quiet_ends_with_its_session_too(self, central: World) -> None:
        person = central.person("100")
        over = threading.Event()

        def busy() -> None:
            n = 0
            while not over.wait(0.03):
                central.put(f"B{(n := n + 1)}", number=f"20261122{n:08}")

        with stream(central, person) as events:
            next(events)
            noise = threading.Thread(target=busy)
            noise.start()
            assert central.boss.http.delete("/v1/session", headers=person.headers).status_code == 204
            heard = list(events)
            over.set()
            noise.join()
        assert len(heard) < 1000, "it came to an end while there was always something to tell"


def test_a_long_poll_shows_nothing_to_whoever_was_signed_out_meanwhile(central: World) -> None:
    person = central.person("100")
    cursor = person.orders().cursor
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(person.get, "changes", cursor=cursor, wait=20)
        for _ in range(int(PATIENCE_S * 100)):
            if central.app_central.notifier._readers:  # type: ignore[attr-defined]  # of the implementation
                break
            threading.Event().wait(0.01)
        assert central.http.delete("/v1/session", headers=person.headers).status_code == 204
        central.put()
        answer = waiting.result(PATIENCE_S)
    assert (answer.status_code, problem_type(answer)) == (401, "sign-in-again")


class TestStopping:
    @pytest.fixture
    def alone(self) -> bool:
        return True

    def test_a_stopping_central_lets_its_streams_and_long_polls_go(self, central: World) -> None:
        cursor = central.east.orders().cursor
        with stream(central, central.east) as events:
            next(events)
            stopping = threading.Thread(target=central.running.stop)
            later = threading.Timer(0.3, stopping.start)
            later.start()
            page = central.east.changes(cursor, wait=20)
            assert list(events) == []
            later.join()
            stopping.join()
        assert page.count == 0
