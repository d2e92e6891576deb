"""What keeps happening in a warehouse? A stand-in for ERP and WMS that speaks to the public ingest API."""

import http.client
import logging
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from sync.domain.exceptions import EXCEPTION_KINDS, Reason, WantedChange
from sync.domain.order import ON_THE_FLOOR, Order, Status
from sync.server.demo.changes import wanted
from sync.server.demo.orders import RESERVED_TAILS, OrderMaker
from sync.server.demo.words import DETAILS
from sync.server.storage.base import Storage
from sync.server.storage.writing import as_ingested
from sync.wire.codec import encode
from sync.wire.messages import ChangeRequested, ExceptionRaised, IngestEvent, StatusMoved, WaybillChecked

_log = logging.getLogger(__name__)

_NEXT = {
    Status.WAITING: Status.PICKING,
    Status.PICKING: Status.PACKING,
    Status.PACKING: Status.PACKED,
    Status.PACKED: Status.HANDED_OVER,
    Status.HANDED_OVER: Status.CLOSED,
}
_TIMEOUT_SECONDS = 10


@dataclass(slots=True)
class _Known:
    """What the WMS believes about one of its orders."""

    order: Order
    status: Status
    held: bool
    waybill_refused: bool = False


def orders_of(storage: Storage, source: str) -> list[Order]:
    """The open orders of a source, for a simulator to go on with."""
    with storage.read() as reading:
        found = (reading.order(order_id) for _, order_id in reading.source_orders(source))
        return [order for order in found if order is not None]


class Simulator:
    """Raises exceptions, moves orders on and brings new ones, one step every ``pace`` seconds.

    ``step`` does one step at once and tells what; ``start`` does so in a thread until ``stop``. Orders whose number
    ends with one of ``reserved`` are left alone. A central that is away is tried again with the next step.
    """

    def __init__(
        self,
        url: str,
        token: str,
        source: str,
        orders: Sequence[Order],
        *,
        seed: int,
        clock: Callable[[], int],
        pace: float = 2.0,
        reserved: frozenset[str] = RESERVED_TAILS,
    ) -> None:
        """``clock`` gives Unix ms; ``orders`` are the open orders that the source knows."""
        self._address = urlsplit(url)
        self._token = token
        self._source = source
        self._pick = random.Random(seed)  # noqa: S311 - made-up data, no secret
        self._maker = OrderMaker(seed + 1, clock())
        self._clock = clock
        self._pace = pace
        self._known = [_Known(o, o.status, o.is_held) for o in orders if o.tail not in reserved]
        self._numbers = {order.number for order in orders}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin stepping in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._pace):
            try:
                _log.info("%s", self.step())
            except (OSError, http.client.HTTPException) as away:
                _log.info("the central is away: %s", away)

    def step(self) -> str:
        """One thing happens; answers what, e.g. ``20261122004711 exception bad_address 200``."""
        kinds = (self._move, self._raise, self._bring, self._accept_waybill, self._try_held)
        chosen = self._pick.choices(kinds, (46, 26, 12, 8, 8))[0]
        return chosen() or self._bring()

    def _choose(self, fits: Callable[[_Known], bool]) -> _Known | None:
        fitting = [known for known in self._known if fits(known)]
        return self._pick.choice(fitting) if fitting else None

    def _move(self) -> str:
        known = self._choose(lambda k: not k.held)
        return "" if known is None else self._move_on(known)

    def _try_held(self) -> str:
        """A held order may have been released by now: the floor tries again."""
        known = self._choose(lambda k: k.held)
        return "" if known is None else self._move_on(known)

    def _move_on(self, known: _Known) -> str:
        further = _NEXT[known.status]
        status = self._post(known, StatusMoved(status=further, place=self._maker.place(further)))
        known.held = status == HTTPStatus.UNPROCESSABLE_ENTITY
        if status == HTTPStatus.OK:
            known.status = further
        if known.status is Status.CLOSED or status == HTTPStatus.NOT_FOUND:
            self._known.remove(known)
        return f"{known.order.number} {further} {status}"

    def _raise(self) -> str:
        known = self._choose(lambda k: not k.held and (k.status is Status.WAITING or k.status in ON_THE_FLOOR))
        if known is None:
            return ""
        kind = self._pick.choice(EXCEPTION_KINDS)
        status = self._post(known, self._event(known.order, kind))
        known.held = status == HTTPStatus.OK
        known.waybill_refused = known.held and kind is Reason.WAYBILL_REFUSED
        return f"{known.order.number} exception {kind} {status}"

    def _event(self, order: Order, kind: Reason) -> IngestEvent:
        id_, detail = f"sim-{self._pick.getrandbits(48):012x}", self._pick.choice(DETAILS[kind])
        if kind is Reason.WAYBILL_REFUSED and order.carrier is not None:
            return WaybillChecked(external_id=id_, carrier=order.carrier, accepted=False, detail=detail)
        if kind in {Reason.CUSTOMER_CHANGE, Reason.CUSTOMER_CANCEL}:
            asked = wanted(order, kind, detail) or WantedChange()
            return ChangeRequested(
                external_id=id_, cancel=asked.cancel, detail=detail, address=asked.address, lines=asked.lines
            )
        return ExceptionRaised(external_id=id_, kind=kind, node=self._maker.node(order, kind), detail=detail)

    def _accept_waybill(self) -> str:
        """The carrier takes a waybill after all."""
        known = self._choose(lambda k: k.waybill_refused)
        if known is None or known.order.carrier is None:
            return ""
        accepted = WaybillChecked(
            external_id=f"sim-{self._pick.getrandbits(48):012x}",
            carrier=known.order.carrier,
            accepted=True,
            waybill=f"{known.order.carrier[:2].upper()}{self._pick.randrange(10**10):010d}",
        )
        status = self._post(known, accepted)
        known.waybill_refused = known.held = False
        return f"{known.order.number} waybill accepted {status}"

    def _bring(self) -> str:
        """A new order arrives."""
        order = self._maker.order(self._clock(), fresh=True)
        while order.number in self._numbers:
            order = self._maker.order(self._clock(), fresh=True)
        self._numbers.add(order.number)
        status = self._send("PUT", f"orders/{quote(order.number)}", encode(as_ingested(order)))
        if status == HTTPStatus.OK:
            self._known.append(_Known(order, order.status, held=False))
        return f"{order.number} new {status}"

    def _post(self, known: _Known, event: IngestEvent) -> int:
        return self._send("POST", f"orders/{quote(known.order.number)}/events", encode(event))

    def _send(self, method: str, path: str, body: bytes) -> int:
        """The status of the answer; raises OSError or HTTPException when the central is away."""
        kind = http.client.HTTPSConnection if self._address.scheme == "https" else http.client.HTTPConnection
        connection = kind(self._address.hostname or "", self._address.port, timeout=_TIMEOUT_SECONDS)
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        try:
            connection.request(method, f"/v1/sources/{quote(self._source)}/{path}", body, headers)
            answer = connection.getresponse()
            answer.read()
        finally:
            connection.close()
        return answer.status
