"""Does everything that goes wrong leave as a problem, in the caller's language, with nothing stored?"""

import httpx
import pytest

from sync.server.central import Settings
from sync.server.errors import StorageUnavailable
from sync.wire.codec import decode, encode
from sync.wire.messages import CommandBatch
from sync.wire.problems import Problem
from tests.contract.world import World, problem_type


def check(answer: httpx.Response, status: int, kind: str) -> Problem:
    assert (answer.status_code, problem_type(answer)) == (status, kind), answer.text
    told = decode(answer.content, Problem)
    assert told.status == status
    assert told.title
    assert told.detail
    assert told.speak
    return told


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/nope", "/v1/orders/x", "/v1/openapi.json/x", "/v2/meta", "/%00", "/v1/../etc"]
)
def test_an_unknown_address_is_a_problem(central: World, path: str) -> None:
    assert not check(central.http.get(path), 404, "not-found").retryable


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "orders"), ("DELETE", "meta"), ("PUT", "commands"), ("GET", "session")]
)
def test_a_wrong_method_is_a_problem_that_names_the_right_ones(central: World, method: str, path: str) -> None:
    answer = central.http.request(method, f"/v1/{path}")
    check(answer, 405, "method-not-allowed")
    assert answer.headers["allow"]


@pytest.mark.parametrize("query", ["limit=x", "limit=0", "limit=2001", "limit=99999999999999999999999"])
def test_a_wrong_parameter_is_named(central: World, query: str) -> None:
    answer = central.http.get(f"/v1/orders?{query}", headers=central.east.headers)
    assert "limit" in check(answer, 400, "malformed").detail


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"commands": 1}',
        b'{"commands": [{}]}',
        b'{"commands": [{"key": 1}]}',
        b"\xff\xfe",
        b'{"commands": [{"key": "\\ud800"}]}',
        b'{"commands": ["\xff"]}',
        b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"commands":' + b"[" * 100_000,
    ],
)
def test_a_body_that_is_none_is_malformed(central: World, body: bytes) -> None:
    answer = central.http.post("/v1/commands", content=body, headers=central.east.headers)
    check(answer, 400, "malformed")


@pytest.mark.parametrize("text", ["\\u0000", "' OR 1=1 --", "=cmd|' /C calc'!A0", "../../etc/passwd", "🛋" * 50])
def test_odd_text_is_kept_as_it_is(central: World, text: str) -> None:
    order_id = central.put().id
    command = central.east.command(order_id, base=1)
    batch = encode(CommandBatch(commands=(command,))).replace(b'"args":{}', b'"args":{"note":"%s"}' % text.encode())
    answer = central.http.post("/v1/commands", content=batch, headers=central.east.headers)
    assert answer.status_code == 200, answer.text
    (hold,) = central.order(order_id).holds
    assert hold.note == answer.json()["results"][0]["order"]["holds"][0]["note"]
    assert central.east.get(f"orders/{order_id}/history").status_code == 200


def test_the_place_of_the_mistake_is_named(central: World) -> None:
    answer = central.http.post("/v1/commands", json={"commands": [{"key": 1}]}, headers=central.east.headers)
    assert "commands[0].key" in check(answer, 400, "malformed").detail


@pytest.mark.parametrize(
    ("accept", "speak"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.5", "请重新登录。"),
        ("en-GB", "Please sign in again."),
        ("fr", "Please sign in again."),
        ("en;q=0.1, zh;q=0.8", "请重新登录。"),
    ],
)
def test_a_problem_speaks_the_callers_language(central: World, accept: str, speak: str) -> None:
    answer = central.http.get("/v1/orders", headers={"accept-language": accept})
    assert check(answer, 401, "sign-in-again").speak == speak


class TestSmallBodies:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(body_limit=2000)

    @pytest.fixture
    def alone(self) -> bool:
        return True

    def test_a_body_that_is_too_large_is_refused(self, central: World) -> None:
        answer = central.http.post("/v1/commands", content=b"x" * 2001, headers=central.east.headers)
        check(answer, 413, "too-large")

    def test_so_is_one_that_does_not_tell_its_length(self, central: World) -> None:
        answer = central.http.post("/v1/commands", content=(b"x" * 500 for _ in range(9)), headers=central.east.headers)
        check(answer, 413, "too-large")


@pytest.mark.parametrize("path", ["orders", "changes?cursor={}"])
def test_a_busy_database_is_a_passing_problem(central: World, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    def busy() -> None:
        raise StorageUnavailable("database is locked")

    person = central.east
    asked = path.format(person.orders().cursor)
    monkeypatch.setattr(central.storage, "read", busy)
    answer = central.http.get(f"/v1/{asked}", headers=person.headers)
    assert check(answer, 503, "unavailable").retryable
    assert answer.headers["retry-after"]
    assert answer.headers["x-request-id"] in answer.json()["instance"]


@pytest.mark.parametrize("path", ["orders", "changes?cursor={}"])
def test_a_mistake_of_our_own_is_a_problem_without_its_insides(
    central: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    def broken() -> None:
        raise RuntimeError("secret inside")

    person = central.east
    asked = path.format(person.orders().cursor)
    monkeypatch.setattr(central.storage, "read", broken)
    answer = central.http.get(f"/v1/{asked}", headers=person.headers)
    assert check(answer, 500, "internal").retryable
    assert "secret" not in answer.text
    assert "secret inside" in caplog.text


def test_answers_are_not_cached_on_the_way(central: World) -> None:
    assert central.east.get("orders").headers["cache-control"] == "no-store"
    assert central.http.get("/v1/orders").headers["cache-control"] == "no-store"
