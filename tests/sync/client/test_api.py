"""Is each endpoint asked as the contract says, and nothing believed that is not whole?"""

import gzip
from collections.abc import Callable
from typing import Any

import pytest

from sync.client import faults
from sync.client.api import CentralApi
from sync.domain.order import CommandKey, OrderId
from sync.errors import (
    MalformedAnswer,
    WrongServer,
)
from sync.wire.codec import decode, encode
from sync.wire.messages import (
    BadgeGrant,
    Change,
    ChangesPage,
    Checksum,
    CommandBatch,
    Directory,
    History,
    HistoryEntry,
    ReassignOptions,
    Result,
    ResultBatch,
    ResultStatus,
    Session,
)
from tests.sync.client.asking import META, ask, refused
from tests.sync.client.scripted import answer, chunks, cut, raw
from tests.sync.samples import LI, NOW, command, order


def push(api: CentralApi) -> Any:
    return api.push("t", [FIRST, SECOND])


FIRST, SECOND = command(order()), command(order())


class TestEndpoints:
    def test_an_answer_becomes_its_value(self) -> None:
        got, (request,) = ask(answer(encode(META)))
        assert got == META
        assert request.path == "/v1/meta"
        assert request.headers["accept-language"] == "zh"
        assert request.headers["user-agent"].startswith("exception-desk/")
        assert "authorization" not in request.headers

    def test_signing_in_sends_badge_and_pin_as_json(self) -> None:
        session = Session(access_token="a", refresh_token="r", expires_at=1, user=LI)
        grant = BadgeGrant(badge="1001", pin="4712", device="desk-1")
        got, (request,) = ask(answer(encode(session)), call=lambda api: api.session(grant))
        assert got == session
        assert request.headers["content-type"] == "application/json"
        assert decode(request.body, BadgeGrant) == grant

    def test_signing_out_needs_no_body(self) -> None:
        _, (request,) = ask(answer(b"", 204), call=lambda api: api.end_session("secret"))
        assert (request.command, request.headers["authorization"]) == ("DELETE", "Bearer secret")

    def test_a_page_of_orders_keeps_each_orders_own_json(self) -> None:
        one = order()
        body = b'{"orders": [%b], "count": 1, "after": null, "cursor": "e.1"}' % encode(one)
        page, (request,) = ask(answer(body), call=lambda api: api.orders("t", OrderId("a/b&c"), 7))
        assert page.orders == (one,)
        assert page.bodies == (encode(one),)
        assert request.path == "/v1/orders?limit=7&after=a%2Fb%26c"

    @pytest.mark.parametrize("spoilt", [b"\xff", b"\xed\xa0\x80"])
    def test_what_a_newer_central_adds_and_is_no_text_stops_nothing(self, spoilt: bytes) -> None:
        newer = encode(order()).replace(b'{"id"', b'{"newer":"%b","id"' % spoilt, 1)
        body = b'{"orders": [%b], "count": 1, "after": null, "cursor": "e.1"}' % newer
        page, _ = ask(answer(body), call=lambda api: api.orders("t", None, 7))
        assert (page.orders, page.bodies) == ((order(),), (newer,))

    def test_the_first_page_asks_for_no_place(self) -> None:
        body = b'{"orders": [], "count": 0, "after": null, "cursor": "e.1"}'
        _, (request,) = ask(answer(body), call=lambda api: api.orders("t", None, 7))
        assert request.path == "/v1/orders?limit=7"

    def test_results_come_in_the_order_of_their_commands(self) -> None:
        results = tuple(Result(key=c.key, status=ResultStatus.APPLIED, at=NOW) for c in (FIRST, SECOND))
        got, (request,) = ask(answer(encode(ResultBatch(results=results, count=2))), call=push)
        assert got == results
        assert decode(request.body, CommandBatch).commands == (FIRST, SECOND)

    @pytest.mark.parametrize(
        ("call", "value", "path"),
        [
            (lambda api: api.directory("t"), Directory(warehouses=(), carriers=()), "/v1/directory"),
            (lambda api: api.history("t", OrderId("a/b")), History(entries=(), count=0), "/v1/orders/a%2Fb/history"),
            (
                lambda api: api.reassign_options("t", OrderId("../x")),
                ReassignOptions(options=(), version=1),
                "/v1/orders/..%2Fx/reassign-options",
            ),
            (lambda api: api.checksum("t"), Checksum(count=0, hash="", cursor=""), "/v1/checksum"),
            (
                lambda api: api.result("t", CommandKey("k")),
                Result(key=CommandKey("k"), status=ResultStatus.BLOCKED, at=1),
                "/v1/commands/k",
            ),
            (
                lambda api: api.changes("t", "e.1", 5),
                ChangesPage(changes=(), next="e.1", more=False, count=0),
                "/v1/changes?cursor=e.1&limit=5",
            ),
        ],
    )
    def test_every_other_endpoint_asks_at_its_place(
        self, call: Callable[[CentralApi], Any], value: Any, path: str
    ) -> None:
        got, (request,) = ask(answer(encode(value)), call=call)
        assert got == value
        assert request.path == path
        assert request.headers["authorization"] == "Bearer t"

    def test_a_long_history_is_fetched_page_by_page(self) -> None:
        lines = tuple(HistoryEntry(at=n, version=n, who="x", device="", action="note") for n in range(3))
        pages = (History(entries=lines[:2], count=2, after=41), History(entries=lines[2:], count=1))
        got, asked = ask(*(answer(encode(page)) for page in pages), call=lambda api: api.history("t", OrderId("o")))
        assert got == History(entries=lines, count=3)
        assert len(asked) == 2
        assert asked[-1].path == "/v1/orders/o/history?after=41"

    @pytest.mark.parametrize(
        "page",
        [History(entries=(), count=0, after=0), History(entries=(), count=1), History(entries=(), count=0, after=-1)],
    )
    def test_a_history_that_goes_round_in_a_circle_or_was_cut_is_malformed(self, page: History) -> None:
        assert isinstance(
            refused(answer(encode(page)), call=lambda api: api.history("t", OrderId("o"))), MalformedAnswer
        )


class TestAnswersThatAreWrong:
    def test_a_body_that_is_cut_is_malformed_not_believed(self) -> None:
        whole = encode(META)
        assert isinstance(refused(cut(whole[:20], len(whole))), MalformedAnswer)

    def test_a_chunked_body_that_is_cut_is_malformed(self) -> None:
        assert isinstance(refused(chunks(encode(META)[:20])), MalformedAnswer)

    def test_a_page_that_holds_fewer_than_it_says_was_cut(self) -> None:
        body = encode(ChangesPage(changes=(), next="e.2", more=False, count=3))
        error = refused(answer(body), call=lambda api: api.changes("t", "e.1", 5))
        assert isinstance(error, MalformedAnswer)
        assert "holds 0 items and says 3" in str(error)

    @pytest.mark.parametrize(
        "change",
        [
            Change(id=OrderId("o"), version=1, seq=1, op="put"),
            Change(id=OrderId("o"), version=1, seq=1, op="put", order=order()),
            Change(id=order().id, version=9, seq=1, op="put", order=order()),
        ],
    )
    def test_a_step_without_its_order_is_not_taken_for_a_removal(self, change: Change) -> None:
        body = encode(ChangesPage(changes=(change,), next="e.2", more=False, count=1))
        assert isinstance(refused(answer(body), call=lambda api: api.changes("t", "e.1", 5)), MalformedAnswer)

    def test_a_removal_needs_no_order(self) -> None:
        step = Change(id=OrderId("o"), version=1, seq=1, op="remove")
        body = encode(ChangesPage(changes=(step,), next="e.2", more=False, count=1))
        page, _ = ask(answer(body), call=lambda api: api.changes("t", "e.1", 5))
        assert page.changes == (step,)

    @pytest.mark.parametrize("keys", [[SECOND.key, FIRST.key], [FIRST.key], [FIRST.key, FIRST.key], []])
    def test_results_of_other_commands_are_malformed(self, keys: list[CommandKey]) -> None:
        results = tuple(Result(key=k, status=ResultStatus.APPLIED, at=NOW) for k in keys)
        error = refused(answer(encode(ResultBatch(results=results, count=len(keys)))), call=push)
        assert isinstance(error, MalformedAnswer)

    def test_an_order_with_a_mistake_names_its_place(self) -> None:
        body = b'{"orders": [{"id": 1}], "count": 1, "after": null, "cursor": "e.1"}'
        error = refused(answer(body), call=lambda api: api.orders("t", None, 5))
        assert isinstance(error, MalformedAnswer)
        assert "$.id" in str(error)

    def test_a_snapshot_that_does_not_move_on_is_malformed(self) -> None:
        body = b'{"orders": [], "count": 0, "after": "o1", "cursor": "e.1"}'
        error = refused(answer(body), call=lambda api: api.orders("t", OrderId("o1"), 5))
        assert isinstance(error, MalformedAnswer)

    def test_json_of_another_shape_names_the_place(self) -> None:
        error = refused(answer(b'{"name": 7}'))
        assert isinstance(error, MalformedAnswer)
        assert "$.name" in str(error)

    def test_an_answer_packed_wrongly_is_malformed(self) -> None:
        assert isinstance(refused(answer(b"not gzip", content_encoding="gzip")), MalformedAnswer)

    def test_an_answer_that_unpacks_without_end_is_stopped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(faults, "LONGEST_ANSWER", 100_000)
        bomb = gzip.compress(b" " * 10_000_000)
        error = refused(answer(bomb, content_encoding="gzip"))
        assert isinstance(error, MalformedAnswer)
        assert "longer than" in str(error)


class TestWrongServers:
    @pytest.mark.parametrize("status", [200, 301, 404])
    def test_a_web_site_is_not_a_central(self, status: int) -> None:
        script = answer(b"<html>welcome</html>", status, "text/html", location="http://127.0.0.1:1/")
        assert isinstance(refused(script), WrongServer)

    def test_something_that_speaks_no_http_is_not_a_central(self) -> None:
        assert isinstance(refused(raw(b"220 smtp ready\r\n\r\n")), WrongServer)

    @pytest.mark.parametrize(
        "url", ["", "central", "ftp://central", "http://", "http://a b", "http://h:99999", "http://h:x", "http://[::"]
    )
    def test_an_address_that_is_none_says_so(self, url: str) -> None:
        with pytest.raises(WrongServer):
            CentralApi(url, language=lambda: "en").meta()
