"""What do the tests of the store open? Files in a fresh folder, under one key."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.store.database import DatabaseKey
from sync.store.orders import OrderCache
from sync.store.outbox import Outbox
from tests.fakes import Clock

KEY = DatabaseKey("0123456789abcdef" * 4)


@pytest.fixture
def key() -> DatabaseKey:
    return KEY


@pytest.fixture
def outbox(tmp_path: Path, clock: Clock) -> Iterator[Outbox]:
    made = Outbox(tmp_path / "outbox.db", KEY, clock)
    yield made
    made.close()


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[OrderCache]:
    made = OrderCache(tmp_path / "cache.db", KEY)
    yield made
    made.close()
