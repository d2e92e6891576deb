"""What does someone reach who means harm? Not a single order, token or stack trace."""

import contextlib
import gzip
import hashlib
import socket
import zlib
from urllib.parse import quote

import httpx
import msgspec
import pytest

from sync.domain.commands import Args, Heard, Op
from sync.server.errors import Answer
from sync.wire.codec import decode, encode
from sync.wire.messages import BadgeGrant, CommandBatch, History, Ingested, ResultStatus, Session
from sync.wire.problems import Kind, Problem
from tests.contract.world import EAST, SOURCE, World, document, problem_type, read
from tests.patience import PATIENCE_S

SQL = [
    "' OR '1'='1",
    "'; DROP TABLE orders; --",
    "%' UNION SELECT body FROM accounts --",
    "\\'; SELECT pg_sleep(9); --",
]
FORMULAS = ['=HYPERLINK("http://evil")', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "＝1+1"]
PATHS = ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "a/b", "%2e%2e", "a\\b", "C:con", "a%00b", ".", "..;", "%c0%ae"]


def refused(answer: httpx.Response, status: int, kind: str) -> None:
    assert (answer.status_code, problem_type(answer)) == (status, kind), answer.text
    assert "Traceback" not in answer.text


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


# -- tokens


def test_an_expired_token_opens_nothing(asked: World) -> None:
    token = read(asked.sign_in("100"), Session).access_token
    asked.clock.forward(seconds=901)
    refused(asked.http.get("/v1/orders", headers=bearer(token)), 401, "sign-in-again")
    asked.clock.forward(seconds=-901)


@pytest.mark.parametrize(
    "forged", ["eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1LWJvc3MifQ.", "null", "0", "*", "' OR 1=1 --", "a" * 9000]
)
def test_a_forged_token_opens_nothing(asked: World, forged: str) -> None:
    refused(asked.http.get("/v1/orders", headers=bearer(forged)), 401, "sign-in-again")


def test_the_stored_hash_of_a_token_is_no_token(asked: World) -> None:
    token = read(asked.sign_in("100"), Session).access_token
    stolen = hashlib.sha256(token.encode()).hexdigest()
    refused(asked.http.get("/v1/orders", headers=bearer(stolen)), 401, "sign-in-again")


def test_a_refresh_token_is_no_access_token_and_an_access_token_renews_nothing(asked: World) -> None:
    session = read(asked.sign_in("100"), Session)
    refused(asked.http.get("/v1/orders", headers=bearer(session.refresh_token)), 401, "sign-in-again")
    body = {"grant": "refresh", "refresh_token": session.access_token, "device": "ws-1"}
    refused(asked.http.post("/v1/session", json=body), 401, "sign-in-again")


def test_nobody_sends_a_command_in_another_persons_name(asked: World) -> None:
    order_id = asked.put("N1", number="20261122005001").id
    theirs = asked.boss.command(order_id, base=1)
    (result,) = asked.east.send(theirs)
    assert result.status is ResultStatus.REJECTED
    assert asked.order(order_id).version == 1
    (own,) = asked.boss.send(theirs)
    assert own.status is ResultStatus.APPLIED


def test_nobody_reads_the_fate_of_another_persons_command(asked: World) -> None:
    command = asked.boss.command(asked.put("N2", number="20261122005002").id, base=1)
    asked.boss.send(command)
    refused(asked.east.get(f"commands/{command.key}"), 404, "not-found")


# -- other warehouses


def test_an_order_of_another_warehouse_does_not_exist(asked: World) -> None:
    order_id = asked.put("E1", number="20261122005003").id
    assert order_id not in {order.id for order in asked.west.orders().orders}
    for path in (f"orders/{order_id}/history", f"orders/{order_id}/reassign-options"):
        known, unknown = asked.west.get(path), asked.west.get(path.replace(order_id, "no-such-order"))
        refused(known, 404, "not-found")
        assert {**known.json(), "instance": ""} == {**unknown.json(), "instance": ""}
    (result,) = asked.west.send(asked.west.command(order_id, base=1))
    assert result.status is ResultStatus.REJECTED
    assert result.order is None
    assert asked.order(order_id).holds == ()


@pytest.mark.parametrize("path", ["orders", "changes?cursor=x.1.y&", "checksum", "events"])
def test_asking_for_another_warehouses_scope_is_refused(asked: World, path: str) -> None:
    answer = asked.http.get(f"/v1/{path}{'' if '?' in path else '?'}scope={EAST}", headers=asked.west.headers)
    refused(answer, 403, "not-permitted")


def test_a_cursor_of_another_scope_shows_nothing(asked: World) -> None:
    refused(asked.west.get("changes", cursor=asked.east.orders().cursor), 410, "cursor-gone")


def test_an_operator_never_sees_what_is_masked_not_even_in_what_it_sends_back(asked: World) -> None:
    order_id = asked.put("E2", number="20261122005004").id
    (result,) = asked.east.send(asked.east.command(order_id, base=1))
    told = encode(result).decode() + asked.east.get("orders", limit=2000).text
    assert result.status is ResultStatus.APPLIED
    assert "周文博" not in told
    assert "12600001234" not in told
    assert "听枫街" not in told


# -- bodies


@pytest.mark.parametrize("path", ["commands", "session"])
def test_an_oversized_body_is_refused(asked: World, path: str) -> None:
    answer = asked.http.post(f"/v1/{path}", content=b" " * (1024 * 1024 + 1), headers=asked.east.headers)
    refused(answer, 413, "too-large")


@pytest.mark.parametrize("opening", [b"[", b'{"commands":', b'{"a":'])
def test_a_deeply_nested_body_is_refused(asked: World, opening: bytes) -> None:
    body = opening * (900_000 // len(opening))
    refused(asked.http.post("/v1/commands", content=body, headers=asked.east.headers), 400, "malformed")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_a_compressed_body_is_not_even_opened(asked: World, encoding: str) -> None:
    bomb = gzip.compress(bytes(50_000_000)) if encoding == "gzip" else zlib.compress(bytes(1000))
    headers = {**asked.east.headers, "content-encoding": encoding}
    refused(asked.http.post("/v1/commands", content=bomb, headers=headers), 415, "unsupported-encoding")


@pytest.mark.parametrize("number", ["9" * 4000, "-1e400", "1e999", "NaN", "0x10"])
def test_a_number_beyond_all_bounds_is_malformed(asked: World, number: str) -> None:
    body = encode(document()).replace(b'"total":659800', f'"total":{number}'.encode())
    answer = asked.http.put(f"/v1/sources/{SOURCE}/orders/BIG", content=body, headers=bearer(asked.service_token))
    refused(answer, 400, "malformed")


# -- injection


@pytest.mark.parametrize("text", SQL + FORMULAS)
def test_a_note_is_kept_and_shown_as_it_is(asked: World, text: str) -> None:
    mark = hashlib.sha256(text.encode()).hexdigest()[:8]
    order_id = asked.put(f"I-{mark}", number=f"2026112200{int(mark, 16) % 10_000:04d}").id
    (result,) = asked.boss.send(asked.boss.command(order_id, base=1, args=Args(note=text)))
    assert result.status is ResultStatus.APPLIED
    assert [hold.note for hold in asked.order(order_id).holds] == [text]
    assert asked.boss.get(f"orders/{order_id}/history").json()["entries"][-1]["detail"] == text


@pytest.mark.parametrize("text", SQL)
def test_what_is_asked_for_is_never_a_statement(asked: World, text: str) -> None:
    before = asked.boss.orders().count
    refused(asked.http.get(f"/v1/orders/{quote(text, safe='')}/history", headers=asked.boss.headers), 404, "not-found")
    refused(asked.http.get("/v1/orders", params={"scope": text}, headers=asked.boss.headers), 403, "not-permitted")
    assert asked.http.get("/v1/orders", params={"after": text}, headers=asked.boss.headers).status_code == 200
    refused(asked.sign_in(text, text), 401, "bad-credentials")
    assert asked.boss.orders().count == before


@pytest.mark.parametrize("external", PATHS)
def test_an_id_with_path_tricks_is_an_id_or_nothing(asked: World, external: str) -> None:
    body, headers = encode(document(number="20261122009999")), bearer(asked.service_token)
    answer = asked.http.put(f"/v1/sources/{SOURCE}/orders/{external}", content=body, headers=headers)
    if answer.status_code == 200:
        again = asked.http.put(f"/v1/sources/{SOURCE}/orders/{external}", content=body, headers=headers)
        assert decode(again.content, Ingested).id == decode(answer.content, Ingested).id
    else:
        assert answer.status_code in {400, 404, 405}, answer.text
        problem_type(answer)


@pytest.mark.parametrize("name", ["wms", "erp%00", "ERP", "..", "erp%2f..%2fwms", "*"])
def test_a_service_token_speaks_for_its_own_source_only(asked: World, name: str) -> None:
    answer = asked.http.put(
        f"/v1/sources/{name}/orders/A1", content=encode(document()), headers=bearer(asked.service_token)
    )
    assert answer.status_code in {403, 404}, answer.text


def test_a_text_that_no_database_keeps_is_malformed(asked: World) -> None:
    batch = encode(CommandBatch(commands=(asked.boss.command("x", base=1),))).replace(b'"ws-1"', b'"ws\\u00001"')
    assert asked.http.post("/v1/commands", content=batch, headers=asked.boss.headers).status_code in {200, 400}
    refused(asked.sign_in("1\x0000"), 400, "malformed")


# -- headers

SILENCE_S = 2.0
"""Nothing here waits for something that must come."""


def raw(asked: World, request: bytes) -> bytes:
    """All that comes back on a connection until the central closes it or falls silent."""
    host, port = asked.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(request)
        connection.settimeout(SILENCE_S)
        got = b""
        try:
            while part := connection.recv(65536):
                got += part
        except TimeoutError:
            pass
        return got


@pytest.mark.parametrize(
    "lengths",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 5\r\nContent-Length: 50\r\n",
        b"Content-Length: +5\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
    ],
)
def test_a_second_request_cannot_be_smuggled_in_a_first(asked: World, lengths: bytes) -> None:
    token = asked.east.session.access_token.encode()
    hidden = (
        b"GET /v1/directory HTTP/1.1\r\nHost: c\r\nAuthorization: Bearer " + token + b"\r\nConnection: close\r\n\r\n"
    )
    first = b"POST /v1/session HTTP/1.1\r\nHost: c\r\n" + lengths + b"\r\n0\r\n\r\n"
    got = raw(asked, first + hidden)
    assert b"W-EAST en" not in got
    assert b"HTTP/1.1 5" not in got


@pytest.mark.parametrize("header", [b"X-Forwarded-For: 10.0.0.1", b"Forwarded: for=10.0.0.1", b"X-Real-IP: 10.0.0.1"])
def test_an_address_cannot_be_made_up(asked: World, header: bytes) -> None:
    """Else everybody could try as many PINs as they like."""
    name, _, value = header.partition(b": ")
    body = {"grant": "badge", "badge": "made-up", "pin": "0", "device": "ws"}
    asked.http.post("/v1/session", json=body, headers={name: value})
    with asked.storage.read() as reading:
        assert reading.failures("address:10.0.0.1") is None
        assert {entry.detail for entry in reading.access_trail(1)} == {"127.0.0.1"}


def test_a_header_cannot_be_split(asked: World) -> None:
    got = raw(asked, b"GET /v1/meta HTTP/1.1\r\nHost: c\r\nX-Request-Id: a\r\n b: evil\r\nConnection: close\r\n\r\n")
    assert b"\r\nb: evil" not in got.lower()


@pytest.mark.parametrize("piece", [b"a", b"x: y\r\n"])
def test_endless_headers_are_cut_off(asked: World, piece: bytes) -> None:
    """Nobody needs a token to send one."""
    host, port = asked.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.settimeout(PATIENCE_S)
        connection.sendall(b"GET /v1/meta HTTP/1.1\r\nHost: c\r\nX-Long: ")
        with contextlib.suppress(ConnectionError):
            for _ in range(64):
                connection.sendall(piece * (2**20 // len(piece)))
            raise AssertionError("64 MiB of headers were taken")


def test_a_head_that_is_too_long_is_a_problem(asked: World) -> None:
    head, _, body = raw(asked, b"GET /v1/meta HTTP/1.1\r\nX-Long: " + b"a" * 70_000).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 ")
    assert decode(body, Problem).type == Kind.TOO_LARGE.uri
    assert asked.http.get("/v1/meta", headers={"x-long": "a" * 30_000}).status_code == 200


def test_what_is_no_http_is_a_problem(asked: World) -> None:
    head, _, body = raw(asked, b"\x16\x03\x01 hello\r\n\r\n").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert decode(body, Problem).type == Kind.MALFORMED.uri


@pytest.mark.parametrize("begun", [b"", b"GET /v1/meta HT", b"GET /v1/meta HTTP/1.1\r\nHost: c\r\n"])
def test_a_request_that_never_comes_is_not_waited_for(
    asked: World, begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.server.heads.LONGEST_HEAD_S", 0.05)
    host, port = asked.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.settimeout(PATIENCE_S)
        connection.sendall(begun)
        assert connection.recv(1) == b""


def test_a_request_that_comes_in_time_may_take_as_long_as_it_likes(
    asked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The central waits for its change, not for its head."""
    cursor = asked.east.orders().cursor
    monkeypatch.setattr("sync.server.heads.LONGEST_HEAD_S", 0.05)
    assert asked.east.changes(cursor, wait=0.2).count == 0
    assert asked.east.changes(cursor, wait=0.2).count == 0


# -- as much as one likes


def test_no_command_fills_the_trail_for_ever(asked: World) -> None:
    order_id = asked.put("A1").id
    long = asked.east.command(order_id, Op.NOTE, base=1, args=Args(note="x"), heard=Heard(transcript="废话" * 10_000))
    for command in (long, msgspec.structs.replace(long, heard=None, device="d" * 20_000)):
        (result,) = asked.east.send(command)
        assert (result.status, result.problem and "16 KiB" in result.problem.detail) == (ResultStatus.REJECTED, True)
    trail = read(asked.boss.get(f"orders/{order_id}/history"), History)
    assert len(encode(trail)) < 10_000
    assert asked.east.get(f"commands/{long.key}").status_code == 404


def test_no_badge_fills_the_table_of_failures(asked: World) -> None:
    body = {"grant": "badge", "badge": "b" * 100_000, "pin": "0", "device": "ws"}
    refused(asked.http.post("/v1/session", json=body), 401, "bad-credentials")
    with asked.storage.read() as reading:
        assert reading.failures("badge:" + "b" * 200) is not None
        assert len(reading.access_trail(1)[0].who) == 200


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1%eth0", "2001:db8:1:2::"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("10.1.2.3", "10.1.2.3"),
        ("", ""),
    ],
)
def test_a_network_of_addresses_is_one_when_it_guesses(asked: World, address: str, kept: str) -> None:
    grant = BadgeGrant(badge=f"guess {address}", pin="0", device="ws")
    with pytest.raises(Answer):
        asked.identity.by_badge(grant, address)
    with asked.storage.read() as reading:
        assert reading.failures(f"address:{kept}") is not None


def test_made_up_addresses_add_no_figures(asked: World) -> None:
    asked.http.get("/nowhere")
    before = len(asked.http.get("/metrics").text.splitlines())
    for n in range(50):
        asked.http.get(f"/made/up/{n}")
        asked.http.request(f"VERB{n}", "/v1/meta")
    after = [line for line in asked.http.get("/metrics").text.splitlines() if "made" in line or "VERB" in line]
    assert after == []
    assert len(asked.http.get("/metrics").text.splitlines()) < before + 40  # a verb that is none is one more, once
