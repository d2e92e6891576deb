"""The real central order API without sockets: its ASGI application over its SQLite storage, called in this process."""

import contextlib
import random
import shutil
import tempfile
from collections.abc import Callable, Generator
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

import msgspec
from argon2 import PasswordHasher
from litestar import Litestar

from sync.domain.exceptions import Reason
from sync.domain.order import Order, OrderId, Status, UserId
from sync.domain.permissions import User
from sync.server.app import PREFIX, assemble, create
from sync.server.central import DAY_MS, Settings
from sync.server.fast import FastChanges
from sync.server.identity import Identity
from sync.server.storage.base import Place, Writing
from sync.server.storage.sqlite import SqliteStorage
from sync.wire.codec import decode_order
from sync.wire.messages import PlaceName
from tests.fakes import Clock
from tests.simulation.at_once import AtOnceLoop
from tests.sync.samples import ALPHA, BETA, EAST, LI, MEI, NOW, SOUTH, ZHANG, order, stopped

BODY_LIMIT = 24 * 1024
"""The longest request in bytes: far less than a real central takes, so that a batch can be too long."""
SETTINGS = Settings(body_limit=BODY_LIMIT)
PEOPLE = (LI, MEI, ZHANG)
ORDERS = (
    stopped(Reason.BAD_ADDRESS, "SO20261122000001"),
    stopped(Reason.PAYMENT_CHECK, "SO20261122000002"),
    stopped(Reason.WAYBILL_REFUSED, "SO20261122000003"),
    order("SO20261122000010"),
    order("SO20261122000004", warehouse=SOUTH),
)
PLACES: tuple[tuple[Literal["warehouse", "carrier"], tuple[str, ...]], ...] = (
    ("warehouse", (EAST, SOUTH)),
    ("carrier", (ALPHA, BETA)),
)
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PIN = "4712"


class PowerCut(BaseException):
    """The central's process ends here."""


class Storage(SqliteStorage):
    """The embedded database; ``dies`` cuts the power at the end of the next transaction, before or after COMMIT."""

    dies = ""

    @contextlib.contextmanager
    def write(self) -> Generator[Writing, None, None]:
        with super().write() as writing:
            yield writing
            if self.dies == "before":
                raise PowerCut
        if self.dies == "after":
            raise PowerCut

    def look(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows as they are committed."""
        rows: list[tuple[Any, ...]] = self._writer.execute(sql, values).fetchall()
        return rows


class Central:
    """A central that can lose its power, be backed up and restored; ``calls`` counts what it was asked."""

    url = "http://central.test"
    _routes: ClassVar[Litestar | None] = None
    """Made once: a tenth of a second, and it keeps nothing of its own."""

    def __init__(self, folder: Path, clock: Clock, chance: random.Random) -> None:
        self._path = folder / "central.db"
        self._backup = folder / "central-backup.db"
        self.now = clock
        self._chance = chance
        self._loop = AtOnceLoop()
        self.restored = 0
        self.calls = 0
        self.revoked: set[str] = set()
        """The workstations that may not come in."""
        self.closed: set[UserId] = set()
        """The people who may not."""
        self._path.write_bytes(_prepared())
        self._open()

    def _open(self) -> None:
        self.storage = Storage(self._path, new_epoch=lambda: f"{self._chance.getrandbits(64):x}")
        self.storage._writer.execute("PRAGMA synchronous = OFF")  # no power is lost here, only processes
        self.identity = Identity(self.storage, self.now, self._secret, QUICK)
        parts = assemble(self.storage, settings=SETTINGS, clock=self.now, identity=self.identity)
        routes = Central._routes or create(self.storage, settings=SETTINGS, clock=self.now, identity=self.identity)
        routes.state["central"], Central._routes = parts, routes
        self._app = FastChanges(routes, f"{PREFIX}/changes")

    def _secret(self) -> str:
        return f"{self._chance.getrandbits(256):x}"

    def close(self) -> None:
        self.storage.close()
        self._loop.close()

    def restart(self) -> None:
        self.storage.close()
        self._open()

    def back_up(self) -> None:
        self._backup.unlink(missing_ok=True)
        self.storage._writer.execute("VACUUM INTO ?", (str(self._backup),))

    def restore(self) -> bool:
        """Go back to the backup, as another history; False when there is none."""
        if not self._backup.exists():
            return False
        self.storage.close()
        for suffix in ("-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)
        shutil.copy(self._backup, self._path)
        self._open()
        with self.storage.write() as writing:
            writing.renew_epoch(self._secret(), self.now())
        self.restored += 1
        return True

    # -- asked

    def ask(self, method: str, path: str, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes) -> "Answer":
        """One request through the whole application; raises PowerCut when the central dies of it."""
        self.calls += 1
        answer = Answer()
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
            "raw_path": path.encode(), "root_path": "", "scheme": "http", "query_string": query, "headers": headers,
            "client": ("127.0.0.1", 1), "server": ("central.test", 80), "state": {},
        }  # fmt: skip
        received = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> dict[str, Any]:
            return next(received, {"type": "http.disconnect"})

        self._loop.run_until_complete(self._app(scope, receive, answer.take))  # type: ignore[arg-type] # plain ASGI
        return answer

    # -- what happens over there

    def change(self, order_id: OrderId, make: Callable[[Order], Order]) -> None:
        """What a source would tell: another state of an order."""
        with self.storage.write() as writing:
            old = writing.order(order_id)
            assert old is not None
            new = make(old)
            if new != old:
                at = self.now()
                writing.save(
                    msgspec.structs.replace(new, version=old.version + 1, updated_at=at, since=0), old.warehouse
                )

    def grant(self, user: User) -> None:
        """Another role or scope for somebody, or the old one again."""
        self.closed.discard(user.id)
        self.identity.add_account(user, user.id, PIN)

    def close_account(self, user: User) -> None:
        """Somebody leaves."""
        self.closed.add(user.id)
        with self.storage.write() as writing:
            account = writing.account(user.id)
            assert account is not None
            writing.keep_account(msgspec.structs.replace(account, active=False))

    def revoke(self, device: str) -> None:
        """A workstation is stolen."""
        self.revoked.add(device)
        with self.storage.write() as writing:
            writing.revoke_device(device, self.now())

    def allow(self, device: str) -> None:
        """It was only mislaid."""
        self.revoked.discard(device)
        with self.storage.write() as writing:
            writing.allow_device(device)

    def prune(self) -> None:
        """The retention of the feed passes; results are kept for longer than anybody is away."""
        now = self.now()
        with self.storage.write() as writing:
            writing.prune(feed_before=now + 1, results_before=now - SETTINGS.results_days * DAY_MS, now=now)

    def orders(self) -> dict[OrderId, Order]:
        rows = self.storage.look("SELECT body FROM orders")
        return {order.id: order for order in map(decode_order, (row[0] for row in rows))}

    def scope(self, user: User) -> dict[OrderId, Order]:
        mine = self.orders().items()
        return {i: o for i, o in mine if o.warehouse in user.warehouses and o.status is not Status.CLOSED}


@cache
def _prepared() -> bytes:
    """The file of a central that knows the people, places and orders of every run."""
    with tempfile.TemporaryDirectory() as folder:
        storage = SqliteStorage(Path(folder) / "central.db", new_epoch=lambda: "first")
        identity = Identity(storage, lambda: NOW, lambda: "secret", QUICK)
        for user in PEOPLE:
            identity.add_account(user, user.id, PIN)
        with storage.write() as writing:
            for kind, names in PLACES:
                for name in names:
                    named = PlaceName(id=name, names={"en": name, "zh": name}, spoken={})
                    writing.keep_place(Place(kind=kind, name=named))
            writing.keep_stock((line.sku, w, 1000) for o in ORDERS for line in o.lines for w in (EAST, SOUTH))
            for order in ORDERS:
                writing.save(order, None)
        target = Path(folder) / "whole.db"
        storage._writer.execute("VACUUM INTO ?", (str(target),))
        storage.close()
        return target.read_bytes()


class Answer:
    """What the application sent."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""

    async def take(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.body += message.get("body", b"")
