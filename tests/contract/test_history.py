"""Does the audit trail of an order come page by page, whole, and can nobody change it?"""

import pytest

from sync.domain.commands import Args, Op
from sync.server.storage.base import Storage
from sync.wire.messages import History, HistoryEntry
from tests.contract.world import World, problem_type, read


def busy_order(central: World, steps: int) -> str:
    """An order with so many lines of history, the first of which tells that it came in."""
    order_id = central.put().id
    boss = central.boss
    for turn in range(steps - 1):
        base = central.order(order_id).version
        op, args = (
            (Op.RELEASE, Args(holds=(central.order(order_id).holds[0].id,))) if turn % 2 else (Op.INTERCEPT, Args())
        )
        boss.send(boss.command(order_id, op, base=base, args=args))
    return order_id


def pages(central: World, order_id: str, limit: int) -> list[History]:
    found = [read(central.boss.get(f"orders/{order_id}/history", limit=limit), History)]
    while (after := found[-1].after) is not None:
        found.append(read(central.boss.get(f"orders/{order_id}/history", limit=limit, after=after), History))
    return found


@pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 7), (3, [3, 3, 1]), (7, [7]), (500, [7])])
def test_the_pages_together_are_the_whole_trail(central: World, limit: int, sizes: list[int]) -> None:
    order_id = busy_order(central, 7)
    central.put("A2", number="20261122004713")
    found = pages(central, order_id, limit)
    assert [page.count for page in found] == sizes == [len(page.entries) for page in found]
    with central.storage.read() as reading:
        assert [entry for page in found for entry in page.entries] == reading.history(central.order(order_id).id)


def test_what_is_added_while_someone_reads_comes_on_the_last_page(central: World) -> None:
    order_id = busy_order(central, 3)
    first = read(central.boss.get(f"orders/{order_id}/history", limit=2), History)
    central.boss.send(central.boss.command(order_id, base=1))
    rest = read(central.boss.get(f"orders/{order_id}/history", after=first.after), History)
    assert [entry.outcome for entry in rest.entries][-1] == "conflict"
    assert (first.count, rest.count, rest.after) == (2, 2, None)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=1.5", "limit=0", "limit=2001", f"after={2**53 + 1}"])
def test_a_page_that_is_none_is_malformed(central: World, query: str) -> None:
    order_id = central.put().id
    answer = central.http.get(f"/v1/orders/{order_id}/history?{query}", headers=central.boss.headers)
    assert (answer.status_code, problem_type(answer)) == (400, "malformed")


def test_a_position_of_another_orders_trail_shows_nothing_of_it(central: World) -> None:
    first, second = busy_order(central, 3), central.put("A2", number="20261122004713").id
    after = read(central.boss.get(f"orders/{first}/history", limit=1), History).after
    shown = read(central.boss.get(f"orders/{second}/history", after=after), History)
    assert [(entry.action, entry.version) for entry in shown.entries] == [("ingested", 1)]


@pytest.mark.parametrize("table", ["history", "access_trail"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = 0", "DELETE FROM {}", "DELETE FROM {} WHERE id = 1"])
def test_the_database_itself_refuses_to_change_a_trail(
    central: World, storage: Storage, statement: str, table: str
) -> None:
    order_id = busy_order(central, 2)
    with storage.read() as reading:
        before = (reading.history(central.order(order_id).id), reading.access_trail(100))
    with pytest.raises(Exception, match="append-only"), storage.write() as writing:
        writing._connection.execute(statement.format(table))  # type: ignore[attr-defined]  # past the Protocol
    with storage.read() as reading:
        assert (reading.history(central.order(order_id).id), reading.access_trail(100)) == before
    with storage.write() as writing:
        writing.note(central.order(order_id).id, HistoryEntry(at=1, version=9, who="x", device="", action="note"))
