"""The real central order API without sockets: its ASGI application over its SQLite storage, called in this process."""

import asyncio
import contextlib
import random
import shutil
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import msgspec
from argon2 import PasswordHasher

from sync.domain.order import Order, OrderId, Status
from sync.domain.permissions import User
from sync.server.app import PREFIX, create
from sync.server.fast import FastChanges
from sync.server.identity import Identity
from sync.server.storage.base import Place, Writing
from sync.server.storage.sqlite import SqliteStorage
from sync.wire.codec import decode_order
from sync.wire.messages import PlaceName
from tests.fakes import Clock

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

    def __init__(self, folder: Path, clock: Clock, chance: random.Random) -> None:
        self._path = folder / "central.db"
        self._backup = folder / "central-backup.db"
        self._clock = clock
        self._chance = chance
        self._loop = asyncio.new_event_loop()
        self.restored = 0
        self.calls = 0
        self._open()

    def _open(self) -> None:
        self.storage = Storage(self._path, new_epoch=lambda: f"{self._chance.getrandbits(64):x}")
        self.storage._writer.execute("PRAGMA synchronous = OFF")  # no power is lost here, only processes
        self.identity = Identity(self.storage, self._clock, self._secret, QUICK)
        app = create(self.storage, clock=self._clock, identity=self.identity)
        self._app = FastChanges(app, f"{PREFIX}/changes")

    def _secret(self) -> str:
        return f"{self._chance.getrandbits(256):x}"

    def close(self) -> None:
        self.storage.close()
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
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
            writing.renew_epoch(self._secret())
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

    def populate(self, people: tuple[User, ...], places: dict[str, tuple[str, ...]], orders: tuple[Order, ...]) -> None:
        for user in people:
            self.identity.add_account(user, user.id, PIN)
        with self.storage.write() as writing:
            for kind, names in places.items():
                for name in names:
                    named = PlaceName(id=name, names={"en": name, "zh": name}, spoken={})
                    writing.keep_place(Place(kind="warehouse" if kind == "warehouse" else "carrier", name=named))
            writing.keep_stock((line.sku, w, 1000) for o in orders for line in o.lines for w in places["warehouse"])
            for order in orders:
                writing.save(order, None)

    def change(self, order_id: OrderId, make: Callable[[Order], Order]) -> None:
        """What a source would tell: another state of an order."""
        with self.storage.write() as writing:
            old = writing.order(order_id)
            assert old is not None
            new = make(old)
            if new != old:
                at = self._clock()
                writing.save(msgspec.structs.replace(new, version=old.version + 1, updated_at=at), old.warehouse)

    def grant(self, user: User) -> None:
        """Another role or scope for somebody."""
        self.identity.add_account(user, user.id, PIN)

    def orders(self) -> dict[OrderId, Order]:
        rows = self.storage.look("SELECT body FROM orders")
        return {order.id: order for order in map(decode_order, (row[0] for row in rows))}

    def scope(self, user: User) -> dict[OrderId, Order]:
        mine = self.orders().items()
        return {i: o for i, o in mine if o.warehouse in user.warehouses and o.status is not Status.CLOSED}


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
