"""Which orders are these, and how many? What is asked of the cache besides its lists."""

from collections.abc import Sequence
from typing import Any

from sync.domain.exceptions import Reason
from sync.domain.order import Order, Status, UserId
from sync.store.census import Census
from sync.store.columns import bit_kinds, kind_bits


class Questions:
    """The asking half of ``OrderCache``."""

    def _read(self, sql: str, arguments: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        raise NotImplementedError

    def _order(self, body: bytes) -> Order:
        raise NotImplementedError

    def census(self) -> Census:
        raise NotImplementedError

    def counts(self) -> tuple[int, int, dict[Reason, int]]:
        """Listed orders, all orders, and listed orders per reason."""
        total = int(self._read("SELECT count(*) FROM orders")[0][0])
        listed, kinds = 0, dict.fromkeys(Reason, 0)
        for bits, n in self._read("SELECT kinds, count(*) FROM orders WHERE listed = 1 GROUP BY kinds"):
            listed += n
            for kind in bit_kinds(bits):
                kinds[kind] += n
        return listed, total, kinds

    def organised(self, me: UserId | None) -> tuple[int, int]:
        """How many orders this person looks after, and how many are put away."""
        mine = "(SELECT count(*) FROM orders WHERE claimed_by = ?)"
        asleep = "(SELECT count(*) FROM orders WHERE asleep = 1)"
        found, snoozed = self._read(f"SELECT {mine}, {asleep}", (me,))[0]
        return int(found), int(snoozed)

    def nodes(self) -> tuple[str, ...]:
        """Where listed orders have their oldest exceptions, most first."""
        sql = "SELECT node FROM orders WHERE listed = 1 AND node != '' GROUP BY node ORDER BY count(*) DESC, node"
        return tuple(row[0] for row in self._read(sql))

    def held_on_the_floor(self) -> tuple[Order, ...]:
        """Orders in picking, packing or packed with a hold that a person may have placed."""
        rows = self._read(
            "SELECT body FROM orders JOIN bodies USING (rowid)"
            " WHERE holds > 0 AND status IN ('picking', 'packing', 'packed')"
        )
        return tuple(self._order(row[0]) for row in rows)

    def previous(self, order: Order, limit: int) -> tuple[Order, ...]:
        """Other orders of this customer with an open exception of the same kind, newest first."""
        kinds = kind_bits(e.kind for e in order.exceptions)
        rows = self._read(
            "SELECT body FROM orders JOIN bodies USING (rowid) WHERE customer = ? AND kinds != 0 AND kinds & ? != 0"
            " AND id != ? ORDER BY number DESC LIMIT ?",
            (order.customer.company, kinds, order.id, limit),
        )
        return tuple(self._order(row[0]) for row in rows)

    def by_tail(self, digits: str) -> tuple[Order, ...]:
        """Open orders whose number ends with these digits (four or more), those due first first."""
        rows = self._read(
            "SELECT body FROM orders JOIN bodies USING (rowid) WHERE tail = ? AND number LIKE ? AND status != ?"
            " ORDER BY due_at",
            (digits[-4:], f"%{digits}", Status.CLOSED.value),
        )
        return tuple(self._order(row[0]) for row in rows)

    def checksum(self) -> tuple[int, str]:
        """Number of orders and their hash, to compare with the central's ``/v1/checksum``; all counted at once."""
        census = self.census()
        while (counted := census.count()) is None:
            pass
        return counted
