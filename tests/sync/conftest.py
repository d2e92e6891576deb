"""What do many tests of sync start from? A clock, a central in memory, and one workstation at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import Clock, FakeCentral
from tests.sync.samples import LI, MEI, NOW, ZHANG
from tests.sync.site import Site
from tests.sync.work import Work


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def central(clock: Clock) -> FakeCentral:
    return FakeCentral(clock, (LI, MEI, ZHANG))


@pytest.fixture
def site(tmp_path: Path, central: FakeCentral, clock: Clock) -> Iterator[Site]:
    made = Site(tmp_path / "desk", central, clock)
    yield made
    made.close()


@pytest.fixture
def work(tmp_path: Path, central: FakeCentral, clock: Clock) -> Iterator[Work]:
    made = Work(tmp_path / "desk", central, clock)
    yield made
    made.close()
    assert made.reports == []
