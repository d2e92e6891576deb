"""When is there something to pull? A thread that is told by the central and wakes the engine; a hint only.

The event stream comes first. Where something on the way swallows it, a feed request that waits takes its place, and
where that does not work either, ``alive`` is false and the engine polls. The stream is tried again now and then.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Protocol

import httpx
from httpx_sse import EventSource, SSEError

from sync.client.api import CentralApi
from sync.client.backoff import LAST_S, Backoff
from sync.client.deadline import let_go
from sync.client.sockets import Sockets
from sync.errors import Answered, CentralUnreachable, SyncError, WrongServer
from sync.wire.problems import Kind

_log = logging.getLogger(__name__)
SILENCE_S = 35.0
"""Two heartbeats, and a little, without a byte: the stream is dead."""
FIRST_S = 8.0
"""A central says something at once; longer without a byte, and something on the way keeps the stream back."""
AGAIN_S = 60.0
LONGEST_AGAIN_S = 600.0
"""When a stream that did not get through is tried again: at first, and at the latest."""
_FRUITLESS = 3
"""After so many attempts in a row without a byte it is not chance."""
_AT_ONCE_S = 0.5
"""An empty answer sooner than this was not waited for."""


class Tokens(Protocol):
    """Gives the signed-in person's token; raises NotSignedIn and what the network raises."""

    def token(self) -> str: ...


class _NoStream(Exception):
    """The central answers, but its stream does not get through."""


class Hints:
    """Listens while a person is signed in. ``alive`` tells the engine whether it may poll seldom."""

    def __init__(
        self,
        api: CentralApi,
        login: Tokens,
        wake: Callable[[], None],
        chance: random.Random | None = None,
        *,
        cursor: Callable[[], str | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        first_s: float = FIRST_S,
        silence_s: float = SILENCE_S,
    ) -> None:
        """``cursor`` is where the engine stands in the feed; ``clock`` gives seconds."""
        self._api = api
        self._login = login
        self._wake = wake
        self._cursor = cursor
        self._clock = clock
        self._first_s, self._silence_s = first_s, silence_s
        self._sockets = Sockets()
        self._stopping = False
        self._again = threading.Event()
        self._backoff = Backoff(chance or random.Random())  # noqa: S311  jitter, not secrets
        self._thread = threading.Thread(target=self._listen, name="desk-hints", daemon=True)
        self._last_id = ""
        self._seen: tuple[str, str] | None = None
        """Where the engine stood when a change was last heard of, and the place behind that change."""
        self._fruitless = 0
        self._stream_at = 0.0
        self._pause = AGAIN_S
        self.alive = False

    def start(self) -> None:
        self._thread.start()

    def reconnect(self) -> None:
        """Listen anew at once: somebody else has signed in."""
        self._last_id, self._seen = "", None
        self._stream_at = 0.0
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
                if self._waited():
                    continue
                self._read_stream()
            except _NoStream as fault:
                _log.info("no event stream gets through, a request that waits takes its place: %s", fault)
                self._stream_at = self._clock() + self._pause
                self._pause = min(self._pause * 2, LONGEST_AGAIN_S)
                continue
            except (SyncError, SSEError) as fault:
                _log.debug("hints: %s", fault)
            self._lost()
            if self._again.wait(self._backoff.failed()):
                self._again.clear()
                self._backoff.succeeded()

    def _lost(self) -> None:
        """From now on the engine must look by itself, and not only when its long sleep ends."""
        alive, self.alive = self.alive, False
        if alive and not self._stopping:
            self._wake()

    def _waited(self) -> bool:
        """Where it is not the stream's turn, ask by a request that waits."""
        if self._clock() >= self._stream_at:
            return False
        self._wait_for_changes()
        return True

    # -- the event stream

    def _read_stream(self) -> None:
        headers = self._api.headers(self._login.token()) | {"Accept": "text/event-stream"}
        if self._last_id:
            headers["Last-Event-ID"] = self._last_id
        try:
            with self._api.stream("/v1/events", headers, self._silence_s, self._sockets, self._first_s) as answer:
                self._follow(answer, self._clock())
        except (CentralUnreachable, Answered) as fault:
            self._fruitless = 0 if self.alive else self._fruitless + 1
            if not self.alive and (_swallowed(fault) or self._fruitless >= _FRUITLESS):
                raise _NoStream(str(fault)) from fault
            raise

    def _follow(self, answer: httpx.Response, since: float) -> None:
        """Wake at every event; a stream that lived long, or said something, was no failure."""
        try:
            for event in EventSource(_Awaited(answer, self._flows)).iter_sse():
                self._backoff.succeeded()
                self._last_id = event.id or self._last_id
                self._wake()
        except SSEError as wrong:
            raise _NoStream(str(wrong)) from wrong
        finally:
            if self._clock() - since > LAST_S:
                self._backoff.succeeded()

    def _flows(self) -> None:
        """The first byte is here: from now on heartbeats keep the stream alive."""
        let_go()
        self._pause, self._fruitless = AGAIN_S, 0
        self.alive = True

    # -- where there is none

    def _wait_for_changes(self) -> None:
        """One feed request that waits at the central; raises CentralUnreachable when it is not made to wait."""
        token, engine = self._login.token(), self._cursor()
        if not engine:
            raise CentralUnreachable("there is no place in the feed yet")
        place = self._seen[1] if self._seen is not None and self._seen[0] == engine else engine
        self._seen, began = None, self._clock()
        page = self._api.changes_after(token, place, self._sockets)
        if page.next == place and self._clock() - began < _AT_ONCE_S:
            raise CentralUnreachable("the feed answers without waiting")
        self._backoff.succeeded()
        self.alive = True
        self._seen = engine, page.next
        if page.next != place:
            self._wake()


class _Awaited(httpx.Response):
    """An answer that tells when its first byte is here."""

    def __init__(self, answer: httpx.Response, flows: Callable[[], None]) -> None:
        super().__init__(answer.status_code, headers=answer.headers)
        self._answer, self._flows = answer, flows

    def iter_text(self, chunk_size: int | None = None) -> Iterator[str]:
        flows = False
        for text in self._answer.iter_text(chunk_size):
            if not flows:
                self._flows()
            flows = True
            yield text


def _swallowed(fault: CentralUnreachable | Answered) -> bool:
    """Whether something answers or takes the request, but no stream comes of it."""
    if isinstance(fault, Answered):
        return fault.problem.type in {Kind.NOT_FOUND.uri, Kind.METHOD_NOT_ALLOWED.uri}
    late = isinstance(fault.__cause__, httpx.ReadTimeout)
    return late or isinstance(fault, WrongServer)
