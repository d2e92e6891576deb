"""Does everything settle, exactly once, over a line that is slow, cut, reset, sliced or dead for a while?"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from sync.domain.order import Order, Status
from sync.events import ConnectionChanged, Event, Link
from sync.server.app import create
from sync.server.clock import wall_clock
from sync.server.identity import Identity
from sync.server.running import RunningServer
from sync.server.storage.sqlite import SqliteStorage
from sync.wire.messages import ResultStatus
from tests.contract.world import CHEAP
from tests.faults.centrals import PIN, Station, effects, loaded
from tests.faults.line import Line, rough_line
from tests.patience import PATIENCE_S
from tests.sync.samples import LI

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]
_ORDERS = 40
_SLOW = 12_000
"""Bytes a second: forty orders are 27 kB."""
_WITHIN_S = 1.5
"""The deadline of a call here: the product's own is a minute."""


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Line, SqliteStorage]]:
    folder = tmp_path_factory.mktemp("line")
    storage = SqliteStorage(folder / "central.db")
    identity = Identity(storage, wall_clock, hasher=CHEAP)
    identity.add_account(LI, LI.id, PIN)
    with RunningServer(create(storage, identity=identity)) as running, rough_line(running.url, folder) as made:
        yield made, storage
    storage.close()


@pytest.fixture
def station(line: tuple[Line, SqliteStorage], tmp_path: Path) -> Iterator[Station]:
    line[0].order("calm")  # whatever the test before has left
    with contextlib.closing(Station(tmp_path / "desk", line[0].url, deadline_s=_WITHIN_S)) as made:
        yield made


@pytest.fixture
def orders(line: tuple[Line, SqliteStorage]) -> Iterator[list[Order]]:
    """Orders of this test alone: they are closed behind it, so that the next one has no more to fetch."""
    storage = line[1]
    with storage.read() as reading:
        made = loaded(storage, _ORDERS, first=reading.head())
    yield made
    with storage.write() as writing:
        for each in made:
            now = writing.order(each.id)
            assert now is not None
            closed = msgspec.structs.replace(now, version=now.version + 1, status=Status.CLOSED)
            writing.save(closed, now.warehouse)


def within_reach(so: Callable[[], bool]) -> None:
    """Wait for what the central does in its own time."""
    ends = time.monotonic() + PATIENCE_S
    while not so():
        assert time.monotonic() < ends
        threading.Event().wait(0.01)


def settled_once(storage: SqliteStorage, station: Station, orders: list[Order]) -> None:
    """Every command has its answer, and its effect once; what the workstation shows is what the central has."""
    assert [result.status for result in station.answers] == [ResultStatus.APPLIED] * _ORDERS
    assert effects(storage, orders) == {result.key: 1 for result in station.answers}
    station.pull()
    shown = [station.desk.order(each.id) for each in orders]
    assert [seen.truth.version for seen in shown if seen is not None] == [2] * _ORDERS


@pytest.mark.parametrize("weather", ["calm", "latency 0.05", "bandwidth 100000", "slices 40"])
def test_over_a_poor_line_everything_settles(
    line: tuple[Line, SqliteStorage], station: Station, orders: list[Order], weather: str
) -> None:
    rough, storage = line
    rough.order(weather)
    station.queue(orders)
    station.start()
    station.join()
    settled_once(storage, station, orders)


def test_a_snapshot_that_does_not_fit_into_one_call_comes_in_smaller_pages(
    line: tuple[Line, SqliteStorage], station: Station, orders: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.engine.PAGE_LIMIT", _ORDERS)
    line[0].order(f"bandwidth {_SLOW}")
    station.pull()
    shown = [station.desk.order(each.id) for each in orders]
    assert None not in shown


@pytest.mark.parametrize("weather", ["cut 3000", "reset 3000", "blackhole up", "blackhole down"])
def test_when_the_line_is_back_everything_settles_once(
    line: tuple[Line, SqliteStorage], station: Station, orders: list[Order], weather: str
) -> None:
    """While it is broken the central applies what it gets, and no answer comes back; or it gets nothing."""
    rough, storage = line
    offline = threading.Event()

    def hear(event: Event) -> None:
        if isinstance(event, ConnectionChanged) and event.connection.link is Link.OFFLINE:
            offline.set()

    station.desk.subscribe(hear)
    station.pull()
    rough.order(weather)
    station.queue(orders)
    station.start()
    assert offline.wait(PATIENCE_S)
    assert station.answers == []
    arrives = 0 if weather == "blackhole up" else _ORDERS
    within_reach(lambda: len(effects(storage, orders)) == arrives)
    rough.order("calm")
    station.join()
    settled_once(storage, station, orders)
