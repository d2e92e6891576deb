"""Which orders belong to a list, and in which order? In Python what the store does in SQLite."""

from sync.domain.order import Order
from sync.store.listing import ListQuery, Row


def fits(row: Row, query: ListQuery, order: Order) -> bool:
    views = {
        "stopped": bool(row.kinds or row.holds),
        "all": True,
        "attention": row.attention,
        "pending": row.pending > 0,
    }
    found = f"{row.number} {row.customer} {row.city} {' '.join(line.name for line in order.lines)}".lower()
    return (
        views[query.view]
        and all(word in found for word in query.text.lower().split())
        and (not query.kinds or bool(query.kinds & set(row.kinds)))
        and (not query.warehouses or row.warehouse in query.warehouses)
    )


def sort_key(row: Row, column: str) -> tuple[object, ...]:
    value = {
        "due": row.due_at,
        "number": row.number,
        "customer": row.customer,
        "city": row.city,
        "warehouse": row.warehouse,
        "carrier": row.carrier or "",
        "status": row.status.value,
        "total": row.total,
        "raised": row.raised_at or 0,
    }[column]
    return value, row.rowid
