"""Is a command that was accepted ever lost, sent twice by mistake, or sent out of turn?"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync.domain.commands import Command
from sync.domain.order import Order
from sync.errors import StoreDamaged, StoreFull, StoreTooNew
from sync.store.database import DatabaseKey, connect
from sync.store.files import set_aside
from sync.store.outbox import Outbox
from sync.store.second_record import SecondRecord, suspicion
from sync.wire.messages import Result, ResultStatus
from tests.fakes import Clock
from tests.sync.samples import LI, MEI, NOW, command, order

FIRST, SECOND, THIRD = (order(f"SO2026112200000{n}") for n in range(3))


def numbered(wish: Command) -> Callable[[int], Command]:
    return lambda n: msgspec.structs.replace(wish, n=n)


def give(outbox: Outbox, of: Order, **changes: Any) -> Command:
    return outbox.add(numbered(command(of, **changes)), of)


def answer(to: Command, status: ResultStatus = ResultStatus.APPLIED) -> Result:
    return Result(key=to.key, status=status, at=NOW, version=2)


CHILD = """
import sys
from pathlib import Path
from sync.store.database import DatabaseKey
from sync.store.outbox import Outbox
from tests.sync.store.test_outbox import FIRST, give
outbox = Outbox(Path(sys.argv[1]), DatabaseKey(sys.argv[2]), lambda: 1)
while True:
    print(give(outbox, FIRST).key, flush=True)
"""


def test_every_command_that_was_acknowledged_survives_kill_9(tmp_path: Path, key: DatabaseKey, clock: Clock) -> None:
    path = tmp_path / "outbox.db"
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path), key.hex], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    ) as child:
        assert child.stdout is not None
        acknowledged = [child.stdout.readline().strip() for _ in range(20)]
        os.kill(child.pid, signal.SIGKILL)
        acknowledged += [line.strip() for line in child.stdout if line.endswith("\n")]
    outbox = Outbox(path, key, clock)
    kept = [c.key for c in outbox.unsettled()]
    outbox.close()
    assert kept[: len(acknowledged)] == acknowledged
    assert len(kept) - len(acknowledged) <= 1  # committed, but killed before it could say so


def test_a_command_is_found_by_its_key_with_its_answer(outbox: Outbox) -> None:
    sent = give(outbox, FIRST)
    assert outbox.find(sent.key) == (sent, None)
    outbox.settle([answer(sent)])
    assert outbox.find(sent.key) == (sent, answer(sent))
    assert outbox.find(command(FIRST).key) is None


def test_numbers_rise_and_are_never_used_again(tmp_path: Path, key: DatabaseKey, clock: Clock) -> None:
    outbox = Outbox(tmp_path / "outbox.db", key, clock)
    one, two = give(outbox, FIRST), give(outbox, SECOND)
    assert outbox.withdraw(two.key)
    outbox.close()
    again = Outbox(tmp_path / "outbox.db", key, clock)
    three = give(again, THIRD)
    again.close()
    assert [one.n, two.n, three.n] == [1, 2, 3]


def test_a_failure_while_the_command_is_made_stores_nothing_and_uses_no_number(outbox: Outbox) -> None:
    def broken(n: int) -> Command:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        outbox.add(broken, None)
    assert outbox.unsettled() == ()
    assert give(outbox, FIRST).n == 1


def test_the_same_key_is_never_stored_twice(outbox: Outbox) -> None:
    sent = give(outbox, FIRST)
    with pytest.raises(Exception, match="UNIQUE"):
        outbox.add(numbered(sent), FIRST)
    assert outbox.unsent() == 1


def test_every_commit_waits_for_the_disk(outbox: Outbox) -> None:
    assert outbox._connection.execute("PRAGMA synchronous").fetchone() == (2,)


class TestWithdrawing:
    def test_a_command_that_was_never_sent_is_taken_back(self, outbox: Outbox) -> None:
        sent = give(outbox, FIRST)
        assert outbox.withdraw(sent.key)
        assert outbox.unsent() == 0
        assert outbox.next_batch(LI.id, 50) == ()
        assert outbox.attention() == ()
        assert outbox.find(sent.key) is None

    def test_a_command_that_may_have_reached_the_central_is_not(self, outbox: Outbox) -> None:
        sent = give(outbox, FIRST)
        outbox.next_batch(LI.id, 50)
        assert not outbox.withdraw(sent.key)
        assert outbox.unsent() == 1

    def test_a_command_that_another_one_follows_is_not(self, outbox: Outbox) -> None:
        sent = give(outbox, FIRST)
        later = give(outbox, FIRST, after=sent.key)
        assert not outbox.withdraw(sent.key)
        assert outbox.withdraw(later.key)
        assert outbox.withdraw(sent.key)

    def test_twice_is_once(self, outbox: Outbox) -> None:
        sent = give(outbox, FIRST)
        assert outbox.withdraw(sent.key)
        assert not outbox.withdraw(sent.key)


class TestNextBatch:
    def test_it_is_the_oldest_first_up_to_the_limit(self, outbox: Outbox) -> None:
        sent = [give(outbox, of) for of in (FIRST, SECOND, THIRD, FIRST)]
        assert list(outbox.next_batch(LI.id, 3)) == sent[:3]

    def test_what_has_no_answer_comes_again(self, outbox: Outbox) -> None:
        sent = give(outbox, FIRST)
        assert outbox.next_batch(LI.id, 50) == outbox.next_batch(LI.id, 50) == (sent,)
        outbox.settle([answer(sent)])
        assert outbox.next_batch(LI.id, 50) == ()

    def test_other_peoples_commands_are_not_in_it(self, outbox: Outbox) -> None:
        mine, hers = give(outbox, FIRST), give(outbox, SECOND, issued_by=MEI.id)
        assert outbox.next_batch(LI.id, 50) == (mine,)
        assert outbox.next_batch(MEI.id, 50) == (hers,)
        assert outbox.waits_for_others(LI.id) == 1

    def test_mine_waits_behind_hers_on_the_same_order(self, outbox: Outbox) -> None:
        hers = give(outbox, FIRST, issued_by=MEI.id)
        mine, free = give(outbox, FIRST, after=hers.key), give(outbox, SECOND)
        assert outbox.next_batch(LI.id, 50) == (free,)
        outbox.settle([answer(hers)])
        assert outbox.next_batch(LI.id, 50) == (mine, free)

    def test_an_undecided_conflict_holds_back_only_its_order(self, outbox: Outbox) -> None:
        lost = give(outbox, FIRST)
        later, free = give(outbox, FIRST), give(outbox, SECOND)
        outbox.settle([answer(lost, ResultStatus.CONFLICT)])
        assert outbox.next_batch(LI.id, 50) == (free,)
        assert outbox.decide(lost.key, "kept", LI.id)
        assert outbox.next_batch(LI.id, 50) == (later, free)

    def test_a_rejection_holds_nothing_back(self, outbox: Outbox) -> None:
        lost, later = give(outbox, FIRST), give(outbox, FIRST)
        outbox.settle([answer(lost, ResultStatus.REJECTED)])
        assert outbox.next_batch(LI.id, 50) == (later,)


class TestSettling:
    def test_it_happens_once_and_the_first_answer_stays(self, outbox: Outbox) -> None:
        sent = give(outbox, FIRST)
        (told,) = outbox.settle([answer(sent)])
        assert (told.command, told.result, told.seen) == (sent, answer(sent), FIRST)
        assert outbox.settle([answer(sent, ResultStatus.CONFLICT)]) == ()
        assert outbox.find(sent.key) == (sent, answer(sent))
        assert outbox.attention() == ()

    def test_an_answer_to_an_unknown_command_is_left_alone(self, outbox: Outbox) -> None:
        assert outbox.settle([answer(command(FIRST))]) == ()

    @pytest.mark.parametrize("status", [ResultStatus.CONFLICT, ResultStatus.REJECTED, ResultStatus.BLOCKED])
    def test_what_went_wrong_stays_until_a_decision_is_recorded(
        self, tmp_path: Path, key: DatabaseKey, clock: Clock, status: ResultStatus
    ) -> None:
        outbox = Outbox(tmp_path / "outbox.db", key, clock)
        sent = give(outbox, FIRST)
        outbox.settle([answer(sent, status)])
        outbox.close()
        outbox = Outbox(tmp_path / "outbox.db", key, clock)
        assert [s.command for s in outbox.attention()] == [sent]
        assert outbox.attention_orders() == {FIRST.id}
        clock.forward(500)
        assert outbox.decide(sent.key, "retried", MEI.id)
        assert not outbox.decide(sent.key, "kept", LI.id)
        assert outbox.attention() == ()
        assert outbox.attention_orders() == frozenset()
        recorded = outbox._read("SELECT decision, decided_by, decided_at FROM commands WHERE key = ?", (sent.key,))
        outbox.close()
        assert recorded == [("retried", MEI.id, NOW + 500)]

    def test_a_command_without_an_answer_cannot_be_decided(self, outbox: Outbox) -> None:
        sent = give(outbox, FIRST)
        assert not outbox.decide(sent.key, "kept", LI.id)


class TestCounting:
    def test_pending_counts_per_order_what_has_no_answer(self, outbox: Outbox) -> None:
        done = give(outbox, FIRST)
        give(outbox, FIRST, after=done.key)
        give(outbox, SECOND)
        outbox.settle([answer(done)])
        assert outbox.pending() == {FIRST.id: 1, SECOND.id: 1}
        assert outbox.pending([SECOND.id, THIRD.id]) == {SECOND.id: 1}
        assert outbox.unsent() == 2
        assert [c.order_id for c in outbox.unsettled()] == [FIRST.id, SECOND.id]
        assert [c.order_id for c in outbox.unsettled(SECOND.id)] == [SECOND.id]


class TestFacts:
    def test_a_fact_is_made_once_and_kept(self, outbox: Outbox) -> None:
        assert outbox.fact("device", lambda: "desk-1") == "desk-1"
        assert outbox.fact("device", lambda: "desk-2") == "desk-1"

    def test_a_fact_can_be_put_anew(self, outbox: Outbox) -> None:
        assert outbox.get_fact("verifier:1001") is None
        outbox.put_fact("verifier:1001", "a")
        outbox.put_fact("verifier:1001", "b")
        assert outbox.get_fact("verifier:1001") == "b"


class TestTheFile:
    def test_nothing_can_be_read_without_the_key(self, outbox: Outbox, tmp_path: Path) -> None:
        give(outbox, FIRST)
        raw = b"".join(path.read_bytes() for path in tmp_path.glob("outbox.db*"))
        assert FIRST.number.encode() not in raw
        assert b"SQLite format" not in raw

    def test_the_wrong_key_is_refused_and_changes_nothing(self, tmp_path: Path, key: DatabaseKey, clock: Clock) -> None:
        outbox = Outbox(tmp_path / "outbox.db", key, clock)
        sent = give(outbox, FIRST)
        outbox.close()
        before = (tmp_path / "outbox.db").read_bytes()
        with pytest.raises(StoreDamaged):
            Outbox(tmp_path / "outbox.db", DatabaseKey("f" * 64), clock)
        assert (tmp_path / "outbox.db").read_bytes() == before
        outbox = Outbox(tmp_path / "outbox.db", key, clock)
        assert outbox.unsettled() == (sent,)
        outbox.close()

    def test_a_file_of_a_newer_program_is_refused_untouched(
        self, tmp_path: Path, key: DatabaseKey, clock: Clock
    ) -> None:
        path = tmp_path / "outbox.db"
        Outbox(path, key, clock).close()
        newer = connect(path, key, "FULL")
        newer.execute(
            "INSERT INTO _sqlite_migrations(migration_set, name, applied_at)"
            " VALUES ('exception-desk-outbox', '9999_later', '2030')"
        )
        newer.close()
        with pytest.raises(StoreTooNew, match="9999_later"):
            Outbox(path, key, clock)

    def test_a_full_disk_says_so_and_leaves_nothing_half_written(self, outbox: Outbox) -> None:
        kept = [give(outbox, FIRST)]
        pages = outbox._connection.execute("PRAGMA page_count").fetchone()[0]
        outbox._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreFull):
            kept.extend(give(outbox, SECOND) for _ in range(100))
        assert list(outbox.unsettled()) == kept
        assert outbox._connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        outbox._connection.execute("PRAGMA max_page_count = 100000")
        assert give(outbox, SECOND).n == len(kept) + 1

    def test_a_damaged_page_of_the_queue_is_noticed_when_the_file_is_opened(
        self, tmp_path: Path, key: DatabaseKey, clock: Clock
    ) -> None:
        path = tmp_path / "outbox.db"
        outbox = Outbox(path, key, clock)
        for _ in range(30):
            give(outbox, FIRST)
        outbox.close()
        raw = bytearray(path.read_bytes())
        for page in range(3, len(raw) // 4096):
            raw[page * 4096 + 99] ^= 1
        path.write_bytes(raw)
        with pytest.raises(StoreDamaged) as told:
            Outbox(path, key, clock)
        assert told.value.path == path

    def test_a_body_that_no_program_wrote_is_damage_not_a_crash(
        self, tmp_path: Path, key: DatabaseKey, clock: Clock
    ) -> None:
        path = tmp_path / "outbox.db"
        outbox = Outbox(path, key, clock)
        give(outbox, FIRST)
        outbox._connection.execute("UPDATE commands SET body = '{}'")
        outbox.close()
        with pytest.raises(StoreDamaged, match="key"):
            Outbox(path, key, clock)

    def test_a_text_that_is_none_is_damage_that_the_next_start_looks_into(self, outbox: Outbox) -> None:
        """The driver cannot decode what lies on a damaged page, and has no code for it."""
        give(outbox, FIRST)
        outbox._connection.execute("UPDATE commands SET body = CAST(x'ff' AS TEXT)")
        with pytest.raises(StoreDamaged):
            outbox.unsettled()
        assert suspicion(outbox.path).exists()

    def test_an_abandoned_file_tells_its_second_record_nothing(
        self, tmp_path: Path, key: DatabaseKey, clock: Clock
    ) -> None:
        record = SecondRecord(tmp_path / "second.db", key)
        outbox = Outbox(tmp_path / "outbox.db", key, clock, record)
        give(outbox, FIRST)
        outbox.keep_second()
        give(outbox, SECOND)
        outbox.abandon()
        assert record.progress().n == 1
        record.close()

    def test_a_backup_is_whole_encrypted_and_opens_as_the_original(
        self, outbox: Outbox, tmp_path: Path, key: DatabaseKey, clock: Clock
    ) -> None:
        sent = give(outbox, FIRST)
        outbox.backup(tmp_path / "copy.db")
        assert FIRST.number.encode() not in (tmp_path / "copy.db").read_bytes()
        copy = Outbox(tmp_path / "copy.db", key, clock)
        assert copy.unsettled() == (sent,)
        copy.close()

    def test_setting_aside_keeps_every_part_and_clears_the_place(self, tmp_path: Path) -> None:
        for suffix in ("", "-wal", "-shm"):
            (tmp_path / f"outbox.db{suffix}").write_text(f"part{suffix}")
        aside = set_aside(tmp_path / "outbox.db")
        assert [Path(f"{aside}{s}").read_text() for s in ("", "-wal", "-shm")] == ["part", "part-wal", "part-shm"]
        assert not list(tmp_path.glob("outbox.db*"))

    def test_setting_aside_twice_in_a_second_overwrites_nothing(self, tmp_path: Path) -> None:
        places = set()
        for text in ("one", "two"):
            (tmp_path / "outbox.db").write_text(text)
            aside = set_aside(tmp_path / "outbox.db")
            assert aside is not None
            places.add(aside)
        assert {p.read_text() for p in places} == {"one", "two"}
