"""Where is the store's key kept? In the operating system's keyring, or in a file of its owner's where there is none."""

import logging
import os
import secrets
from pathlib import Path

from sync.errors import StoreDamaged
from sync.store.database import DatabaseKey

_log = logging.getLogger(__name__)
_SERVICE = "exception-desk"


def store_key(folder: Path, *, use_keyring: bool = True) -> DatabaseKey:
    """The key of the store in this folder, made at the first time of asking; raises StoreDamaged when it is lost.

    A key file beside the store means that this machine had no keyring when the store was made; it stays in use.
    """
    in_file = folder / "store.key"
    if in_file.exists():
        return _from_file(in_file)
    name = f"store:{folder.resolve()}"
    system = SystemKeyring() if use_keyring else None
    found = system.find(name) if system else None
    if found is not None:
        return DatabaseKey(found)
    if (folder / "outbox.db").exists():
        raise StoreDamaged(f"the key of {folder / 'outbox.db'} is in neither the keyring nor {in_file}")
    made = DatabaseKey(secrets.token_hex(32))
    if not (system and system.keep(name, made.hex)):
        _into_file(in_file, made)
    return made


class SystemKeyring:
    """The operating system's; slow to import, and not needed where a key file stands."""

    def __init__(self) -> None:
        import keyring  # noqa: PLC0415  see above
        import keyring.errors  # noqa: PLC0415  see above

        self._keyring = keyring
        self._error = keyring.errors.KeyringError

    def find(self, name: str) -> str | None:
        try:
            return self._keyring.get_password(_SERVICE, name)
        except self._error as fault:
            _log.info("no keyring here: %s", fault)
            return None

    def keep(self, name: str, secret: str) -> bool:
        """Whether the keyring took it and gives it back."""
        try:
            self._keyring.set_password(_SERVICE, name, secret)
            return self._keyring.get_password(_SERVICE, name) == secret
        except self._error as fault:
            _log.info("no keyring here: %s", fault)
            return False

    def forget(self, name: str) -> None:
        """It is not in the keyring any more, or never was."""
        try:
            if self._keyring.get_password(_SERVICE, name) is not None:
                self._keyring.delete_password(_SERVICE, name)
        except self._error as fault:
            _log.warning("the keyring does not forget %s: %s", name, fault)


def _from_file(path: Path) -> DatabaseKey:
    try:
        return DatabaseKey(path.read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError) as fault:
        raise StoreDamaged(f"{path} cannot be read: {fault}", path) from fault


def _into_file(path: Path, key: DatabaseKey) -> None:
    """Whole or not at all: a half-written key would lock the store for ever."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
