"""Does every call end in time, however slowly a server answers, and whatever it is slow with?"""

import socket
import threading
import time
from collections.abc import Callable

import pytest

from sync.client.api import CentralApi
from sync.client.deadline import let_go
from sync.client.sockets import Sockets
from sync.errors import CentralTooSlow, CentralUnreachable
from tests.patience import PATIENCE_S
from tests.sync.client.asking import refused
from tests.sync.client.scripted import Handler, ScriptedServer, chunks

LONGER_S = 1.1
"""More than a stream has here for its first byte."""
LONG_S = 9.0
"""Far beyond the deadline, and far below the time-out of one read, which a drip never meets."""


def dripping(first: bytes) -> Callable[[Handler], None]:
    """An answer that goes on for ever, byte by byte, from its first line on."""
    gone = threading.Event()

    def drip(handler: Handler) -> None:
        handler.wfile.write(first)
        while not gone.wait(0.01):
            try:
                handler.wfile.write(b"x")
            except OSError:
                gone.set()
        handler.close_connection = True

    return drip


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (b"", CentralUnreachable),
        (b"HTTP/1.1 200 OK\r\nx-slow: ", CentralUnreachable),
        (b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n", CentralTooSlow),
    ],
    ids=["status line", "headers", "body"],
)
def test_a_byte_now_and_then_does_not_hold_a_call(first: bytes, kind: type[CentralUnreachable]) -> None:
    began = time.monotonic()
    error = refused(dripping(first), deadline_s=0.2)
    assert type(error) is kind
    assert 0.2 <= time.monotonic() - began < LONG_S


def test_a_handshake_that_never_comes_does_not_hold_a_call() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        api = CentralApi(f"https://127.0.0.1:{silent.getsockname()[1]}", language=lambda: "en", deadline_s=0.2)
        began = time.monotonic()
        with pytest.raises(CentralUnreachable):
            api.meta()
        assert time.monotonic() - began < LONG_S
        api.close()


def test_a_server_that_takes_no_bytes_does_not_hold_a_call() -> None:
    """The request is longer than all buffers on the way, and nobody reads it."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        api = CentralApi(f"http://127.0.0.1:{deaf.getsockname()[1]}", language=lambda: "en", deadline_s=0.2)
        with pytest.raises(CentralUnreachable):
            api._call("POST", "/v1/commands", body=b"x" * 30_000_000)
        api.close()


def test_the_next_call_has_its_own_time() -> None:
    api = CentralApi("http://127.0.0.1:1", language=lambda: "en", deadline_s=0.2)
    for _ in range(2):
        with pytest.raises(CentralUnreachable, match="refused"):
            api.meta()
    api.close()


class TestStreams:
    def test_one_that_says_nothing_at_first_is_given_up(self) -> None:
        def silence(handler: Handler) -> None:
            handler.rfile.read(1)

        quiet = chunks(kind="text/event-stream", then=silence)
        with ScriptedServer(quiet) as server:
            api = CentralApi(server.url, language=lambda: "en")
            with pytest.raises(CentralUnreachable), api.stream("/v1/events", {}, 30.0, Sockets(), 0.2) as answer:
                next(answer.iter_bytes())
            api.close()

    def test_one_that_flows_is_let_go(self) -> None:
        more = threading.Event()

        def later(handler: Handler) -> None:
            more.wait(PATIENCE_S)
            handler.wfile.write(b"1\r\nb\r\n0\r\n\r\n")

        with ScriptedServer(chunks(b"a", kind="text/event-stream", then=later)) as server:
            api = CentralApi(server.url, language=lambda: "en")
            with api.stream("/v1/events", {}, 30.0, Sockets(), 1.0) as answer:
                parts = answer.iter_bytes()
                assert next(parts) == b"a"
                let_go()
                assert not threading.Event().wait(LONGER_S)
                more.set()
                assert b"".join(parts) == b"b"
            api.close()
