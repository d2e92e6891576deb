"""Where could an order move to, and why not elsewhere? Pure: places and stock in, options out."""

from collections.abc import Mapping, Sequence

import msgspec

from sync.domain.apply import Refusal
from sync.domain.commands import Target
from sync.domain.order import Order, Status
from sync.server.storage.base import Place, Reading
from sync.server.texts import texts
from sync.wire.messages import ReassignOption

Stock = Mapping[tuple[str, str], int]


class _No(msgspec.Struct, frozen=True):
    """Why not: a key of the texts, and what fills its places."""

    key: str
    values: dict[str, str] = {}


def options(order: Order, places: Sequence[Place], stock: Stock, language: str) -> tuple[ReassignOption, ...]:
    """Every place other than the present ones, warehouses first, each possible or with a readable reason."""
    return tuple(_option(order, place, stock, language) for place in places if not _is_present(order, place))


def candidates(reading: Reading, order: Order, language: str) -> tuple[ReassignOption, ...]:
    """The options of an order by the places and the stock of now."""
    return options(order, reading.places(), reading.stock({line.sku for line in order.lines}), language)


def refusal(reading: Reading, order: Order, to: Target) -> Refusal | None:
    """Why this order cannot move there; None when it can."""
    found = [option for option in candidates(reading, order, "en") if option.to == to]
    if not found:
        return Refusal.NO_SUCH_TARGET
    return None if found[0].possible else Refusal.TARGET_NOT_POSSIBLE


def _is_present(order: Order, place: Place) -> bool:
    return place.name.id == (order.warehouse if place.kind == "warehouse" else order.carrier)


def _option(order: Order, place: Place, stock: Stock, language: str) -> ReassignOption:
    why = _too_late(order) or (
        _warehouse_cannot(order, place, stock) if place.kind == "warehouse" else _carrier_cannot(order, place)
    )
    return ReassignOption(
        to=Target(kind=place.kind, id=place.name.id),
        name=place.name.names.get(language, place.name.id),
        possible=why is None,
        why_not="" if why is None else texts(language).reassign[why.key].format_map(why.values),
    )


def _too_late(order: Order) -> _No | None:
    if order.status is Status.CLOSED:
        return _No("closed")
    return _No("handed_over") if order.status is Status.HANDED_OVER else None


def _warehouse_cannot(order: Order, place: Place, stock: Stock) -> _No | None:
    if order.status is not Status.WAITING:
        return _No("under_way")
    wanted: dict[str, int] = {}
    for line in order.lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    for line in order.lines:
        there = stock.get((line.sku, place.name.id), 0)
        if there < wanted[line.sku]:
            return _No("stock", {"article": line.name, "wanted": str(wanted[line.sku]), "there": str(there)})
    return None


def _carrier_cannot(order: Order, place: Place) -> _No | None:
    if place.provinces and order.customer.province not in place.provinces:
        return _No("province", {"province": order.customer.province})
    return None
