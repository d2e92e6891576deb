"""Does the event stream wake the engine, come back after a fault, and let go at once?"""

import queue
import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

from sync.client.api import CentralApi
from sync.client.backoff import Backoff
from sync.client.hints import Hints
from sync.errors import NotSignedIn
from sync.wire.codec import encode
from sync.wire.messages import ChangesPage
from sync.wire.problems import MEDIA_TYPE, Kind
from tests.fakes import problem
from tests.patience import PATIENCE_S
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

    def __init__(self, server: ScriptedServer, token: Token, **options: Any) -> None:
        self.woken: queue.Queue[None] = queue.Queue()
        self.api = CentralApi(server.url, language=lambda: "en")
        self.hints = Hints(self.api, token, lambda: self.woken.put(None), AtOnce(), **options)

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
                listening.woken.get(timeout=PATIENCE_S)
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
            for _ in range(3):  # an event, that the stream was cut, an event
                listening.woken.get(timeout=PATIENCE_S)
        assert [h.headers["last-event-id"] for h in server.asked] == [None, "e.7"]


def test_stop_returns_at_once_in_a_silent_stream(token: Token, quiet: Callable[[Handler], None]) -> None:
    with ScriptedServer(events("e.1", then=quiet)) as server:
        listening = Listening(server, token)
        with listening:
            listening.woken.get(timeout=PATIENCE_S)
        # leaving the block above has joined the thread, long before any read time-out


def test_stop_returns_at_once_while_the_server_has_not_even_answered(token: Token) -> None:
    asked = threading.Event()

    def never(handler: Handler) -> None:
        asked.set()
        handler.rfile.read(1)

    with ScriptedServer(never) as server:
        listening = Listening(server, token)
        with listening:
            assert asked.wait(PATIENCE_S)


def test_stop_before_start_does_nothing(token: Token) -> None:
    with ScriptedServer(answer(b"")) as server:
        listening = Listening(server, token)
        listening.hints.stop()
        listening.api.close()
        assert server.asked == []


@pytest.mark.parametrize(
    "bad",
    [
        answer(b"busy", 503, "text/plain"),
        answer(encode(problem(Kind.SIGN_IN_AGAIN)), 401, MEDIA_TYPE),
        hangs_up,
    ],
)
def test_a_bad_answer_is_tried_again(token: Token, quiet: Callable[[Handler], None], bad: Answer) -> None:
    with ScriptedServer(bad, events("e.1", then=quiet)) as server:
        listening = Listening(server, token)
        with listening:
            listening.woken.get(timeout=PATIENCE_S)
        assert len(server.asked) == 2


def test_a_person_who_signs_in_is_listened_for_at_once(token: Token, quiet: Callable[[Handler], None]) -> None:
    token.value = None
    with ScriptedServer(events("e.1", then=quiet)) as server:
        listening = Listening(server, token)
        listening.hints._backoff = Backoff(Forever())
        with listening as hints:
            assert token.missed.wait(PATIENCE_S)
            token.value = "t2"
            hints.reconnect()
            listening.woken.get(timeout=PATIENCE_S)
        assert server.asked[-1].headers["authorization"] == "Bearer t2"


def test_another_person_gets_a_stream_of_their_own(token: Token, quiet: Callable[[Handler], None]) -> None:
    with ScriptedServer(events("e.1", then=quiet), events("e.1", then=quiet)) as server:
        listening = Listening(server, token)
        with listening as hints:
            listening.woken.get(timeout=PATIENCE_S)
            token.value = "t2"
            hints.reconnect()
            for _ in range(2):  # that the first stream is no more, and the event of the second
                listening.woken.get(timeout=PATIENCE_S)
        assert [h.headers["authorization"] for h in server.asked] == ["Bearer t1", "Bearer t2"]
        assert server.asked[1].headers["last-event-id"] is None


# -- where no stream gets through


def page(next_: str) -> Answer:
    """What the feed answers to a request that waits."""
    return answer(encode(ChangesPage(changes=(), next=next_, more=False, count=0)))


def kept_back(handler: Handler) -> None:
    """A proxy that collects the stream before it hands it on: the head comes, and then nothing."""
    chunks(kind=EVENT_STREAM, then=swallowed)(handler)


def swallowed(handler: Handler) -> None:
    """One that keeps back even the head."""
    handler.rfile.read(1)
    handler.close_connection = True


class Seconds:
    """A clock for ``Hints`` that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def paths(server: ScriptedServer) -> list[str]:
    return [handler.path.partition("?")[0] for handler in server.asked]


NO_STREAM: dict[str, Answer] = {
    "kept back": kept_back,
    "swallowed with its head": swallowed,
    "not found": answer(encode(problem(Kind.NOT_FOUND)), 404, MEDIA_TYPE),
    "a proxy's page": answer(b"<html></html>", 200, "text/html"),
    "a proxy's no": answer(b"no", 404, "text/plain"),
}


@pytest.mark.parametrize("bad", NO_STREAM.values(), ids=NO_STREAM)
def test_where_no_stream_gets_through_a_request_that_waits_takes_its_place(
    token: Token, quiet: Callable[[Handler], None], bad: Answer
) -> None:
    with ScriptedServer(bad, page("e.5"), quiet) as server:
        listening = Listening(server, token, cursor=lambda: "e.4", first_s=1.0)
        with listening as hints:
            listening.woken.get(timeout=PATIENCE_S)
            assert hints.alive
        assert paths(server)[:2] == ["/v1/events", "/v1/changes"]
        assert server.asked[1].path == "/v1/changes?cursor=e.4&limit=1&wait=25"
        assert server.asked[1].headers["authorization"] == "Bearer t1"


def test_it_goes_on_from_where_the_engine_is_or_behind_what_it_was_told(
    token: Token, quiet: Callable[[Handler], None]
) -> None:
    engine = ["e.4"]
    with ScriptedServer(NO_STREAM["not found"], page("e.5"), page("e.6"), quiet) as server:
        listening = Listening(server, token, cursor=lambda: engine[0])
        with listening:
            listening.woken.get(timeout=PATIENCE_S)  # the engine has not pulled yet
            listening.woken.get(timeout=PATIENCE_S)
        asked = [handler.path for handler in server.asked[1:3]]
        assert ["cursor=e.4" in asked[0], "cursor=e.5" in asked[1]] == [True, True]


def test_where_neither_works_the_engine_polls_by_itself(token: Token, quiet: Callable[[Handler], None]) -> None:
    with ScriptedServer(NO_STREAM["not found"], answer(b"", 504, "text/plain"), quiet) as server:
        listening = Listening(server, token, cursor=lambda: "e.4")
        with listening as hints:
            while len(server.asked) < 3:
                threading.Event().wait(0.01)
            assert not hints.alive
        assert paths(server) == ["/v1/events", "/v1/changes", "/v1/changes"]


def test_a_feed_that_answers_without_waiting_is_not_asked_in_a_circle(
    token: Token, quiet: Callable[[Handler], None]
) -> None:
    with ScriptedServer(NO_STREAM["not found"], page("e.4"), quiet) as server:
        listening = Listening(server, token, cursor=lambda: "e.4")
        listening.hints._backoff = Backoff(Forever())
        with listening as hints:
            while len(server.asked) < 2 or hints._backoff.failures == 0:
                threading.Event().wait(0.01)
            assert not hints.alive
        assert len(server.asked) == 2


def test_a_stream_that_works_again_is_taken_again(token: Token, quiet: Callable[[Handler], None]) -> None:
    seconds = Seconds()

    def later(handler: Handler) -> None:
        seconds.now += 61.0
        page("e.5")(handler)

    with ScriptedServer(kept_back, later, events("e.6", then=quiet)) as server:
        listening = Listening(server, token, cursor=lambda: "e.4", clock=seconds, first_s=1.0)
        with listening as hints:
            for _ in range(2):
                listening.woken.get(timeout=PATIENCE_S)
            assert hints.alive
        assert paths(server) == ["/v1/events", "/v1/changes", "/v1/events"]


def test_a_stream_that_only_ever_hangs_up_is_given_up(token: Token, quiet: Callable[[Handler], None]) -> None:
    with ScriptedServer(hangs_up, hangs_up, hangs_up, page("e.5"), quiet) as server:
        listening = Listening(server, token, cursor=lambda: "e.4")
        with listening:
            listening.woken.get(timeout=PATIENCE_S)
        assert paths(server)[:4] == ["/v1/events"] * 3 + ["/v1/changes"]


def test_two_missed_heartbeats_end_a_stream_and_wake_the_engine(token: Token, quiet: Callable[[Handler], None]) -> None:
    """The engine sleeps long while hints are alive: it must hear that they are not."""
    heartbeats = chunks(b": heartbeat\n\n", kind=EVENT_STREAM, then=quiet)
    with ScriptedServer(heartbeats, events("e.1", then=quiet)) as server:
        listening = Listening(server, token, silence_s=0.2)
        with listening:
            listening.woken.get(timeout=PATIENCE_S)  # that it is dead
            listening.woken.get(timeout=PATIENCE_S)  # the event of the next
        assert paths(server)[:2] == ["/v1/events"] * 2


def test_heartbeats_alone_keep_a_stream_alive_longer_than_its_first_byte_may_take(
    token: Token, quiet: Callable[[Handler], None]
) -> None:
    beaten = threading.Event()

    def beats(handler: Handler) -> None:
        for _ in range(4):
            threading.Event().wait(0.3)
            handler.wfile.write(b"3\r\n:\n\n\r\n")
        beaten.set()
        quiet(handler)

    with ScriptedServer(chunks(b": heartbeat\n\n", kind=EVENT_STREAM, then=beats)) as server:
        listening = Listening(server, token, first_s=1.0, silence_s=PATIENCE_S)
        with listening as hints:
            assert beaten.wait(PATIENCE_S)
            assert hints.alive
        assert len(server.asked) == 1
