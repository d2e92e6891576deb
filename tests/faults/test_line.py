"""Does everything settle, exactly once, over a line that is slow, cut, reset, sliced or dead for a while?"""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.domain.order import Order
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
from tests.sync.samples import LI

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]
_ORDERS = 40
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
    with contextlib.closing(Station(tmp_path / "desk", line[0].url, deadline_s=_WITHIN_S)) as made:
        yield made


@pytest.fixture
def orders(line: tuple[Line, SqliteStorage]) -> list[Order]:
    with line[1].read() as reading:
        return loaded(line[1], _ORDERS, first=reading.head())


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
    assert offline.wait(30)
    assert station.answers == []
    assert len(effects(storage, orders)) == (0 if weather == "blackhole up" else _ORDERS)
    rough.order("calm")
    station.join()
    settled_once(storage, station, orders)
