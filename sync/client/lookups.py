"""What is a name's address, told in time? The system's resolver knows no time-out, so a thread asks it that may hang.

One thread for a name: whoever asks meanwhile waits for the same answer, so that a resolver that is out of order holds
as many threads as there are names, and no more.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

Ask = Callable[[str], Sequence[Any]]
"""As ``socket.getaddrinfo`` answers; raises OSError or UnicodeError."""


def _of_the_system(host: str) -> Sequence[Any]:
    return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)


class Lookups:
    """Thread-safe. A thread that hangs is a daemon's: it keeps no program from its end."""

    def __init__(self, ask: Ask = _of_the_system) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._under_way: dict[str, Future[tuple[str, ...]]] = {}

    def addresses(self, host: str, timeout: float | None) -> tuple[str, ...]:
        """The addresses in the system's order; raises TimeoutError, and OSError or UnicodeError as the system does."""
        if _is_address(host):
            return (host,)
        return self._answer(host).result(timeout)

    def _answer(self, host: str) -> "Future[tuple[str, ...]]":
        with self._lock:
            known = self._under_way.get(host)
            if known is not None:
                return known
            answer: Future[tuple[str, ...]] = Future()
            self._under_way[host] = answer
        threading.Thread(target=self._fetch, args=(host, answer), name="desk-lookup", daemon=True).start()
        return answer

    def _fetch(self, host: str, answer: "Future[tuple[str, ...]]") -> None:
        try:
            found = tuple(dict.fromkeys(str(info[4][0]) for info in self._ask(host)))
        except (OSError, UnicodeError) as fault:
            self._done(host)
            answer.set_exception(fault)
        else:
            self._done(host)
            answer.set_result(found)

    def _done(self, host: str) -> None:
        """Whoever comes now asks anew."""
        with self._lock:
            del self._under_way[host]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
