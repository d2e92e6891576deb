"""How does a person arrange the list? Columns, their order, what it is sorted and grouped by; kept over restarts."""

from array import array
from collections.abc import Collection, Sequence

import msgspec

from desktop.orders.presenter import COLUMNS, ColumnId
from sync.store.listing import Column, Group, Listing, ListQuery, Sort

_EVERY: tuple[ColumnId, ...] = tuple(plan.id for plan in COLUMNS)
MOST_SORTS = 4


class Arrangement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``columns`` from left to right; those not named are hidden. Stored as JSON, names that are gone are dropped."""

    columns: tuple[str, ...] = _EVERY[:10]

    @property
    def shown(self) -> tuple[ColumnId, ...]:
        known = dict.fromkeys(c for c in self.columns if c in _EVERY)
        kept: tuple[ColumnId, ...] = tuple(c for c in _EVERY if c in known)
        ordered = sorted(kept, key=list(known).index)
        return tuple(ordered) or _EVERY[:1]

    def toggled(self, column: ColumnId) -> "Arrangement":
        """With this column shown or hidden; the last one stays."""
        shown = self.shown
        if column not in shown:
            return Arrangement(columns=(*shown, column))
        return Arrangement(columns=tuple(c for c in shown if c != column)) if len(shown) > 1 else self


def sorted_by(query: ListQuery, column: Column, *, more: bool) -> ListQuery:
    """The list sorted by this column, turned round where it was already; ``more``: within what it was sorted by."""
    ways = dict(query.sorts)
    if not more:
        rises = not query.sort[1] if query.sort[0] == column else True
        return msgspec.structs.replace(query, sort=(column, rises), then=())
    ways[column] = not ways[column] if column in ways else True
    return _sorted(query, tuple(ways.items())[:MOST_SORTS])


def _sorted(query: ListQuery, sorts: tuple[Sort, ...]) -> ListQuery:
    return msgspec.structs.replace(query, sort=sorts[0], then=sorts[1:])


def lines_of(listing: Listing, closed: Collection[str]) -> "array[int]":
    """The lines of the screen: row ids, and for the heading of group ``n`` the number ``-(n + 1)``."""
    if not listing.groups:
        return listing.ids
    lines: array[int] = array("q")
    start = 0
    for number, group in enumerate(listing.groups):
        lines.append(-(number + 1))
        if group.key not in closed:
            lines.extend(listing.ids[start : start + group.count])
        start += group.count
    return lines


def group_of(line: int, groups: Sequence[Group]) -> Group | None:
    """The group whose heading this line is; None for an order."""
    return groups[-line - 1] if line < 0 and -line <= len(groups) else None
