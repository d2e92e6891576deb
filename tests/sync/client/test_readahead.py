"""Does the page in reserve save time and never stand in for another?"""

import pytest

from sync.client.readahead import ReadAhead, Snapshot
from sync.domain.order import OrderId
from sync.errors import CentralUnreachable


class Pages:
    """Three pages after one another; the second may fail once."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, OrderId | None]] = []
        self.failing: set[OrderId | None] = set()

    def __call__(self, token: str, after: OrderId | None, limit: int) -> bytes:
        self.asked.append((token, after))
        if after in self.failing:
            self.failing.remove(after)
            raise CentralUnreachable(f"no page of {limit}")
        return f"{token}{after}".encode()


def decoded(content: bytes, after: OrderId | None) -> Snapshot:
    following = {None: OrderId("a"), OrderId("a"): OrderId("b")}.get(after)
    return Snapshot(orders=(), bodies=(), after=following, cursor=content.decode())


def test_each_page_is_asked_for_once_and_in_its_order() -> None:
    pages = Pages()
    ahead = ReadAhead(pages, decoded)
    got = [ahead.orders("t", after, 9).cursor for after in (None, OrderId("a"), OrderId("b"))]
    ahead.close()
    assert got == ["tNone", "ta", "tb"]
    assert pages.asked == [("t", None), ("t", "a"), ("t", "b")]


def test_a_page_for_somebody_else_is_never_given_out() -> None:
    pages = Pages()
    ahead = ReadAhead(pages, decoded)
    ahead.orders("t1", None, 9)
    assert ahead.orders("t2", OrderId("a"), 9).cursor == "t2a"
    assert ahead.orders("t2", None, 9).cursor == "t2None"
    ahead.close()


def test_a_fault_of_the_reserve_is_told_when_its_page_is_asked_for_and_then_tried_again() -> None:
    pages = Pages()
    pages.failing.add(OrderId("a"))
    ahead = ReadAhead(pages, decoded)
    assert ahead.orders("t", None, 9).cursor == "tNone"
    with pytest.raises(CentralUnreachable):
        ahead.orders("t", OrderId("a"), 9)
    assert ahead.orders("t", OrderId("a"), 9).cursor == "ta"
    ahead.close()
