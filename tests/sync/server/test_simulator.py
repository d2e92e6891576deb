"""Does the made-up warehouse live through the public API, and leave alone what it must?"""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.domain.order import Order
from sync.server import demo
from sync.server.app import create
from sync.server.demo.orders import RESERVED_TAILS
from sync.server.demo.places import WAREHOUSES
from sync.server.demo.simulator import Simulator, orders_of
from sync.server.feed import Wake
from sync.server.identity import Identity
from sync.server.running import RunningServer
from sync.server.storage.sqlite import SqliteStorage
from tests.contract.world import CHEAP, Clock
from tests.patience import PATIENCE_S


class Company:
    """A running central with a simulator that has not begun."""

    def __init__(self, storage: SqliteStorage, identity: Identity, clock: Clock) -> None:
        self.storage = storage
        self.clock = clock
        self.token = identity.add_service_token(demo.SOURCE)

    def simulator(self, url: str, *, pace: float = 0.01, token: str = "") -> Simulator:
        known = orders_of(self.storage, demo.SOURCE)
        return Simulator(url, token or self.token, demo.SOURCE, known, seed=5, clock=self.clock, pace=pace)

    def orders(self) -> dict[str, Order]:
        return {order.number: order for order in orders_of(self.storage, demo.SOURCE)}


@pytest.fixture
def company(tmp_path: Path) -> Iterator[tuple[Company, str]]:
    storage = SqliteStorage(tmp_path / "central.db")
    clock = Clock()
    identity = Identity(storage, clock, hasher=CHEAP)
    demo.fill(storage, identity, seed=7, now=clock.now, count=40)
    with RunningServer(create(storage, clock=clock, identity=identity)) as running:
        yield Company(storage, identity, clock), running.url
    storage.close()


def test_orders_move_are_stopped_close_and_arrive(company: tuple[Company, str]) -> None:
    made, url = company
    before = made.orders()
    simulator = made.simulator(url)
    told = [simulator.step() for _ in range(250)]
    after = made.orders()
    assert set(after) - set(before), "no order arrived"
    assert set(before) - set(after), "no order closed"
    assert any(len(after[n].exceptions) > len(before[n].exceptions) for n in before.keys() & after.keys())
    assert any(after[n].status is not before[n].status for n in before.keys() & after.keys())
    assert {line.rsplit(" ", 1)[-1] for line in told} <= {"200", "422"}


def test_the_orders_of_the_recorded_commands_are_left_alone(company: tuple[Company, str]) -> None:
    made, url = company
    reserved = {n: order for n, order in made.orders().items() if order.tail in RESERVED_TAILS}
    simulator = made.simulator(url)
    for _ in range(200):
        simulator.step()
    after = made.orders()
    assert {n: after[n] for n in reserved} == reserved
    assert sum(order.tail in RESERVED_TAILS for order in after.values()) == 2


def test_it_runs_in_a_thread_and_stops(company: tuple[Company, str]) -> None:
    made, url = company
    happened = threading.Event()

    def noticed(wake: Wake) -> None:
        assert wake.warehouses is not None
        assert wake.warehouses <= set(WAREHOUSES)
        happened.set()

    made.storage.watch(noticed)
    simulator = made.simulator(url)
    simulator.start()
    assert happened.wait(PATIENCE_S)
    simulator.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "simulator"]


def test_it_outlives_a_central_that_is_away(company: tuple[Company, str], caplog: pytest.LogCaptureFixture) -> None:
    made, _ = company
    caplog.set_level("INFO")
    tried = threading.Event()
    gone = made.simulator("http://127.0.0.1:1")
    step = gone.step

    def noticed() -> str:
        tried.set()
        return step()

    gone.step = noticed  # type: ignore[method-assign]  # only listens in
    gone.start()
    assert tried.wait(PATIENCE_S)
    tried.clear()
    assert tried.wait(PATIENCE_S)
    gone.stop()
    assert "the central is away" in caplog.text
