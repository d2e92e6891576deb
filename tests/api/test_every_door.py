"""Is every published operation guarded? Each is tried without a token, with a wrong one, and by an old client."""

from typing import Any, NamedTuple

import httpx
import msgspec
import pytest

from sync.server.app import document
from sync.wire.messages import Session
from tests.contract.world import SOURCE, World, problem_type, read, uuid7

PUBLISHED: dict[str, Any] = msgspec.json.decode(document())
OPEN = {("GET", "/v1/meta"), ("POST", "/v1/session")}


class Door(NamedTuple):
    """An operation, and whose token opens it: ``staff``, ``service``, or nobody's (empty)."""

    method: str
    path: str
    opened_by: str

    def knock(self, asked: World, order_id: str = "o", **headers: str) -> httpx.Response:
        """Ask for what is nothing in particular; the place of an order may be given."""
        path = self.path.format(
            source=SOURCE, external_id="A1", name="n.txt", order_id=order_id, file="f", key=uuid7(), view=uuid7()
        )
        body = b"{}" if self.method in {"POST", "PUT"} else b""
        return asked.http.request(self.method, path, content=body, headers={"accept-language": "en", **headers})


DOORS = [
    Door(method.upper(), path, next(iter(told["security"][0])) if told.get("security") else "")
    for path, methods in PUBLISHED["paths"].items()
    for method, told in methods.items()
]
GUARDED = [door for door in DOORS if door.opened_by]
STAFF = [door for door in DOORS if door.opened_by == "staff"]


def named(door: Door) -> str:
    return f"{door.method} {door.path}"


def bearer(token: str) -> str:
    return f"Bearer {token}"


def test_only_who_signs_in_and_what_is_spoken_here_need_no_token() -> None:
    assert {(door.method, door.path) for door in DOORS if not door.opened_by} == OPEN
    assert len(GUARDED) > 15


@pytest.mark.parametrize("door", GUARDED, ids=named)
def test_without_the_right_token_it_stays_shut(asked: World, door: Door) -> None:
    theirs = asked.service_token if door.opened_by == "staff" else asked.boss.session.access_token
    refresh = asked.boss.session.refresh_token
    for header in ({}, {"authorization": bearer(theirs)}, {"authorization": bearer(refresh)}):
        answer = door.knock(asked, **header)
        assert (answer.status_code, problem_type(answer)) == (401, "sign-in-again"), header
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("door", STAFF, ids=named)
def test_whoever_signed_out_stays_out(asked: World, door: Door) -> None:
    left = read(asked.sign_in("200"), Session).access_token
    assert asked.http.delete("/v1/session", headers={"authorization": bearer(left)}).status_code == 204
    assert door.knock(asked, authorization=bearer(left)).status_code == 401


@pytest.mark.parametrize("door", [*STAFF, Door("POST", "/v1/session", "")], ids=named)
def test_a_client_that_is_too_old_is_told_to_update(asked: World, door: Door) -> None:
    """The row of the contract's error table: at every door, so that no queue runs into something else."""
    old = {"authorization": bearer(asked.boss.session.access_token), "user-agent": "exception-desk/0.0.9"}
    if door.path == "/v1/session" and door.method == "POST":
        answer = asked.http.post(
            door.path, json={"grant": "badge", "badge": "300", "pin": "0", "device": "ws"}, headers=old
        )
    else:
        answer = door.knock(asked, **old)
    assert (answer.status_code, problem_type(answer)) == (426, "client-too-old")


def test_the_shortest_way_to_the_feed_asks_an_old_client_to_update_too(asked: World) -> None:
    cursor = asked.east.orders().cursor
    answer = asked.http.get(
        f"/v1/changes?cursor={cursor}", headers={**asked.east.headers, "user-agent": "exception-desk/0.0.9"}
    )
    assert (answer.status_code, problem_type(answer)) == (426, "client-too-old")


@pytest.mark.parametrize("door", [door for door in STAFF if "{order_id}" in door.path], ids=named)
def test_an_order_of_another_warehouse_is_behind_none_of_them(asked: World, door: Door) -> None:
    order_id = asked.put("A1").id
    token = bearer(asked.west.session.access_token)
    theirs = door.knock(asked, order_id, authorization=token)
    nothing = door.knock(asked, "no-such-order", authorization=token)
    assert theirs.status_code == 404
    assert {**theirs.json(), "instance": ""} == {**nothing.json(), "instance": ""}


def test_a_source_speaks_for_no_other(asked: World) -> None:
    other = asked.identity.add_service_token("wms")
    for door in GUARDED:
        if door.opened_by == "service":
            answer = door.knock(asked, authorization=bearer(other))
            assert (answer.status_code, problem_type(answer)) == (403, "not-permitted"), door
