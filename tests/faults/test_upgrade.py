"""Does a queue that the first release left behind reach the central by the present one, each command once?"""

import json
from pathlib import Path

import pytest

from sync.client.api import CentralApi
from sync.domain.order import Order, OrderId
from sync.server.app import create
from sync.server.identity import Identity
from sync.server.running import RunningServer
from sync.server.storage.base import Place
from sync.server.storage.sqlite import SqliteStorage
from sync.service import Desk
from sync.store.database import connect
from sync.store.secret import store_key
from sync.wire.codec import decode
from sync.wire.messages import HistoryEntry, PlaceName
from sync.workstation import Workstation
from tests.fakes import Clock
from tests.simulation.central import PIN, QUICK
from tests.sync.samples import EAST, LI, NOW, order
from tests.sync.store.test_migrations import RELEASED

MORE = range(5, 305)
"""The numbers of the commands that wait besides the one in the released file."""


def _left_behind(folder: Path) -> None:
    """The folder as the first release left it: the same command again and again, each for an order of its own."""
    folder.mkdir()
    old = connect(folder / "outbox.db", store_key(folder, use_keyring=False), "FULL")
    old.executescript((RELEASED / "outbox-0001_commands.sql").read_text(encoding="utf-8"))
    body, seen = (json.loads(text) for text in old.execute("SELECT body, seen FROM commands WHERE n = 4").fetchone())
    for n in MORE:
        key, of, number = f"01900000-5e00-7000-8000-{n:012d}", f"id-SO{n:014d}", f"SO{n:014d}"
        old.execute(
            "INSERT INTO commands(n, key, order_id, op, issued_by, issued_at, body, seen)"
            " SELECT ?, ?, ?, op, issued_by, issued_at, ?, ? FROM commands WHERE n = 4",
            (
                n,
                key,
                of,
                json.dumps(body | {"key": key, "n": n, "order_id": of}),
                json.dumps(seen | {"id": of, "number": number}),
            ),
        )
    old.close()


def _orders() -> list[Order]:
    first = order("SO20261122000004")
    return [first, *(order(f"SO{n:014d}", id=OrderId(f"id-SO{n:014d}")) for n in MORE)]


@pytest.mark.e2e
def test_a_queue_of_the_first_release_reaches_the_central_once_and_a_copy_stays_beside_it(tmp_path: Path) -> None:
    clock, folder = Clock(NOW), tmp_path / "desk"
    storage = SqliteStorage(tmp_path / "central.db")
    identity = Identity(storage, clock, hasher=QUICK)
    identity.add_account(LI, LI.id, PIN)
    with storage.write() as writing:
        writing.keep_place(Place(kind="warehouse", name=PlaceName(id=EAST, names={}, spoken={})))
        writing.load((o, "erp", o.number) for o in _orders())
    _left_behind(folder)
    with RunningServer(create(storage, clock=clock, identity=identity)) as server:
        for unsent in (len(_orders()), 0):  # and started once more, it sends nothing again
            with Workstation(folder, clock, use_keyring=False) as station:
                assert station.outbox.unsent() == unsent
                desk = Desk(station, CentralApi(server.url, language=lambda: "zh"), now=clock)
                desk._login._hasher = QUICK
                try:
                    desk.sign_in(LI.id, PIN, "zh")
                    while desk.engine.step() == 0.0:
                        pass
                finally:
                    desk.stop()
                assert station.outbox.unsent() == 0
    statuses = storage._writer.execute("SELECT status, count(*) FROM commands GROUP BY status").fetchall()
    entries = [decode(row[0], HistoryEntry) for row in storage._writer.execute("SELECT entry FROM history")]
    storage.close()
    assert statuses == [("applied", len(_orders()))]
    effects = [entry.key for entry in entries if entry.key is not None]
    assert len(effects) == len(set(effects)) == len(_orders())
    key = store_key(folder, use_keyring=False)
    copy = connect(folder / "copies" / "before-0002_epochs.db", key, "FULL")
    assert copy.execute("SELECT count(*) FROM commands WHERE status IS NULL").fetchone() == (len(_orders()),)
    copy.close()
