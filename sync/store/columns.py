"""What of an order stands in the narrow row that lists are made of? The columns of ``orders``, there and back."""

from collections.abc import Iterable
from typing import Any

from sync.domain.exceptions import Node, Reason
from sync.domain.order import CarrierId, Order, OrderId, Status, UserId, WarehouseId
from sync.store.listing import Row

_BIT = {reason: 1 << i for i, reason in enumerate(Reason)}
NODES = "\n"
"""Stands around every node in ``nodes``."""

_WRITTEN = (
    "id", "version", "number", "tail", "customer", "city", "warehouse", "carrier", "status", "due_at", "total",
    "raised_at", "kinds", "holds", "stopped", "node", "nodes", "claimed_by", "snoozed_until", "asleep", "notes",
    "generation", "listed",
)  # fmt: skip
_KEPT = {"id", "listed"}
UPSERT = f"""INSERT INTO orders({", ".join(_WRITTEN)}) VALUES ({", ".join("?" * len(_WRITTEN))})
ON CONFLICT(id) DO UPDATE SET {", ".join(f"{c} = excluded.{c}" for c in _WRITTEN if c not in _KEPT)},
    listed = ((excluded.stopped OR pending > 0) AND NOT excluded.asleep), indexed = 0, projected = 0
WHERE excluded.version >= version"""
"""A row in place of an older one; marks of what is pending stay."""

BODY = "SELECT body FROM orders JOIN bodies USING (rowid) WHERE id = ?"
"""The JSON of one order. Its body stands apart under the row's number, so that lists read short rows only."""

ORGANISED = "claimed_by = ?, snoozed_until = ?, asleep = ?, notes = ?"
"""What ``organised_columns`` fills."""

ROW = (
    "rowid, id, number, customer, city, warehouse, carrier, status, due_at, total, kinds, holds, pending, raised_at,"
    " version, claimed_by, snoozed_until, notes, node"
)


def kind_bits(kinds: Iterable[Reason]) -> int:
    """The set of reasons as bits, in the order of the enumeration."""
    bits = 0
    for kind in kinds:
        bits |= _BIT[kind]
    return bits


def bit_kinds(bits: int) -> tuple[Reason, ...]:
    return tuple(reason for reason, bit in _BIT.items() if bits & bit)


def organised_columns(order: Order) -> tuple[Any, ...]:
    """Who has the order, until when it is put away, and how many notes it has."""
    snooze = order.snooze
    return (
        None if order.claim is None else order.claim.by,
        None if snooze is None else snooze.until,
        int(snooze is not None),
        len(order.notes),
    )


def order_columns(order: Order, generation: int) -> tuple[Any, ...]:
    """The values of ``orders`` for one order, as the upsert takes them. One that is snoozed is asleep until woken."""
    kinds, raised, stopped, nodes = 0, None, bool(order.holds), ""
    node = ""
    for e in order.exceptions:
        if e.resolved_at is None:
            kinds |= _BIT[e.kind]
            stopped = True
            nodes = f"{nodes or NODES}{e.node}{NODES}"
            if raised is None or e.raised_at < raised:
                raised, node = e.raised_at, e.node
    for hold in order.holds:
        kinds |= _BIT[hold.reason]
    who = order.customer
    return (
        order.id,
        order.version,
        order.number,
        order.number[-4:],
        who.company,
        who.city,
        order.warehouse,
        order.carrier,
        order.status.value,
        order.due_at,
        order.total,
        raised,
        kinds,
        len(order.holds),
        int(stopped),
        node,
        nodes,
        *organised_columns(order),
        generation,
        int(stopped and order.snooze is None),
    )


def row(values: tuple[Any, ...], attention: frozenset[OrderId]) -> Row:
    """The ``Row`` of one line of ``SELECT {ROW}``."""
    (rowid, id_, number, customer, city, warehouse, carrier, status, due, total, kinds, holds, pending, raised, ver,
     claimed, snoozed, notes, node) = values  # fmt: skip
    return Row(
        rowid=rowid,
        id=OrderId(id_),
        number=number,
        customer=customer,
        city=city,
        warehouse=WarehouseId(warehouse),
        carrier=None if carrier is None else CarrierId(carrier),
        status=Status(status),
        due_at=due,
        total=total,
        kinds=bit_kinds(kinds),
        holds=holds,
        pending=pending,
        raised_at=raised,
        attention=OrderId(id_) in attention,
        version=ver,
        claimed_by=None if claimed is None else UserId(claimed),
        snoozed_until=snoozed,
        notes=notes,
        node=Node(node),
    )
