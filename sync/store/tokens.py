"""Where are refresh tokens kept? In the operating system's keyring, or in the encrypted outbox where there is none.

They let what a person asked for go out after a restart, and after somebody else has taken the place; see
docs/decisions/0010. A token that cannot be kept is lost with the program, and its person signs in again.
"""

import logging
from pathlib import Path
from typing import Protocol

from sync.domain.order import UserId
from sync.errors import StoreError
from sync.store.secret import SystemKeyring

_log = logging.getLogger(__name__)


class Facts(Protocol):
    """The outbox' facts: encrypted at rest with a key of this workstation."""

    def get_fact(self, name: str) -> str | None: ...
    def put_fact(self, name: str, value: str) -> None: ...


class KeptTokens:
    """``sync.client.renewal.RefreshTokens`` on this machine."""

    def __init__(self, folder: Path, facts: Facts, *, use_keyring: bool) -> None:
        """A key file in the folder means that this machine has no keyring; see ``secret``."""
        self._place = str(folder.resolve())
        self._facts = facts
        self._use_keyring = use_keyring and not (folder / "store.key").exists()
        self._opened: SystemKeyring | None = None

    def find(self, who: UserId) -> str | None:
        kept = self._facts.get_fact(_fact(who))
        if kept:
            return kept
        keyring = self._keyring
        return None if keyring is None else keyring.find(self._name(who))

    def keep(self, who: UserId, token: str) -> None:
        keyring = self._keyring
        in_keyring = keyring is not None and keyring.keep(self._name(who), token)
        self._put(who, "" if in_keyring else token)

    def forget(self, who: UserId) -> None:
        self._put(who, "")
        if self._keyring is not None:
            self._keyring.forget(self._name(who))

    @property
    def _keyring(self) -> SystemKeyring | None:
        if self._use_keyring and self._opened is None:
            self._opened = SystemKeyring()
        return self._opened

    def _name(self, who: UserId) -> str:
        return f"refresh:{self._place}:{who}"

    def _put(self, who: UserId, token: str) -> None:
        try:
            if (self._facts.get_fact(_fact(who)) or "") != token:
                self._facts.put_fact(_fact(who), token)
        except StoreError as fault:
            _log.warning("the session of %s will not outlive this program: %s", who, fault)


def _fact(who: UserId) -> str:
    return f"refresh:{who}"
