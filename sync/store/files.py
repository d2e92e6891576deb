"""How are the files of a store moved, so that a crash in between leaves a whole one? Copied, flushed, then replaced."""

import os
import shutil
import time
from pathlib import Path

from sync.errors import StoreDamaged

PARTS = ("", "-wal", "-shm")
"""What a database file's name ends with, and its companions'."""


def copy_aside(path: Path) -> Path | None:
    """A durable copy of a damaged file with its WAL, under a name that says when; None where there is no file."""
    parts = [suffix for suffix in PARTS if Path(f"{path}{suffix}").exists()]
    if not parts:
        return None
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    for i in range(1000):
        aside = path.with_name(f"{path.stem}.damaged-{stamp}-{i}{path.suffix}")
        if not aside.exists():
            break
    else:
        raise StoreDamaged(f"{path.parent} holds a thousand damaged copies; look at them and clear up")
    for suffix in parts:
        shutil.copy2(f"{path}{suffix}", f"{aside}{suffix}")
        flush(Path(f"{aside}{suffix}"))
    flush(path.parent)
    return aside


def set_aside(path: Path) -> Path | None:
    """As ``copy_aside``, and then take the damaged file away."""
    aside = copy_aside(path)
    remove(path)
    return aside


def remove(path: Path) -> None:
    for suffix in PARTS:
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Wait until a file, or a folder's entries, are on the disk; Windows flushes no folders."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
