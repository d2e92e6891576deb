"""Is the key of the store kept where it belongs, and never replaced while something is locked by it?"""

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from sync.errors import StoreDamaged
from sync.store.secret import store_key


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring that forgets at the end of the test; ``locked`` refuses, ``forgetful`` keeps nothing."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no types here
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False
        self.forgetful = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")
        if not self.forgetful:
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before, made = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_the_key_is_kept_in_the_keyring_and_nowhere_else(tmp_path: Path, ring: MemoryKeyring) -> None:
    made = store_key(tmp_path)
    assert store_key(tmp_path) == made
    assert list(ring.kept.values()) == [made.hex]
    assert list(tmp_path.iterdir()) == []


def test_two_folders_have_two_keys(tmp_path: Path, ring: MemoryKeyring) -> None:
    assert store_key(tmp_path / "a") != store_key(tmp_path / "b")


@pytest.mark.parametrize("fault", ["locked", "forgetful"])
def test_without_a_working_keyring_the_key_is_a_file_of_its_owner(
    tmp_path: Path, ring: MemoryKeyring, fault: str
) -> None:
    setattr(ring, fault, True)
    made = store_key(tmp_path)
    assert (tmp_path / "store.key").read_text(encoding="ascii").strip() == made.hex
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "store.key").stat().st_mode) == 0o600
    setattr(ring, fault, False)
    assert store_key(tmp_path) == made  # the file stays in use when a keyring appears later
    assert [path.name for path in tmp_path.iterdir()] == ["store.key"]


def test_a_policy_can_do_without_the_keyring(tmp_path: Path, ring: MemoryKeyring) -> None:
    made = store_key(tmp_path, use_keyring=False)
    assert ring.kept == {}
    assert store_key(tmp_path, use_keyring=False) == made


@pytest.mark.parametrize("locked", [False, True])
def test_a_lost_key_is_told_and_no_new_one_is_made(tmp_path: Path, ring: MemoryKeyring, locked: bool) -> None:
    ring.locked = locked
    (tmp_path / "outbox.db").write_bytes(b"encrypted")
    with pytest.raises(StoreDamaged, match="neither the keyring"):
        store_key(tmp_path)
    assert ring.kept == {}
    assert not (tmp_path / "store.key").exists()


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe"])
def test_a_broken_key_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "store.key").write_bytes(content)
    with pytest.raises(StoreDamaged):
        store_key(tmp_path, use_keyring=False)


def test_a_crash_while_the_key_is_written_leaves_no_half_key(tmp_path: Path) -> None:
    (tmp_path / "store.key.new").write_text("half", encoding="ascii")
    made = store_key(tmp_path, use_keyring=False)
    assert store_key(tmp_path, use_keyring=False) == made
    assert [path.name for path in tmp_path.iterdir()] == ["store.key"]
