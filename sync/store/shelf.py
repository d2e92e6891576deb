"""How is any list of 200,000 orders filtered, sorted and counted between two keystrokes? Columns of numbers in memory.

The narrow rows stand here once more, a column each, in the place of their row id; texts as numbers that stand for them.
What a write changed is read again before the next question. Memory is taken with the first question, and most of it by
reading the rows then: ``dev.py bench lists`` tells how much.
"""

import threading
from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sync.domain.order import OrderId
from sync.store.listing import Column, Group, Grouping, Listing, ListQuery

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Read = Callable[[Sequence[OrderId] | None], list[tuple[Any, ...]]]
"""Rows of ``SHELVED`` for these orders, or for all."""

SHELVED = (
    "rowid, id, due_at, total, coalesce(raised_at, -1), kinds, listed, stopped, asleep,"
    " number, customer, city, warehouse, coalesce(carrier, ''), status, coalesce(claimed_by, ''), node, nodes"
)
_NUMBERS = ("due", "total", "raised", "kinds", "listed", "stopped", "asleep")
_TEXTS = ("number", "customer", "city", "warehouse", "carrier", "status", "claimed", "node", "nodes")
_SMALL = {"kinds": "int32", "listed": "bool", "stopped": "bool", "asleep": "bool"}
_MOST_STALE = 5_000


class _Words:
    """Texts by number, and in which place each stands among them when they are sorted."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        self._ranks: NDArray[np.int32] | None = None

    def code(self, text: str) -> int:
        found = self.codes.get(text)
        if found is None:
            found = self.codes[text] = len(self.codes)
            self._ranks = None
        return found

    def ranks(self) -> "NDArray[np.int32]":
        import numpy as np  # noqa: PLC0415  a tenth of a second: at the first question, not at the start

        if self._ranks is None:
            ranks = np.empty(len(self.codes), dtype=np.int32)
            for place, text in enumerate(sorted(self.codes)):
                ranks[self.codes[text]] = place
            self._ranks = ranks
        return self._ranks


class Shelf:
    """The columns of one cache. Thread-safe; a question sees every write that was committed before it."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._asking = threading.Lock()
        self._noting = threading.Lock()
        self._stale: set[OrderId] | None = None
        """Orders to read again; None means all."""
        self._columns: dict[str, NDArray[Any]] = {}
        self._words: dict[str, _Words] = {}
        self._rowids: dict[OrderId, int] = {}

    def stale(self, ids: Iterable[OrderId] | None) -> None:
        """These orders were written, or (None) anything may have been; called after the commit."""
        with self._noting:
            if ids is None:
                self._stale = None
            elif self._stale is not None:
                self._stale.update(ids)
                self._stale = None if len(self._stale) > _MOST_STALE else self._stale

    # -- questions

    def listing(self, query: ListQuery, mask: "Callable[[Shelf], NDArray[np.bool_]]") -> Listing:
        """The rows that the mask lets through, in the query's order, group by group."""
        import numpy as np  # noqa: PLC0415  as above

        with self._asking:
            self._refresh()
            chosen = np.flatnonzero(mask(self))
            ordered = chosen[self._order(query, chosen)]
            if not query.group:
                return Listing(_array(ordered))
            return self._grouped(query.group, ordered)

    def counts(self, masks: "Sequence[Callable[[Shelf], NDArray[np.bool_]]]") -> tuple[int, ...]:
        """How many rows each mask lets through."""
        with self._asking:
            self._refresh()
            return tuple(int(mask(self).sum()) for mask in masks)

    def column(self, name: str) -> "NDArray[Any]":
        return self._columns[name]

    def codes(self, name: str, fits: Callable[[str], bool]) -> list[int]:
        """The numbers of the texts in this column that fit."""
        return [code for text, code in self._words[name].codes.items() if fits(text)]

    def rowids(self, ids: Iterable[OrderId]) -> list[int]:
        """Where these orders stand; those not here are left out."""
        return [self._rowids[i] for i in ids if i in self._rowids]

    # -- order

    def _order(self, query: ListQuery, chosen: "NDArray[np.int64]") -> "NDArray[np.intp]":
        import numpy as np  # noqa: PLC0415  as above

        if not query.then and query.sort[1]:
            return np.argsort(self._sortable(query.sort[0])[chosen], kind="stable")
        last_rises = query.sorts[-1][1]
        keys: list[NDArray[Any]] = [chosen if last_rises else -chosen]
        for column, rises in reversed(query.sorts):
            values = self._sortable(column)[chosen]
            keys.append(values if rises else -values)
        return np.lexsort(keys)

    def _sortable(self, column: Column) -> "NDArray[Any]":
        values = self._columns[column]
        return self._words[column].ranks()[values] if column in self._words else values

    def _grouped(self, group: Grouping, ordered: "NDArray[np.int64]") -> Listing:
        import numpy as np  # noqa: PLC0415  as above

        words = self._words[group]
        codes = self._columns[group][ordered]
        counts = np.bincount(codes, minlength=len(words.codes))
        ranked = np.lexsort((words.ranks(), -counts))
        place = np.empty(len(ranked), dtype=np.int64)
        place[ranked] = np.arange(len(ranked))
        texts = list(words.codes)
        groups = tuple(Group(texts[code], int(counts[code])) for code in ranked if counts[code])
        return Listing(_array(ordered[np.argsort(place[codes], kind="stable")]), groups)

    # -- what stands here

    def _refresh(self) -> None:
        with self._noting:
            stale, self._stale = self._stale, set()
        if stale is None or not self._columns:
            rows = self._read(None)
            self._clear(max((row[0] for row in rows), default=0) + 1)
            self._put_all(rows)
        elif stale:
            self._put_again(stale)

    def _clear(self, size: int) -> None:
        import numpy as np  # noqa: PLC0415  as above

        self._rowids = {}
        self._words = {name: _Words() for name in _TEXTS}
        self._columns = {name: np.zeros(size, dtype=_SMALL.get(name, "int64")) for name in _NUMBERS}
        self._columns |= {name: np.zeros(size, dtype=np.int32) for name in _TEXTS}
        self._columns["here"] = np.zeros(size, dtype=bool)

    def _put_all(self, rows: list[tuple[Any, ...]]) -> None:
        import numpy as np  # noqa: PLC0415  as above

        if not rows:
            return
        columns = list(zip(*rows, strict=True))
        at = np.array(columns[0], dtype=np.int64)
        self._rowids = dict(zip(columns[1], columns[0], strict=True))
        for name, values in zip(_NUMBERS, columns[2:], strict=False):
            self._columns[name][at] = np.array(values)
        for name, texts in zip(_TEXTS, columns[2 + len(_NUMBERS) :], strict=True):
            self._columns[name][at] = np.fromiter(map(self._words[name].code, texts), dtype=np.int32, count=len(at))
        self._columns["here"][at] = True

    def _put_again(self, stale: set[OrderId]) -> None:
        rows = self._read(tuple(stale))
        for gone in stale - {row[1] for row in rows}:
            rowid = self._rowids.pop(gone, None)
            if rowid is not None:
                self._columns["here"][rowid] = False
        self._grow(max((row[0] for row in rows), default=0) + 1)
        known = self._rowids
        self._put_all(rows)
        self._rowids = known | self._rowids

    def _grow(self, size: int) -> None:
        import numpy as np  # noqa: PLC0415  as above

        have = len(self._columns["here"])
        if size > have:
            more = max(size - have, have // 8)
            self._columns = {name: np.pad(column, (0, more)) for name, column in self._columns.items()}


def _array(rowids: "NDArray[np.int64]") -> "array[int]":
    found: array[int] = array("q")
    found.frombytes(rowids.astype("int64", copy=False).tobytes())
    return found
