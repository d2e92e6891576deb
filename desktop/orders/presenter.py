"""What does the list say? Rows, headings, chips and the empty list, as words and signs."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from desktop.signs import VIEWS, Badge
from desktop.words import Due, Words
from sync.domain.exceptions import Node, Reason
from sync.events import Link
from sync.store.listing import Column, Group, Grouping, ListQuery, Row

ColumnId = Literal[
    "due", "number", "kinds", "customer", "warehouse", "carrier", "status", "total", "raised", "claimed", "node"
]


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """One column: its width at least, how it shares what is left, and when it may go (higher goes first; 0 stays)."""

    id: ColumnId
    width: int
    sort: Column | None
    goes: int = 0
    stretch: bool = False
    numeric: bool = False


COLUMNS: tuple[ColumnPlan, ...] = (
    ColumnPlan("due", 132, "due"),
    ColumnPlan("number", 140, "number"),
    ColumnPlan("kinds", 125, None),
    ColumnPlan("customer", 144, "customer", stretch=True),
    ColumnPlan("warehouse", 100, "warehouse", goes=3),
    ColumnPlan("carrier", 108, "carrier", goes=4),
    ColumnPlan("status", 96, "status", goes=1),
    ColumnPlan("total", 108, "total", goes=2, numeric=True),
    ColumnPlan("raised", 96, "raised", goes=5, numeric=True),
    ColumnPlan("claimed", 104, "claimed", goes=6),
    ColumnPlan("node", 152, "node", goes=7),
)


def visible_columns(width: int, wanted: Collection[ColumnId] | None = None) -> tuple[ColumnId, ...]:
    """Those of the wanted columns (None: all) that fit into so many pixels; the least needed go first."""
    kept = [c for c in COLUMNS if wanted is None or c.id in wanted]
    while sum(c.width for c in kept) > width and any(c.goes for c in kept):
        kept.remove(max(kept, key=lambda c: c.goes))
    return tuple(c.id for c in kept)


def cell(row: Row, column: ColumnId, words: Words, now: int) -> str:
    """The text of one cell, which is also what a screen reader says."""
    return _CELLS[column](row, words, now)


_CELLS: Mapping[ColumnId, Callable[[Row, Words, int], str]] = {
    "due": lambda row, words, now: words.due(row.due_at, now).text,
    "number": lambda row, _words, _now: row.number,
    "kinds": lambda row, words, _now: words.text("list.and").join(words.kind(k).label for k in row.kinds),
    "customer": lambda row, words, _now: words.text("list.customer", customer=row.customer, city=row.city),
    "warehouse": lambda row, words, _now: words.warehouse(row.warehouse),
    "carrier": lambda row, words, _now: words.carrier(row.carrier),
    "status": lambda row, words, _now: words.status(row.status).label,
    "total": lambda row, words, _now: words.money(row.total),
    "raised": lambda row, words, now: "" if row.raised_at is None else words.span(now - row.raised_at),
    "claimed": lambda row, words, _now: "" if row.claimed_by is None else words.who(row.claimed_by),
    "node": lambda row, words, _now: words.node(row.node) if row.node else "",
}


@dataclass(frozen=True, slots=True)
class Face:
    """Everything that one line shows, ready to be painted."""

    due: Due
    kinds: tuple[Badge, ...]
    marks: tuple[Badge, ...]
    status: Badge
    texts: Mapping[ColumnId, str]


def face(row: Row, words: Words, now: int) -> Face:
    return Face(
        due=words.due(row.due_at, now),
        kinds=tuple(words.kind(kind) for kind in row.kinds),
        marks=marks(row, words, now),
        status=words.status(row.status),
        texts={column: cell(row, column, words, now) for column in ("number", *_PLAIN)},
    )


_PLAIN: tuple[ColumnId, ...] = ("warehouse", "carrier", "total", "raised", "claimed", "node")
"""Columns that are nothing but their text."""


def hint(row: Row, column: ColumnId, words: Words, now: int) -> str:
    """The tooltip of one cell: what the cell has no room for."""
    if column == "due":
        return words.due(row.due_at, now).title
    if column == "kinds":
        return "\n".join(words.reason(k) for k in row.kinds)
    if column == "number":
        return "\n".join(badge.title for badge in marks(row, words, now))
    return cell(row, column, words, now)


def marks(row: Row, words: Words, now: int) -> tuple[Badge, ...]:
    """Signs beside the number: needs a decision, not settled yet, held, put away, noted."""
    found = []
    if row.attention:
        found.append(Badge("scales", words.text("mark.attention"), "danger", words.text("mark.attention")))
    if row.pending:
        title = words.translator.count("mark.pending", row.pending)
        found.append(Badge("paper-plane-tilt", words.text("mark.pending_short"), "info", title))
    if row.holds and not row.kinds:
        found.append(Badge("lock", words.text("mark.held"), "neutral", words.translator.count("mark.holds", row.holds)))
    if row.snoozed_until is not None and row.snoozed_until > now:
        title = words.text("mark.snoozed", moment=words.moment(row.snoozed_until, now))
        found.append(Badge("alarm", words.text("mark.snoozed_short"), "info", title))
    if row.notes:
        found.append(
            Badge("note", words.text("mark.noted"), "neutral", words.translator.count("mark.notes", row.notes))
        )
    return tuple(found)


def heading(group: Group, grouping: Grouping, words: Words) -> str:
    """The heading of a group of orders: whose they are or where they stopped, and how many they are."""
    name = (words.node(Node(group.key)) if grouping == "node" else group.key) or words.text(f"group.none.{grouping}")
    return words.text(
        "group.heading", name=name, count=words.translator.count("list.count", group.count, shown=f"{group.count:,}")
    )


def header(plan: ColumnPlan, query: ListQuery, words: Words) -> str:
    """A column's name; among several that the list is sorted by, with its place and direction."""
    name = words.text(f"column.{plan.id}")
    places = [column for column, _ in query.sorts]
    if not query.then or plan.sort not in places:
        return name
    place = places.index(plan.sort)
    return f"{name} {'↑' if query.sorts[place][1] else '↓'}{place + 1}"


def spoken_row(row: Row, words: Words, now: int) -> str:
    """One row for a screen reader."""
    parts = [cell(row, c.id, words, now) for c in COLUMNS] + [badge.title for badge in marks(row, words, now)]
    return ", ".join(p for p in parts if p)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter for one kind; ``count`` is shown beside it."""

    kind: Reason
    badge: Badge
    count: str
    chosen: bool


def chips(counts: Mapping[Reason, int], chosen: Collection[Reason], words: Words) -> tuple[Chip, ...]:
    """The kinds that the list can be narrowed to: those that occur, and those already chosen; most frequent first."""
    kinds = [k for k in Reason if counts.get(k, 0) or k in chosen]
    kinds.sort(key=lambda k: (-counts.get(k, 0), list(Reason).index(k)))
    return tuple(Chip(k, words.kind(k), f"{counts.get(k, 0):,}", k in chosen) for k in kinds)


def title(query: ListQuery, shown: int, words: Words) -> tuple[str, str]:
    """Heading of the list, and how many orders it holds."""
    return words.text(f"view.{query.view}.title"), words.translator.count("list.count", shown, shown=f"{shown:,}")


@dataclass(frozen=True, slots=True)
class Blank:
    """What stands where there is no row."""

    icon: str
    title: str
    body: str


def blank(query: ListQuery, link: Link, words: Words) -> Blank:
    """Why the list is empty and what to do: filtered away, still pulling, or nothing to do."""
    if query.is_narrowed:
        return Blank("magnifying-glass", words.text("blank.filtered.title"), words.text("blank.filtered.body"))
    if link in {Link.CONNECTING, Link.PULLING}:
        return Blank("cloud-arrow-down", words.text("blank.pulling.title"), words.text("blank.pulling.body"))
    return Blank(VIEWS[query.view], words.text(f"blank.{query.view}.title"), words.text(f"blank.{query.view}.body"))
