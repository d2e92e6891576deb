"""Does the embedded database keep what it was given, and refuse what is not its own?"""

import sqlite3
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from sync.domain.order import OrderId
from sync.server.errors import StorageForeign, StorageTooNew, StorageUnavailable
from sync.server.storage.schema import APPLICATION_ID, STEPS, statements
from sync.server.storage.sqlite import SqliteStorage
from sync.wire.messages import HistoryEntry
from tests.contract.test_storage import order


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "仓库 central.db"


def test_the_sqlite_inside_is_one_that_cannot_corrupt_a_wal() -> None:
    assert dbapi2.sqlite_version_info >= (3, 51, 3)


def test_a_reopened_file_goes_on_with_its_epoch_and_its_feed(file: Path) -> None:
    first = SqliteStorage(file)
    with first.write() as writing:
        writing.save(order(), None)
    with first.read() as reading:
        epoch = reading.epoch()
    first.close()
    again = SqliteStorage(file)
    with again.read() as reading:
        assert (reading.epoch(), reading.head()) == (epoch, 1)
        assert reading.order(OrderId("o1")) == order()
    again.close()


def test_two_centrals_have_two_epochs(tmp_path: Path) -> None:
    epochs = set()
    for name in ("a.db", "b.db"):
        storage = SqliteStorage(tmp_path / name)
        with storage.read() as reading:
            epochs.add(reading.epoch())
        storage.close()
    assert len(epochs) == 2


def test_the_file_is_written_ahead_and_fully_synchronised(file: Path) -> None:
    storage = SqliteStorage(file)
    with storage.write() as writing:
        pragma = writing._connection.execute  # type: ignore[attr-defined]  # of SQLite only  # the file's own word for it
        assert pragma("PRAGMA journal_mode").fetchone() == ("wal",)
        assert pragma("PRAGMA synchronous").fetchone() == (2,)
        assert pragma("PRAGMA foreign_keys").fetchone() == (1,)
    storage.close()


def test_a_file_of_a_newer_central_is_refused_untouched(file: Path) -> None:
    SqliteStorage(file).close()
    with dbapi2.connect(str(file)) as connection:
        connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(StorageTooNew, match="update the central"):
        SqliteStorage(file)
    assert file.read_bytes() == before


def test_another_programs_database_is_refused(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE photos (id INTEGER)")
    connection.commit()
    connection.close()
    with pytest.raises(StorageForeign):
        SqliteStorage(file)


def test_a_file_that_is_no_database_is_refused(file: Path) -> None:
    file.write_bytes(b"just a letter to a friend\n" * 400)
    with pytest.raises(StorageForeign):
        SqliteStorage(file)


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable):
        SqliteStorage(tmp_path / "nowhere" / "central.db")


def test_a_locked_file_is_a_passing_trouble(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.server.storage.sqlite._BUSY_MS", 50)
    storage = SqliteStorage(file)
    other = dbapi2.connect(str(file), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailable, match="locked"), storage.write():
        pass
    other.execute("ROLLBACK")
    other.close()
    with storage.write() as writing:
        writing.save(order(), None)
    storage.close()


def test_a_full_disk_is_a_passing_trouble_and_nothing_is_half_stored(file: Path) -> None:
    storage = SqliteStorage(file)
    with storage.write() as writing:
        pages = writing._connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]  # of SQLite only
        writing._connection.execute(f"PRAGMA max_page_count = {pages + 8}")  # type: ignore[attr-defined]  # of SQLite only

    def fill() -> None:
        with storage.write() as writing:
            for n in range(200):
                writing.save(order(f"o{n}"), None)

    with pytest.raises(StorageUnavailable, match="full"):
        fill()
    with storage.read() as reading:
        assert reading.head() == 0
        assert reading.order(OrderId("o0")) is None
    storage.close()


@pytest.mark.parametrize("change", ["DELETE FROM history", "UPDATE history SET at = 0"])
def test_the_audit_trail_cannot_be_changed(file: Path, change: str) -> None:
    storage = SqliteStorage(file)
    with storage.write() as writing:
        writing.save(order(), None)
        writing.note(OrderId("o1"), HistoryEntry(at=1, version=1, who="x", device="", action="ingested"))
    storage.close()
    connection = dbapi2.connect(str(file))
    with pytest.raises(dbapi2.IntegrityError, match="append-only"):
        connection.execute(change)
    connection.close()


def test_two_processes_may_share_the_file(file: Path) -> None:
    one, two = SqliteStorage(file), SqliteStorage(file)
    for place, storage in enumerate((one, two, one, two)):
        with storage.write() as writing:
            assert writing.save(order(f"o{place}"), None) == place + 1
    one.close()
    two.close()


def test_a_script_falls_into_its_statements() -> None:
    script = "CREATE TABLE a (b);\n-- why; so\nCREATE TRIGGER t BEGIN SELECT 1; END;\n"
    assert statements(script) == ["CREATE TABLE a (b)", "CREATE TRIGGER t BEGIN SELECT 1; END"]


class TestBackup:
    @pytest.fixture
    def copy(self, file: Path, tmp_path: Path) -> Path:
        """A copy of the database when it held one order; two stand in the original since."""
        storage = SqliteStorage(file)
        with storage.write() as writing:
            writing.save(order(updated_at=77), None)
        storage.close()
        copy = tmp_path / "backup.db"
        copy.write_bytes(file.read_bytes())
        again = SqliteStorage(file)
        with again.write() as writing:
            writing.save(order("o2"), None)
        again.close()
        return copy

    @staticmethod
    def history(file: Path) -> tuple[str, int, int]:
        storage = SqliteStorage(file)
        with storage.read() as reading:
            found = reading.epoch(), reading.head(), reading.kept_until()
        storage.close()
        return found

    def test_an_older_copy_put_in_place_begins_a_new_epoch_once(
        self, file: Path, copy: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        epoch, head, kept = self.history(file)
        assert (head, kept) == (2, 0)
        file.write_bytes(copy.read_bytes())
        restored = self.history(file)
        assert restored == (restored[0], 1, 77)
        assert restored[0] != epoch
        assert self.history(file) == restored
        assert "older copy" in caplog.text

    def test_a_copy_opened_elsewhere_goes_on_with_its_epoch(self, file: Path, copy: Path) -> None:
        """Nothing tells that it is older: whoever restores to another machine says so with `epoch new`."""
        assert self.history(copy)[0] == self.history(file)[0]

    @pytest.mark.parametrize("note", [b"", b"{", b"[1]", b"\xff"])
    def test_a_note_that_cannot_be_read_changes_nothing(self, file: Path, note: bytes) -> None:
        before = self.history(file)
        file.with_name(file.name + "-head").write_bytes(note)
        assert self.history(file) == before

    def test_a_file_of_the_first_shape_keeps_what_it_holds(self, file: Path) -> None:
        connection = dbapi2.connect(str(file), isolation_level=None)
        for statement in statements(STEPS[0]):
            connection.execute(statement)
        connection.execute("INSERT INTO central VALUES ('epoch', 'old')")
        connection.execute("INSERT INTO stock VALUES ('SF-1', 'W', 4)")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 1")
        connection.close()
        storage = SqliteStorage(file)
        with storage.write() as writing:
            assert (writing.epoch(), writing.stock(["SF-1"])) == ("old", {("SF-1", "W"): 4})
            assert writing.revoke_device("ws", 1) == 0
        storage.close()
