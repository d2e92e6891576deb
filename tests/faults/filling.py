"""A workstation's process for the tests: works until its disk is full, gets room again, and says what it kept."""

import resource
import sys
from collections.abc import Callable
from pathlib import Path

from sync.domain.order import Order
from sync.errors import StoreFull
from sync.wire.codec import encode
from sync.workstation import Workstation
from tests.sync.samples import LI, NOW, command, order

BALLAST = "ballast"
LIMIT = 1_500_000
"""Bytes that a file may have under ``limit``."""


def main(folder: Path, way: str) -> None:
    """``way``: ``tmpfs``, the folder is a small file system with a ballast in it; ``limit``, no file may grow on."""
    if way == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, resource.RLIM_INFINITY))
    kept: list[str] = []
    with Workstation(folder, lambda: NOW, use_keyring=False) as station:
        cache = station.open_cache("http://central", LI)
        _until_full(lambda n: cache.put_page([_numbered(n)], [encode(_numbered(n))], 1, {}, lambda _: {}))
        pages = cache.checksum()[0]
        _until_full(lambda _: kept.append(station.outbox.add(lambda n: command(order(), n=n), order()).key))
        assert [c.key for c in station.outbox.unsettled()] == kept, "half of a command was written"
        _make_room(folder, way)
        kept.append(station.outbox.add(lambda n: command(order(), n=n), order()).key)
        cache.put_facts({"room": "again"})
        assert cache.checksum()[0] == pages, "half of a page was written"
        cache.close()
    with Workstation(folder, lambda: NOW, use_keyring=False) as again:
        assert again.salvage is None
        assert [c.key for c in again.outbox.unsettled()] == kept, "a command was lost"
    sys.stdout.write(f"kept {len(kept)} commands and {pages} orders\n")


def _numbered(n: int) -> Order:
    return order(f"SO{n:014}")


def _until_full(write: Callable[[int], object]) -> None:
    for n in range(100_000):
        try:
            write(n)
        except StoreFull as full:
            sys.stdout.write(f"{type(full).__name__}: {full}\n")
            return
    raise AssertionError("the disk never got full")


def _make_room(folder: Path, way: str) -> None:
    if way == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    else:
        (folder / BALLAST).unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
