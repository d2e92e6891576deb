"""How long may one call take in all? A deadline that every connect, handshake, read and write of its thread obeys.

httpx limits each read, so that a server which drips a byte a second would hold a call for ever.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore

from sync.client.lookups import Lookups

_thread = threading.local()
_Clock = Callable[[], float]


@contextmanager
def within(seconds: float, clock: _Clock = time.monotonic) -> Iterator[None]:
    """What this thread sends and receives through ``DeadlineBackend`` in here ends after so many seconds in all.

    Later bytes raise httpcore's time-outs, which httpx gives as its own.
    """
    before = getattr(_thread, "left", None)
    ends = clock() + seconds
    _thread.left = lambda: ends - clock()
    try:
        yield
    finally:
        _thread.left = before


def let_go() -> None:
    """From here on only the time-out of each read counts: the answer flows, as a stream's may for hours."""
    _thread.left = None


def _bounded(timeout: float | None, late: type[httpcore.TimeoutException]) -> float | None:
    left_of: Callable[[], float] | None = getattr(_thread, "left", None)
    if left_of is None:
        return timeout
    left = left_of()
    if left <= 0:
        raise late("no whole answer within the time that one call may take")
    return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """A connection whose every step is bounded by the deadline of the thread that takes it."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _bounded(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _bounded(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        bounded = _bounded(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, bounded))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


_SHARED = Lookups()


class DeadlineBackend(httpcore.NetworkBackend):
    """The system's sockets, with deadlines: looking a name up and trying all its addresses is one step."""

    def __init__(self, lookups: Lookups = _SHARED) -> None:
        self._inner = httpcore.SyncBackend()
        self._lookups = lookups

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        bounded = _bounded(timeout, httpcore.ConnectTimeout)
        ends = None if bounded is None else time.monotonic() + bounded
        addresses = self._addresses(host, bounded)
        fault: Exception = httpcore.ConnectError(f"{host} has no address")
        for tried, address in enumerate(addresses):
            share = None if ends is None else max(0.0, ends - time.monotonic()) / (len(addresses) - tried)
            try:
                return _Stream(self._inner.connect_tcp(address, port, share, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as refused:
                fault = refused
        raise fault

    def _addresses(self, host: str, timeout: float | None) -> tuple[str, ...]:
        try:
            return self._lookups.addresses(host, timeout)
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"nobody says in time where {host} is: is the name server there?") from None
        except (OSError, UnicodeError) as unknown:
            raise httpcore.ConnectError(f"{host}: {unknown}") from unknown
