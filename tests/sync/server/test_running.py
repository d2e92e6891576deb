"""Does a central that cannot listen say so, and one that stops leave nothing behind?"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from sync.server.app import create
from sync.server.errors import Setup, StorageUnavailable
from sync.server.running import RunningServer, bind
from sync.server.storage.sqlite import SqliteStorage
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
