"""Is a store file opened as it must be, and are its faults called by their names?"""

import threading
from pathlib import Path
from typing import Literal

import pytest

from sync.errors import StoreDamaged, StoreError
from sync.store import database
from sync.store.database import DatabaseKey, connect, one, transaction


def test_a_key_is_64_hexadecimal_digits_and_never_printed() -> None:
    key = DatabaseKey("ab" * 32)
    assert "abab" not in repr(key)
    for wrong in ("", "ab", "AB" * 32, "zz" * 32):
        with pytest.raises(StoreDamaged):
            DatabaseKey(wrong)


def test_the_outbox_is_written_to_the_disk_at_every_commit(tmp_path: Path, key: DatabaseKey) -> None:
    modes: tuple[tuple[Literal["FULL", "NORMAL"], int], ...] = (("FULL", 2), ("NORMAL", 1))
    for mode, number in modes:
        opened = connect(tmp_path / f"{mode}.db", key, mode)
        assert one(opened, "PRAGMA synchronous") == number
        assert one(opened, "PRAGMA journal_mode") == "wal"
        assert one(opened, "PRAGMA foreign_keys") == 1
        opened.close()


def test_an_old_sqlite_is_refused(tmp_path: Path, key: DatabaseKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MINIMUM_SQLITE", (99, 0, 0))
    with pytest.raises(StoreError, match="older"):
        connect(tmp_path / "x.db", key, "FULL")


def test_a_folder_that_is_not_there_is_a_store_error(tmp_path: Path, key: DatabaseKey) -> None:
    with pytest.raises(StoreError, match="nowhere"):
        connect(tmp_path / "nowhere" / "x.db", key, "FULL")


def test_a_file_of_something_else_is_damage(tmp_path: Path, key: DatabaseKey) -> None:
    (tmp_path / "x.db").write_bytes(b"a shopping list " * 1000)
    with pytest.raises(StoreDamaged):
        connect(tmp_path / "x.db", key, "FULL")


def test_an_error_inside_a_transaction_undoes_it_all(tmp_path: Path, key: DatabaseKey) -> None:
    path = tmp_path / "x.db"
    opened = connect(path, key, "FULL")
    opened.execute("CREATE TABLE t (a)")

    def half() -> None:
        with transaction(opened, path) as db:
            db.execute("INSERT INTO t VALUES (1)")
            db.execute("INSERT INTO missing VALUES (1)")

    with pytest.raises(StoreError, match="no such table"):
        half()
    assert one(opened, "SELECT count(*) FROM t") == 0
    assert one(opened, "SELECT a FROM t") is None
    assert not opened.in_transaction
    opened.close()


def test_a_page_that_cannot_be_written_to_is_damage_not_a_lack_of_memory(tmp_path: Path, key: DatabaseKey) -> None:
    """Of a page that it cannot decrypt SQLCipher tells SQLite that there is no memory, in the midst of some writes."""
    path = tmp_path / "x.db"
    opened = connect(path, key, "FULL")

    def write() -> None:
        with transaction(opened, path):
            raise MemoryError

    with pytest.raises(StoreDamaged):
        write()
    opened.close()


def test_two_writers_take_turns_instead_of_failing(tmp_path: Path, key: DatabaseKey) -> None:
    path = tmp_path / "x.db"
    first = connect(path, key, "FULL")
    first.execute("CREATE TABLE t (a)")
    begun, failed = threading.Event(), []

    def second() -> None:
        opened = connect(path, key, "FULL")
        begun.set()
        try:
            with transaction(opened, path) as db:
                db.execute("INSERT INTO t SELECT max(a) + 1 FROM t")
        except StoreError as fault:
            failed.append(fault)
        opened.close()

    other = threading.Thread(target=second)
    with transaction(first, path) as db:
        db.execute("INSERT INTO t VALUES (1)")
        other.start()
        begun.wait()
    other.join()
    assert failed == []
    assert one(first, "SELECT max(a) FROM t") == 2
    first.close()
