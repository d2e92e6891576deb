"""Which orders belong to a list, and in which order? In Python what the store does in SQLite."""

from sync.domain.order import Order
from sync.store.listing import ListQuery, Row
from tests.gui.lifelike import OPERATOR, SUPERVISOR


def _is_claimed(wanted: str, by: str | None) -> bool:
    if wanted == "me":
        return by in {OPERATOR.id, SUPERVISOR.id}
    return by == wanted if wanted not in {"nobody", "somebody"} else (by is None) == (wanted == "nobody")


def fits(row: Row, query: ListQuery, order: Order, now: int) -> bool:
    views = {
        "stopped": bool(row.kinds or row.holds) and row.snoozed_until is None,
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
        and (not query.carriers or row.carrier in query.carriers)
        and (not query.statuses or row.status in query.statuses)
        and (not query.claimed or _is_claimed(query.claimed, row.claimed_by))
        and ((query.due == "overdue") <= (row.due_at < now))
        and ((query.snoozed == "only") <= (row.snoozed_until is not None))
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
        "claimed": row.claimed_by or "",
        "node": row.node,
    }[column]
    return value, row.rowid
