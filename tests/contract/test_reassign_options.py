"""Where can an order go, and does the central say why not?"""

import pytest

from sync.domain.order import Status
from sync.wire.messages import ReassignOption, ReassignOptions
from tests.contract.world import World, read


def options(central: World, order_id: str, language: str = "en") -> dict[str, ReassignOption]:
    headers = {**central.boss.headers, "accept-language": language}
    answer = central.http.get(f"/v1/orders/{order_id}/reassign-options", headers=headers)
    return {option.to.id: option for option in read(answer, ReassignOptions).options}


def test_every_other_place_is_a_candidate_with_a_reason_where_it_is_none(central: World) -> None:
    found = options(central, central.put().id)
    assert list(found) == ["W-WEST", "bravo", "charlie"]
    assert (found["W-WEST"].possible, found["W-WEST"].why_not, found["W-WEST"].name) == (True, "", "W-WEST en")
    assert found["bravo"].possible
    assert found["charlie"].why_not == "Does not deliver to 江苏省."


def test_the_reasons_are_in_the_callers_language(central: World) -> None:
    with central.storage.write() as writing:
        writing.keep_stock([("SF-1", "W-WEST", 1)])
    found = options(central, central.put().id, "zh-CN,zh;q=0.9")
    assert found["W-WEST"].why_not == "布艺沙发：需要 2 件，那里有 1 件。"
    assert found["W-WEST"].name == "W-WEST 中"


@pytest.mark.parametrize(
    ("status", "warehouse", "carrier"),
    [
        (Status.PICKING, False, True),
        (Status.PACKED, False, True),
        (Status.HANDED_OVER, False, False),
        (Status.CLOSED, False, False),
    ],
)
def test_how_far_the_order_is_decides_what_is_left(
    central: World, status: Status, warehouse: bool, carrier: bool
) -> None:
    found = options(central, central.put(status=status).id)
    assert (found["W-WEST"].possible, found["bravo"].possible) == (warehouse, carrier)
    assert all(option.possible or option.why_not for option in found.values())


def test_the_same_article_on_two_lines_counts_together(central: World) -> None:
    line = central.order(central.put().id).lines[0]
    found = options(central, central.put("A2", lines=(line, line, line)).id)
    assert not found["W-WEST"].possible


def test_another_warehouses_order_has_no_options(central: World) -> None:
    order_id = central.put().id
    assert central.west.get(f"orders/{order_id}/reassign-options").status_code == 404
    assert central.west.get(f"orders/{order_id}/history").status_code == 404
