"""Does a damaged queue give back what it held? Torn and flipped files by the hundred, none of them settled twice."""

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sync.domain.commands import Command
from sync.domain.order import CommandKey
from sync.errors import StoreDamaged
from sync.store.database import connect
from sync.store.outbox import Outbox
from sync.store.salvaged import Salvage
from sync.store.second_record import suspicion
from sync.wire.messages import Result, ResultStatus
from sync.workstation import Workstation
from tests.fakes import Clock
from tests.sync.samples import LI, NOW, command, order

DAY_MS = 24 * 3600 * 1000
QUEUE, RECORD = "outbox.db", "outbox-second.db"


def opened(folder: Path, now: int = NOW) -> Workstation:
    return Workstation(folder, Clock(now), use_keyring=False)


def given(outbox: Outbox, most: int) -> list[Command]:
    """Commands on an order each."""
    them = [order(f"SO{chance:014}") for chance in random.Random().sample(range(10**9), most)]
    return [outbox.add(lambda n, it=it: command(it, n=n), it) for it in them]  # type: ignore[misc]  # ``it`` is bound


def state(outbox: Outbox) -> dict[CommandKey, str]:
    """What became of every command that the queue knows."""
    rows = outbox._connection.execute(
        "SELECT key, coalesce(status, '?') || '/' || coalesce(decision, '') FROM commands"
    )
    return {CommandKey(key): became for key, became in rows}


class Worked:
    """A folder after a day's work, copied while the program was still running, and what it knew then."""

    def __init__(self, folder: Path, knows: dict[CommandKey, str], unsent: list[CommandKey]) -> None:
        self.folder, self.knows, self.unsent = folder, knows, unsent

    def again(self, at: Path) -> Path:
        shutil.rmtree(at, ignore_errors=True)
        return Path(shutil.copytree(self.folder, at))


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    """Commands of every fate, some of them already in the main file, the later ones only in the WAL."""
    folder, image = tmp_path_factory.mktemp("desk"), tmp_path_factory.mktemp("image") / "desk"
    with opened(folder) as yesterday:
        given(yesterday.outbox, 12)
    with opened(folder, NOW + DAY_MS) as station:
        outbox = station.outbox
        them = given(outbox, 16)
        outbox.settle([Result(key=c.key, status=ResultStatus.APPLIED, at=NOW, version=2) for c in them[:5]])
        outbox.settle([Result(key=c.key, status=ResultStatus.CONFLICT, at=NOW, version=2) for c in them[5:8]])
        outbox.decide(them[5].key, "kept", LI.id)
        assert outbox.withdraw(them[9].key)
        outbox.put_fact("colour", "blue")
        given(outbox, 8)
        outbox.keep_second()
        shutil.copytree(folder, image)
        return Worked(image, state(outbox), [c.key for c in outbox.unsettled()])


def spoil(path: Path, chance: random.Random) -> str:
    """One of the things that disks and power cuts do to a file; what it was."""
    raw = bytearray(path.read_bytes())
    at = chance.randrange(len(raw))
    done = chance.choice(("a bit flipped", "a page zeroed", "a page of noise", "torn"))
    page = slice(at - at % 4096, at - at % 4096 + 4096)
    if done == "a bit flipped":
        raw[at] ^= 1 << chance.randrange(8)
    elif done == "a page zeroed":
        raw[page] = bytes(len(raw[page]))
    elif done == "a page of noise":
        raw[page] = chance.randbytes(len(raw[page]))
    else:
        del raw[at:]
    path.write_bytes(raw)
    return f"{path.name}: {done} at {at}"


@pytest.mark.parametrize("part", [QUEUE, f"{QUEUE}-wal"])
def test_whatever_befalls_the_queues_file_no_command_is_lost_and_no_fate_forgotten(
    worked: Worked, tmp_path: Path, part: str
) -> None:
    noticed = 0
    for seed in range(40):
        folder = worked.again(tmp_path / "desk")
        what = f"seed {seed}, {spoil(folder / part, random.Random(seed))}"
        with opened(folder, NOW + DAY_MS) as station:
            assert state(station.outbox) == worked.knows, what
            assert [c.key for c in station.outbox.unsettled()] == worked.unsent, what
            assert station.outbox.get_fact("colour") == "blue", what
            assert station.salvage is None or station.salvage.lost == (), what
            noticed += station.salvage is not None
        with opened(folder, NOW + DAY_MS) as later:
            assert later.salvage is None, what
            assert state(later.outbox) == worked.knows, what
    assert noticed > 8


def test_commands_behind_a_flipped_frame_of_the_wal_come_back_and_are_told(worked: Worked, tmp_path: Path) -> None:
    """SQLite takes a bad checksum for the end of the WAL, and says nothing."""
    folder = worked.again(tmp_path / "desk")
    wal = folder / f"{QUEUE}-wal"
    raw = bytearray(wal.read_bytes())
    raw[32 + 24 + 4120 * (len(raw) // 4120 // 2)] ^= 1
    wal.write_bytes(raw)
    with opened(folder, NOW + DAY_MS) as station:
        told = station.salvage
        assert told is not None
        assert told.recovered > 3
        assert (told.lost, told.blind, station.set_aside) == ((), False, None)
        assert state(station.outbox) == worked.knows


@pytest.mark.parametrize("part", [RECORD, f"{RECORD}-wal"])
def test_damage_to_the_second_record_alone_is_nobodys_concern(worked: Worked, tmp_path: Path, part: str) -> None:
    for seed in range(8):
        folder = worked.again(tmp_path / "desk")
        spoil(folder / part, random.Random(seed))
        with opened(folder, NOW + DAY_MS) as station:
            assert station.salvage is None
            assert state(station.outbox) == worked.knows
        opened(folder, NOW + 2 * DAY_MS).close()  # with the copy of the day it is looked over
        (folder / QUEUE).write_bytes(b"gone")
        with opened(folder, NOW + 2 * DAY_MS) as again:
            assert state(again.outbox) == worked.knows


def test_with_the_second_record_gone_too_every_row_on_a_whole_page_and_the_copies_come_back(
    worked: Worked, tmp_path: Path
) -> None:
    numbers = range(1, len(worked.knows) + 1)
    for seed in range(30):
        folder = worked.again(tmp_path / "desk")
        what = f"seed {seed}, {spoil(folder / QUEUE, random.Random(seed))}"
        for path in folder.glob(f"{RECORD}*"):
            path.unlink()
        with opened(folder, NOW + DAY_MS) as station:
            came_back = state(station.outbox)
            told = station.salvage
            if told is None:
                assert came_back == worked.knows, what
                continue
            assert told.aside, what
            kept = {n for (n,) in station.outbox._connection.execute("SELECT n FROM commands")}
            assert kept.isdisjoint(told.lost), what
            assert told.blind or kept | set(told.lost) == set(numbers), what
            assert len(kept) >= 12, f"{what}: not even the copy of that morning"
            assert station.outbox.add(lambda n: command(order(), n=n), None).n > max(kept)


def test_a_queue_of_which_nothing_is_left_says_so(tmp_path: Path) -> None:
    with opened(tmp_path) as station:
        given(station.outbox, 3)
    shutil.rmtree(tmp_path / "copies")
    for path in (tmp_path / QUEUE, tmp_path / RECORD):
        path.write_bytes(b"garbage" * 2000)
    with opened(tmp_path) as again:
        assert again.salvage == Salvage(aside=str(again.set_aside), blind=True)
        assert again.outbox.unsent() == 0
    assert len(list(tmp_path.glob("*.damaged-*.db"))) == 2


def test_a_deleted_queue_comes_back_from_its_second_record(worked: Worked, tmp_path: Path) -> None:
    folder = worked.again(tmp_path / "desk")
    for path in folder.glob(f"{QUEUE}*"):
        path.unlink()
    with opened(folder, NOW + DAY_MS) as station:
        assert state(station.outbox) == worked.knows


def test_damage_met_at_work_is_mended_at_the_next_start(tmp_path: Path) -> None:
    """A page that no start reads: only who looks that command up meets it."""
    with opened(tmp_path) as station:
        them = given(station.outbox, 40)
        station.outbox.settle([Result(key=c.key, status=ResultStatus.APPLIED, at=NOW, version=2) for c in them])
        knew = state(station.outbox)
    path = tmp_path / QUEUE
    whole = path.read_bytes()

    def noticed(page: int) -> bool:
        raw = bytearray(whole)
        raw[page * 4096 + 77] ^= 1
        path.write_bytes(raw)
        try:
            with opened(tmp_path) as silent:
                if silent.salvage is not None:
                    return True
                for c in them:
                    silent.outbox.find(c.key)
        except StoreDamaged:
            return False
        return True

    assert any(not noticed(page) for page in range(len(whole) // 4096 - 1, 0, -1))
    with opened(tmp_path) as mended:
        assert mended.set_aside is not None
        assert state(mended.outbox) == knew


def test_a_row_of_zeros_gives_way_to_what_the_second_record_knows(tmp_path: Path) -> None:
    """SQLCipher makes zeros of a bad page deep in a long row, without a word."""
    with opened(tmp_path) as station:
        (asked,) = given(station.outbox, 1)
        station.outbox.settle([Result(key=asked.key, status=ResultStatus.APPLIED, at=NOW, version=2)])
        path = station.outbox.path
    spoilt = connect(path, station._key, "FULL")
    spoilt.execute("UPDATE commands SET decision = char(0, 0, 0), status = 'conflict'")
    spoilt.close()
    suspicion(path).touch()
    with opened(tmp_path) as again:
        assert state(again.outbox) == {asked.key: "applied/seen"}


def test_a_command_unsettled_by_two_restored_centrals_does_not_come_back_as_settled(tmp_path: Path) -> None:
    """A copy of before the second time knows an answer that no longer holds."""
    answers = [Result(key=CommandKey(""), status=ResultStatus.APPLIED, at=NOW + at, version=2) for at in (0, 1)]
    with opened(tmp_path) as station:
        (asked,) = given(station.outbox, 1)
        for epoch, answer in zip(("one", "two"), answers, strict=True):
            station.outbox.meet_epoch(epoch, 1)
            station.outbox.accept(asked.key)
            station.outbox.settle([msgspec.structs.replace(answer, key=asked.key)])
    with opened(tmp_path, NOW + DAY_MS) as station:  # its daily copy is made here
        assert list((tmp_path / "copies").glob("*.db"))
        station.outbox.meet_epoch("three", 1)
        assert state(station.outbox) == {asked.key: "?/"}
        suspicion(station.outbox.path).touch()
    with opened(tmp_path, NOW + DAY_MS) as again:
        assert again.salvage is not None
        assert state(again.outbox) == {asked.key: "?/"}


def test_a_queue_that_has_lost_a_new_history_does_not_take_its_commands_for_that_one_s(tmp_path: Path) -> None:
    """They name none; the second record knows that they were given before."""
    with opened(tmp_path) as station:
        (asked,) = given(station.outbox, 1)
        station.outbox.meet_epoch("one", 0)
        path = station.outbox.path
    before = path.read_bytes()
    with opened(tmp_path) as station:
        station.outbox.meet_epoch("two", 1)
    path.write_bytes(before)
    with opened(tmp_path) as again:
        assert again.outbox.get_fact("epoch") == "two"
        assert again.outbox.next_batch(LI.id, 9) == ()
        found = again.outbox.to_review(LI.id)
        assert found is not None
        assert found[0].key == asked.key


class Cut(Exception):
    """The power goes."""


def crashes(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[int]:
    """Open the folder again and again, each time cut off one step later, until nothing cuts it off."""
    honest = os.fsync
    for step in range(50):
        left = step

        def fsync(descriptor: int) -> None:
            nonlocal left
            if left == 0:
                raise Cut
            left -= 1
            honest(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)
        try:
            opened(folder, NOW + DAY_MS).close()
        except Cut:
            yield step
        else:
            return


def test_a_crash_in_the_midst_of_salvage_begins_it_again(
    worked: Worked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = worked.again(tmp_path / "desk")
    (folder / QUEUE).write_bytes((folder / QUEUE).read_bytes()[:5000])
    assert len(list(crashes(monkeypatch, folder))) >= 3
    with opened(folder, NOW + DAY_MS) as station:
        assert state(station.outbox) == worked.knows
