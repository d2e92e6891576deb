"""Does every fault of network, server and certificate become the error that says what to do?"""

import socket
import ssl
import threading
import time
from email.utils import formatdate

import msgspec
import pytest

from sync.client.api import CentralApi
from sync.client.faults import LONGEST_RETRY_AFTER_S
from sync.client.sockets import Sockets
from sync.errors import (
    Answered,
    CentralTooSlow,
    CentralUnreachable,
    CertificateRefused,
    MalformedAnswer,
    WrongServer,
)
from sync.wire.codec import encode
from sync.wire.messages import (
    Meta,
)
from sync.wire.problems import MEDIA_TYPE, Kind
from tests.fakes import problem
from tests.sync.client.asking import META, refused
from tests.sync.client.certificates import Certificate, make_certificate
from tests.sync.client.scripted import Handler, ScriptedServer, answer, chunks, hangs_up, raw


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

        error = refused(chunks(then=drip), deadline_s=0.5)
        assert type(error) is CentralTooSlow
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
