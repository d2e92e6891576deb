"""Does PostgreSQL keep the promises that several processes, crashes and restores put to the test?"""

import subprocess
import threading
from collections.abc import Iterator

import psycopg
import pytest
from msgspec.structs import replace

from sync.domain.exceptions import ExceptionId, Node, OrderException, Reason
from sync.domain.order import OrderId
from sync.server.errors import StorageForeign, StorageTooNew, StorageUnavailable
from sync.server.feed import Wake
from sync.server.storage.postgres import PostgresStorage
from sync.server.storage.postgres_schema import _MIGRATING, SCHEMA, STEPS
from sync.wire.codec import encode
from sync.wire.messages import HistoryEntry
from tests.contract.cluster import Cluster, program, running_cluster
from tests.contract.databases import cluster, migrated, postgres_url
from tests.contract.test_storage import order
from tests.contract.world import EAST, WEST
from tests.patience import PATIENCE_S

__all__ = ["cluster", "migrated", "postgres_url"]


@pytest.fixture
def url(postgres_url: str) -> str:
    return postgres_url


@pytest.fixture
def two(url: str) -> Iterator[tuple[PostgresStorage, PostgresStorage]]:
    """One database, opened as two processes would."""
    one, other = PostgresStorage(url), PostgresStorage(url)
    yield one, other
    one.close()
    other.close()


class Heard:
    """Wakes as they come in, to be waited for."""

    def __init__(self, storage: PostgresStorage) -> None:
        self._came = threading.Condition()
        self.wakes: list[Wake] = []
        storage.watch(self._hear)

    def _hear(self, wake: Wake) -> None:
        with self._came:
            self.wakes.append(wake)
            self._came.notify_all()

    def until(self, count: int) -> list[Wake]:
        with self._came:
            assert self._came.wait_for(lambda: len(self.wakes) >= count, 20), self.wakes
            return self.wakes


def run_sql(url: str, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True, options=f"-c search_path={SCHEMA}") as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def test_what_one_process_commits_wakes_the_readers_of_the_other(two: tuple[PostgresStorage, PostgresStorage]) -> None:
    one, other = two
    heard = Heard(other)
    with one.write() as writing:
        writing.save(order(), None)
        writing.save(order("o2", warehouse=WEST), None)
    assert heard.until(1) == [Wake(2, frozenset({EAST, WEST}))]


def test_more_warehouses_than_a_notice_holds_wake_everybody(two: tuple[PostgresStorage, PostgresStorage]) -> None:
    one, other = two
    heard = Heard(other)
    with one.write() as writing:
        for number in range(500):
            writing.save(order(f"o{number}", warehouse=f"W-{number:020d}"), None)
    assert heard.until(1) == [Wake(500, None)]


def test_a_position_that_commits_late_is_never_passed(two: tuple[PostgresStorage, PostgresStorage]) -> None:
    """The fault of a sequence: 1 is drawn first, 2 commits first, and a reader at 2 never sees 1."""
    one, other = two
    drawn, go = threading.Event(), threading.Event()
    heads: list[int] = []

    def late() -> None:
        with one.write() as writing:
            writing.save(order("late"), None)
            drawn.set()
            assert go.wait(PATIENCE_S)

    def quick() -> None:
        with other.write() as writing:
            heads.append(writing.save(order("quick"), None))

    threads = [threading.Thread(target=late), threading.Thread(target=quick)]
    threads[0].start()
    assert drawn.wait(PATIENCE_S)
    threads[1].start()
    with one.read() as reading:
        assert (reading.head(), reading.changes((EAST,), 0, 9)) == (0, [])
    go.set()
    for thread in threads:
        thread.join()
    assert heads == [2]
    with one.read() as reading:
        assert [row.order_id for row in reading.changes((EAST,), 0, 9)] == ["late", "quick"]


def test_a_writer_that_waits_too_long_is_told_to_try_again(
    two: tuple[PostgresStorage, PostgresStorage], monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr("sync.server.storage.postgres._LOCK_MS", 50)
    impatient = PostgresStorage(url)
    with two[0].write(), pytest.raises(StorageUnavailable, match="lock"), impatient.write():
        pass
    impatient.close()


@pytest.mark.parametrize("change", ["DELETE FROM history", "UPDATE history SET at = 0", "TRUNCATE history"])
def test_the_audit_trail_cannot_be_changed(url: str, change: str) -> None:
    storage = PostgresStorage(url)
    with storage.write() as writing:
        writing.save(order(), None)
        writing.note(OrderId("o1"), HistoryEntry(at=1, version=1, who="x", device="", action="ingested"))
    storage.close()
    for sql in (change, change.replace("history", "access_trail")):
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            run_sql(url, sql)


def test_a_role_that_owns_nothing_serves_and_cannot_let_the_trail_be_changed(cluster: Cluster) -> None:
    """As docs/operating.md advises where the central's operators are not to drop the triggers."""
    url = cluster.create()
    PostgresStorage(url).close()
    run_sql(
        url,
        f"""CREATE ROLE clerk LOGIN; GRANT USAGE ON SCHEMA {SCHEMA} TO clerk;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {SCHEMA} TO clerk;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO clerk""",
    )
    theirs = url.replace("postgres@", "clerk@")
    storage = PostgresStorage(theirs)
    with storage.write() as writing:
        writing.save(order(), None)
        writing.note(OrderId("o1"), HistoryEntry(at=1, version=1, who="x", device="", action="ingested"))
    storage.close()
    for wanted in ("DROP TRIGGER history_stays ON history", "ALTER TABLE history DISABLE TRIGGER ALL"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run_sql(theirs, wanted)
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        run_sql(theirs, "DELETE FROM history")


def test_a_database_of_a_newer_central_is_refused(cluster: Cluster) -> None:
    url = cluster.create()
    PostgresStorage(url).close()
    run_sql(url, f"UPDATE central SET value = '{len(STEPS) + 1}' WHERE name = 'shape'")
    with pytest.raises(StorageTooNew, match="update the central"):
        PostgresStorage(url)


def test_another_programs_schema_is_refused(cluster: Cluster) -> None:
    url = cluster.create()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        connection.execute(f"CREATE TABLE {SCHEMA}.photos (id INTEGER)")
    with pytest.raises(StorageForeign):
        PostgresStorage(url)


def test_a_database_of_the_first_shape_keeps_what_it_holds(cluster: Cluster) -> None:
    url = cluster.create()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA}; SET search_path = {SCHEMA}")
        connection.execute(STEPS[0])
        connection.execute("INSERT INTO central VALUES ('epoch', 'old'), ('shape', '1')")
        for it in (order("o1"), order("o2")):
            stopped = replace(
                it,
                exceptions=(OrderException(id=ExceptionId("e"), kind=Reason.FRAUD, node=Node("check"), raised_at=1),),
            )
            row = (it.id, 1, it.warehouse, it.status, it.number, 7, encode(stopped))
            connection.execute("INSERT INTO orders VALUES (%s, %s, %s, %s, %s, %s, %s)", row)
        connection.execute("INSERT INTO history (order_id, at, entry) VALUES ('o1', 7, '{}')")
    storage = PostgresStorage(url)
    with storage.read() as reading:
        known = reading.order(OrderId("o1"))
        assert known is not None
        assert (reading.epoch(), [o.id for o in reading.previous(known, [EAST], 9)]) == ("old", ["o2"])
    storage.close()
    assert run_sql(url, "SELECT count(*) FROM history") == [(1,)]
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        run_sql(url, "DELETE FROM history")


def test_a_line_to_the_database_that_is_dead_is_noticed_within_half_a_minute(url: str) -> None:
    """Not after the quarter of an hour that Linux takes: all of a worker's threads would wait for it."""
    storage = PostgresStorage(url)
    with storage._connection() as connection:
        told = connection.info.get_parameters()
    storage.close()
    assert int(told["tcp_user_timeout"]) <= 30_000
    assert int(told["keepalives_idle"]) + int(told["keepalives_interval"]) * int(told["keepalives_count"]) <= 60


def test_processes_that_start_at_once_bring_the_database_up_to_date_together(cluster: Cluster) -> None:
    url = cluster.create()
    made: list[PostgresStorage] = []
    threads = [threading.Thread(target=lambda: made.append(PostgresStorage(url))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    epochs = set()
    for storage in made:
        with storage.read() as reading:
            epochs.add(reading.epoch())
        storage.close()
    assert (len(made), len(epochs)) == (4, 1)


def test_one_that_comes_while_another_takes_long_over_it_waits(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A big database takes minutes: whoever waits for seconds only could not start meanwhile."""
    url = cluster.create()
    monkeypatch.setattr("sync.server.storage.postgres._LOCK_MS", 50)
    made: list[PostgresStorage] = []
    second = threading.Thread(target=lambda: made.append(PostgresStorage(url)))
    with psycopg.connect(url, autocommit=True) as first, first.transaction():
        first.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATING,))
        second.start()
        waiting = "SELECT pg_sleep(0.1), count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        for _ in range(int(PATIENCE_S * 10)):
            if first.execute(waiting).fetchone()[1]:  # type: ignore[index]  # count always answers
                break
        first.execute("SELECT pg_sleep(0.2)")  # four times as long as any other lock is waited for
        assert made == []
    second.join()
    made[0].close()


def test_a_database_restored_elsewhere_begins_a_new_epoch(cluster: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    url = cluster.create()
    first = PostgresStorage(url)
    with first.write() as writing:
        writing.save(order(updated_at=77), None)
    with first.read() as reading:
        epoch = reading.epoch()
    first.close()
    again = PostgresStorage(url)
    with again.read() as reading:
        assert reading.epoch() == epoch
    again.close()
    restored = cluster.create(url.partition("@/")[2].partition("?")[0])
    moved = PostgresStorage(restored)
    with moved.read() as reading:
        assert reading.epoch() != epoch
        assert (reading.kept_until(), reading.head()) == (77, 1)
    moved.close()
    assert "new epoch" in caplog.text


def test_an_address_where_nobody_answers_is_a_passing_trouble(cluster: Cluster) -> None:
    with pytest.raises(StorageUnavailable):
        PostgresStorage(f"postgresql://postgres@/none?host={cluster.folder}/nowhere")
    with pytest.raises(StorageUnavailable, match="does not exist"):
        PostgresStorage(cluster.url("none"))


def test_a_central_survives_the_restart_of_its_database() -> None:
    with running_cluster() as own:
        storage = PostgresStorage(own.create())
        heard = Heard(storage)
        own.stop()
        with pytest.raises(StorageUnavailable), storage.read():
            pass
        own.start()
        other = PostgresStorage(own.url("t1"))
        assert heard.until(1)[0].warehouses is None
        with other.write() as writing:
            writing.save(order(), None)
        assert Wake(1, frozenset({EAST})) in heard.until(2)
        other.close()
        storage.close()


def test_a_dump_holds_everything(cluster: Cluster) -> None:
    url = cluster.create()
    storage = PostgresStorage(url)
    with storage.write() as writing:
        writing.save(order(), None)
    storage.close()
    dumped = subprocess.run([program("pg_dump"), url], capture_output=True, check=True)
    restored = cluster.create()
    subprocess.run([program("psql"), "-q", "-v", "ON_ERROR_STOP=1", restored], input=dumped.stdout, check=True)
    again = PostgresStorage(restored)
    with again.read() as reading:
        assert reading.order(OrderId("o1")) == order()
    again.close()
