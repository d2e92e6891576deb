"""Does the central itself enforce who may do what: each verb, for each reason, in each warehouse?"""

import pytest

from sync.domain.commands import Args, Decision, Op, Target
from sync.domain.exceptions import Reason
from sync.domain.holds import HoldId
from sync.domain.order import CommandKey, Status, UserId
from sync.wire.messages import ResultStatus
from sync.wire.problems import Kind
from tests.contract.world import EAST, START, WEST, Person, World, uuid7

APPLIED, REFUSED = (ResultStatus.APPLIED, None), (ResultStatus.REJECTED, "not_permitted")
RELEASED_BY_OPERATORS = {Reason.BAD_ADDRESS}
MOVED_BY_OPERATORS = {Reason.STOCK_OUT, Reason.WAYBILL_REFUSED}

ARGS = {
    Op.REASSIGN: Args(to=Target(kind="carrier", id="bravo")),
    Op.RELEASE: Args(holds=(HoldId("h"),)),
    Op.UNDO: Args(undo=CommandKey("k")),
    Op.ASSIGN: Args(person=UserId("u-east")),
    Op.SNOOZE: Args(until=START + 1000),
    Op.NOTE: Args(note="看一下"),
    Op.DECIDE: Args(decides=CommandKey(uuid7()), decision=Decision.KEPT),
}


def number(place: int) -> str:
    return f"2026112200{place:04d}"


def stopped(central: World, warehouse: str = EAST) -> dict[Reason, str]:
    """An order for each reason, with an exception and a hold of it."""
    found: dict[Reason, str] = {}
    for place, reason in enumerate(Reason):
        found[reason] = central.put(f"A{place}", number=number(place), warehouse=warehouse).id
        central.stop(f"A{place}", reason)
    return found


def release(central: World, person: Person, orders: dict[Reason, str]) -> dict[Reason, tuple[ResultStatus, str | None]]:
    wishes = []
    for order_id in orders.values():
        order = central.order(order_id)
        args = Args(holds=(order.holds[0].id,))
        wishes.append(person.command(order_id, Op.RELEASE, base=order.version, args=args))
    results = person.send(*wishes)
    return {reason: (result.status, result.refusal) for reason, result in zip(orders, results, strict=True)}


def test_an_operator_releases_address_holds_only_and_a_supervisor_all(central: World) -> None:
    orders = stopped(central)
    told = release(central, central.east, orders)
    assert told == {reason: APPLIED if reason in RELEASED_BY_OPERATORS else REFUSED for reason in Reason}
    left = {reason: order_id for reason, order_id in orders.items() if reason not in RELEASED_BY_OPERATORS}
    assert all(central.order(order_id).is_held for order_id in left.values())
    assert set(release(central, central.boss, left).values()) == {APPLIED}


@pytest.mark.parametrize("role", ["east", "boss"])
def test_everybody_intercepts_for_any_reason(central: World, role: str) -> None:
    person: Person = getattr(central, role)
    orders = [central.put(f"A{place}", number=number(place)).id for place in range(len(Reason))]
    wishes = [person.command(id_, base=1, reason=reason) for id_, reason in zip(orders, Reason, strict=True)]
    assert {result.status for result in person.send(*wishes)} == {ResultStatus.APPLIED}
    assert [central.order(order_id).holds[0].reason for order_id in orders] == list(Reason)


def test_an_operator_moves_an_order_only_when_that_solves_its_exception(central: World) -> None:
    orders = stopped(central)
    to = Args(to=Target(kind="carrier", id="bravo"))
    wishes = [central.east.command(order_id, Op.REASSIGN, base=2, args=to) for order_id in orders.values()]
    told = {reason: result.status for reason, result in zip(orders, central.east.send(*wishes), strict=True)}
    assert {reason for reason, status in told.items() if status is ResultStatus.APPLIED} == MOVED_BY_OPERATORS


@pytest.mark.parametrize("op", list(Op))
def test_no_verb_reaches_another_warehouse(central: World, op: Op) -> None:
    order_id = central.put(warehouse=WEST).id
    if op is Op.CARRIER_INTERCEPT:
        central.move("A1", Status.HANDED_OVER)
    before = central.order(order_id)
    wish = central.east.command(order_id, op, base=before.version, reason=Reason.FRAUD, args=ARGS.get(op, Args()))
    (result,) = central.east.send(wish)
    assert result.status is ResultStatus.REJECTED
    assert result.problem is not None
    assert result.problem.type == Kind.NOT_FOUND.uri
    assert result.order is None
    assert central.order(order_id) == before
