"""What if the disk is full, or a file was torn? The queue says so, and loses nothing that it had accepted."""

import random
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sync.errors import StoreFull
from sync.store.outbox import Outbox
from sync.workstation import Workstation
from tests.fakes import Clock
from tests.sync.samples import NOW, command, order

ROOT = Path(__file__).resolve().parents[2]


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


def worked_until_full(folder: Path, way: str) -> subprocess.CompletedProcess[str]:
    """A real process on ``folder``; with ``tmpfs`` on a file system of four megabytes, mounted for it alone."""
    command = [sys.executable, "-m", "tests.faults.filling", str(folder), way]
    if way == "tmpfs":
        at = shlex.quote(str(folder))
        ready = f"mount -t tmpfs -o size=4m tmpfs {at} && head -c 1000000 /dev/zero > {at}/ballast"
        script = f"{ready} && exec {shlex.join(command)}"
        command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("way", ["tmpfs", "limit"])
def test_a_really_full_disk_refuses_in_words_writes_nothing_by_halves_and_goes_on_with_room(
    tmp_path: Path, way: str
) -> None:
    """``limit`` needs no right at all: no file may grow any more. Where nobody may mount, both run that way."""
    if way == "tmpfs" and subprocess.run(["unshare", "-Urm", "true"], capture_output=True, check=False).returncode:
        way = "limit"
    done = worked_until_full(tmp_path, way)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("StoreFull: ") == 2
    assert "kept " in done.stdout
    assert ("cache-" in done.stdout, "outbox.db" in done.stdout) == (True, True)


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
