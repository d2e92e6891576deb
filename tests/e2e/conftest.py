"""Which central do the end-to-end tests talk to? A real one on a real socket, with the demo's orders."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.server import demo
from sync.server.app import create, wall_clock
from sync.server.identity import Identity
from sync.server.running import RunningServer
from sync.server.storage.sqlite import SqliteStorage


@pytest.fixture
def central(tmp_path: Path) -> Iterator[str]:
    """The URL of a central with forty made-up orders, among them those that end in 4712 and 8365."""
    storage = SqliteStorage(tmp_path / "central.db")
    identity = Identity(storage, wall_clock)
    demo.fill(storage, identity, seed=3, now=wall_clock(), count=40)
    try:
        with RunningServer(create(storage, identity=identity)) as running:
            yield running.url
    finally:
        storage.close()
