"""Made-up orders for the screen's tests: a home-furnishing wholesaler of East China, every kind of exception."""

import random

from sync.domain.exceptions import EXCEPTION_KINDS, ExceptionId, Node, OrderException, Reason
from sync.domain.holds import Hold, HoldId
from sync.domain.order import CarrierId, Customer, Line, Order, OrderId, Place, Status, UserId, WarehouseId
from sync.domain.permissions import Role, User
from sync.wire.messages import Directory, Person, PlaceName

MINUTE = 60_000
HOUR = 60 * MINUTE

WAREHOUSES = (WarehouseId("W-SUZ"), WarehouseId("W-HGH"), WarehouseId("W-NKG"))

OPERATOR = User(id=UserId("zhang.wei"), name="张伟", role=Role.OPERATOR, warehouses=WAREHOUSES)
SUPERVISOR = User(id=UserId("li.na"), name="李娜", role=Role.SUPERVISOR, warehouses=WAREHOUSES)

DIRECTORY = Directory(
    warehouses=(
        PlaceName(id="W-SUZ", names={"en": "Suzhou", "zh": "苏州仓"}, spoken={}),
        PlaceName(id="W-HGH", names={"en": "Hangzhou", "zh": "杭州仓"}, spoken={}),
        PlaceName(id="W-NKG", names={"en": "Nanjing", "zh": "南京仓"}, spoken={}),
    ),
    carriers=(
        PlaceName(id="C-DEB", names={"en": "Deppon", "zh": "德邦"}, spoken={}),
        PlaceName(id="C-SFX", names={"en": "SF Express", "zh": "顺丰"}, spoken={}),
        PlaceName(id="C-ZTO", names={"en": "ZTO Freight", "zh": "中通快运"}, spoken={}),
    ),
    people=tuple(Person(id=u.id, name=u.name, role=u.role, warehouses=u.warehouses) for u in (OPERATOR, SUPERVISOR)),
)
CARRIERS = tuple(CarrierId(c.id) for c in DIRECTORY.carriers)

_PLACES = (
    ("江苏", "苏州", "吴中区"), ("浙江", "杭州", "余杭区"), ("江苏", "南京", "江宁区"), ("上海", "上海", "青浦区"),
    ("浙江", "宁波", "鄞州区"), ("安徽", "合肥", "蜀山区"), ("江苏", "无锡", "锡山区"), ("浙江", "嘉兴", "南湖区"),
)  # fmt: skip
_FIRMS = ("和木家居", "云栖软装", "半山家具", "拾光生活馆", "禾下设计", "木屿家具", "南窗布艺", "安居优选", "知白空间")
_NAMES = ("王芳", "刘洋", "陈静", "杨帆", "赵敏", "黄磊", "周婷", "吴昊", "徐丽", "孙涛")
_ARTICLES = (
    ("SF-2201", "北欧布艺沙发 三人位", 259900), ("TB-1180", "岩板餐桌 1.6 米", 189900), ("CH-0432", "实木餐椅", 32900),
    ("BD-3307", "软包双人床 1.8 米", 329900), ("LM-0915", "落地灯 暖光", 45900), ("RG-0721", "短绒地毯 2×3 米", 68900),
    ("CB-5120", "玄关柜 四门", 129900), ("MT-2046", "乳胶床垫 25 厘米", 219900), ("CT-0088", "遮光窗帘 定制", 56900),
)  # fmt: skip
_NODES = {
    Reason.BAD_ADDRESS: "address", Reason.STOCK_OUT: "warehouse:W-SUZ", Reason.DUPLICATE: "orders",
    Reason.PAYMENT_CHECK: "payment", Reason.PRICE_CHECK: "pricing", Reason.WAYBILL_REFUSED: "carrier:C-DEB",
    Reason.CUSTOMER_CHANGE: "customer", Reason.CUSTOMER_CANCEL: "customer",
}  # fmt: skip
_DETAILS = {
    Reason.BAD_ADDRESS: "收货地址缺少门牌号，地图无法定位",
    Reason.STOCK_OUT: "可用库存 0，最近到货 11月24日",
    Reason.DUPLICATE: "与 14 分钟前的订单商品、地址一致",
    Reason.PAYMENT_CHECK: "对公转账金额与订单不符，差 ¥320.00",
    Reason.PRICE_CHECK: "成交价低于底价 18%",
    Reason.WAYBILL_REFUSED: "超出配送范围（体积 2.4 m³）",
    Reason.CUSTOMER_CHANGE: "客户要求改送余杭区文一西路 998 号",
    Reason.CUSTOMER_CANCEL: "客户来电取消，要求全额退款",
}
_STATUSES = (
    Status.WAITING,
    Status.WAITING,
    Status.WAITING,
    Status.PICKING,
    Status.PACKING,
    Status.PACKED,
    Status.HANDED_OVER,
)


def orders(count: int, now: int, seed: int = 7) -> list[Order]:
    """So many orders as of ``now``; two in three are stopped by something. The same every time."""
    chance = random.Random(seed)
    return [_order(n, now, chance) for n in range(count)]


def _order(n: int, now: int, chance: random.Random) -> Order:
    province, city, district = chance.choice(_PLACES)
    status = chance.choice(_STATUSES)
    lines = tuple(
        Line(sku=sku, name=name, quantity=chance.randint(1, 6), price=price)
        for sku, name, price in chance.sample(_ARTICLES, chance.randint(1, 4))
    )
    exceptions = _exceptions(n, now, chance) if n % 3 and status is not Status.HANDED_OVER else ()
    carrier = chance.choice((*CARRIERS, None)) if status is Status.WAITING else chance.choice(CARRIERS)
    working = status in {Status.PICKING, Status.PACKING, Status.PACKED}
    return Order(
        id=OrderId(f"o-{n:05d}"),
        number=f"SO2611{22000 + n * 37 % 70000:05d}"[:6] + f"{1000 + n * 37 % 9000:04d}",
        version=chance.randint(1, 6),
        warehouse=chance.choice(WAREHOUSES),
        status=status,
        customer=Customer(
            company=f"{city}{chance.choice(_FIRMS)}有限公司",
            contact=chance.choice(_NAMES),
            phone=f"138{chance.randint(10**7, 10**8 - 1)}",
            province=province,
            city=city,
            district=district,
            street=f"建设路 {chance.randint(1, 400)} 号 {chance.randint(1, 9)} 栋",
        ),
        lines=lines,
        total=sum(line.price * line.quantity for line in lines),
        carrier=carrier,
        waybill=f"DP{chance.randint(10**9, 10**10 - 1)}" if carrier and chance.random() > 0.3 else None,
        due_at=now + chance.choice((-95, -20, 8, 25, 50, 130, 260, 600, 1500, 3000)) * MINUTE + n * 1000,
        created_at=now - chance.randint(1, 40) * HOUR,
        updated_at=now - chance.randint(1, 50) * MINUTE,
        exceptions=exceptions,
        holds=tuple(
            Hold(id=HoldId(f"h-{e.id}"), reason=e.kind, placed_by="central", placed_at=e.raised_at, exception=e.id)
            for e in exceptions
            if e.is_open
        ),
        place=Place(zone=f"{chance.choice('ABCD')}{chance.randint(1, 9)}", tote=f"T-{chance.randint(100, 999)}",
                    bench=str(chance.randint(1, 12))) if working else Place(),
    )  # fmt: skip


def _exceptions(n: int, now: int, chance: random.Random) -> tuple[OrderException, ...]:
    kinds = chance.sample(EXCEPTION_KINDS, 2 if n % 7 == 0 else 1)
    return tuple(
        OrderException(
            id=ExceptionId(f"e-{n}-{kind.value}"),
            kind=kind,
            node=Node(_NODES[kind]),
            raised_at=now - chance.randint(3, 300) * MINUTE,
            detail=_DETAILS[kind],
            resolved_at=None,
        )
        for kind in kinds
    )
