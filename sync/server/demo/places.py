"""Who works where in the made-up company? Warehouses, carriers and the two people of the demo."""

from sync.domain.order import UserId, WarehouseId
from sync.domain.permissions import Role, User
from sync.server.storage.base import Place
from sync.wire.messages import PlaceName

EAST, WEST, NORTH, SOUTH = (WarehouseId(f"W-{side}") for side in ("EAST", "WEST", "NORTH", "SOUTH"))
WAREHOUSES = (EAST, WEST, NORTH, SOUTH)
CARRIERS = ("alpha", "bravo", "charlie", "delta")


def _warehouse(id_: WarehouseId, en: str, zh: str, spoken_zh: str) -> Place:
    name = PlaceName(
        id=id_,
        names={"en": f"{en} warehouse", "zh": zh},
        spoken={"en": (en.lower(),), "zh": (spoken_zh,)},
    )
    return Place(kind="warehouse", name=name)


def _carrier(id_: str, en: str, zh: str, spoken_zh: str, provinces: tuple[str, ...] = ()) -> Place:
    name = PlaceName(id=id_, names={"en": en, "zh": zh}, spoken={"en": (id_,), "zh": (spoken_zh,)})
    return Place(kind="carrier", name=name, provinces=provinces)


PLACES: tuple[Place, ...] = (
    _warehouse(EAST, "East", "东仓（昆山）", "东仓"),
    _warehouse(WEST, "West", "西仓（无锡）", "西仓"),
    _warehouse(NORTH, "North", "北仓（南京）", "北仓"),
    _warehouse(SOUTH, "South", "南仓（嘉兴）", "南仓"),
    _carrier("alpha", "Alpha Bulky", "甲运大件", "甲"),
    _carrier("bravo", "Bravo Express", "乙达快运", "乙"),
    _carrier("charlie", "Charlie City", "丙城同城配", "丙", ("江苏省", "浙江省", "上海市")),
    _carrier("delta", "Delta Freight", "丁顺零担", "丁", ("江苏省", "上海市", "安徽省")),
)

OPERATOR = User(id=UserId("u-chen"), name="陈师傅", role=Role.OPERATOR, warehouses=(EAST, WEST), language="zh")
SUPERVISOR = User(id=UserId("u-wang"), name="王主管", role=Role.SUPERVISOR, warehouses=WAREHOUSES, language="zh")

ACCOUNTS: tuple[tuple[User, str, str], ...] = ((OPERATOR, "1001", "1357"), (SUPERVISOR, "2001", "2468"))
"""User, badge and PIN of the people of the demo; no secret, the demo listens on loopback."""
