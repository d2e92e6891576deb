"""Do messages reach whom they are for and nobody else, do views reach all, and is a customer's past found?"""

import uuid
from typing import Any
from urllib.parse import quote

import httpx
import msgspec
import pytest

from sync.domain.exceptions import Reason
from sync.domain.order import Status
from sync.wire.colleagues import Message, Messages, PreviousOrders, SharedView, SharedViews
from sync.wire.messages import History, Ingested, ResultStatus
from tests.contract.world import CUSTOMER, SOURCE, START, WEST, Person, World, problem_type, read

HOUR = 3_600_000


def message(**changes: Any) -> dict[str, Any]:
    plain = {"id": str(uuid.uuid4()), "to": {"kind": "all"}, "text": "三号口先停", "minutes": 60}
    return {**plain, **changes}


def send(by: Person, **changes: Any) -> httpx.Response:
    return by.http.post("/v1/messages", json=message(**changes), headers=by.headers)


def heard(by: Person) -> list[str]:
    return [m.text for m in read(by.get("messages"), Messages).messages]


def share(by: Person, name: str = "欺诈", view: str = "") -> httpx.Response:
    body = {"name": name, "query": '{"kinds":["fraud"]}'}
    return by.http.put(f"/v1/views/{view or uuid.uuid4()}", json=body, headers=by.headers)


def test_a_message_to_all_reaches_everybody_in_the_senders_warehouses_until_it_expires(central: World) -> None:
    sent = read(send(central.boss), Message)
    assert (sent.sender_name, sent.at, sent.expires_at) == ("王主管", START, START + HOUR)
    assert heard(central.east) == heard(central.west) == heard(central.boss) == ["三号口先停"]
    central.clock.forward(seconds=3600)
    assert heard(central.east.renew()) == []


@pytest.mark.parametrize(
    ("to", "east", "west"),
    [
        ({"kind": "warehouse", "id": WEST}, [], ["三号口先停"]),
        ({"kind": "person", "id": "u-east"}, ["三号口先停"], []),
    ],
)
def test_others_do_not_hear_what_is_not_for_them(
    central: World, to: dict[str, str], east: list[str], west: list[str]
) -> None:
    assert send(central.boss, to=to).status_code == 200
    assert (heard(central.east), heard(central.west), heard(central.boss)) == (east, west, ["三号口先停"])


def test_sent_again_a_message_is_the_same(central: World) -> None:
    once = message()
    first, again = (send(central.boss, **once) for _ in range(2))
    assert read(first, Message) == read(again, Message)
    assert len(heard(central.east)) == 1
    other = send(central.boss, **{**once, "text": "另一条"})
    assert (other.status_code, problem_type(other)) == (422, "key-reused")


@pytest.mark.parametrize("to", [{"kind": "person", "id": "u-nobody"}, {"kind": "warehouse", "id": "W-NORTH"}])
def test_nobody_is_told_what_is_for_nobody(central: World, to: dict[str, str]) -> None:
    refused = send(central.boss, to=to)
    assert (refused.status_code, problem_type(refused)) == (422, "refused")


@pytest.mark.parametrize("wrong", [{"text": ""}, {"text": "长" * 281}, {"minutes": 0}, {"minutes": 1441}, {"id": "x"}])
def test_a_message_that_cannot_be_is_malformed(central: World, wrong: dict[str, Any]) -> None:
    assert send(central.boss, **wrong).status_code == 400


def test_only_supervisors_send_and_share(central: World) -> None:
    for refused in (send(central.east), share(central.east)):
        assert (refused.status_code, problem_type(refused)) == (403, "not-permitted")
    view = read(share(central.boss), SharedView)
    taken = central.east.http.delete(f"/v1/views/{view.id}", headers=central.east.headers)
    assert taken.status_code == 403


def test_the_feed_tells_that_there_is_news_and_when_it_is_another(central: World) -> None:
    cursor = central.east.orders().cursor
    quiet = central.east.changes(cursor)
    assert quiet.changes == ()
    send(central.boss)
    told = central.east.changes(cursor)
    assert told.changes == ()
    assert told.news not in {quiet.news, None}
    assert told.next != cursor
    share(central.boss)
    assert central.east.changes(told.next).news != told.news


def test_a_view_is_shared_changed_and_taken_back(central: World) -> None:
    view = read(share(central.boss), SharedView)
    assert (view.name, view.by) == ("欺诈", "u-boss")
    read(share(central.boss, "付款", view.id), SharedView)
    other = read(share(central.boss, "地址"), SharedView)
    names = [v.name for v in read(central.east.get("views"), SharedViews).views]
    assert names == ["付款", "地址"]
    for _ in range(2):
        gone = central.boss.http.delete(f"/v1/views/{view.id}", headers=central.boss.headers)
        assert gone.status_code == 204
    assert [v.id for v in read(central.east.get("views"), SharedViews).views] == [other.id]


def test_a_hundred_views_are_enough(central: World) -> None:
    for _ in range(100):
        assert share(central.boss).status_code == 200
    refused = share(central.boss)
    assert (refused.status_code, problem_type(refused)) == (422, "refused")


def test_previous_orders_of_the_customer_with_the_same_trouble_are_found_newest_first(central: World) -> None:
    ids = {}
    for n, kind in enumerate([Reason.FRAUD, Reason.FRAUD, Reason.BAD_ADDRESS, Reason.FRAUD], 1):
        ids[n] = central.put(f"A{n}", number=f"2026112200000{n}").id
        central.clock.forward(seconds=1)
        central.stop(f"A{n}", kind)
    other = msgspec.structs.replace(CUSTOMER, company="杭州云栖")
    central.put("B1", customer=other)
    central.stop("B1", Reason.FRAUD)
    found = read(central.boss.get(f"orders/{ids[4]}/previous"), PreviousOrders)
    assert [order.id for order in found.orders] == [ids[2], ids[1]]
    assert found.count == 2
    seen = read(central.east.get(f"orders/{ids[4]}/previous"), PreviousOrders)
    assert seen.orders[0].customer.phone == "126****1234"
    assert central.west.get(f"orders/{ids[4]}/previous").status_code == 404


def test_an_order_without_trouble_has_no_such_past(central: World) -> None:
    order_id = central.put(status=Status.WAITING).id
    assert read(central.east.get(f"orders/{order_id}/previous"), PreviousOrders).orders == ()


def bring(
    central: World, name: str = "签收照片.jpg", content: bytes = b"\xff\xd8photo", **headers: str
) -> httpx.Response:
    sent = {"authorization": f"Bearer {central.service_token}", "content-type": "image/jpeg", **headers}
    return central.http.put(f"/v1/sources/{SOURCE}/orders/A1/attachments/{quote(name)}", content=content, headers=sent)


def test_a_file_of_an_order_is_named_in_it_and_fetched_as_it_came(central: World) -> None:
    order_id = central.put().id
    done = read(bring(central), Ingested)
    assert (done.version, done.changed) == (2, True)
    (kept,) = central.order(order_id).attachments
    assert (kept.name, kept.media_type, kept.size) == ("签收照片.jpg", "image/jpeg", 7)
    fetched = central.east.get(f"orders/{order_id}/attachments/{kept.id}")
    assert fetched.content == b"\xff\xd8photo"
    assert fetched.headers["content-type"] == "application/octet-stream"
    assert fetched.headers["content-disposition"].startswith("attachment;")
    assert fetched.headers["x-content-type-options"] == "nosniff"
    assert central.west.get(f"orders/{order_id}/attachments/{kept.id}").status_code == 404
    assert central.east.get(f"orders/{order_id}/attachments/another").status_code == 404
    last = read(central.east.get(f"orders/{order_id}/history"), History).entries[-1]
    assert (last.action, last.detail) == ("attached", "签收照片.jpg")


def test_the_same_file_again_changes_nothing_and_stands_in_no_commands_way(central: World) -> None:
    order_id = central.put().id
    bring(central)
    assert not read(bring(central), Ingested).changed
    (result,) = central.east.send(central.east.command(order_id, base=1))
    assert result.status is ResultStatus.APPLIED


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("..", b"x", 400),
        ("a\x1fb", b"x", 400),
        ("x" * 201, b"x", 400),
        ("empty", b"", 400),
        ("big", b"x" * (8 << 20 | 1), 413),
    ],
)
def test_what_is_no_file_is_not_kept(central: World, name: str, content: bytes, status: int) -> None:
    order_id = central.put().id
    assert bring(central, name, content).status_code in {status, 404}
    assert central.order(order_id).attachments == ()


def test_a_type_that_is_none_is_any_and_an_order_has_twenty_files_at_most(central: World) -> None:
    order_id = central.put().id
    for n in range(20):
        assert bring(central, f"{n}.txt", b"x", **{"content-type": "<script>"}).status_code == 200
    refused = bring(central, "more.txt")
    assert (refused.status_code, problem_type(refused)) == (422, "refused")
    assert {a.media_type for a in central.order(order_id).attachments} == {"application/octet-stream"}


def test_a_file_for_no_order_or_a_closed_one_is_refused(central: World) -> None:
    assert bring(central).status_code == 404
    central.put()
    central.move("A1", Status.CLOSED)
    assert bring(central).status_code == 422
