"""Is there a copy of the queue should its file be damaged? One a day at start-up, and one before each migration."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sync.errors import StoreError
from sync.store.database import Connection, SqliteError, named
from sync.store.files import flush

_log = logging.getLogger(__name__)
KEPT = 3
"""So many of each kind."""


def keep_copies(backup: Callable[[Path], None], folder: Path, now: int) -> bool:
    """Have ``backup`` write today's copy (UTC) unless there is one, then drop all but the newest. Raises OSError.

    A copy that cannot be written, for want of space, keeps nobody from work. True when one was written.
    """
    folder.mkdir(exist_ok=True)
    today = folder / f"outbox-{datetime.fromtimestamp(now / 1000, UTC):%Y%m%d}.db"
    if today.exists():
        return False
    draft = today.with_suffix(".new")
    draft.unlink(missing_ok=True)
    try:
        backup(draft)
    except StoreError as fault:
        _log.warning("no copy of the outbox today: %s", fault)
        draft.unlink(missing_ok=True)
        return False
    _keep(draft, today, "outbox-*.db")
    return True


def copy_before(connection: Connection, step: str, folder: Path) -> None:
    """A durable copy of an open file as it is, before this step changes its form; raises StoreFull, StoreError.

    Without room for the copy there is no step either: the program is refused, and the file stays as it was.
    """
    folder.mkdir(exist_ok=True)
    target = folder / f"before-{step}.db"
    draft = target.with_suffix(".new")
    draft.unlink(missing_ok=True)
    try:
        connection.execute("VACUUM INTO ?", (str(draft),))
    except SqliteError as error:
        draft.unlink(missing_ok=True)
        raise named(error, target) from error
    _keep(draft, target, "before-*.db")


def _keep(draft: Path, target: Path, kind: str) -> None:
    flush(draft)
    draft.replace(target)
    flush(target.parent)
    for old in sorted(target.parent.glob(kind))[:-KEPT]:
        old.unlink()
