"""Which commands does the central stumble over? Their orders are set aside, so that one of them holds up no other.

A central that answers 500 to one command may be mended any day: it is tried again for ever, and after all the others.
Known only while the program runs; after that it is found out anew.
"""

from collections.abc import Sequence

from sync.domain.commands import Command
from sync.domain.order import OrderId, UserId
from sync.store.outbox import Outbox


class Stumbling:
    """Gives out the queue's batches; is told over which order the central stumbled."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._aside: dict[OrderId, None] = {}

    def next_batch(self, issuer: UserId, limit: int) -> tuple[Command, ...]:
        """As ``Outbox.next_batch``: first of all other orders, then one command of those set aside, in turn."""
        batch = self._outbox.next_batch(issuer, limit, without=tuple(self._aside))
        if batch:
            return batch
        tried = (self._outbox.next_batch(issuer, 1, only=order_id) for order_id in self._aside)
        return next((one for one in tried if one), ())

    def over(self, order_id: OrderId) -> None:
        """The central stumbled over a command on this order that was sent alone."""
        self._aside.pop(order_id, None)
        self._aside[order_id] = None  # behind all others

    def no_more(self, answered: Sequence[Command]) -> None:
        """These were answered."""
        for command in answered:
            self._aside.pop(command.order_id, None)
