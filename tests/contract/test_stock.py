"""Can a source tell what warehouses have, so that an order can move there?"""

import httpx
import pytest

from sync.domain.commands import Args, Op, Target
from sync.wire.messages import STOCK_LIMIT, ResultStatus
from tests.contract.world import EAST, WEST, World, problem_type


def put_stock(central: World, *levels: tuple[str, str, object], token: str | None = None) -> httpx.Response:
    body = {"levels": [{"sku": sku, "warehouse": warehouse, "pieces": pieces} for sku, warehouse, pieces in levels]}
    headers = {"authorization": f"Bearer {token or central.service_token}", "accept-language": "en"}
    return central.http.put("/v1/sources/erp/stock", json=body, headers=headers)


def move_west(central: World, order_id: str) -> ResultStatus:
    order = central.order(order_id)
    args = Args(to=Target(kind="warehouse", id=WEST))
    (result,) = central.boss.send(central.boss.command(order_id, Op.REASSIGN, base=order.version, args=args))
    return result.status


def test_stock_that_arrives_makes_a_move_possible_and_stock_that_leaves_forbids_it(central: World) -> None:
    first, second = central.put("A1").id, central.put("A2", number="20261122004713").id
    assert put_stock(central, ("SF-1", WEST, 0)).json() == {"count": 1}
    assert move_west(central, first) is ResultStatus.REJECTED
    assert put_stock(central, ("SF-1", WEST, 2), ("LAMP", EAST, 7)).json() == {"count": 2}
    assert move_west(central, second) is ResultStatus.APPLIED


def test_what_is_not_named_stays(central: World) -> None:
    put_stock(central, ("SF-1", EAST, 3))
    with central.storage.read() as reading:
        assert reading.stock(["SF-1"]) == {("SF-1", EAST): 3, ("SF-1", WEST): 5}


def test_an_unknown_warehouse_is_refused_and_nothing_is_set(central: World) -> None:
    answer = put_stock(central, ("SF-1", WEST, 99), ("SF-1", "W-MOON", 1))
    assert (answer.status_code, problem_type(answer)) == (422, "refused")
    with central.storage.read() as reading:
        assert reading.stock(["SF-1"]) == {("SF-1", WEST): 5}


@pytest.mark.parametrize("pieces", [-1, 1.5, "many", None, 10**30])
def test_pieces_are_a_number_that_can_be(central: World, pieces: object) -> None:
    assert put_stock(central, ("SF-1", WEST, pieces)).status_code == 400


def test_ten_thousand_levels_are_taken_at_once_and_no_more(central: World) -> None:
    levels = [(f"S{n}", WEST, n) for n in range(STOCK_LIMIT)]
    assert put_stock(central, *levels).json() == {"count": STOCK_LIMIT}
    answer = put_stock(central, *levels, ("one more", WEST, 1))
    assert (answer.status_code, problem_type(answer)) == (400, "malformed")
    with central.storage.read() as reading:
        assert reading.stock(["S9999", "one more"]) == {("S9999", WEST): 9999}


def test_only_a_source_may_tell(central: World) -> None:
    assert put_stock(central, ("SF-1", WEST, 1), token=central.boss.session.access_token).status_code == 401
    other = central.identity.add_service_token("wms")
    assert put_stock(central, ("SF-1", WEST, 1), token=other).status_code == 403
