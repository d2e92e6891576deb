"""Does a workstation forget customers as soon as the central says, and nothing that still has to be done?"""

import os
from pathlib import Path

import msgspec
import pytest

from sync.domain.commands import Heard, Op
from sync.domain.order import CommandKey, Order, Status
from sync.domain.organise import note_args
from sync.service import Wish
from sync.store.outbox import Outbox
from sync.tidying import DAY_MS, RETENTION, Tidying
from sync.wire.messages import ResultStatus
from tests.fakes import Clock, FakeCentral, Fault
from tests.sync.samples import ZHANG, order
from tests.sync.work import Work

SECRET = "致电周文博 12600001234"
DAYS = 30


def everything(outbox: Outbox) -> str:
    """All that the queue's file says, decrypted."""
    return repr(outbox._connection.execute("SELECT * FROM commands").fetchall())


def worked(work: Work, central: FakeCentral) -> Order:
    """Somebody signs in, notes something about a customer, and it is done."""
    it = central.put(order())
    work.sign_in()
    seen = work.desk.order(it.id)
    assert seen is not None
    wish = Wish(order_id=it.id, op=Op.NOTE, base=1, args=note_args(SECRET), heard=Heard(transcript=SECRET))
    work.desk.submit(wish)
    work.turn()
    return it


def later(work: Work, clock: Clock, days: float) -> None:
    clock.forward(int(days * DAY_MS))
    work.turn()


def test_what_was_settled_longer_ago_is_kept_without_the_customer(
    work: Work, central: FakeCentral, clock: Clock
) -> None:
    it = worked(work, central)
    told = everything(work.workstation.outbox)
    assert SECRET in told
    assert it.customer.company in told
    later(work, clock, DAYS - 0.5)
    assert SECRET in everything(work.workstation.outbox)
    later(work, clock, 1)
    left = everything(work.workstation.outbox)
    assert SECRET not in left
    assert it.customer.company not in left
    (key,) = (k for (k,) in work.workstation.outbox._read("SELECT key FROM commands"))
    found = work.workstation.outbox.find(CommandKey(key))
    assert found is not None
    command, result = found
    assert result is not None
    assert (command.op, command.issued_by, result.status) == (
        Op.NOTE,
        work.desk.user and work.desk.user.id,
        ResultStatus.APPLIED,
    )


def test_what_is_unsent_or_undecided_stays_whole_however_old(work: Work, central: FakeCentral, clock: Clock) -> None:
    it = central.put(order())
    other = central.put(order("SO20261122004799"))
    work.sign_in()
    work.submit(it)
    central.change(it.id, status=Status.PICKING)
    work.turn()
    work.submit(other)
    before = everything(work.workstation.outbox)
    central.faults.extend([Fault.LOST_REQUEST] * 40)
    later(work, clock, DAYS + 2)
    assert work.workstation.outbox.forget(clock.now, 0, 100) == 0
    assert everything(work.workstation.outbox).replace(", 1, None", "") == before.replace(", 1, None", "")
    assert [case.settled.seen is not None for case in work.desk.cases()] == [True]


def test_a_case_is_forgotten_only_once_it_is_decided(work: Work, central: FakeCentral, clock: Clock) -> None:
    it = central.put(order())
    work.sign_in()
    work.submit(it)
    central.change(it.id, status=Status.PICKING)
    work.turn()
    later(work, clock, DAYS + 2)
    (case,) = work.desk.cases()
    work.desk.decide(case.settled.command.key, "kept")
    later(work, clock, 1.5)
    assert it.customer.company not in everything(work.workstation.outbox)
    (decided,) = work.desk.decided(1)
    assert (decided.decision, decided.seen, decided.result.order) == ("kept", None, None)


def test_a_central_that_was_restored_asks_a_person_about_what_was_forgotten(
    work: Work, central: FakeCentral, clock: Clock
) -> None:
    it = worked(work, central)
    begun = clock.now
    later(work, clock, DAYS + 1.5)
    central.kept_until = begun - 1
    central.results.clear()
    central.restore_from_backup([it])
    central.forget_sessions()
    work.turn()
    (case,) = work.desk.cases()
    assert case.settled.result.status is ResultStatus.CONFLICT
    assert all(command.heard is not None for _, command in central.sent_under), "nothing is sent that was cut"


def test_a_damaged_queue_brings_nothing_back_that_was_forgotten(work: Work, central: FakeCentral, clock: Clock) -> None:
    worked(work, central)
    later(work, clock, DAYS + 1.5)
    path = work.workstation.outbox.path
    work.close()
    path.write_bytes(b"rubbish" * 1000)
    work.open()
    assert work.workstation.salvage is not None
    assert work.workstation.salvage.recovered == 1
    assert SECRET not in everything(work.workstation.outbox)


class TestFiles:
    def used(self, path: Path, at: int) -> None:
        for part in path.parent.glob(f"{path.name}*"):
            os.utime(part, (at / 1000, at / 1000))

    def test_the_cache_of_somebody_who_never_comes_back_is_removed(
        self, work: Work, central: FakeCentral, clock: Clock
    ) -> None:
        central.put(order())
        work.sign_in(ZHANG.id)
        theirs = work.desk._cache.path
        work.close()
        self.used(theirs, clock.now)
        work.open()
        work.sign_in()
        mine = work.desk._cache.path
        assert mine != theirs
        later(work, clock, DAYS - 0.5)
        assert theirs.exists()
        later(work, clock, 1)
        assert not list(theirs.parent.glob(f"{theirs.name}*"))
        self.used(mine, clock.now - (DAYS + 5) * DAY_MS)
        later(work, clock, 1.5)
        assert mine.exists(), "it is in use"

    def test_old_copies_of_the_queue_go_but_the_newest_stays(self, work: Work, clock: Clock) -> None:
        work.sign_in()
        copies = work.folder / "copies"
        (copies / "before-0004_forgotten.db").write_bytes(b"x")
        aside = work.folder / "outbox.damaged-20260101T000000-0.db"
        aside.write_bytes(b"x")
        for path in (*copies.glob("*.db"), aside):
            self.used(path, clock.now)
        newest = next(copies.glob("outbox-*.db"))
        os.utime(newest, (clock.now / 1000 + 1, clock.now / 1000 + 1))
        later(work, clock, DAYS + 1.5)
        assert [path.name for path in copies.glob("*.db")] == [newest.name]
        assert aside.exists()

    def test_what_cannot_be_removed_keeps_nobody_from_work(
        self, work: Work, clock: Clock, caplog: pytest.LogCaptureFixture
    ) -> None:
        class Held:
            def forget_unused(self, since: int) -> int:
                raise PermissionError(13, f"held since {since}")

        tidying = Tidying(work.workstation.outbox, Held(), clock)
        tidying.hear(DAYS)
        assert tidying.look() is False
        assert "could not all be removed" in caplog.text


def test_nothing_is_forgotten_before_a_central_said_how_long(work: Work, clock: Clock) -> None:
    work.desk.engine.step()
    assert work.workstation.outbox.get_fact(RETENTION) is None
    assert work.desk.engine._tidy() is False


@pytest.mark.parametrize("told", [0, -5])
def test_no_central_can_make_a_workstation_forget_today(
    work: Work, central: FakeCentral, clock: Clock, told: int
) -> None:
    tidying = Tidying(work.workstation.outbox, work.desk._caches, clock)
    tidying.hear(told)
    assert work.workstation.outbox.get_fact(RETENTION) == "1"


def test_many_are_forgotten_some_at_a_time(work: Work, central: FakeCentral, clock: Clock) -> None:
    worked(work, central)
    outbox = work.workstation.outbox
    body, result = outbox._read("SELECT body, result FROM commands")[0]
    command = msgspec.json.decode(body)
    rows = [
        (n, f"k{n}", msgspec.json.encode(command | {"n": n, "key": f"k{n}"}).decode(), result, clock.now)
        for n in range(10, 510)
    ]
    with outbox._writing() as db:
        db.executemany(
            "INSERT INTO commands"
            "(n, key, order_id, op, issued_by, issued_at, body, result, status, decision, settled_at)"
            " VALUES (?, ?, 'o', 'note', 'li', 1, ?, ?, 'applied', 'seen', ?)",
            rows,
        )
    clock.forward((DAYS + 1) * DAY_MS)
    tidying = Tidying(outbox, work.desk._caches, clock)
    turns = 1
    while tidying.look():
        turns += 1
    assert turns == 4
    assert SECRET not in everything(outbox)
