"""One central for all questions of the API tests: small, with orders, on a real socket."""

from collections.abc import Iterator

import pytest

from sync.server.central import Settings
from sync.server.storage.sqlite import SqliteStorage
from tests.contract.world import World, stage, world


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A central that the module's tests may fill with whatever they like."""
    storage = SqliteStorage(tmp_path_factory.mktemp("api") / "central.db")
    with stage(storage) as on, world(storage, Settings(), on) as made:
        for number in range(3):
            made.put(f"A{number}", number=f"2026112200471{number}")
        made.stop("A1")
        yield made
    storage.close()
