"""Do refresh tokens outlive the program, in the keyring or encrypted, and go when their person goes?"""

from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from sync.domain.order import UserId
from sync.errors import StoreFull
from sync.store.tokens import KeptTokens

LI, MEI = UserId("u-li"), UserId("u-mei")


class Facts(dict[str, str]):
    """The outbox' facts, without the outbox."""

    def get_fact(self, name: str) -> str | None:
        return self.get(name)

    def put_fact(self, name: str, value: str) -> None:
        self[name] = value


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring of the system's kind, that can be locked."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no types there
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def _check(self) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        del self.kept[service, username]


@pytest.fixture
def system() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    made = MemoryKeyring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def facts() -> Facts:
    return Facts()


def test_a_token_goes_into_the_keyring_and_nowhere_else(tmp_path: Path, system: MemoryKeyring, facts: Facts) -> None:
    KeptTokens(tmp_path, facts, use_keyring=True).keep(LI, "r1")
    assert list(system.kept.values()) == ["r1"]
    assert "r1" not in str(facts)
    again = KeptTokens(tmp_path, facts, use_keyring=True)
    assert (again.find(LI), again.find(MEI)) == ("r1", None)


def test_two_workstations_of_one_person_do_not_share_them(tmp_path: Path, system: MemoryKeyring, facts: Facts) -> None:
    KeptTokens(tmp_path / "a", facts, use_keyring=True).keep(LI, "r1")
    assert KeptTokens(tmp_path / "b", facts, use_keyring=True).find(LI) is None


@pytest.mark.parametrize("how", ["not wanted", "key file", "locked"])
def test_without_a_keyring_it_is_in_the_encrypted_outbox(
    tmp_path: Path, system: MemoryKeyring, facts: Facts, how: str
) -> None:
    if how == "key file":
        (tmp_path / "store.key").write_text("00", encoding="ascii")
    system.locked = how == "locked"
    tokens = KeptTokens(tmp_path, facts, use_keyring=how != "not wanted")
    tokens.keep(LI, "r1")
    assert tokens.find(LI) == "r1"
    assert system.kept == {}
    tokens.forget(LI)
    assert tokens.find(LI) is None
    assert "r1" not in str(facts)


def test_a_keyring_that_opens_again_takes_it_over(tmp_path: Path, system: MemoryKeyring, facts: Facts) -> None:
    tokens = KeptTokens(tmp_path, facts, use_keyring=True)
    system.locked = True
    tokens.keep(LI, "r1")
    system.locked = False
    tokens.keep(LI, "r2")
    assert tokens.find(LI) == "r2"
    assert "r1" not in str(facts)


def test_forgetting_takes_it_out_of_the_keyring(tmp_path: Path, system: MemoryKeyring, facts: Facts) -> None:
    tokens = KeptTokens(tmp_path, facts, use_keyring=True)
    tokens.keep(LI, "r1")
    tokens.forget(LI)
    tokens.forget(MEI)  # who never had one
    assert system.kept == {}


def test_a_full_disk_is_no_reason_not_to_work(tmp_path: Path) -> None:
    class Full(Facts):
        def put_fact(self, name: str, value: str) -> None:
            raise StoreFull(f"no room for {name}={value}")

    tokens = KeptTokens(tmp_path, Full(), use_keyring=False)
    tokens.keep(LI, "r1")
    assert tokens.find(LI) is None
