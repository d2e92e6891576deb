"""When is there something to pull? A thread that listens to the event stream and wakes the engine; a hint only."""

import logging
import random
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

import httpx
from httpx_sse import EventSource, SSEError

from sync.client.api import CentralApi
from sync.client.backoff import Backoff
from sync.client.login import Login
from sync.errors import Answered, CentralUnreachable, NotSignedIn

_log = logging.getLogger(__name__)
SILENCE_S = 40.0
"""Longer than two heartbeats without a byte: the stream is dead."""


class Hints:
    """Listens while a person is signed in. ``alive`` tells the engine whether it may poll seldom."""

    def __init__(self, api: CentralApi, login: Login, wake: Callable[[], None]) -> None:
        self._api = api
        self._login = login
        self._wake = wake
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="desk-hints", daemon=True)
        self._last_id = ""
        self._lock = threading.Lock()
        self._stream: httpx.Response | None = None
        self.alive = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread, also in the middle of a silent read, and wait for it."""
        self._stopping.set()
        with self._lock:
            stream = self._stream
        if stream is not None:
            _hang_up(stream)
        if self._thread.is_alive():
            self._thread.join()

    def _listen(self) -> None:
        backoff = Backoff(random.Random())  # noqa: S311  jitter, not secrets
        while not self._stopping.is_set():
            try:
                self._read_once(backoff)
            except (CentralUnreachable, NotSignedIn, Answered, SSEError) as fault:
                _log.debug("event stream: %s", fault)
            self.alive = False
            self._stopping.wait(backoff.failed())

    def _read_once(self, backoff: Backoff) -> None:
        token = self._login.token()
        headers = self._api.headers(token) | {"Accept": "text/event-stream"}
        if self._last_id:
            headers["Last-Event-ID"] = self._last_id
        with self._api.stream("/v1/events", headers, SILENCE_S) as answer:
            if answer.status_code != httpx.codes.OK:
                raise CentralUnreachable(f"event stream: HTTP {answer.status_code}")
            with self._lock:
                self._stream = answer
            self.alive = True
            self._wake()
            try:
                self._follow(answer, backoff)
            finally:
                with self._lock:
                    self._stream = None

    def _follow(self, answer: httpx.Response, backoff: Backoff) -> None:
        for event in EventSource(answer).iter_sse():
            if self._stopping.is_set():
                return
            backoff.succeeded()
            self._last_id = event.id or self._last_id
            self._wake()


def _hang_up(answer: httpx.Response) -> None:
    """Shut the socket down, which wakes a thread that waits for its next byte; closing it would not."""
    stream = answer.extensions.get("network_stream")
    connection = None if stream is None else stream.get_extra_info("socket")
    if connection is not None:
        with suppress(OSError):  # the other side was quicker
            connection.shutdown(socket.SHUT_RDWR)
