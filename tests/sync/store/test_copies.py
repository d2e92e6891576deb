"""Is yesterday's queue still readable when today's file is not?"""

from pathlib import Path

from sync.store.outbox import Outbox
from sync.workstation import Workstation
from tests.fakes import Clock
from tests.sync.samples import command, order

DAY_MS = 24 * 3600 * 1000


def opened(folder: Path, clock: Clock) -> Workstation:
    return Workstation(folder, clock, use_keyring=False)


def copies(folder: Path) -> list[Path]:
    return sorted((folder / "copies").iterdir())


def test_one_copy_a_day_and_only_the_last_three_are_kept(tmp_path: Path, clock: Clock) -> None:
    for _ in range(5):
        opened(tmp_path, clock).close()
        opened(tmp_path, clock).close()
        clock.forward(DAY_MS)
    assert len(copies(tmp_path)) == 3


def test_a_copy_holds_the_queue_and_opens_with_the_same_key(tmp_path: Path, clock: Clock) -> None:
    with opened(tmp_path, clock) as first:
        first.outbox.add(lambda n: command(order(), n=n), None)
    clock.forward(DAY_MS)
    with opened(tmp_path, clock) as again:
        copy = Outbox(copies(tmp_path)[-1], again._key, clock)
        assert [c.key for c in copy.unsettled()] == [c.key for c in again.outbox.unsettled()]
        copy.close()


def test_a_half_written_copy_of_a_crash_is_no_copy(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "copies").mkdir()
    with opened(tmp_path, clock):
        (today,) = copies(tmp_path)
    today.rename(today.with_suffix(".new"))
    opened(tmp_path, clock).close()
    assert copies(tmp_path) == [today]
