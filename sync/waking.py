"""Which snoozed orders wake now, and who hears of it? Looked at before every step of the engine, offline too."""

from collections.abc import Callable

from sync.domain.order import Order
from sync.domain.permissions import User
from sync.events import Event, OrdersChanged, OrdersWoke
from sync.store.orders import OrderCache


class Waking:
    """Wakes the orders of one workstation; for one thread at a time."""

    def __init__(self, tell: Callable[[Event], None], now: Callable[[], int]) -> None:
        self._tell = tell
        self._now = now
        self._next: int | None = None

    def look(self, user: User, cache: OrderCache) -> None:
        """End what is over: lists show these orders again, and who put one away or looks after it is told, once."""
        woken, self._next = cache.wake(self._now())
        if not woken:
            return
        self._tell(OrdersChanged(tuple(order.id for order in woken)))
        concerned = tuple(order.id for order in woken if _concerns(order, user))
        if concerned:
            self._tell(OrdersWoke(concerned))

    def nobody(self) -> None:
        """No one is signed in: nobody waits for an order."""
        self._next = None

    def until(self, seconds: float | None) -> float | None:
        """At most so many seconds (None: for ever), fewer when an order wakes before."""
        if self._next is None:
            return seconds
        left = max(0.0, (self._next - self._now()) / 1000)
        return left if seconds is None else min(seconds, left)


def _concerns(order: Order, user: User) -> bool:
    put_away = order.snooze is not None and order.snooze.by == user.id
    return put_away or (order.claim is not None and order.claim.by == user.id)
