"""Over which orders is measured? A workstation whose cache holds so many of them, filled once in a run."""

import atexit
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sync.store.database import DatabaseKey, connect
from sync.workstation import Workstation
from tests.bench.central import central_with, now, signed_in
from tests.bench.search import fill

SIZES = (10_000, 200_000)


@dataclass(frozen=True, slots=True)
class Filled:
    """A workstation on disk on which the supervisor has signed in before. Its central is away."""

    folder: Path
    url: str
    plain: Path
    """The narrow rows once more in a file without encryption, for those who cannot read ours."""


@lru_cache(maxsize=len(SIZES))
def filled(count: int) -> Filled:
    """As many orders as asked for; gone when this process ends."""
    kept = tempfile.TemporaryDirectory(prefix="bench-")
    atexit.register(kept.cleanup)
    home = Path(kept.name)
    folder = home / "desk"
    with central_with(10, home) as url, signed_in(url, folder) as desk:
        desk.engine.step()
        user = desk.user
    with Workstation(folder, now, use_keyring=False) as workstation:
        cache = workstation.open_cache(url, user)
        fill(cache, count)
        path = cache.path
        cache.close()
    key = DatabaseKey((folder / "store.key").read_text().strip())
    plain = home / "plain.db"
    _copy(path, key, plain)
    return Filled(folder, url, plain)


def _copy(path: Path, key: DatabaseKey, plain: Path) -> None:
    bare = connect(path, key, "NORMAL")
    bare.execute("ATTACH DATABASE ? AS plain KEY ''", (str(plain),))
    bare.execute(
        "CREATE TABLE plain.orders AS SELECT due_at, number, customer, city, warehouse, carrier, status, total,"
        " raised_at, claimed_by, node, id, version, listed FROM orders"
    )
    bare.execute("CREATE INDEX plain.by_due ON orders(due_at)")
    bare.execute("CREATE INDEX plain.by_customer ON orders(customer)")
    bare.execute("DETACH DATABASE plain")
    bare.close()
