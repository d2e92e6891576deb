"""Words in both languages over one made-up directory, and an order to read."""

from datetime import timedelta, timezone

import pytest

from desktop import translator
from desktop.words import Words
from sync.domain.exceptions import ExceptionId, Node, OrderException, Reason
from sync.domain.holds import Hold, HoldId
from sync.domain.order import CarrierId, Customer, Line, Order, OrderId, Place, Status, WarehouseId
from sync.wire.messages import Directory, PlaceName

MINUTE = 60_000
HOUR = 60 * MINUTE
NOW = 1_763_800_000_000
"""22 November 2025, 16:26 in China."""

CHINA = timezone(timedelta(hours=8))
DIRECTORY = Directory(
    warehouses=(
        PlaceName(id="W-SUZ", names={"en": "Suzhou", "zh": "苏州仓"}, spoken={}),
        PlaceName(id="W-HGH", names={"en": "Hangzhou", "zh": "杭州仓"}, spoken={}),
    ),
    carriers=(PlaceName(id="C-DEB", names={"en": "Deppon", "zh": "德邦"}, spoken={}),),
)


@pytest.fixture(scope="session")
def en() -> Words:
    return Words(translator.load("en"), DIRECTORY, CHINA)


@pytest.fixture(scope="session")
def zh() -> Words:
    return Words(translator.load("zh"), DIRECTORY, CHINA)


@pytest.fixture
def order() -> Order:
    """Waiting, held by the central for a wrong address and by Li Na for fraud; a duplicate was solved before."""
    wrong = OrderException(
        id=ExceptionId("e1"), kind=Reason.BAD_ADDRESS, node=Node("address"), raised_at=NOW - HOUR, detail="缺少门牌号"
    )
    solved = OrderException(
        id=ExceptionId("e0"),
        kind=Reason.DUPLICATE,
        node=Node("orders"),
        raised_at=NOW - 2 * HOUR,
        resolved_at=NOW - HOUR,
    )
    return Order(
        id=OrderId("o-1"),
        number="SO26114712",
        version=4,
        warehouse=WarehouseId("W-SUZ"),
        status=Status.WAITING,
        customer=Customer(
            company="苏州和木家居有限公司",
            contact="王芳",
            phone="13812345678",
            province="江苏",
            city="苏州",
            district="吴中区",
            street="建设路 12 号",
        ),
        lines=(
            Line(sku="SF-2201", name="北欧布艺沙发", quantity=2, price=259900),
            Line(sku="CH-0432", name="实木餐椅", quantity=1200, price=32900),
        ),
        total=40_000_000,
        carrier=CarrierId("C-DEB"),
        waybill=None,
        due_at=NOW + 20 * MINUTE,
        created_at=NOW - 26 * HOUR,
        updated_at=NOW,
        exceptions=(solved, wrong),
        holds=(
            Hold(
                id=HoldId("h1"),
                reason=Reason.BAD_ADDRESS,
                placed_by="central",
                placed_at=NOW - HOUR,
                exception=ExceptionId("e1"),
            ),
            Hold(id=HoldId("h2"), reason=Reason.FRAUD, placed_by="li.na", placed_at=NOW - 5 * MINUTE, note="请核对"),
        ),
        place=Place(zone="A3", tote="T-117", bench="4"),
    )
