"""Where is the store's key kept? In the operating system's keyring, or in a file of its owner's where there is none."""

import logging
import os
import secrets
from pathlib import Path

import keyring
from keyring.errors import KeyringError

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
        return DatabaseKey(in_file.read_text(encoding="ascii").strip())
    name = f"store:{folder.resolve()}"
    if use_keyring:
        found = _from_keyring(name)
        if found is not None:
            return DatabaseKey(found)
    if (folder / "outbox.db").exists():
        raise StoreDamaged(f"the key of {folder / 'outbox.db'} is in neither the keyring nor {in_file}")
    made = DatabaseKey(secrets.token_hex(32))
    if not (use_keyring and _into_keyring(name, made)):
        _into_file(in_file, made)
    return made


def _from_keyring(name: str) -> str | None:
    try:
        return keyring.get_password(_SERVICE, name)
    except KeyringError as fault:
        _log.info("no keyring here: %s", fault)
        return None


def _into_keyring(name: str, key: DatabaseKey) -> bool:
    try:
        keyring.set_password(_SERVICE, name, key.hex)
        return keyring.get_password(_SERVICE, name) == key.hex
    except KeyringError as fault:
        _log.info("no keyring here: %s", fault)
        return False


def _into_file(path: Path, key: DatabaseKey) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex + "\n")
        file.flush()
        os.fsync(file.fileno())
