"""Does the paper for the floor name every tote to pull, and no other?"""

import msgspec
import pytest

from desktop.orders.pull_list import asked_for, modules, pull_list
from desktop.words import Words
from sync.domain.exceptions import ExceptionId, Reason
from sync.domain.holds import Hold, HoldId
from sync.domain.order import ON_THE_FLOOR, Order, Place, Status
from tests.desktop.conftest import HOUR, NOW

ASKED = Hold(id=HoldId("h1"), reason=Reason.DAMAGED, placed_by="u-wang", placed_at=NOW - HOUR, note="box is wet")
BY_CENTRAL = Hold(id=HoldId("h2"), reason=Reason.FRAUD, placed_by="central", placed_at=NOW, exception=ExceptionId("e1"))


@pytest.fixture
def asked(order: Order) -> Order:
    place = Place(zone="B-07", tote="T0365", bench="P-03")
    return msgspec.structs.replace(order, status=Status.PICKING, holds=(ASKED,), place=place)


def test_a_pull_says_where_who_when_and_why(en: Words, asked: Order) -> None:
    (pull,) = pull_list([asked], en, NOW).pulls
    assert "T0365" in pull.where
    assert (pull.number, pull.status, pull.customer) == (asked.number, "Picking", asked.customer.company)
    assert (pull.reason, pull.note) == ("Goods damaged", "box is wet")
    assert pull.asked == "asked by Wang, 15:26"


@pytest.mark.parametrize("status", sorted(set(Status)))
def test_only_what_is_under_way_is_pulled(asked: Order, status: Status) -> None:
    it = msgspec.structs.replace(asked, status=status)
    assert (asked_for(it) is not None) == (status in ON_THE_FLOOR)


def test_a_hold_of_the_central_asks_nobody_to_pull(asked: Order) -> None:
    assert asked_for(msgspec.structs.replace(asked, holds=(BY_CENTRAL,))) is None
    assert asked_for(msgspec.structs.replace(asked, holds=(BY_CENTRAL, ASKED, BY_CENTRAL))) == ASKED


def test_one_walk_finds_them_all(en: Words, asked: Order) -> None:
    places = [("C-01", "T2"), ("A-03", "T9"), ("A-03", "T1")]
    orders = [msgspec.structs.replace(asked, place=Place(zone=z, tote=t)) for z, t in places]
    pulls = pull_list(orders, en, NOW).pulls
    assert [p.where.split()[-1] for p in pulls] == ["T1", "T9", "T2"]


def test_without_a_known_place_it_says_so(en: Words, zh: Words, asked: Order) -> None:
    lost = msgspec.structs.replace(asked, place=Place())
    assert "place not known" in pull_list([lost], en, NOW).pulls[0].where
    assert "位置不明" in pull_list([lost], zh, NOW).pulls[0].where
    assert pull_list([], zh, NOW).empty == "没有需要取出的订单。"


def test_the_bars_are_code_128() -> None:
    bars = modules("20261122004712")
    assert bars.startswith("11010011100")  # start C: digits in pairs
    assert bars.endswith("1100011101011")  # stop
    assert len(bars) == 11 * (1 + 7 + 1) + 13  # start, seven pairs, check, stop
    assert modules("订单") == ""
