"""What if the disk is full, or a file was torn? The queue says so, and loses nothing that it had accepted."""

import random
from pathlib import Path

import pytest

from sync.errors import StoreFull
from sync.store.outbox import Outbox
from sync.workstation import Workstation
from tests.fakes import Clock
from tests.sync.samples import NOW, command, order


def opened(folder: Path) -> Workstation:
    return Workstation(folder, Clock(NOW), use_keyring=False)


def filled(outbox: Outbox, most: int) -> list[str]:
    return [outbox.add(lambda n: command(order(), n=n), order()).key for _ in range(most)]


def test_a_full_disk_is_told_and_what_was_accepted_stays(tmp_path: Path) -> None:
    with opened(tmp_path) as station:
        kept = filled(station.outbox, 5)
        pages = station.outbox._connection.execute("PRAGMA page_count").fetchone()[0]
        station.outbox._connection.execute(f"PRAGMA max_page_count = {pages + 3}")

        def fill_it_up() -> None:
            for _ in range(500):
                kept.extend(filled(station.outbox, 1))

        with pytest.raises(StoreFull):
            fill_it_up()
        assert [c.key for c in station.outbox.unsettled()] == kept
        station.outbox._connection.execute("PRAGMA max_page_count = 1000000")
        kept += filled(station.outbox, 1)
    with opened(tmp_path) as again:
        assert [c.key for c in again.outbox.unsettled()] == kept


@pytest.mark.parametrize("seed", range(12))
def test_a_torn_or_flipped_wal_leaves_a_whole_beginning(tmp_path: Path, seed: int) -> None:
    """As after a power cut: copies of the open files, the WAL of which is cut or changed somewhere."""
    chance = random.Random(seed)
    torn = tmp_path / "torn"
    torn.mkdir()
    with opened(tmp_path / "desk") as station:
        kept = filled(station.outbox, 20)
        for name in ("outbox.db", "outbox.db-wal", "store.key"):
            (torn / name).write_bytes((tmp_path / "desk" / name).read_bytes())
    wal = bytearray((torn / "outbox.db-wal").read_bytes())
    at = chance.randrange(32, len(wal))
    if seed % 2:
        wal[at] ^= 0xFF
    else:
        del wal[at:]
    (torn / "outbox.db-wal").write_bytes(wal)
    with opened(torn) as again:
        left = [c.key for c in again.outbox.unsettled()]
        assert left == kept[: len(left)]
        assert again.set_aside is None or again.set_aside.with_name(f"{again.set_aside.name}-wal").exists()
