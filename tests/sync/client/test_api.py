"""Does every fault of network, server and certificate become the error that says what to do?"""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import msgspec
import pytest

from sync.client import faults
from sync.client.api import CentralApi
from sync.client.faults import LONGEST_RETRY_AFTER_S
from sync.client.sockets import Sockets
from sync.domain.order import CommandKey, OrderId
from sync.errors import (
    Answered,
    CentralUnreachable,
    CertificateRefused,
    MalformedAnswer,
    SyncError,
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
    Meta,
    ReassignOptions,
    Result,
    ResultBatch,
    ResultStatus,
    Session,
)
from sync.wire.problems import MEDIA_TYPE, Kind
from tests.fakes import problem
from tests.sync.client.certificates import Certificate, make_certificate
from tests.sync.client.scripted import Answer, Handler, ScriptedServer, answer, chunks, cut, hangs_up, raw
from tests.sync.samples import LI, NOW, command, order

META = Meta(
    name="central",
    api_min=1,
    api_max=1,
    oldest_client="0.1.0",
    epoch="e",
    retention_days=30,
    batch_limit=50,
    server_time=NOW,
)


def ask(
    *script: Answer, call: Callable[[CentralApi], Any] = CentralApi.meta, **options: Any
) -> tuple[Any, list[Handler]]:
    """What the call gives at a server with this script, and what the server was asked."""
    with ScriptedServer(*script) as server:
        api = CentralApi(server.url, language=lambda: "zh", **options)
        try:
            return call(api), server.asked
        finally:
            api.close()


def refused(*script: Answer, call: Callable[[CentralApi], Any] = CentralApi.meta, **options: Any) -> SyncError:
    """The error that the call raises at a server with this script."""
    with pytest.raises(SyncError) as told:
        ask(*script, call=call, **options)
    return told.value


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
        assert page.bodies == (encode(one).decode(),)
        assert request.path == "/v1/orders?limit=7&after=a%2Fb%26c"

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


class TestProblems:
    def test_a_problem_of_the_central_is_told_as_it_is(self) -> None:
        told = msgspec.structs.replace(problem(Kind.UNAVAILABLE), detail="back at six", speak="later")
        error = refused(answer(encode(told), 503, MEDIA_TYPE, retry_after="17"))
        assert isinstance(error, Answered)
        assert error.problem == told
        assert error.retry_after == 17.0
        assert str(error) == "back at six"

    @pytest.mark.parametrize("status", [401, 403, 410, 422, 426, 429, 500])
    def test_every_status_with_a_problem_is_an_answer(self, status: int) -> None:
        error = refused(answer(encode(problem(Kind.INTERNAL)), status, f"{MEDIA_TYPE}; charset=utf-8"))
        assert isinstance(error, Answered)
        assert error.retry_after is None

    def test_a_problem_that_is_none_is_malformed(self) -> None:
        assert isinstance(refused(answer(b"{}", 500, MEDIA_TYPE)), MalformedAnswer)

    @pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
    def test_something_on_the_way_that_is_busy_is_no_other_server(self, status: int) -> None:
        error = refused(answer(b"<h1>busy</h1>", status, "text/html", retry_after="8"))
        assert type(error) is CentralUnreachable
        assert error.retry_after == 8.0

    @pytest.mark.parametrize(
        ("seconds", "least", "most"),
        [(500, 300.0, 500.0), (-120, 0.0, 0.0), (10**6, LONGEST_RETRY_AFTER_S, LONGEST_RETRY_AFTER_S)],
    )
    def test_retry_after_may_be_a_date_and_is_bounded(self, seconds: int, least: float, most: float) -> None:
        date = formatdate(time.time() + seconds, usegmt=True)
        error = refused(answer(b"", 503, "text/plain", retry_after=date))
        assert isinstance(error, CentralUnreachable)
        assert error.retry_after is not None
        assert least <= error.retry_after <= most

    def test_a_retry_after_of_years_is_not_obeyed(self) -> None:
        error = refused(answer(b"", 503, "text/plain", retry_after="99999999"))
        assert isinstance(error, CentralUnreachable)
        assert error.retry_after == LONGEST_RETRY_AFTER_S

    @pytest.mark.parametrize("text", ["", "soon", "-4", "²"])
    def test_a_retry_after_that_means_nothing_is_none(self, text: str) -> None:
        script = raw(f"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nretry-after: {text}\r\n\r\n".encode())
        error = refused(script)
        assert isinstance(error, CentralUnreachable)
        assert error.retry_after is None


class TestWrongServers:
    @pytest.mark.parametrize("status", [200, 301, 404, 407])
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


class TestNobodyThere:
    def test_a_refused_port_is_unreachable(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        api = CentralApi(f"http://127.0.0.1:{port}", language=lambda: "en")
        with pytest.raises(CentralUnreachable) as told:
            api.meta()
        assert type(told.value) is CentralUnreachable
        api.close()

    def test_an_unknown_name_is_unreachable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def unknown(*_: object, **__: object) -> object:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)  # tests ask no name server
        api = CentralApi("http://central.invalid", language=lambda: "en")
        with pytest.raises(CentralUnreachable, match="not known") as told:
            api.meta()
        assert type(told.value) is CentralUnreachable
        api.close()

    def test_a_server_that_hangs_up_without_a_word_is_unreachable(self) -> None:
        assert type(refused(hangs_up)) is CentralUnreachable

    def test_a_server_that_never_ends_meets_the_deadline(self) -> None:
        def drip(handler: Handler) -> None:
            while True:
                handler.wfile.write(b"1\r\n \r\n")

        error = refused(chunks(then=drip), deadline_s=0.05)
        assert type(error) is CentralUnreachable
        assert "no whole answer" in str(error)

    def test_hanging_up_ends_a_call_that_waits_and_refuses_later_ones(self) -> None:
        asked, told = threading.Event(), []

        def silent(handler: Handler) -> None:
            asked.set()
            handler.rfile.read(1)

        with ScriptedServer(silent) as server:
            api = CentralApi(server.url, language=lambda: "en")

            def call() -> None:
                try:
                    api.meta()
                except CentralUnreachable as fault:
                    told.append(fault)

            waiting = threading.Thread(target=call)
            waiting.start()
            asked.wait()
            api.hang_up()
            waiting.join()
            with pytest.raises(CentralUnreachable, match="hung up"):
                api.meta()
            api.close()
        assert len(told) == 1


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls") / "good", "200101", "490101")


@pytest.fixture(scope="module")
def expired(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls") / "old", "200101", "200201")


class TestCertificates:
    @staticmethod
    def meet(certificate: Certificate, verify: ssl.SSLContext | None) -> Meta:
        with ScriptedServer(answer(encode(META)), tls=certificate.server()) as server:
            api = CentralApi(server.url, language=lambda: "en", verify=verify)
            try:
                return api.meta()
            finally:
                api.close()

    def test_a_trusted_certificate_is_taken(self, good: Certificate) -> None:
        assert self.meet(good, good.trusted()) == META

    def test_an_unknown_certificate_is_refused(self, good: Certificate) -> None:
        with pytest.raises(CertificateRefused):
            self.meet(good, None)

    def test_an_expired_certificate_is_refused_and_says_why(self, expired: Certificate) -> None:
        with pytest.raises(CertificateRefused, match="expired"):
            self.meet(expired, expired.trusted())

    def test_a_refused_certificate_is_seen_through_an_earlier_fault(self, good: Certificate) -> None:
        """The cause is looked for in the fault itself, not in what was being handled when it happened."""
        earlier = Answered(problem(Kind.SIGN_IN_AGAIN))

        def while_handling() -> None:
            try:
                raise earlier
            except Answered:
                self.meet(good, None)

        with pytest.raises(CertificateRefused):
            while_handling()

    def test_https_where_only_http_is_spoken_is_the_wrong_server(self) -> None:
        with ScriptedServer(answer(encode(META))) as server:
            api = CentralApi(server.url.replace("http:", "https:"), language=lambda: "en")
            with pytest.raises(WrongServer, match="HTTPS"):
                api.meta()
            api.close()

    def test_the_event_stream_is_as_strict(self, good: Certificate) -> None:
        with ScriptedServer(answer(b""), tls=good.server()) as server:
            api = CentralApi(server.url, language=lambda: "en")
            with pytest.raises(CertificateRefused), api.stream("/v1/events", {}, 1.0, Sockets()):
                raise AssertionError("no stream")
            api.close()
