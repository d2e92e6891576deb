"""What does a contract test need? A real central on a real socket, with people, places, a clock and a source."""

import contextlib
import ssl
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import msgspec
from argon2 import PasswordHasher
from litestar import Litestar

from sync.domain.commands import Args, Command, Op
from sync.domain.exceptions import Node, Reason
from sync.domain.order import CommandKey, Customer, Line, Order, OrderId, Status, UserId, WarehouseId
from sync.domain.permissions import Role, User
from sync.server.app import assemble, create
from sync.server.central import Central, Settings
from sync.server.identity import Identity
from sync.server.running import RunningServer
from sync.server.storage.base import Place, Storage
from sync.wire.codec import encode
from sync.wire.messages import (
    ChangesPage,
    CommandBatch,
    ExceptionRaised,
    Ingested,
    IngestOrder,
    OrdersPage,
    PlaceName,
    Result,
    ResultBatch,
    Session,
    StatusMoved,
)
from tests.patience import PATIENCE_S

T = TypeVar("T")

START = 1_795_000_000_000
EAST, WEST = WarehouseId("W-EAST"), WarehouseId("W-WEST")
SOURCE = "erp"
PEOPLE = {
    "100": User(id=UserId("u-east"), name="陈师傅", role=Role.OPERATOR, warehouses=(EAST,)),
    "200": User(id=UserId("u-west"), name="李师傅", role=Role.OPERATOR, warehouses=(WEST,)),
    "300": User(id=UserId("u-boss"), name="王主管", role=Role.SUPERVISOR, warehouses=(EAST, WEST)),
}
PIN = "1357"
CUSTOMER = Customer(
    company="苏州家居有限公司",
    contact="周文博",
    phone="12600001234",
    province="江苏省",
    city="苏州市",
    district="姑苏区",
    street="听枫街 8 号",
)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Argon2id as weak as it gets: these PINs protect nothing, and tests sign in often."""


class Clock:
    """Unix ms that move only when told."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now

    def forward(self, *, seconds: float) -> None:
        self.now += int(seconds * 1000)


def uuid7() -> str:
    bits = (START << 80) | (uuid.uuid4().int & ((1 << 80) - 1))
    return str(uuid.UUID(int=bits & ~(0xF << 76) | (0x7 << 76)))


def place(kind: Any, id_: str, provinces: tuple[str, ...] = ()) -> Place:
    name = PlaceName(id=id_, names={"en": f"{id_} en", "zh": f"{id_} 中"}, spoken={"en": (id_,), "zh": (id_,)})
    return Place(kind=kind, name=name, provinces=provinces)


def document(**changes: Any) -> IngestOrder:
    plain = IngestOrder(
        number="20261122004712",
        warehouse=EAST,
        status=Status.WAITING,
        customer=CUSTOMER,
        lines=(Line(sku="SF-1", name="布艺沙发", quantity=2, price=329900),),
        total=659800,
        due_at=START + 3_600_000,
        created_at=START - 3_600_000,
        carrier="alpha",
    )
    return msgspec.structs.replace(plain, **changes)


class Person:
    """A signed-in person's way to the central."""

    def __init__(self, http: httpx.Client, session: Session) -> None:
        self.http = http
        self.session = session
        self.user = session.user
        self._n = 0

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.session.access_token}", "accept-language": "en"}

    def renew(self) -> "Person":
        """Trade the refresh token in, as a workstation does after a 401."""
        body = {"grant": "refresh", "refresh_token": self.session.refresh_token, "device": "ws-1"}
        self.session = read(self.http.post("/v1/session", json=body), Session)
        self.user = self.session.user
        return self

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self.http.get(f"/v1/{path}", params=params, headers=self.headers)

    def orders(self, **params: Any) -> OrdersPage:
        return read(self.get("orders", **params), OrdersPage)

    def changes(self, cursor: str, **params: Any) -> ChangesPage:
        return read(self.get("changes", cursor=cursor, **params), ChangesPage)

    def command(self, order_id: str, op: Op = Op.INTERCEPT, **parts: Any) -> Command:
        self._n += 1
        plain: dict[str, Any] = {
            "key": CommandKey(uuid7()),
            "device": "ws-1",
            "n": self._n,
            "order_id": OrderId(order_id),
            "op": op,
            "issued_by": self.user.id,
            "issued_at": START,
            "reason": Reason.BAD_ADDRESS if op is Op.INTERCEPT else None,
            "args": Args(),
        }
        return Command(**{**plain, **parts})

    def send(self, *commands: Command) -> tuple[Result, ...]:
        return read(self.post_batch(CommandBatch(commands=commands)), ResultBatch).results

    def post_batch(self, batch: CommandBatch) -> httpx.Response:
        return self.http.post("/v1/commands", content=encode(batch), headers=self.headers)


@dataclass
class World:
    """One central under test."""

    url: str
    http: httpx.Client
    storage: Storage
    identity: Identity
    clock: Clock
    service_token: str
    running: RunningServer
    app_central: Central
    _people: dict[str, Person] = field(default_factory=dict)

    def sign_in(self, badge: str, pin: str = PIN, device: str = "ws-1") -> httpx.Response:
        body = {"grant": "badge", "badge": badge, "pin": pin, "device": device, "language": "en"}
        return self.http.post("/v1/session", json=body)

    def person(self, badge: str) -> Person:
        return Person(self.http, read(self.sign_in(badge), Session))

    @property
    def east(self) -> Person:
        return self._kept("100")

    @property
    def west(self) -> Person:
        return self._kept("200")

    @property
    def boss(self) -> Person:
        return self._kept("300")

    def _kept(self, badge: str) -> Person:
        if badge not in self._people:
            self._people[badge] = self.person(badge)
        return self._people[badge]

    def ingest(self, method: str, path: str, body: object, token: str | None = None) -> httpx.Response:
        headers = {"authorization": f"Bearer {token or self.service_token}", "accept-language": "en"}
        return self.http.request(method, f"/v1/sources/{SOURCE}/orders/{path}", content=encode(body), headers=headers)

    def put(self, external_id: str = "A1", **changes: Any) -> Ingested:
        return read(self.ingest("PUT", external_id, document(**changes)), Ingested)

    def event(self, external_id: str, event: object) -> Ingested:
        return read(self.ingest("POST", f"{external_id}/events", event), Ingested)

    def move(self, external_id: str, status: Status) -> Ingested:
        return self.event(external_id, StatusMoved(status=status))

    def stop(self, external_id: str, kind: Reason = Reason.BAD_ADDRESS, mark: str = "x1") -> Ingested:
        raised = ExceptionRaised(external_id=mark, kind=kind, node=Node("address-check"), detail="门牌号缺失")
        return self.event(external_id, raised)

    def order(self, order_id: str) -> Order:
        with self.storage.read() as reading:
            found = reading.order(OrderId(order_id))
        assert found is not None
        return found


def read(response: httpx.Response, type_: type[T]) -> T:
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=type_)


def problem_type(response: httpx.Response) -> str:
    assert response.headers["content-type"].startswith("application/problem+json"), response.text
    return str(response.json()["type"]).rsplit("/", 1)[-1]


def furnish(storage: Storage, identity: Identity) -> str:
    """People, places and stock; answers a service token."""
    for badge, user in PEOPLE.items():
        identity.add_account(user, badge, PIN)
    with storage.write() as writing:
        for made in (place("warehouse", EAST), place("warehouse", WEST), place("carrier", "alpha")):
            writing.keep_place(made)
        writing.keep_place(place("carrier", "bravo"))
        writing.keep_place(place("carrier", "charlie", ("浙江省",)))
        writing.keep_stock([("SF-1", WEST, 5)])
    return identity.add_service_token(SOURCE)


class Stage:
    """A listening server that one central after the other plays on: starting one for each test takes longer than it."""

    def __init__(self, app: Litestar, running: RunningServer, http: httpx.Client) -> None:
        self.app = app
        self.running = running
        self.http = http

    @contextlib.contextmanager
    def central(self, central: Central) -> Iterator[None]:
        unwatch = central.storage.watch(central.notifier.publish)
        self.app.state["central"] = central
        try:
            yield
        finally:
            central.notifier.close()
            unwatch()


@contextlib.contextmanager
def stage(storage: Storage, settings: Settings | None = None) -> Iterator[Stage]:
    app = create(storage, settings=settings)
    plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with (
        RunningServer(app) as running,
        httpx.Client(base_url=running.url, timeout=PATIENCE_S, trust_env=False, verify=plain) as http,
    ):
        yield Stage(app, running, http)


@contextlib.contextmanager
def world(storage: Storage, settings: Settings, on: Stage) -> Iterator[World]:
    clock = Clock()
    identity = Identity(storage, clock, hasher=CHEAP)
    token = furnish(storage, identity)
    central = assemble(storage, clock=clock, identity=identity, settings=settings)
    with on.central(central):
        yield World(on.running.url, on.http, storage, identity, clock, token, on.running, central)
