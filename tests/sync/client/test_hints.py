"""Does the event stream wake the engine, come back after a fault, and let go at once?"""

import queue
import random
import threading
from collections.abc import Callable

import pytest

from sync.client.api import CentralApi
from sync.client.backoff import Backoff
from sync.client.hints import Hints
from sync.errors import NotSignedIn
from sync.wire.codec import encode
from sync.wire.problems import MEDIA_TYPE, Kind
from tests.fakes import problem
from tests.sync.client.scripted import Answer, Handler, ScriptedServer, answer, chunks, hangs_up

EVENT_STREAM = "text/event-stream"


class AtOnce(random.Random):
    """Jitter that never waits."""

    def uniform(self, a: float, b: float) -> float:
        return min(a, b)


class Forever(random.Random):
    """Jitter that always waits as long as it may, and a day longer."""

    def uniform(self, a: float, b: float) -> float:
        return max(a, b) + 86_400


class Token:
    """A person who may sign in late."""

    def __init__(self) -> None:
        self.value: str | None = "t1"
        self.missed = threading.Event()

    def token(self) -> str:
        if self.value is None:
            self.missed.set()
            raise NotSignedIn("nobody")
        return self.value


class Listening:
    """Hints at a scripted server; ``woken`` gets one item per wake."""

    def __init__(self, server: ScriptedServer, token: Token) -> None:
        self.woken: queue.Queue[None] = queue.Queue()
        self.api = CentralApi(server.url, language=lambda: "en")
        self.hints = Hints(self.api, token, lambda: self.woken.put(None), AtOnce())

    def __enter__(self) -> "Hints":
        self.hints.start()
        return self.hints

    def __exit__(self, *_: object) -> None:
        self.hints.stop()
        self.api.close()


@pytest.fixture
def token() -> Token:
    return Token()


@pytest.fixture
def quiet() -> Callable[[Handler], None]:
    """Keeps a stream open, saying nothing, until the client has hung up."""
    waiting: list[Handler] = []

    def silence(handler: Handler) -> None:
        waiting.append(handler)
        handler.rfile.read(1)

    return silence


def events(*ids: str, then: Callable[[Handler], None] | None = None) -> Answer:
    parts = [f"id: {i}\nevent: changes\ndata: {{}}\n\n".encode() for i in ids]
    return chunks(b": heartbeat\n\n", *parts, kind=EVENT_STREAM, then=then)


def test_every_event_wakes_the_engine(token: Token, quiet: Callable[[Handler], None]) -> None:
    with ScriptedServer(events("e.1", "e.2", then=quiet)) as server:
        listening = Listening(server, token)
        with listening as hints:
            for _ in range(2):
                listening.woken.get(timeout=10)
            alive = [hints.alive]
        alive.append(hints.alive)
        assert alive == [True, False]
        (request,) = server.asked
        assert request.path == "/v1/events"
        assert request.headers["authorization"] == "Bearer t1"
        assert request.headers["accept"] == EVENT_STREAM
        assert "last-event-id" not in request.headers


def test_after_a_cut_it_comes_back_with_the_last_id(token: Token, quiet: Callable[[Handler], None]) -> None:
    with ScriptedServer(events("e.7"), events("e.8", then=quiet)) as server:
        listening = Listening(server, token)
        with listening:
            for _ in range(2):
                listening.woken.get(timeout=10)
        assert [h.headers["last-event-id"] for h in server.asked] == [None, "e.7"]


def test_stop_returns_at_once_in_a_silent_stream(token: Token, quiet: Callable[[Handler], None]) -> None:
    with ScriptedServer(events("e.1", then=quiet)) as server:
        listening = Listening(server, token)
        with listening:
            listening.woken.get(timeout=10)
        # leaving the block above has joined the thread, long before any read time-out


def test_stop_returns_at_once_while_the_server_has_not_even_answered(token: Token) -> None:
    asked = threading.Event()

    def never(handler: Handler) -> None:
        asked.set()
        handler.rfile.read(1)

    with ScriptedServer(never) as server:
        listening = Listening(server, token)
        with listening:
            assert asked.wait(10)


def test_stop_before_start_does_nothing(token: Token) -> None:
    with ScriptedServer(answer(b"")) as server:
        listening = Listening(server, token)
        listening.hints.stop()
        listening.api.close()
        assert server.asked == []


@pytest.mark.parametrize(
    "bad",
    [
        answer(b"<html></html>", 200, "text/html"),
        answer(b"busy", 503, "text/plain"),
        answer(encode(problem(Kind.SIGN_IN_AGAIN)), 401, MEDIA_TYPE),
        hangs_up,
    ],
)
def test_a_bad_answer_is_tried_again(token: Token, quiet: Callable[[Handler], None], bad: Answer) -> None:
    with ScriptedServer(bad, events("e.1", then=quiet)) as server:
        listening = Listening(server, token)
        with listening:
            listening.woken.get(timeout=10)
        assert len(server.asked) == 2


def test_a_person_who_signs_in_is_listened_for_at_once(token: Token, quiet: Callable[[Handler], None]) -> None:
    token.value = None
    with ScriptedServer(events("e.1", then=quiet)) as server:
        listening = Listening(server, token)
        listening.hints._backoff = Backoff(Forever())
        with listening as hints:
            assert token.missed.wait(10)
            token.value = "t2"
            hints.reconnect()
            listening.woken.get(timeout=10)
        assert server.asked[-1].headers["authorization"] == "Bearer t2"


def test_another_person_gets_a_stream_of_their_own(token: Token, quiet: Callable[[Handler], None]) -> None:
    with ScriptedServer(events("e.1", then=quiet), events("e.1", then=quiet)) as server:
        listening = Listening(server, token)
        with listening as hints:
            listening.woken.get(timeout=10)
            token.value = "t2"
            hints.reconnect()
            listening.woken.get(timeout=10)
        assert [h.headers["authorization"] for h in server.asked] == ["Bearer t1", "Bearer t2"]
        assert server.asked[1].headers["last-event-id"] is None
