"""What do ERP and WMS change? Orders as they know them, and what happened to them; a repeat changes nothing."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from sync.domain.exceptions import ExceptionId, Node, OrderException, Reason, WantedChange
from sync.domain.holds import Hold, HoldId
from sync.domain.order import CarrierId, Order, OrderId, Status, WarehouseId
from sync.server.errors import Answer
from sync.server.rules.commands import EXACT
from sync.server.storage.base import SourceOrder, Writing
from sync.wire.messages import (
    ChangeRequested,
    ExceptionRaised,
    HistoryEntry,
    Ingested,
    IngestEvent,
    IngestOrder,
    StatusMoved,
    StockLevels,
    StockTaken,
    WaybillChecked,
)
from sync.wire.problems import Kind

CENTRAL = "central"
_PROGRESS = tuple(Status)
_PLAIN_FIELDS = ("number", "warehouse", "customer", "lines", "total", "due_at", "created_at", "carrier", "waybill")


def put(
    writing: Writing, source: str, external_id: str, document: IngestOrder, *, at: int, new_id: Callable[[], str]
) -> Ingested:
    """Take an order as the source knows it. Raises Answer REFUSED when a held order should move, or a place is unknown.

    Only what the source changed since its last document is taken over: what staff decided since then stays.
    """
    _check_figures(document)
    _check_places(writing, document.warehouse, document.carrier)
    known = writing.source_order(source, external_id)
    if known is None:
        order = _new(OrderId(new_id()), document, at)
        writing.save(order, None)
        _note(writing, order, source, "ingested", at)
        writing.keep_source_order(source, external_id, SourceOrder(order_id=order.id, last=document))
        return Ingested(id=order.id, version=order.version, changed=True)
    order = _existing(writing, known.order_id)
    changed = _updated(order, known.last, document)
    writing.keep_source_order(source, external_id, SourceOrder(order_id=order.id, last=document))
    return _finish(writing, order, changed, source, "ingested", at)


def happen(writing: Writing, source: str, external_id: str, event: IngestEvent, *, at: int) -> Ingested:
    """Take what happened to an order of the source. Raises Answer NOT_FOUND, or REFUSED when the order cannot do so."""
    known = writing.source_order(source, external_id)
    if known is None:
        raise Answer(Kind.NOT_FOUND, "no_such_source_order")
    order = _existing(writing, known.order_id)
    if isinstance(event, StatusMoved):
        moved = _moved(order, event.status, event.place)
        return _finish(writing, order, moved, source, "moved", at, detail=event.status)
    if writing.event_seen(source, order.id, event.external_id):
        return Ingested(id=order.id, version=order.version, changed=False)
    if order.status is Status.CLOSED:
        raise Answer(Kind.REFUSED, "refusal.closed")
    writing.keep_event(source, order.id, event.external_id, at)
    return _happened(writing, order, source, event, at)


def take_stock(writing: Writing, levels: StockLevels) -> StockTaken:
    """Set these levels. Raises Answer REFUSED when a warehouse is unknown; then none is set."""
    known = {place.name.id for place in writing.places() if place.kind == "warehouse"}
    for level in levels.levels:
        if level.warehouse not in known:
            raise Answer(Kind.REFUSED, "no_such_warehouse", place=level.warehouse)
    writing.keep_stock((level.sku, level.warehouse, level.pieces) for level in levels.levels)
    return StockTaken(count=len(levels.levels))


def _happened(
    writing: Writing, order: Order, source: str, event: ExceptionRaised | WaybillChecked | ChangeRequested, at: int
) -> Ingested:
    mark = f"{source}:{event.external_id}"
    if isinstance(event, ExceptionRaised):
        raised = _raised(order, mark, event.kind, event.node, event.detail, at)
        return _finish(writing, order, raised, source, "exception", at, reason=event.kind, detail=event.detail)
    if isinstance(event, ChangeRequested):
        kind = Reason.CUSTOMER_CANCEL if event.cancel else Reason.CUSTOMER_CHANGE
        asked = _raised(order, mark, kind, Node("customer"), event.detail, at, event.wanted)
        return _finish(writing, order, asked, source, "change", at, reason=kind, detail=event.detail)
    checked = _checked(order, mark, event, at)
    reason = None if event.accepted else Reason.WAYBILL_REFUSED
    return _finish(writing, order, checked, source, "exception", at, reason=reason, detail=event.detail)


def _existing(writing: Writing, order_id: OrderId) -> Order:
    order = writing.order(order_id)
    if order is None:
        raise AssertionError(f"a source knows order {order_id}, which does not exist")
    return order


def _check_figures(document: IngestOrder) -> None:
    """Raise Answer MALFORMED for a number that not every reader of JSON can hold exactly."""
    figures = {"total": document.total, "due_at": document.due_at, "created_at": document.created_at}
    for place, line in enumerate(document.lines):
        figures |= {f"lines[{place}].quantity": line.quantity, f"lines[{place}].price": line.price}
    for name, value in figures.items():
        if abs(value) > EXACT:
            raise Answer(Kind.MALFORMED, "where", what=f"$.{name}: beyond {EXACT}")


def _check_places(writing: Writing, warehouse: str, carrier: str | None) -> None:
    known = {(place.kind, place.name.id) for place in writing.places()}
    if ("warehouse", warehouse) not in known:
        raise Answer(Kind.REFUSED, "no_such_warehouse", place=warehouse)
    if carrier is not None and ("carrier", carrier) not in known:
        raise Answer(Kind.REFUSED, "no_such_carrier", place=carrier)


def _new(order_id: OrderId, document: IngestOrder, at: int) -> Order:
    return Order(
        id=order_id,
        number=document.number,
        version=1,
        warehouse=WarehouseId(document.warehouse),
        status=document.status,
        customer=document.customer,
        lines=document.lines,
        total=document.total,
        carrier=None if document.carrier is None else CarrierId(document.carrier),
        waybill=document.waybill,
        due_at=document.due_at,
        created_at=document.created_at,
        updated_at=at,
        place=document.place,
    )


def _updated(order: Order, last: IngestOrder, document: IngestOrder) -> Order:
    fresh: dict[str, Any] = {
        name: getattr(document, name) for name in _PLAIN_FIELDS if getattr(document, name) != getattr(last, name)
    }
    if fresh and order.status is Status.CLOSED:
        raise Answer(Kind.REFUSED, "refusal.closed")
    changed = msgspec.structs.replace(order, **fresh)
    if (document.status, document.place) == (last.status, last.place):
        return changed
    return _moved(changed, document.status, document.place)


def _moved(order: Order, status: Status, place: Any) -> Order:
    """The order further on. The same status again only tells the place; backwards or held is refused."""
    if status is not order.status:
        if order.is_held:
            raise Answer(Kind.REFUSED, "held")
        if _PROGRESS.index(status) < _PROGRESS.index(order.status):
            raise Answer(Kind.REFUSED, "backwards", status=order.status)
    return msgspec.structs.replace(order, status=status, place=place)


def _raised(
    order: Order, mark: str, kind: Reason, node: Node, detail: str, at: int, change: WantedChange | None = None
) -> Order:
    """The order with one exception more, awake, and with its hold unless the goods are already with the carrier."""
    exception = OrderException(
        id=ExceptionId(f"exc-{mark}"), kind=kind, node=node, raised_at=at, detail=detail, change=change
    )
    hold = Hold(
        id=HoldId(f"hold-{mark}"), reason=kind, placed_by=CENTRAL, placed_at=at, exception=exception.id, note=detail
    )
    holds = order.holds if order.status is Status.HANDED_OVER else (*order.holds, hold)
    return msgspec.structs.replace(order, exceptions=(*order.exceptions, exception), holds=holds, snooze=None)


def _checked(order: Order, mark: str, event: WaybillChecked, at: int) -> Order:
    """The carrier's answer; one from a carrier that no longer has the order says nothing."""
    if order.carrier not in {None, event.carrier}:
        return order
    if not event.accepted:
        node = Node(f"carrier:{event.carrier}")
        return _raised(order, mark, Reason.WAYBILL_REFUSED, node, event.detail, at)
    solved = frozenset(e.id for e in order.open_exceptions if e.kind is Reason.WAYBILL_REFUSED)
    return msgspec.structs.replace(
        order,
        carrier=CarrierId(event.carrier),
        waybill=event.waybill or order.waybill,
        exceptions=_resolved(order.exceptions, solved, at),
        holds=tuple(hold for hold in order.holds if hold.exception not in solved),
    )


def _resolved(
    exceptions: Iterable[OrderException], solved: frozenset[ExceptionId], at: int
) -> tuple[OrderException, ...]:
    return tuple(msgspec.structs.replace(e, resolved_at=at) if e.id in solved else e for e in exceptions)


def _finish(
    writing: Writing,
    before: Order,
    after: Order,
    source: str,
    action: str,
    at: int,
    *,
    reason: Reason | None = None,
    detail: str = "",
) -> Ingested:
    """Store what changed. A command before this can no longer be undone: its undo would take this back too."""
    if after == before:
        return Ingested(id=before.id, version=before.version, changed=False)
    counted = msgspec.structs.replace(after, version=before.version + 1, updated_at=at, before=None, since=0)
    writing.save(counted, before.warehouse)
    _note(writing, counted, source, action, at, reason=reason, detail=detail)
    return Ingested(id=counted.id, version=counted.version, changed=True)


def _note(
    writing: Writing,
    order: Order,
    source: str,
    action: str,
    at: int,
    *,
    reason: Reason | None = None,
    detail: str = "",
) -> None:
    entry = HistoryEntry(
        at=at, version=order.version, who=source, device="", action=action, reason=reason, detail=detail
    )
    writing.note(order.id, entry)
