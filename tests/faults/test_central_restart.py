"""Does a reader of the event stream go on where it was when the central is restarted or killed? Nothing is skipped."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from os import kill
from pathlib import Path

import httpx
import pytest

from sync.domain.order import Order
from sync.events import Event, OrdersChanged
from sync.wire.messages import ChangesPage
from tests.contract.databases import cluster, migrated, postgres_url
from tests.contract.world import read
from tests.faults.centrals import PIN, KillableCentral, Station, furnished, stations
from tests.patience import PATIENCE_S
from tests.sync.samples import LI

__all__ = ["cluster", "migrated", "postgres_url"]
pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(120)]


def signed_in(url: str) -> dict[str, str]:
    body = {"grant": "badge", "badge": LI.id, "pin": PIN, "device": "reader"}
    return {"authorization": f"Bearer {httpx.post(f'{url}/v1/session', json=body).json()['access_token']}"}


@contextlib.contextmanager
def listening(url: str, headers: dict[str, str], last: str = "") -> Iterator[Iterator[str]]:
    """The lines of the stream that say something."""
    since = {"last-event-id": last} if last else {}
    with httpx.stream("GET", f"{url}/v1/events", headers=headers | since, timeout=PATIENCE_S) as answer:
        yield (line for line in answer.iter_lines() if line.startswith(("id: ", ":")))


def settle(station: Station) -> None:
    while station.left:
        station.desk.engine.step()


def gracefully(central: KillableCentral) -> None:
    central.end()


def killed(central: KillableCentral) -> None:
    central.kill()


@pytest.mark.parametrize("stop", [gracefully, killed])
def test_a_stream_resumes_where_it_was_cut(tmp_path: Path, stop: Callable[[KillableCentral], None]) -> None:
    database = str(tmp_path / "central.db")
    orders = furnished(database, 6)
    with KillableCentral(database) as central, stations(tmp_path, central.url, 1) as (desk,):
        headers = signed_in(central.url)
        with listening(central.url, headers) as lines:
            cursor = next(lines).removeprefix("id: ")
            desk.queue(orders[:2])
            settle(desk)
            last = next(lines).removeprefix("id: ")
            stop(central)
            with contextlib.suppress(httpx.RemoteProtocolError, httpx.ReadError):
                assert list(lines) == []
        central.start()
        with listening(central.url, headers, last) as lines:
            assert next(lines).startswith(":")  # up to date: nothing to tell
            desk.queue(orders[2:4])
            settle(desk)
            last = next(lines).removeprefix("id: ")
        desk.queue(orders[4:])
        settle(desk)  # nobody listens
        with listening(central.url, headers, last) as lines:
            assert next(lines).startswith("id: ")  # at once
        page = read(httpx.get(f"{central.url}/v1/changes", params={"cursor": cursor}, headers=headers), ChangesPage)
        assert [(change.id, change.version) for change in page.changes] == [(order.id, 2) for order in orders]
        central.end()


class Reader:
    """A workstation at work in its own threads; ``saw`` when its cache holds all these orders at version 2."""

    def __init__(self, station: Station, orders: list[Order]) -> None:
        self._desk = station.desk
        self._missing = {order.id for order in orders}
        self.saw = threading.Event()
        self._desk.subscribe(self._hear)
        self._desk.start()

    def _hear(self, event: Event) -> None:
        if isinstance(event, OrdersChanged):
            seen = [self._desk.order(order_id) for order_id in self._missing]
            self._missing -= {each.order.id for each in seen if each is not None and each.order.version == 2}
            if not self._missing:
                self.saw.set()


def test_workstations_see_everything_though_the_worker_that_they_follow_dies(tmp_path: Path, postgres_url: str) -> None:
    """The product's own engine and event stream; every worker dies once, and no stream lives through it."""
    orders = furnished(postgres_url, 40)
    with (
        KillableCentral(postgres_url, "--workers", "2") as central,
        stations(tmp_path, central.url, 5) as (author, *others),
    ):
        readers = [Reader(other, orders) for other in others]
        for victim in central.workers():
            author.queue(orders[:20])
            orders = orders[20:]
            settle(author)
            kill(victim, signal.SIGKILL)
        for reader in readers:
            assert reader.saw.wait(PATIENCE_S)
