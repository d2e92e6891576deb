"""Does every form that the files ever had become today's, with what was in it?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from sync.domain.order import CommandKey
from sync.errors import StoreError, StoreFull, StoreTooNew
from sync.store import migrations
from sync.store.copies import copy_before
from sync.store.database import DatabaseKey, connect, migrate, one
from sync.store.migrations import Ladder
from sync.store.orders import OrderCache
from sync.store.outbox import Outbox
from sync.store.second_record import SecondRecord
from sync.wire.codec import encode
from sync.wire.messages import Change, ResultStatus
from tests.fakes import Clock
from tests.sync.samples import command, order

RELEASED = Path(__file__).parent / "released"
"""Every form that a file ever had, with something in it: the code that made it may change, this may not."""
LADDERS = {"outbox": migrations.outbox, "second-record": migrations.second_record}


def released(path: Path, key: DatabaseKey, name: str) -> Path:
    old = connect(path, key, "FULL")
    old.executescript((RELEASED / name).read_text(encoding="utf-8"))
    old.close()
    return path


@pytest.mark.parametrize("kind", LADDERS)
def test_every_form_of_what_must_not_be_lost_is_written_down(kind: str) -> None:
    written = {path.name for path in RELEASED.glob(f"{kind}-*.sql")}
    assert written == {f"{kind}-{step}.sql" for step, _ in LADDERS[kind].steps}


def test_an_empty_file_gets_todays_form(tmp_path: Path, key: DatabaseKey, clock: Clock) -> None:
    (tmp_path / "outbox.db").touch()
    outbox = Outbox(tmp_path / "outbox.db", key, clock)
    assert outbox.unsettled() == ()
    outbox.close()
    cache = OrderCache(tmp_path / "cache.db", key)
    assert cache.checksum()[0] == 0
    cache.close()


@pytest.mark.parametrize("name", sorted(path.name for path in RELEASED.glob("outbox-*.sql")))
def test_every_released_outbox_keeps_its_queue_and_the_fate_of_each_command(
    tmp_path: Path, key: DatabaseKey, clock: Clock, name: str
) -> None:
    outbox = Outbox(released(tmp_path / "outbox.db", key, name), key, clock)
    (waiting,) = outbox.unsettled()
    assert (waiting.n, outbox.unsent()) == (4, 1)
    assert [s.command.n for s in outbox.attention()] == [2]
    applied = outbox.find(CommandKey("01900000-5e00-7000-8000-000000000001"))
    assert applied is not None
    assert applied[1] is not None
    assert applied[1].status is ResultStatus.APPLIED
    assert outbox.find(CommandKey("01900000-5e00-7000-8000-000000000003")) is None  # withdrawn
    assert outbox.fact("device", lambda: "another") == "desk-released"
    assert outbox.next_batch(waiting.issued_by, 50) == (waiting,)
    assert outbox.add(lambda n: command(order(), n=n), None).n == 5
    outbox.close()


@pytest.mark.parametrize(
    ("name", "holds"),
    [("cache-0001_orders.sql", 0), ("cache-0002_organised.sql", 1)],
)
def test_every_released_cache_opens_and_knows_its_history_and_its_orders(
    tmp_path: Path, key: DatabaseKey, name: str, holds: int
) -> None:
    cache = OrderCache(released(tmp_path / "cache.db", key, name), key)
    assert cache.fact("epoch") == "epoch-1"
    assert cache.checksum()[0] == holds
    known = cache.order(order().id)
    assert (known is not None) is bool(holds)
    cache.put_changes([Change(id=order().id, version=2, seq=8, op="put", order=order(version=2))], {}, lambda _: {})
    newer = cache.order(order().id)
    assert newer is not None
    assert newer.version == 2
    cache.close()


def test_the_pages_of_a_cache_are_full(tmp_path: Path, key: DatabaseKey) -> None:
    """Orders of a kilobyte and a half share pages; each had two of four kilobytes when bodies had no row ids."""
    cache = OrderCache(tmp_path / "cache.db", key)
    orders = [order(f"SO{n:014}", customer=replace(order().customer, street="x" * 800)) for n in range(300)]
    bodies = [encode(each) for each in orders]
    cache.put_page(orders, bodies, 1, {}, lambda _: {})
    cache.close()
    assert (tmp_path / "cache.db").stat().st_size < 2 * sum(map(len, bodies))


def test_a_copy_of_the_queue_is_made_before_it_is_migrated_and_only_then(
    tmp_path: Path, key: DatabaseKey, clock: Clock
) -> None:
    path = released(tmp_path / "outbox.db", key, "outbox-0001_commands.sql")
    Outbox(path, key, clock).close()
    copies = list((tmp_path / "copies").iterdir())
    assert [copy.name for copy in copies] == ["before-0002_epochs.db"]
    Outbox(path, key, clock).close()
    assert list((tmp_path / "copies").iterdir()) == copies
    copy = connect(copies[0], key, "FULL")
    assert one(copy, "SELECT count(*) FROM _sqlite_migrations") == 1
    assert one(copy, "SELECT count(*) FROM commands WHERE status IS NULL") == 1
    copy.close()


def test_copies_before_migrations_are_kept_three_and_beside_those_of_the_days(tmp_path: Path, key: DatabaseKey) -> None:
    some = connect(tmp_path / "outbox.db", key, "FULL")
    some.execute("CREATE TABLE t (a)")
    (tmp_path / "outbox-20261122.db").touch()
    for step in range(5):
        copy_before(some, f"{step:04}_step", tmp_path)
    assert sorted(path.name for path in tmp_path.glob("before-*")) == [
        "before-0002_step.db",
        "before-0003_step.db",
        "before-0004_step.db",
    ]
    assert (tmp_path / "outbox-20261122.db").exists()
    some.close()


def test_without_room_for_the_copy_the_file_stays_as_it_was(
    tmp_path: Path, key: DatabaseKey, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = released(tmp_path / "outbox.db", key, "outbox-0002_epochs.sql")

    def no_room(_connection: object, _step: str, folder: Path) -> None:
        raise StoreFull(f"{folder}: no room", folder)

    monkeypatch.setattr("sync.store.outbox.copy_before", no_room)
    with pytest.raises(StoreFull):
        Outbox(path, key, clock)
    monkeypatch.undo()
    outbox = Outbox(path, key, clock)
    assert outbox.unsent() == 1
    outbox.close()


@pytest.mark.parametrize("kind", LADDERS)
def test_a_file_of_a_newer_program_is_refused_and_left_alone(
    tmp_path: Path, key: DatabaseKey, clock: Clock, kind: str
) -> None:
    opens: dict[str, Callable[[Path], object]] = {
        "outbox": lambda path: Outbox(path, key, clock),
        "second-record": lambda path: SecondRecord(path, key),
    }
    newest = LADDERS[kind].steps[-1][0]
    path = released(tmp_path / "file.db", key, f"{kind}-{newest}.sql")
    newer = connect(path, key, "FULL")
    newer.execute(
        "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES (?, '9999_later', '2030')",
        (LADDERS[kind].name,),
    )
    newer.close()
    before = path.read_bytes()
    with pytest.raises(StoreTooNew, match="update this one"):
        opens[kind](path)
    assert path.read_bytes() == before


def test_migrating_twice_changes_nothing(tmp_path: Path, key: DatabaseKey, clock: Clock) -> None:
    Outbox(tmp_path / "outbox.db", key, clock).close()
    again = connect(tmp_path / "outbox.db", key, "FULL")
    before = one(again, "SELECT group_concat(sql) FROM sqlite_master")
    migrate(again, migrations.outbox, tmp_path / "outbox.db")
    assert one(again, "SELECT group_concat(sql) FROM sqlite_master") == before
    again.close()


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path, key: DatabaseKey) -> None:
    path = tmp_path / "x.db"

    def breaks(db: Any) -> None:
        db.execute("CREATE TABLE half (a)")
        db.execute("INSERT INTO missing VALUES (1)")

    steps = Ladder("test", (("0001_fine", lambda db: db.execute("CREATE TABLE kept (a)")), ("0002_breaks", breaks)))
    opened = connect(path, key, "FULL")
    with pytest.raises(StoreError, match="missing"):
        migrate(opened, steps, path)
    tables = {row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert "kept" in tables
    assert "half" not in tables
    opened.close()
