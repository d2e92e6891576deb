"""One suite, every storage: the fixtures that each implementation joins."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.server.central import Settings
from sync.server.storage.base import Storage
from sync.server.storage.postgres import PostgresStorage
from sync.server.storage.sqlite import SqliteStorage
from tests.contract.databases import cluster, migrated, postgres_url
from tests.contract.world import Stage, World, stage, world

__all__ = ["cluster", "migrated", "postgres_url"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.contract)


@pytest.fixture(params=["sqlite", "postgres"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    opened: Storage
    if request.param == "sqlite":
        opened = SqliteStorage(tmp_path / "central.db")
    else:
        opened = PostgresStorage(request.getfixturevalue("postgres_url"))
    yield opened
    opened.close()


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def alone() -> bool:
    """Whether the test needs a server of its own: to stop it, or for settings of the whole application."""
    return False


@pytest.fixture(scope="session")
def shared_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    idle = SqliteStorage(tmp_path_factory.mktemp("idle") / "central.db")
    with stage(idle) as made:
        yield made
    idle.close()


@pytest.fixture
def central(storage: Storage, settings: Settings, alone: bool, request: pytest.FixtureRequest) -> Iterator[World]:
    with contextlib.ExitStack() as stack:
        on: Stage = stack.enter_context(stage(storage, settings)) if alone else request.getfixturevalue("shared_stage")
        yield stack.enter_context(world(storage, settings, on))
