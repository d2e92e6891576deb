"""What do ERP and WMS bring, and what happens when they repeat themselves?"""

import msgspec
import pytest

from sync.domain.commands import Args, Op, Target
from sync.domain.exceptions import Reason, WantedAddress, WantedChange, WantedLine
from sync.domain.order import Place, Status
from sync.wire.messages import ChangeRequested, StatusMoved, WaybillChecked
from tests.contract.world import CUSTOMER, World, document, problem_type


def test_an_order_is_taken_once(central: World) -> None:
    first = central.put()
    again = central.put()
    assert (first.version, first.changed) == (1, True)
    assert (again.id, again.version, again.changed) == (first.id, 1, False)


def test_a_new_document_changes_what_the_source_changed_and_keeps_what_staff_decided(central: World) -> None:
    order_id = central.put().id
    to = Args(to=Target(kind="warehouse", id="W-WEST"))
    central.boss.send(central.boss.command(order_id, Op.REASSIGN, base=1, args=to))
    moved_house = msgspec.structs.replace(CUSTOMER, street="云岭街 9 号")
    assert central.put(customer=moved_house).changed
    order = central.order(order_id)
    assert order.customer.street == "云岭街 9 号"
    assert order.warehouse == "W-WEST"


def test_two_sources_may_use_the_same_id(central: World) -> None:
    other = central.identity.add_service_token("wms")
    answer = central.ingest("PUT", "A1", document(), token=other)
    assert (answer.status_code, problem_type(answer)) == (403, "not-permitted")


@pytest.mark.parametrize("changes", [{"warehouse": "W-MOON"}, {"carrier": "nobody"}])
def test_an_order_for_a_place_that_nobody_knows_is_refused(central: World, changes: dict[str, str]) -> None:
    answer = central.ingest("PUT", "A1", document(**changes))
    assert (answer.status_code, problem_type(answer)) == (422, "refused")
    assert next(iter(changes.values())) in answer.json()["detail"]


def test_an_exception_comes_with_its_hold(central: World) -> None:
    order_id = central.put().id
    central.stop("A1", Reason.STOCK_OUT)
    order = central.order(order_id)
    (raised,), (hold,) = order.exceptions, order.holds
    assert (raised.kind, raised.is_open, raised.detail) == (Reason.STOCK_OUT, True, "门牌号缺失")
    assert (hold.exception, hold.reason, hold.placed_by) == (raised.id, Reason.STOCK_OUT, "central")


def test_an_exception_told_twice_is_one(central: World) -> None:
    order_id = central.put().id
    central.stop("A1")
    assert not central.stop("A1").changed
    assert len(central.order(order_id).exceptions) == 1


def test_a_held_order_does_not_move(central: World) -> None:
    order_id = central.put().id
    central.stop("A1")
    answer = central.ingest("POST", "A1/events", StatusMoved(status=Status.PICKING))
    assert (answer.status_code, problem_type(answer)) == (422, "refused")
    assert central.order(order_id).status is Status.WAITING
    held = central.ingest("PUT", "A1", document(status=Status.PICKING))
    assert held.status_code == 422


def test_a_held_order_may_be_put_elsewhere(central: World) -> None:
    order_id = central.put(status=Status.PICKING).id
    central.stop("A1")
    aside = Place(zone="B-07", tote="T0365", bench="P-03")
    assert central.event("A1", StatusMoved(status=Status.PICKING, place=aside)).changed
    assert central.order(order_id).place == aside


def test_an_order_never_goes_back(central: World) -> None:
    order_id = central.put(status=Status.PACKED).id
    assert central.ingest("POST", "A1/events", StatusMoved(status=Status.PICKING)).status_code == 422
    assert central.order(order_id).status is Status.PACKED


def test_an_accepted_waybill_resolves_the_refusal(central: World) -> None:
    order_id = central.put().id
    central.event("A1", WaybillChecked(external_id="w1", carrier="alpha", accepted=False, detail="超区"))
    refused = central.order(order_id)
    assert [(hold.reason, hold.placed_by) for hold in refused.holds] == [(Reason.WAYBILL_REFUSED, "central")]
    assert refused.exceptions[0].node == "carrier:alpha"
    central.event("A1", WaybillChecked(external_id="w2", carrier="alpha", accepted=True, waybill="AL1"))
    accepted = central.order(order_id)
    assert (accepted.holds, accepted.open_exceptions, accepted.waybill) == ((), (), "AL1")


def test_an_old_waybill_answer_repeated_late_changes_nothing(central: World) -> None:
    order_id = central.put().id
    accepted = WaybillChecked(external_id="w1", carrier="alpha", accepted=True, waybill="AL1")
    central.event("A1", accepted)
    central.event("A1", WaybillChecked(external_id="w2", carrier="alpha", accepted=False))
    assert not central.event("A1", accepted).changed
    assert central.order(order_id).is_held


def test_a_carrier_that_no_longer_has_the_order_is_not_heard(central: World) -> None:
    order_id = central.put(carrier="bravo").id
    assert not central.event("A1", WaybillChecked(external_id="w1", carrier="alpha", accepted=False)).changed
    assert not central.order(order_id).is_held


@pytest.mark.parametrize(("cancel", "kind"), [(True, Reason.CUSTOMER_CANCEL), (False, Reason.CUSTOMER_CHANGE)])
def test_a_customers_wish_stops_the_order(central: World, cancel: bool, kind: Reason) -> None:
    order_id = central.put().id
    central.event("A1", ChangeRequested(external_id="c1", cancel=cancel, detail="改送门店"))
    assert [hold.reason for hold in central.order(order_id).holds] == [kind]


def test_a_wish_that_comes_too_late_is_kept_without_a_hold(central: World) -> None:
    order_id = central.put(status=Status.HANDED_OVER).id
    central.event("A1", ChangeRequested(external_id="c1", cancel=True))
    order = central.order(order_id)
    assert (len(order.open_exceptions), order.holds) == (1, ())
    assert central.move("A1", Status.CLOSED).changed


def test_nothing_happens_to_a_closed_order(central: World) -> None:
    central.put(status=Status.CLOSED)
    answer = central.ingest("POST", "A1/events", ChangeRequested(external_id="c1"))
    assert (answer.status_code, problem_type(answer)) == (422, "refused")
    assert central.ingest("PUT", "A1", document(status=Status.CLOSED, total=1)).status_code == 422


def test_an_event_of_an_unknown_order_is_not_found(central: World) -> None:
    answer = central.ingest("POST", "A7/events", StatusMoved(status=Status.PICKING))
    assert (answer.status_code, problem_type(answer)) == (404, "not-found")


def test_a_change_that_the_customer_wants_travels_with_its_exception_and_hides_the_person(central: World) -> None:
    order_id = central.put().id
    address = WantedAddress(
        contact="李雷", phone="13900005678", province="江苏省", city="苏州市", district="虎丘区", street="何山路 9 号"
    )
    lines = (WantedLine(sku="SF-2", name="皮沙发", quantity=2, price=349900),)
    central.event("A1", ChangeRequested(external_id="c1", detail="换货改址", address=address, lines=lines))
    (whole,) = central.order(order_id).open_exceptions
    assert whole.kind is Reason.CUSTOMER_CHANGE
    assert whole.change == WantedChange(address=address, lines=lines)
    (page,) = central.east.orders().orders
    change = page.open_exceptions[0].change
    assert change is not None
    assert change.address is not None
    assert (change.address.contact, change.address.street, change.lines) == ("李*", "***", lines)
    central.put("A2", number="20261122004799")
    central.event("A2", ChangeRequested(external_id="c1", cancel=True))
    central.event("A2", ChangeRequested(external_id="c2", detail="only told in words"))
    second = next(o for o in central.boss.orders().orders if o.id != order_id)
    assert [e.change for e in second.open_exceptions] == [WantedChange(cancel=True), None]
