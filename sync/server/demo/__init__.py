"""How does a central look that has been at work for days? Fills a storage with made-up, lifelike data."""

import random
from collections.abc import Iterator

from sync.domain.order import Order
from sync.server.demo.orders import demo_orders, fixed_orders
from sync.server.demo.organising import letter, organised, shared_view, told
from sync.server.demo.places import ACCOUNTS, NORTH, PLACES, WAREHOUSES, WEST
from sync.server.demo.words import ARTICLES
from sync.server.identity import Identity
from sync.server.storage.base import Storage, Writing
from sync.wire.messages import HistoryEntry

__all__ = ["SOURCE", "demo_orders", "fill", "fixed_orders", "is_filled", "load_orders"]

SOURCE = "demo-wms"
"""The source whose orders these are; the simulator speaks for it."""


def is_filled(storage: Storage) -> bool:
    """Whether there are people and places already."""
    with storage.read() as reading:
        return bool(reading.places())


def fill(storage: Storage, identity: Identity, *, seed: int, now: int, count: int = 400) -> None:
    """People, then places, stock and orders at once, into an empty storage; ``now`` is Unix ms."""
    for user, badge, pin in ACCOUNTS:
        identity.add_account(user, badge, pin)
    with storage.write() as writing:
        for place in PLACES:
            writing.keep_place(place)
        writing.keep_stock(_stock(seed))
        made = enumerate(_from_source(seed, count, now))
        orders = [(organised(order, place, now), source, id_) for place, (order, source, id_) in made]
        writing.load(orders)
        for nth, (order, _, _) in enumerate(orders):
            written = letter(order, nth) if order.attachments else None
            if written is not None:
                writing.keep_attachment(order.id, *written)
        for order, _, _ in orders:
            _tell_history(writing, order)
        writing.keep_view(shared_view(now), WAREHOUSES)


def load_orders(storage: Storage, *, seed: int, count: int, now: int) -> int:
    """Many orders straight into the storage, in one transaction; answers how many."""
    with storage.write() as writing:
        return writing.load(_from_source(seed, count, now))


def _from_source(seed: int, count: int, now: int) -> Iterator[tuple[Order, str, str]]:
    return ((order, SOURCE, order.number) for order in demo_orders(seed, count, now))


def _tell_history(writing: Writing, order: Order) -> None:
    """The audit trail that such an order would have."""
    taken = HistoryEntry(at=order.created_at, version=1, who=SOURCE, device="", action="ingested")
    writing.note(order.id, taken)
    for place, raised in enumerate(order.exceptions):
        entry = HistoryEntry(
            at=raised.raised_at,
            version=place + 2,
            who=SOURCE,
            device="",
            action="exception",
            reason=raised.kind,
            detail=raised.detail,
        )
        writing.note(order.id, entry)
    for entry in told(order):
        writing.note(order.id, entry)


def _stock(seed: int) -> list[tuple[str, str, int]]:
    """Pieces of each article in each warehouse. The West can take the fixed orders, the North cannot."""
    pick = random.Random(seed)  # noqa: S311 - made-up data, no secret
    pieces = {
        (article.sku, warehouse): pick.choice((0, 2, 8, 20, 45, 80)) for article in ARTICLES for warehouse in WAREHOUSES
    }
    for article in (ARTICLES[0], ARTICLES[6]):
        pieces[article.sku, WEST] = 60
        pieces[article.sku, NORTH] = 0
    return [(sku, warehouse, count) for (sku, warehouse), count in pieces.items()]
