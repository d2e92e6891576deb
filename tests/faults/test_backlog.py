"""Does a queue of ten thousand commands settle when the central comes back? Over real sockets, each exactly once."""

import functools
import sys
import time
from pathlib import Path

import pytest

from sync.client.api import CentralApi
from sync.domain.commands import Command
from sync.domain.order import Order, OrderId
from sync.server.app import create
from sync.server.identity import Identity
from sync.server.running import RunningServer
from sync.server.storage.base import Place
from sync.server.storage.sqlite import SqliteStorage
from sync.service import Desk
from sync.wire.messages import PlaceName
from sync.workstation import Workstation
from tests.fakes import Clock
from tests.simulation.central import PIN, QUICK
from tests.sync.samples import EAST, LI, NOW, command, order

QUEUED = 10_000


def _numbered(of: Order, n: int) -> Command:
    return command(of, n=n)


@pytest.mark.slow
@pytest.mark.e2e
@pytest.mark.timeout(600)
def test_ten_thousand_queued_commands_all_settle(tmp_path: Path) -> None:
    clock = Clock(NOW)
    storage = SqliteStorage(tmp_path / "central.db")
    identity = Identity(storage, clock, hasher=QUICK)
    identity.add_account(LI, LI.id, PIN)
    orders = [order(f"SO{n:014d}", id=OrderId(f"id-{n:05d}")) for n in range(QUEUED)]
    with storage.write() as writing:
        writing.keep_place(Place(kind="warehouse", name=PlaceName(id=EAST, names={}, spoken={})))
        writing.load((o, "erp", o.number) for o in orders)
    with (
        RunningServer(create(storage, clock=clock, identity=identity)) as server,
        Workstation(tmp_path / "desk", clock, use_keyring=False) as station,
    ):
        station.outbox._connection.execute("PRAGMA synchronous = OFF")
        for of in orders:
            station.outbox.add(functools.partial(_numbered, of), of)
        desk = Desk(station, CentralApi(server.url, language=lambda: "zh"), now=clock)
        desk._login._hasher = QUICK
        try:
            desk.sign_in(LI.id, PIN, "zh")
            began = time.monotonic()
            while station.outbox.unsent():
                desk.engine.step()
            sys.stdout.write(f"{QUEUED:,} commands settled in {time.monotonic() - began:.1f} s\n")
        finally:
            desk.stop()
    statuses = storage._writer.execute("SELECT status, count(*) FROM commands GROUP BY status").fetchall()
    storage.close()
    assert statuses == [("applied", QUEUED)]
