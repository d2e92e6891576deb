"""Does the folder belong to one program at a time, and does nothing in it get lost?"""

import subprocess
import sys
from pathlib import Path

import pytest

from sync.caches import Caches
from sync.domain.permissions import Role
from sync.errors import AlreadyRunning, StoreClosed, StoreDamaged, StoreError, StoreFull, StoreTooNew
from sync.store.database import connect
from sync.store.listing import ListQuery
from sync.store.outbox import Outbox
from sync.store.second_record import suspicion
from sync.wire.codec import encode
from sync.workstation import Workstation
from tests.fakes import Clock
from tests.sync.samples import LI, MEI, ZHANG, command, order


def opened(folder: Path, clock: Clock) -> Workstation:
    return Workstation(folder, clock, use_keyring=False)


SECOND = """
import sys
from pathlib import Path
from sync.errors import AlreadyRunning
from sync.workstation import Workstation
try:
    Workstation(Path(sys.argv[1]), lambda: 0, use_keyring=False)
except AlreadyRunning as held:
    print(held)
"""


def test_a_second_program_on_the_same_folder_is_refused(tmp_path: Path, clock: Clock) -> None:
    with opened(tmp_path / "desk", clock) as first:
        with pytest.raises(AlreadyRunning):
            opened(tmp_path / "desk", clock)
        other = subprocess.run(
            [sys.executable, "-c", SECOND, str(tmp_path / "desk")], capture_output=True, text=True, check=True
        )
        assert str(tmp_path / "desk") in other.stdout
        assert first.outbox.unsent() == 0
    opened(tmp_path / "desk", clock).close()


def test_a_folder_with_spaces_and_chinese_letters_works(tmp_path: Path, clock: Clock) -> None:
    with opened(tmp_path / "异常 台" / "桌面", clock) as made:
        made.outbox.add(lambda n: command(order(), n=n), None)
    with opened(tmp_path / "异常 台" / "桌面", clock) as again:
        assert again.outbox.unsent() == 1


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be used") as told:
        opened(tmp_path / "file" / "desk", clock)
    assert not isinstance(told.value, StoreFull)


@pytest.mark.parametrize("damage", ["garbage", "cut", "flipped"])
def test_a_damaged_outbox_is_set_aside_whole_and_all_its_commands_come_back(
    tmp_path: Path, clock: Clock, damage: str
) -> None:
    with opened(tmp_path, clock) as first:
        for _ in range(40):
            first.outbox.add(lambda n: command(order(), n=n), order())
    path = tmp_path / "outbox.db"
    raw = path.read_bytes()
    spoilt = {
        "garbage": b"x" * 5000,
        "cut": raw[: len(raw) // 2],
        "flipped": bytes(b ^ (i % 4096 == 99) for i, b in enumerate(raw)),
    }[damage]
    path.write_bytes(spoilt)
    with opened(tmp_path, clock) as again:
        assert again.set_aside is not None
        assert again.set_aside.read_bytes() == spoilt
        assert again.outbox.add(lambda n: command(order(), n=n), None).n == 41
        assert again.outbox.unsent() == 41
    with opened(tmp_path, clock) as third:
        assert third.salvage is None
        assert third.outbox.unsent() == 41


def test_a_lost_key_touches_nothing_and_lets_the_folder_go(tmp_path: Path, clock: Clock) -> None:
    opened(tmp_path, clock).close()
    key = (tmp_path / "store.key").read_bytes()
    (tmp_path / "store.key").unlink()
    before = (tmp_path / "outbox.db").read_bytes()
    with pytest.raises(StoreDamaged, match="neither the keyring"):
        opened(tmp_path, clock)
    assert (tmp_path / "outbox.db").read_bytes() == before
    (tmp_path / "store.key").write_bytes(key)
    opened(tmp_path, clock).close()


@pytest.mark.parametrize("suspected", [False, True], ids=["as it is", "in which somebody met damage"])
def test_an_outbox_of_a_newer_program_is_refused_not_set_aside(tmp_path: Path, clock: Clock, suspected: bool) -> None:
    with opened(tmp_path, clock) as first:
        newer = connect(first.outbox.path, first._key, "FULL")
        newer.execute(
            "INSERT INTO _sqlite_migrations(migration_set, name, applied_at)"
            " VALUES ('exception-desk-outbox', '9999_later', '2030')"
        )
        newer.close()
        path = first.outbox.path
    if suspected:
        suspicion(path).touch()
    for _ in range(2):
        with pytest.raises(StoreTooNew, match="update this one"):
            opened(tmp_path, clock)
    assert not list(tmp_path.glob("*damaged*"))
    assert suspicion(path).exists() is suspected


def test_whoever_opens_the_outbox_beside_the_lock_waits_but_does_not_break_it(tmp_path: Path, clock: Clock) -> None:
    with opened(tmp_path, clock) as first:
        beside = Outbox(first.outbox.path, first._key, clock)
        beside.add(lambda n: command(order(), n=n), None)
        assert first.outbox.unsent() == 1
        beside.close()


class TestCaches:
    def test_each_central_role_and_scope_has_a_cache_of_its_own(self, tmp_path: Path, clock: Clock) -> None:
        with opened(tmp_path, clock) as made:
            paths = [made.cache_path(url, user) for url in ("http://a", "http://b") for user in (None, LI, ZHANG)]
            assert len(set(paths)) == 6
            assert made.cache_path("http://a", LI) == made.cache_path("http://a", MEI)  # the same role and scope
            assert LI.role is MEI.role is Role.OPERATOR

    @pytest.mark.parametrize("content", [b"garbage" * 1000, b"x"])
    def test_a_damaged_cache_is_made_anew_when_it_is_opened(self, tmp_path: Path, clock: Clock, content: bytes) -> None:
        with opened(tmp_path, clock) as made:
            made.cache_path("http://a", LI).write_bytes(content)
            cache = made.open_cache("http://a", LI)
            cache.put_facts({"a": "b"})
            assert cache.fact("a") == "b"
            cache.close()

    def test_a_cache_is_opened_once_and_mended_once(self, tmp_path: Path, clock: Clock) -> None:
        told: list[str] = []
        with opened(tmp_path, clock) as made:
            caches = Caches(made, "http://a", made.outbox.pending, lambda: told.append("mended"))
            first = caches.of(LI)
            assert caches.of(MEI) is first
            damage = StoreDamaged("broken", first.path)
            assert caches.mend(damage)
            assert caches.of(LI) is not first
            assert not caches.mend(StoreDamaged("broken"))
            assert not caches.mend(StoreDamaged("broken", made.outbox.path))
            caches.close()
            assert not caches.mend(damage)
            with pytest.raises(StoreClosed):
                caches.of(LI)
        assert told == ["mended"]

    def test_pending_marks_are_right_as_soon_as_a_cache_is_opened(self, tmp_path: Path, clock: Clock) -> None:
        it = order()
        with opened(tmp_path, clock) as made:
            first = Caches(made, "http://a", made.outbox.pending, lambda: None)
            first.of(LI).put_page([it], [encode(it)], 1, {}, lambda _: {it.id: 3})
            first.close()
            again = Caches(made, "http://a", made.outbox.pending, lambda: None)
            cache = again.of(LI)
            assert cache.rows(cache.ids(ListQuery(view="all")), frozenset())[0].pending == 0
            again.close()

    def test_a_read_that_meets_a_closed_cache_goes_to_the_new_one(self, tmp_path: Path, clock: Clock) -> None:
        with opened(tmp_path, clock) as made:
            caches = Caches(made, "http://a", made.outbox.pending, lambda: None)
            old = caches.of(LI)

            def read(cache: object) -> str:
                if cache is old:
                    caches.mend(StoreDamaged("another thread found it broken", old.path))
                    old.fact("a")
                return "read"

            assert caches.look(lambda: LI, read) == "read"
            caches.close()

    def test_damage_elsewhere_is_not_taken_for_the_caches(self, tmp_path: Path, clock: Clock) -> None:
        with opened(tmp_path, clock) as made:
            caches = Caches(made, "http://a", made.outbox.pending, lambda: None)

            def read(cache: object) -> str:
                raise StoreDamaged(f"the outbox, not {cache}", made.outbox.path)

            with pytest.raises(StoreDamaged):
                caches.look(lambda: LI, read)
            caches.close()
