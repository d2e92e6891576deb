"""Does a central that cannot listen say so, and one that stops leave nothing behind?"""

import asyncio
import contextlib
import resource
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from sync.server.app import create, wall_clock
from sync.server.errors import Setup, StorageUnavailable
from sync.server.feed import Cursor, view_of
from sync.server.identity import Identity
from sync.server.running import RunningServer, bind
from sync.server.serving import allow_many_connections
from sync.server.storage.sqlite import SqliteStorage
from sync.wire.messages import BadgeGrant
from tests.contract.world import CHEAP, PIN, furnish
from tests.patience import PATIENCE_S


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqliteStorage]:
    opened = SqliteStorage(tmp_path / "central.db")
    yield opened
    opened.close()


def test_a_stopped_central_leaves_no_thread_and_frees_its_port(storage: SqliteStorage) -> None:
    before = set(threading.enumerate())
    with RunningServer(create(storage)) as running:
        assert httpx.get(f"{running.url}/v1/meta", trust_env=False).status_code == 200
    assert set(threading.enumerate()) <= before
    bind("127.0.0.1", int(running.url.rsplit(":", 1)[1])).close()


def test_small_answers_are_sent_at_once(storage: SqliteStorage) -> None:
    """asyncio switches Nagle's algorithm off only for a socket that says it is TCP."""
    with bind("127.0.0.1", 0) as bound:
        assert bound.proto == socket.IPPROTO_TCP


def test_a_taken_port_is_told() -> None:
    with bind("127.0.0.1", 0) as taken:
        taken.listen()
        with pytest.raises(Setup, match="cannot listen"):
            bind("127.0.0.1", taken.getsockname()[1])


def test_a_central_that_cannot_start_is_told_with_its_cause(
    storage: SqliteStorage, caplog: pytest.LogCaptureFixture
) -> None:
    class Fails(contextlib.AbstractAsyncContextManager[None]):
        def __init__(self, _: Litestar) -> None:
            pass

        async def __aenter__(self) -> None:
            raise RuntimeError("no room at the inn")

        async def __aexit__(self, *_: object) -> None:
            raise AssertionError("never entered")

    app = create(storage)
    app._lifespan_managers.append(Fails)
    with pytest.raises(Setup, match="did not start"), RunningServer(app):
        pass
    assert "no room at the inn" in caplog.text


def test_tidying_that_meets_a_busy_database_does_not_stop_the_central(
    storage: SqliteStorage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried = threading.Event()

    def busy() -> None:
        tried.set()
        raise StorageUnavailable("database is locked")

    monkeypatch.setattr(storage, "write", busy)
    with RunningServer(create(storage)) as running:
        assert tried.wait(PATIENCE_S)
        assert httpx.get(f"{running.url}/v1/meta", trust_env=False).status_code == 200
    assert "database is locked" in caplog.text


def test_a_central_started_from_a_plain_shell_takes_more_connections_than_the_shell_allows() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, hard - 1), hard))
    try:
        allow_many_connections()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


WORKSTATIONS = 500


@contextlib.contextmanager
def many_files() -> Iterator[None]:
    """Both ends of every connection are in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4 * WORKSTATIONS)), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def asked(port: int, path: str, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: c\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    await writer.drain()
    return reader, writer


def test_five_hundred_workstations_are_let_go_with_whole_answers(storage: SqliteStorage) -> None:
    """Half of them hold an event stream open, half wait for a change."""
    identity = Identity(storage, wall_clock, hasher=CHEAP)
    furnish(storage, identity)
    session = identity.by_badge(BadgeGrant(badge="100", pin=PIN, device="ws"))
    app = create(storage, identity=identity)
    running = RunningServer(app)
    port, readers = int(running.url.rsplit(":", 1)[1]), app.state["central"].notifier._readers

    async def play() -> list[bytes]:
        with running:
            with storage.read() as reading:
                here = Cursor(reading.epoch(), reading.head(), view_of(session.user, session.user.warehouses))
            waits = f"/v1/changes?cursor={here}&wait=25"
            paths = ["/v1/events", waits] * (WORKSTATIONS // 2)
            lines = [await asked(port, path, session.access_token) for path in paths]
            for _ in range(int(PATIENCE_S * 20)):
                if len(readers) == WORKSTATIONS:
                    break
                await asyncio.to_thread(threading.Event().wait, 0.05)
            assert len(readers) == WORKSTATIONS
            stopping = asyncio.to_thread(running.stop)
            told = asyncio.gather(*(reader.read() for reader, _ in lines))
            _, answers = await asyncio.gather(stopping, told)
            for _, writer in lines:
                writer.close()
            return answers

    with many_files():
        answers = asyncio.run(play())
    for stream, page in zip(answers[::2], answers[1::2], strict=True):
        assert stream.startswith(b"HTTP/1.1 200")
        assert stream.endswith(b"0\r\n\r\n"), "the stream was ended, not cut"
        assert page.startswith(b"HTTP/1.1 200")
        assert page.endswith(b'"count":0,"news":0}')
