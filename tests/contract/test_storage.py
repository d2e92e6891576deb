"""What does every storage promise, whatever the database below?"""

import threading

import msgspec
import pytest

from sync.domain.commands import Args, Command, Op
from sync.domain.exceptions import Reason
from sync.domain.order import CarrierId, CommandKey, Order, OrderId, Status, UserId, WarehouseId
from sync.server.feed import Wake
from sync.server.storage.base import Storage, Writing
from sync.wire.messages import HistoryEntry, Result, ResultStatus
from tests.contract.world import CUSTOMER, EAST, START, WEST, document


def order(name: str = "o1", **changes: object) -> Order:
    plain = document()
    made = Order(
        id=OrderId(name),
        number=plain.number,
        version=1,
        warehouse=EAST,
        status=Status.WAITING,
        customer=CUSTOMER,
        lines=plain.lines,
        total=plain.total,
        carrier=CarrierId("alpha"),
        waybill=None,
        due_at=START,
        created_at=START,
        updated_at=START,
    )
    return msgspec.structs.replace(made, **changes)


def save(storage: Storage, saved: Order, was: WarehouseId | None = None) -> int:
    with storage.write() as writing:
        return writing.save(saved, was)


def test_an_order_comes_back_as_it_was_stored(storage: Storage) -> None:
    save(storage, order())
    with storage.read() as reading:
        assert reading.order(OrderId("o1")) == order()
        assert reading.order(OrderId("o2")) is None


def test_a_failing_transaction_leaves_nothing_and_wakes_nobody(storage: Storage) -> None:
    wakes: list[Wake] = []
    storage.watch(wakes.append)

    def fails() -> None:
        with storage.write() as writing:
            writing.save(order(), None)
            writing.note(OrderId("o1"), HistoryEntry(at=1, version=1, who="x", device="", action="ingested"))
            raise RuntimeError("pulled the plug")

    with pytest.raises(RuntimeError):
        fails()
    with storage.read() as reading:
        assert (reading.order(OrderId("o1")), reading.head(), reading.history(OrderId("o1"))) == (None, 0, [])
    assert wakes == []


def test_who_watches_is_told_of_the_position_and_the_warehouses(storage: Storage) -> None:
    wakes: list[Wake] = []
    unwatch = storage.watch(wakes.append)
    save(storage, order())
    save(storage, order(version=2, warehouse=WEST), EAST)
    with storage.write() as writing:
        writing.keep_stock([("SF-1", EAST, 1)])
    unwatch()
    save(storage, order("o2"))
    assert wakes == [Wake(1, frozenset({EAST})), Wake(2, frozenset({EAST, WEST}))]


def test_a_view_does_not_change_while_it_is_read(storage: Storage) -> None:
    save(storage, order())
    with storage.read() as reading:
        assert reading.head() == 1
        save(storage, order("o2"))
        assert reading.head() == 1
        assert reading.order(OrderId("o2")) is None


def test_feed_positions_rise_by_one_whoever_writes(storage: Storage) -> None:
    def write_some(name: str) -> None:
        for version in range(1, 21):
            save(storage, order(name, version=version))

    threads = [threading.Thread(target=write_some, args=(f"o{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with storage.read() as reading:
        assert reading.head() == 80
        last = reading.changes((EAST,), 0, 100)
    assert sorted(row.order_id for row in last) == ["o0", "o1", "o2", "o3"]
    assert {row.version for row in last} == {20}


@pytest.mark.parametrize(
    ("scope", "told"),
    [((EAST,), "remove"), ((WEST,), "put"), ((EAST, WEST), "put"), ((), None)],
)
def test_a_move_is_told_to_each_scope_in_its_way(
    storage: Storage, scope: tuple[WarehouseId, ...], told: str | None
) -> None:
    save(storage, order())
    save(storage, order(version=2, warehouse=WEST), EAST)
    with storage.read() as reading:
        rows = reading.changes(scope, 1, 10)
    assert [row.op for row in rows] == ([told] if told else [])


def test_a_closed_order_leaves_snapshot_and_checksum(storage: Storage) -> None:
    save(storage, order())
    save(storage, order(version=2, status=Status.CLOSED), EAST)
    with storage.read() as reading:
        assert reading.page((EAST,), "", 9) == []
        assert reading.versions((EAST,)) == []
        assert [(row.op, row.version) for row in reading.changes((EAST,), 0, 9)] == [("remove", 2)]


def test_many_orders_are_loaded_with_their_feed_steps(storage: Storage) -> None:
    with storage.write() as writing:
        assert writing.load((order(f"o{n:04d}"), "erp", f"A{n}") for n in range(2500)) == 2500
    with storage.read() as reading:
        assert reading.head() == 2500
        assert len(reading.versions((EAST,))) == 2500
        assert [row.seq for row in reading.changes((EAST,), 2490, 99)] == list(range(2491, 2501))
        assert reading.source_orders("erp")[7] == ("A7", "o0007")


def test_a_key_is_stored_once(storage: Storage) -> None:
    command = Command(
        key=CommandKey("k1"),
        device="ws",
        n=1,
        order_id=OrderId("o1"),
        op=Op.INTERCEPT,
        issued_by=UserId("u"),
        issued_at=1,
        reason=Reason.FRAUD,
        args=Args(),
        base=1,
    )
    result = Result(key=command.key, status=ResultStatus.APPLIED, at=5, version=2)

    def keep(writing: Writing) -> None:
        writing.keep_result(command, "f1", result)

    with storage.write() as writing:
        keep(writing)
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"), storage.write() as writing:
        keep(writing)
    with storage.read() as reading:
        kept = reading.result("k1")
    assert kept is not None
    assert (kept.fingerprint, kept.status, kept.version, kept.issued_by) == ("f1", ResultStatus.APPLIED, 2, "u")


def test_pruning_forgets_old_steps_and_says_how_far(storage: Storage) -> None:
    save(storage, order(updated_at=100))
    save(storage, order("o2", updated_at=200))
    with storage.write() as writing:
        writing.prune(feed_before=150, results_before=0, now=0)
    with storage.read() as reading:
        assert reading.pruned() == 1
        assert [row.seq for row in reading.changes((EAST,), 0, 9)] == [2]
        assert reading.order(OrderId("o1")) is not None


def test_an_event_is_remembered_per_source_and_order(storage: Storage) -> None:
    with storage.write() as writing:
        writing.keep_event("erp", OrderId("o1"), "x", 1)
    with storage.read() as reading:
        assert reading.event_seen("erp", OrderId("o1"), "x")
        assert not reading.event_seen("erp", OrderId("o2"), "x")
        assert not reading.event_seen("wms", OrderId("o1"), "x")
