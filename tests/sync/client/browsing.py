"""A browser for tests: follows every redirect over real sockets, in a thread of its own, and keeps what it saw."""

import ssl
import threading
from types import TracebackType
from typing import Self

import httpx


class Browser:
    """``sync.client.company.Browser``; ``trust`` is what the person's browser trusts."""

    def __init__(self, trust: ssl.SSLContext, *, opens: bool = True) -> None:
        self._trust = trust
        self._opens = opens
        self._threads: list[threading.Thread] = []
        self.opened: list[str] = []
        self.saw: list[httpx.Response] = []

    def open(self, url: str) -> bool:
        self.opened.append(url)
        if self._opens:
            self._threads.append(threading.Thread(target=self._go, args=(url,)))
            self._threads[-1].start()
        return self._opens

    def words(self, went_well: bool) -> tuple[str, str]:
        return ("Done <b>", "Close this.") if went_well else ("Failed", "Go back.")

    def _go(self, url: str) -> None:
        with httpx.Client(verify=self._trust, follow_redirects=True, trust_env=False) as http:
            self.saw.append(http.get(url))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for thread in self._threads:
            thread.join()
