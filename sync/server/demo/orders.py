"""Which orders does the made-up company have? The same for the same seed, count and time."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import msgspec

from sync.domain.exceptions import EXCEPTION_KINDS, ExceptionId, Node, OrderException, Reason
from sync.domain.holds import Hold, HoldId
from sync.domain.order import ON_THE_FLOOR, CarrierId, Customer, Line, Order, OrderId, Place, Status, WarehouseId
from sync.server.demo.changes import wanted
from sync.server.demo.places import CARRIERS, EAST, WAREHOUSES
from sync.server.demo.words import (
    ARTICLES,
    BRANDS,
    CITIES,
    DETAILS,
    GIVEN,
    PHONE_PREFIX,
    STREETS,
    SURNAMES,
    TRADES,
    Article,
    City,
)
from sync.server.rules.ingest import CENTRAL

CHINA = timezone(timedelta(hours=8))
PER_DAY = 18_600
_DAY_MS = 24 * 3600 * 1000
_HOUR_MS = 3600 * 1000
_SHORTEST_SPAN_MS = 60 * _HOUR_MS

WAITING_TAIL = "4712"
PICKING_TAIL = "8365"
RESERVED_TAILS = frozenset({WAITING_TAIL, PICKING_TAIL})
"""No other order's number ends so: what the recorded commands of the demo say is about one order only."""

_STATUSES = (Status.WAITING, Status.PICKING, Status.PACKING, Status.PACKED, Status.HANDED_OVER)
_STATUS_WEIGHTS = (44, 16, 12, 10, 18)
_KIND_WEIGHTS = (22, 18, 6, 12, 9, 17, 10, 6)
_SHARE_STOPPED = 0.36
_SHARE_TWICE = 0.12


class OrderMaker:
    """Makes orders one after another; a seeded source of everything that looks like chance."""

    def __init__(self, seed: int, now: int) -> None:
        """``now`` is Unix ms, UTC."""
        self._random = random.Random(seed)  # noqa: S311 - made-up data, no secret
        self._now = now
        self._used: dict[str, int] = {}
        self._stopped = 0

    def number(self, created_at: int) -> str:
        """The next order number of that day in China: ``yyyymmdd`` and six digits that rise through the day."""
        moment = datetime.fromtimestamp(created_at / 1000, tz=CHINA)
        day = f"{moment:%Y%m%d}"
        share = (moment.hour * 3600 + moment.minute * 60 + moment.second) / 86_400
        count = max(self._used.get(day, 0) + 1, int(share * PER_DAY) + 1)
        while f"{count % 10_000:04d}" in RESERVED_TAILS:
            count += 1
        self._used[day] = count
        return f"{day}{count:06d}"

    def customer(self, city: City | None = None) -> Customer:
        pick = self._random
        home = city or pick.choice(CITIES)
        return Customer(
            company=f"{home.city.removesuffix('市')}{pick.choice(BRANDS)}{pick.choice(TRADES)}",
            contact=pick.choice(SURNAMES) + pick.choice(GIVEN),
            phone=f"{PHONE_PREFIX}{pick.randrange(10**8):08d}",
            province=home.province,
            city=home.city,
            district=pick.choice(home.districts),
            street=f"{pick.choice(STREETS)} {pick.randrange(1, 900)} 号 {pick.randrange(1, 30)} 幢",
        )

    def lines(self) -> tuple[Line, ...]:
        pick = self._random
        articles: list[Article] = pick.sample(ARTICLES, pick.choices((1, 2, 3, 4, 6), (34, 30, 20, 11, 5))[0])
        return tuple(
            Line(sku=a.sku, name=a.name, quantity=pick.choices((1, 2, 4, 6, 12), (46, 26, 14, 9, 5))[0], price=a.price)
            for a in articles
        )

    def place(self, status: Status) -> Place:
        """Where the goods of such an order are: nowhere yet, in a tote in a zone, or on a packing bench."""
        if status not in ON_THE_FLOOR:
            return Place()
        pick = self._random
        bench = "" if status is Status.PICKING else f"P-{pick.randrange(1, 25):02d}"
        zone = f"{pick.choice('ABCDEF')}-{pick.randrange(1, 41):02d}"
        return Place(zone=zone, tote=f"T{pick.randrange(10_000):04d}", bench=bench)

    def exception(self, order: Order, kind: Reason, at: int) -> tuple[OrderException, Hold]:
        """An exception of this kind with its hold, as the central would have raised it."""
        mark = f"{order.number}-{len(order.exceptions) + 1}"
        node, detail = self.node(order, kind), self._random.choice(DETAILS[kind])
        raised = OrderException(
            id=ExceptionId(f"exc-{mark}"),
            kind=kind,
            node=node,
            raised_at=at,
            detail=detail,
            change=wanted(order, kind, detail),
        )
        hold = Hold(
            id=HoldId(f"hold-{mark}"),
            reason=kind,
            placed_by=CENTRAL,
            placed_at=at,
            exception=raised.id,
            note=raised.detail,
        )
        return raised, hold

    def node(self, order: Order, kind: Reason) -> Node:
        """Where such an exception is found."""
        carrier = f"carrier:{order.carrier or self._random.choice(CARRIERS)}"
        found = {
            Reason.WAYBILL_REFUSED: carrier,
            Reason.BAD_ADDRESS: self._random.choice((carrier, "address-check")),
            Reason.STOCK_OUT: f"warehouse:{order.warehouse}",
            Reason.PAYMENT_CHECK: "payment",
            Reason.PRICE_CHECK: "pricing",
            Reason.DUPLICATE: "order-check",
        }
        return Node(found.get(kind, "customer"))

    def order(self, created_at: int, *, fresh: bool = False) -> Order:
        """An order created then, somewhere on its way, as chance will have it; a ``fresh`` one waits, unstopped."""
        pick = self._random
        status = Status.WAITING if fresh else pick.choices(_STATUSES, _STATUS_WEIGHTS)[0]
        lines = self.lines()
        number = self.number(created_at)
        carrier = CarrierId(pick.choice(CARRIERS))
        far = status in {Status.PACKED, Status.HANDED_OVER}
        made = Order(
            id=OrderId(f"ord-{number}"),
            number=number,
            version=1,
            warehouse=pick.choices(WAREHOUSES, (40, 24, 18, 18))[0],
            status=status,
            customer=self.customer(),
            lines=lines,
            total=sum(line.quantity * line.price for line in lines),
            carrier=carrier,
            waybill=f"{carrier[:2].upper()}{pick.randrange(10**10):010d}" if far else None,
            due_at=self._now + pick.randrange(-3 * _HOUR_MS, 30 * _HOUR_MS),
            created_at=created_at,
            updated_at=created_at,
            place=self.place(status),
        )
        stopped = not fresh and status is not Status.HANDED_OVER and pick.random() < _SHARE_STOPPED
        return self._with_exceptions(made) if stopped else made

    def _with_exceptions(self, order: Order) -> Order:
        """One exception or two; the first orders go through all kinds, so that even a short list has each."""
        pick = self._random
        kinds = [EXCEPTION_KINDS[self._stopped % len(EXCEPTION_KINDS)]]
        if self._stopped >= len(EXCEPTION_KINDS):
            kinds = pick.choices(EXCEPTION_KINDS, _KIND_WEIGHTS, k=2 if pick.random() < _SHARE_TWICE else 1)
        self._stopped += 1
        latest = max(order.created_at + 1, self._now)
        for kind in dict.fromkeys(kinds):
            at = pick.randrange(order.created_at, latest)
            raised, hold = self.exception(order, kind, at)
            order = msgspec.structs.replace(
                order,
                version=order.version + 1,
                updated_at=max(order.updated_at, at),
                exceptions=(*order.exceptions, raised),
                holds=(*order.holds, hold),
            )
        return order


def fixed_orders(maker: OrderMaker, now: int) -> tuple[Order, Order]:
    """The two orders that the recorded commands of the demo are about: one waiting, one in picking, both in W-EAST."""
    day = f"{datetime.fromtimestamp(now / 1000, tz=UTC).astimezone(CHINA):%Y%m%d}"
    suzhou, hangzhou = CITIES[0], CITIES[3]
    waiting = _fixed(maker, f"{day}00{WAITING_TAIL}", now, suzhou, "苏州家居生活馆有限公司", Status.WAITING)
    picking = _fixed(maker, f"{day}00{PICKING_TAIL}", now, hangzhou, "杭州云栖民宿管理有限公司", Status.PICKING)
    at_the_tote = Place(zone="B-07", tote="T0365", bench="P-03")
    return waiting, msgspec.structs.replace(picking, place=at_the_tote)


def _fixed(maker: OrderMaker, number: str, now: int, city: City, company: str, status: Status) -> Order:
    sofa, chair = ARTICLES[0], ARTICLES[6]
    lines = (
        Line(sku=sofa.sku, name=sofa.name, quantity=1, price=sofa.price),
        Line(sku=chair.sku, name=chair.name, quantity=4, price=chair.price),
    )
    customer = msgspec.structs.replace(maker.customer(city), company=company)
    return Order(
        id=OrderId(f"ord-{number}"),
        number=number,
        version=1,
        warehouse=WarehouseId(EAST),
        status=status,
        customer=customer,
        lines=lines,
        total=sum(line.quantity * line.price for line in lines),
        carrier=CarrierId("alpha"),
        waybill=None,
        due_at=now + 2 * _HOUR_MS,
        created_at=now - 5 * _HOUR_MS,
        updated_at=now - 5 * _HOUR_MS,
    )


def demo_orders(seed: int, count: int, now: int) -> Iterator[Order]:
    """``count`` open orders, the two fixed ones among them, oldest first but for those two; ``now`` is Unix ms."""
    maker = OrderMaker(seed, now)
    yield from fixed_orders(maker, now)
    others = max(count - 2, 0)
    span = max(_SHORTEST_SPAN_MS, others * _DAY_MS // PER_DAY)
    for place in range(others):
        yield maker.order(now - span + span * place // others)
