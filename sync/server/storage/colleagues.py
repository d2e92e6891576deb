"""How are messages, shared views, files and customers' pasts kept? In SQL that both databases share."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from sync.domain.order import Attachment, Order, OrderId, WarehouseId
from sync.wire.codec import decode, decode_order, encode
from sync.wire.colleagues import Message, SharedView


class StoredMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message, and the warehouses whose people it is for (with ``to`` a person: only that person)."""

    message: Message
    warehouses: tuple[WarehouseId, ...]


class ReadingColleagues(Protocol):
    """What can be asked of messages, views and the past."""

    def news(self) -> int:
        """The feed position at which a message or view came last; 0 when there never was one."""
        ...

    def message(self, id_: str) -> StoredMessage | None: ...

    def messages(self, now: int) -> list[StoredMessage]:
        """All that have not expired, oldest first."""
        ...

    def view(self, id_: str) -> SharedView | None: ...

    def views(self) -> list[SharedView]:
        """All shared views, by name."""
        ...

    def attachment(self, order_id: OrderId, id_: str) -> bytes | None:
        """The content of a file of this order."""
        ...

    def previous(self, order: Order, warehouses: Sequence[WarehouseId], limit: int) -> list[Order]:
        """Other orders of this customer in these warehouses with an exception of the same kind, newest first."""
        ...


class WritingColleagues(ReadingColleagues, Protocol):
    """What can be changed of them; each change tells all workstations of these warehouses."""

    def keep_message(self, stored: StoredMessage) -> None: ...

    def keep_view(self, view: SharedView, warehouses: Sequence[WarehouseId]) -> None: ...

    def drop_view(self, id_: str, warehouses: Sequence[WarehouseId]) -> None: ...

    def keep_attachment(self, order_id: OrderId, attachment: Attachment, content: bytes) -> None: ...


class SqlReadingColleagues:
    """The SELECTs."""

    def _one(self, sql: str, *values: object) -> Any:
        raise NotImplementedError

    def _all(self, sql: str, *values: object) -> list[Any]:
        raise NotImplementedError

    def news(self) -> int:
        row = self._one("SELECT value FROM central WHERE name = 'news'")
        return 0 if row is None else int(row[0])

    def message(self, id_: str) -> StoredMessage | None:
        row = self._one("SELECT body FROM messages WHERE id = ?", id_)
        return None if row is None else decode(row[0], StoredMessage)

    def messages(self, now: int) -> list[StoredMessage]:
        rows = self._all("SELECT body FROM messages WHERE expires_at > ? ORDER BY number", now)
        return [decode(body, StoredMessage) for (body,) in rows]

    def view(self, id_: str) -> SharedView | None:
        row = self._one("SELECT body FROM views WHERE id = ?", id_)
        return None if row is None else decode(row[0], SharedView)

    def views(self) -> list[SharedView]:
        found = [decode(body, SharedView) for (body,) in self._all("SELECT body FROM views")]
        return sorted(found, key=lambda view: (view.name, view.id))

    def attachment(self, order_id: OrderId, id_: str) -> bytes | None:
        row = self._one("SELECT content FROM attachments WHERE order_id = ? AND id = ?", order_id, id_)
        return None if row is None else bytes(row[0])

    def previous(self, order: Order, warehouses: Sequence[WarehouseId], limit: int) -> list[Order]:
        kinds = sorted({e.kind.value for e in order.exceptions})
        marks, places = ", ".join("?" * len(kinds)) or "NULL", ", ".join("?" * len(warehouses)) or "NULL"
        sql = f"""SELECT o.body FROM orders o
                  WHERE o.id IN (SELECT order_id FROM past WHERE company = ? AND kind IN ({marks}))
                  AND o.id <> ? AND o.warehouse IN ({places}) ORDER BY o.updated_at DESC, o.id LIMIT ?"""
        rows = self._all(sql, order.customer.company, *kinds, order.id, *warehouses, limit)
        return [decode_order(body) for (body,) in rows]


class SqlWritingColleagues(SqlReadingColleagues):
    """The writes. ``touched`` tells whom to wake after the commit."""

    touched: set[WarehouseId]

    def _do(self, sql: str, *values: object) -> None:
        raise NotImplementedError

    def _take(self, count: int) -> int:
        raise NotImplementedError

    def _tell(self, warehouses: Sequence[WarehouseId]) -> int:
        """A position of the feed without an order: whoever reads it looks for messages and views."""
        seq = self._take(1)
        self._do(
            "INSERT INTO central VALUES ('news', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", str(seq)
        )
        self.touched.update(warehouses)
        return seq

    def keep_message(self, stored: StoredMessage) -> None:
        number = self._tell(stored.warehouses)
        told = stored.message
        self._do("INSERT INTO messages VALUES (?, ?, ?, ?)", number, told.id, told.expires_at, encode(stored))

    def keep_view(self, view: SharedView, warehouses: Sequence[WarehouseId]) -> None:
        self._tell(warehouses)
        again = " ON CONFLICT (id) DO UPDATE SET body = excluded.body"
        self._do("INSERT INTO views VALUES (?, ?)" + again, view.id, encode(view))

    def drop_view(self, id_: str, warehouses: Sequence[WarehouseId]) -> None:
        self._tell(warehouses)
        self._do("DELETE FROM views WHERE id = ?", id_)

    def keep_attachment(self, order_id: OrderId, attachment: Attachment, content: bytes) -> None:
        self._do("INSERT INTO attachments VALUES (?, ?, ?)", order_id, attachment.id, content)


def past_rows(order: Order) -> list[tuple[str, str, OrderId]]:
    """The rows of ``past`` for an order: one for each kind of exception that it ever had."""
    company = order.customer.company
    return [(company, kind, order.id) for kind in sorted({e.kind.value for e in order.exceptions})]
