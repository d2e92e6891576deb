"""Does a call end in time although the name server says nothing, and although an address leads nowhere?"""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import httpcore
import pytest

from sync.client.api import CentralApi
from sync.client.deadline import DeadlineBackend, within
from sync.client.lookups import Lookups
from sync.errors import CentralUnreachable
from tests.patience import PATIENCE_S
from tests.sync.client.test_deadline import LONG_S


class Silent:
    """A resolver of the system that hangs until the test is over."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.over = threading.Event()
        self.gone = threading.Semaphore(0)

    def __call__(self, host: str) -> Sequence[Any]:
        self.asked.append(host)
        self.over.wait(PATIENCE_S)
        self.gone.release()
        return named("127.0.0.1")


def named(*addresses: str) -> list[tuple[Any, ...]]:
    """As ``socket.getaddrinfo`` answers."""
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]


@pytest.fixture
def silent() -> Iterator[Silent]:
    made = Silent()
    yield made
    made.over.set()
    for _ in made.asked:
        assert made.gone.acquire(timeout=PATIENCE_S)


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as here:
        yield here.getsockname()[1]


def test_a_name_server_that_says_nothing_does_not_hold_a_call(silent: Silent) -> None:
    backend, began = DeadlineBackend(Lookups(silent)), time.monotonic()
    with pytest.raises(httpcore.ConnectTimeout, match="name server"), within(0.2):
        backend.connect_tcp("central.example", 443, timeout=PATIENCE_S)
    assert 0.2 <= time.monotonic() - began < LONG_S


def test_it_does_not_hold_the_engine(silent: Silent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.client.lookups.socket.getaddrinfo", lambda host, *_, **__: silent(host))
    api = CentralApi("http://central.example:8642", language=lambda: "en", deadline_s=0.2, proxy="direct")
    with pytest.raises(CentralUnreachable, match="name server"):
        api.meta()
    api.close()
    assert silent.asked == ["central.example"]


def test_however_often_it_is_asked_one_thread_hangs_for_a_name(silent: Silent) -> None:
    lookups = Lookups(silent)
    for _ in range(5):
        with pytest.raises(TimeoutError):
            lookups.addresses("central.example", 0.01)
    with pytest.raises(TimeoutError):
        lookups.addresses("provider.example", 0.01)
    assert silent.asked == ["central.example", "provider.example"]


def test_what_comes_late_serves_whoever_waits_then_and_is_asked_for_anew_afterwards(silent: Silent) -> None:
    lookups = Lookups(silent)
    with pytest.raises(TimeoutError):
        lookups.addresses("central.example", 0.01)
    silent.over.set()
    assert lookups.addresses("central.example", PATIENCE_S) == ("127.0.0.1",)
    assert lookups.addresses("central.example", PATIENCE_S) == ("127.0.0.1",)
    assert 1 <= len(silent.asked) <= 3


def test_an_unknown_name_is_told_as_the_system_tells_it() -> None:
    def unknown(_host: str) -> Sequence[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(httpcore.ConnectError, match="not known"):
        DeadlineBackend(Lookups(unknown)).connect_tcp("nowhere.example", 443, timeout=PATIENCE_S)


def test_a_name_that_is_none_is_told() -> None:
    with pytest.raises(httpcore.ConnectError):
        DeadlineBackend().connect_tcp("a" * 64 + ".example", 443, timeout=PATIENCE_S)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "fe80::1%eth0"])
def test_nobody_is_asked_for_an_address(host: str, silent: Silent) -> None:
    assert Lookups(silent).addresses(host, 0.0) == (host,)


def test_a_name_without_an_address_is_no_connection() -> None:
    with pytest.raises(httpcore.ConnectError, match="no address"):
        DeadlineBackend(Lookups(lambda _: [])).connect_tcp("empty.example", 443, timeout=PATIENCE_S)


def test_an_address_that_refuses_leads_to_the_next_one(listening: int) -> None:
    backend = DeadlineBackend(Lookups(lambda _: named("127.0.0.9", "127.0.0.9", "127.0.0.1")))
    backend.connect_tcp("central.example", listening, timeout=PATIENCE_S).close()


def test_an_address_that_says_nothing_leaves_time_for_the_next_one(listening: int) -> None:
    """192.0.2.1 is nobody's (RFC 5737): packets to it are lost, or refused at once where there is no network."""
    backend, began = DeadlineBackend(Lookups(lambda _: named("192.0.2.1", "127.0.0.1"))), time.monotonic()
    backend.connect_tcp("central.example", listening, timeout=LONG_S).close()
    assert time.monotonic() - began < LONG_S


def test_the_last_fault_is_told_where_none_answers() -> None:
    backend = DeadlineBackend(Lookups(lambda _: named("127.0.0.9", "127.0.0.8")))
    with pytest.raises(httpcore.ConnectError):
        backend.connect_tcp("central.example", 1, timeout=PATIENCE_S)


def test_localhost_is_found_by_the_system() -> None:
    assert {"127.0.0.1", "::1"} & set(Lookups().addresses("localhost", PATIENCE_S))
