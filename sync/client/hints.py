"""When is there something to pull? A thread that listens to the event stream and wakes the engine; a hint only."""

import logging
import random
import threading
import time
from collections.abc import Callable
from typing import Protocol

import httpx
from httpx_sse import EventSource, SSEError

from sync.client.api import CentralApi
from sync.client.backoff import LAST_S, Backoff
from sync.client.sockets import Sockets
from sync.errors import SyncError

_log = logging.getLogger(__name__)
SILENCE_S = 40.0
"""Longer than two heartbeats without a byte: the stream is dead."""


class Tokens(Protocol):
    """Gives the signed-in person's token; raises NotSignedIn and what the network raises."""

    def token(self) -> str: ...


class Hints:
    """Listens while a person is signed in. ``alive`` tells the engine whether it may poll seldom."""

    def __init__(
        self, api: CentralApi, login: Tokens, wake: Callable[[], None], chance: random.Random | None = None
    ) -> None:
        self._api = api
        self._login = login
        self._wake = wake
        self._sockets = Sockets()
        self._stopping = False
        self._again = threading.Event()
        self._backoff = Backoff(chance or random.Random())  # noqa: S311  jitter, not secrets
        self._thread = threading.Thread(target=self._listen, name="desk-hints", daemon=True)
        self._last_id = ""
        self.alive = False

    def start(self) -> None:
        self._thread.start()

    def reconnect(self) -> None:
        """Listen anew at once: somebody else has signed in."""
        self._last_id = ""
        self._again.set()
        self._sockets.hang_up(for_good=False)

    def stop(self) -> None:
        """End the thread, also in the middle of a silent read, and wait for it."""
        self._stopping = True
        self._again.set()
        self._sockets.hang_up(for_good=True)
        if self._thread.is_alive():
            self._thread.join()

    def _listen(self) -> None:
        while not self._stopping:
            try:
                self._read_once()
            except (SyncError, SSEError) as fault:
                _log.debug("event stream: %s", fault)
            self.alive = False
            if self._again.wait(self._backoff.failed()):
                self._again.clear()
                self._backoff.succeeded()

    def _read_once(self) -> None:
        headers = self._api.headers(self._login.token()) | {"Accept": "text/event-stream"}
        if self._last_id:
            headers["Last-Event-ID"] = self._last_id
        with self._api.stream("/v1/events", headers, SILENCE_S, self._sockets) as answer:
            self.alive = True
            self._follow(answer, time.monotonic())

    def _follow(self, answer: httpx.Response, since: float) -> None:
        """Wake at every event; a stream that lived long, or said something, was no failure."""
        try:
            for event in EventSource(answer).iter_sse():
                self._backoff.succeeded()
                self._last_id = event.id or self._last_id
                self._wake()
        finally:
            if time.monotonic() - since > LAST_S:
                self._backoff.succeeded()
