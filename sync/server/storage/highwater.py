"""How high did the feed stand when this file was last written? Kept beside it, so that a restored backup is noticed.

A backup brings back an older database, but not the note beside it: the note then stands higher than the feed.
"""

import os
from pathlib import Path

import msgspec

_LENGTH = 128


class Mark(msgspec.Struct, frozen=True):
    """A position of the feed in one history."""

    epoch: str
    seq: int


class HighWater:
    """The note beside a database. Never ahead of it: it is written after the commit, and need not be durable."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + "-head")
        self._file: int | None = None

    def read(self) -> Mark | None:
        """What stands there; None when there is nothing that can be read as a mark."""
        try:
            return msgspec.json.decode(self._path.read_bytes().rstrip(b" "), type=Mark)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def write(self, mark: Mark) -> None:
        """Note how high the feed stands now; raises OSError."""
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, msgspec.json.encode(mark).ljust(_LENGTH))

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
