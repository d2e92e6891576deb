"""Is there a copy of the queue should its file be damaged? One a day at start-up, the last three are kept."""

import logging
from datetime import UTC, datetime
from pathlib import Path

from sync.errors import StoreError
from sync.store.outbox import Outbox

_log = logging.getLogger(__name__)
KEPT = 3


def keep_copies(outbox: Outbox, folder: Path, now: int) -> None:
    """Write today's copy (UTC) unless there is one, then drop all but the newest. Raises OSError.

    A copy that cannot be written, for want of space, keeps nobody from work.
    """
    folder.mkdir(exist_ok=True)
    today = folder / f"outbox-{datetime.fromtimestamp(now / 1000, UTC):%Y%m%d}.db"
    if today.exists():
        return
    draft = today.with_suffix(".new")
    draft.unlink(missing_ok=True)
    try:
        outbox.backup(draft)
    except StoreError as fault:
        _log.warning("no copy of the outbox today: %s", fault)
        draft.unlink(missing_ok=True)
        return
    draft.replace(today)
    for old in sorted(folder.glob("outbox-*.db"))[:-KEPT]:
        old.unlink()
