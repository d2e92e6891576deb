"""Is a body taken only as published? A text that looks like a number is no number, and nothing is stored of it."""

import msgspec
import pytest

from sync.wire.codec import encode
from sync.wire.messages import CommandBatch
from tests.contract.world import SOURCE, World, document, problem_type


@pytest.mark.parametrize(
    ("exact", "lenient"),
    [
        (b'"n":1', b'"n":"1"'),
        (b'"n":1', b'"n":1.5'),
        (b'"n":1', b'"n":true'),
        (b'"base":1', b'"base":"1"'),
        (b'"base":1', b'"base":"null"'),
        (b'"base":1', b'"base":false'),
        (b'"device":"ws-1"', b'"device":1'),
        (b'"op":"intercept"', b'"op":"INTERCEPT"'),
        (b'"args":{}', b'"args":[]'),
        (b'"args":{}', b'"args":{"holds":"h"}'),
        (b'"commands":[', b'"commands":[null,'),
    ],
)
def test_a_command_is_read_exactly(central: World, exact: bytes, lenient: bytes) -> None:
    order_id = central.put().id
    command = central.east.command(order_id, base=1)
    good = encode(CommandBatch(commands=(command,)))
    assert good.count(exact) == 1
    answer = central.http.post("/v1/commands", content=good.replace(exact, lenient), headers=central.east.headers)
    assert (answer.status_code, problem_type(answer)) == (400, "malformed")
    assert "$.commands[0]" in answer.json()["detail"]
    with central.storage.read() as reading:
        assert reading.result(command.key) is None
    assert central.http.post("/v1/commands", content=good, headers=central.east.headers).status_code == 200


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", "x"])
def test_a_body_is_json_whatever_it_is_called(central: World, kind: str) -> None:
    headers = {**central.east.headers, "content-type": kind}
    answer = central.http.post("/v1/commands", content=b'{"commands":[]}', headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"results": [], "count": 0})
    form = central.http.post("/v1/commands", content=b"commands=%5B%5D", headers=headers)
    assert (form.status_code, problem_type(form)) == (400, "malformed")


@pytest.mark.parametrize("field", ["total", "due_at", "created_at"])
@pytest.mark.parametrize("value", ["1", 1.5, True, None, [1]])
def test_an_order_of_a_source_is_read_exactly(central: World, field: str, value: object) -> None:
    body = msgspec.to_builtins(document()) | {field: value}
    answer = central.ingest("PUT", "A1", body)
    assert (answer.status_code, problem_type(answer)) == (400, "malformed")
    assert f"$.{field}" in answer.json()["detail"]


def test_a_whole_number_may_be_written_with_a_point(central: World) -> None:
    order_id = central.put().id
    command = central.east.command(order_id, base=1)
    body = encode(CommandBatch(commands=(command,))).replace(b'"base":1', b'"base":1.0').replace(b'"n":1', b'"n":1e0')
    sent = central.http.post("/v1/commands", content=body, headers=central.east.headers).json()
    assert [result["status"] for result in sent["results"]] == ["applied"]
    assert central.east.send(command)[0].status == "applied"  # the same command, however it was written
    deep = body.replace(b'"args":{}', b'"args":{"x":' + b"[" * 900 + b"1.0" + b"]" * 900 + b"}")
    answer = central.http.post("/v1/commands", content=deep, headers=central.east.headers)
    assert answer.status_code in {200, 400}


@pytest.mark.parametrize(
    "body", [{"badge": 100}, {"pin": 1357}, {"grant": "BADGE"}, {"grant": None}, {"device": None}, {"language": 1}]
)
def test_a_sign_in_is_read_exactly(central: World, body: dict[str, object]) -> None:
    good = {"grant": "badge", "badge": "100", "pin": "1357", "device": "ws-1", "language": "en"}
    answer = central.http.post("/v1/session", json=good | body)
    assert (answer.status_code, problem_type(answer)) == (400, "malformed")


@pytest.mark.parametrize("pieces", ["5", 5.5, True, None])
def test_stock_is_read_exactly(central: World, pieces: object) -> None:
    levels = {"levels": [{"sku": "SF-1", "warehouse": "W-EAST", "pieces": pieces}]}
    headers = {"authorization": f"Bearer {central.service_token}"}
    answer = central.http.put(f"/v1/sources/{SOURCE}/stock", json=levels, headers=headers)
    assert (answer.status_code, problem_type(answer)) == (400, "malformed")


@pytest.mark.parametrize(
    "query",
    [
        "limit=+3",
        "limit=%203",
        "limit=1_0",
        "limit=0x3",
        "limit=",
        "limit=true",
        "limit=３",
    ],
)
def test_a_number_in_an_address_is_plain_digits(central: World, query: str) -> None:
    cursor = central.east.orders().cursor
    for path in ("orders?", f"changes?cursor={cursor}&"):
        answer = central.http.get(f"/v1/{path}{query}", headers=central.east.headers)
        assert (answer.status_code, problem_type(answer)) == (400, "malformed"), (path, answer.text)


@pytest.mark.parametrize("wait", ["nan", "inf", "-1", "25.1", "1e400", "x", ""])
def test_a_wait_is_a_number_of_seconds_within_its_bounds(central: World, wait: str) -> None:
    answer = central.http.get(
        f"/v1/changes?cursor={central.east.orders().cursor}&wait={wait}", headers=central.east.headers
    )
    assert (answer.status_code, problem_type(answer)) == (400, "malformed")
