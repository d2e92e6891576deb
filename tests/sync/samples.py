"""What do the tests of sync talk about? Small lifelike values, each named for what matters about it."""

from typing import Any

from sync.domain.commands import Args, Command, Decision, Op, Target
from sync.domain.exceptions import ExceptionId, Node, OrderException, Reason
from sync.domain.holds import Hold, HoldId
from sync.domain.order import CarrierId, CommandKey, Customer, Line, Order, OrderId, Status, UserId, WarehouseId
from sync.domain.permissions import Role, User
from sync.keys import new_key

NOW = 1_795_000_000_000
EAST, SOUTH = WarehouseId("W-EAST"), WarehouseId("W-SOUTH")
ALPHA, BETA = CarrierId("alpha"), CarrierId("beta")

LI = User(id=UserId("u-li"), name="李伟", role=Role.OPERATOR, warehouses=(EAST,))
MEI = User(id=UserId("u-mei"), name="Mei", role=Role.OPERATOR, warehouses=(EAST,), language="en")
ZHANG = User(id=UserId("u-zhang"), name="张敏", role=Role.SUPERVISOR, warehouses=(EAST, SOUTH))


def customer(**changes: Any) -> Customer:
    values: dict[str, Any] = {
        "company": "苏州家居有限公司",
        "contact": "王小明",
        "phone": "13800001234",
        "province": "江苏省",
        "city": "苏州市",
        "district": "吴中区",
        "street": "人民路100号",
    }
    return Customer(**(values | changes))


def exception(kind: Reason, name: str = "e1", **changes: Any) -> OrderException:
    values: dict[str, Any] = {"id": ExceptionId(name), "kind": kind, "node": Node("carrier:alpha"), "raised_at": NOW}
    return OrderException(**(values | changes))


def hold(reason: Reason, name: str = "h1", **changes: Any) -> Hold:
    values: dict[str, Any] = {"id": HoldId(name), "reason": reason, "placed_by": "central", "placed_at": NOW}
    return Hold(**(values | changes))


def order(number: str = "SO20261122004712", **changes: Any) -> Order:
    values: dict[str, Any] = {
        "id": OrderId(f"id-{number}"),
        "number": number,
        "version": 1,
        "warehouse": EAST,
        "status": Status.WAITING,
        "customer": customer(),
        "lines": (Line(sku="SF-3301", name="布艺沙发", quantity=2, price=129_900),),
        "total": 259_800,
        "carrier": ALPHA,
        "waybill": None,
        "due_at": NOW + 3_600_000,
        "created_at": NOW - 3_600_000,
        "updated_at": NOW,
    }
    return Order(**(values | changes))


def stopped(kind: Reason = Reason.BAD_ADDRESS, number: str = "SO20261122004712", **changes: Any) -> Order:
    """An order with one open exception and its hold ``h1``."""
    cause = exception(kind)
    return order(number, exceptions=(cause,), holds=(hold(kind, exception=cause.id),), **changes)


REFUSED = CommandKey("01a1ee56-5e00-7000-8000-00000000000f")
"""The key of a command that the central did not do."""
_keys = iter(range(1, 1 << 40))


def key() -> CommandKey:
    return new_key(NOW, chance=next(_keys))


def command(of: Order, op: Op = Op.INTERCEPT, **changes: Any) -> Command:
    """A well-formed command by Li on the order as it is."""
    values: dict[str, Any] = {
        "key": key(),
        "device": "desk-1",
        "n": 1,
        "order_id": of.id,
        "op": op,
        "issued_by": LI.id,
        "issued_at": NOW,
        "reason": Reason.DAMAGED if op in {Op.INTERCEPT, Op.CARRIER_INTERCEPT} else None,
        "args": {
            Op.RELEASE: Args(holds=tuple(h.id for h in of.holds)),
            Op.REASSIGN: Args(to=Target(kind="carrier", id=BETA)),
            Op.ASSIGN: Args(person=MEI.id),
            Op.SNOOZE: Args(until=NOW + 3_600_000, known=tuple(e.id for e in of.open_exceptions)),
            Op.NOTE: Args(note="客户下午回电"),
            Op.DECIDE: Args(decides=REFUSED, decision=Decision.KEPT),
        }.get(op, Args()),
        "base": None if "after" in changes else of.version,
    }
    return Command(**(values | changes))
