"""How is any list of 200,000 orders filtered, sorted and counted between two keystrokes? Columns of numbers in memory.

The narrow rows stand here once more, a column each, in the place of their row id; texts as numbers that stand for them.
What a write changed is read again before the next question. Memory is taken with the first question:
``dev.py bench lists`` tells how much.
"""

import threading
from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sync.domain.order import OrderId
from sync.store.listing import Column, Group, Grouping, Listing, ListQuery
from sync.store.shelved import NUMBERS, TEXTS, Ask, Slice, all_rows, rows_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SMALL = {"kinds": "int32", "listed": "bool", "stopped": "bool", "asleep": "bool"}
_CODED = [name for name in TEXTS if name != "number"]
"""Columns in which many orders have the same text; every number is another."""
_MOST_STALE = 5_000


class _Words:
    """Texts by number, and in which place each stands among them when they are sorted."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        self._ranks: NDArray[np.int32] | None = None

    def read(self, texts: list[str]) -> "NDArray[np.int32]":
        """The numbers of these texts."""
        import numpy as np  # noqa: PLC0415  a tenth of a second: at the first question, not at the start

        for text in sorted(set(texts) - self.codes.keys()):
            self.codes[text] = len(self.codes)
            self._ranks = None
        return np.fromiter(map(self.codes.__getitem__, texts), dtype=np.int32, count=len(texts))

    def ranks(self) -> "NDArray[np.int32]":
        import numpy as np  # noqa: PLC0415  as above

        if self._ranks is None:
            ranks = np.empty(len(self.codes), dtype=np.int32)
            for place, text in enumerate(sorted(self.codes)):
                ranks[self.codes[text]] = place
            self._ranks = ranks
        return self._ranks


class Shelf:
    """The columns of one cache. Thread-safe; a question sees every write that was committed before it."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._asking = threading.Lock()
        self._noting = threading.Lock()
        self._stale: set[OrderId] | None = None
        """Orders to read again; None means all."""
        self._gone: set[int] = set()
        self._columns: dict[str, NDArray[Any]] = {}
        self._words: dict[str, _Words] = {}
        self._numbers: NDArray[np.intp] | None = None
        """In which place each order's number stands among all numbers."""

    def stale(self, ids: Iterable[OrderId] | None, gone: Iterable[int] = ()) -> None:
        """These orders were written, or (None) anything may have been, and these rows left; called after the commit."""
        with self._noting:
            self._gone.update(gone)
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
        import numpy as np  # noqa: PLC0415  as above

        values = self._columns[column]
        if column == "number":
            if self._numbers is None:
                self._numbers = np.unique(values, return_inverse=True)[1]
            return self._numbers
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

    def warm(self) -> None:
        """Read what the next question would have to read first."""
        with self._asking:
            self._refresh()

    def _refresh(self) -> None:
        with self._noting:
            stale, self._stale = self._stale, set()
            gone, self._gone = self._gone, set()
        try:
            if stale is None or not self._columns:
                self._clear()
                for found in all_rows(self._ask):
                    self._put(found)
            elif stale or gone:
                self._leave(gone)
                self._put(rows_of(self._ask, tuple(stale)))
        except BaseException:
            self.stale(None)  # what stands here is half of it
            raise

    def _clear(self) -> None:
        import numpy as np  # noqa: PLC0415  as above

        size = int(self._ask("SELECT coalesce(max(rowid), 0) + 1 FROM orders", ())[0][0])
        self._words = {name: _Words() for name in _CODED}
        self._columns = {name: np.zeros(size, dtype=_SMALL.get(name, "int64")) for name in NUMBERS}
        self._columns |= {name: np.zeros(size, dtype=np.int32) for name in _CODED}
        self._columns |= {"number": np.zeros(size, dtype="S1"), "here": np.zeros(size, dtype=bool)}
        self._numbers = None

    def _leave(self, gone: set[int]) -> None:
        import numpy as np  # noqa: PLC0415  as above

        rowids = np.fromiter(gone, dtype=np.int64, count=len(gone))
        self._columns["here"][rowids[rowids < len(self._columns["here"])]] = False

    def _put(self, found: Slice) -> None:
        import numpy as np  # noqa: PLC0415  as above

        if not found.rowids:
            return
        at = np.array(found.rowids, dtype=np.int64)
        self._grow(int(at.max()) + 1)
        for name, values in found.numbers.items():
            self._columns[name][at] = np.array(values)
        for name in _CODED:
            self._columns[name][at] = self._words[name].read(found.texts[name])
        self._put_numbers(at, found.texts["number"])
        self._columns["here"][at] = True

    def _put_numbers(self, at: "NDArray[np.int64]", texts: list[str]) -> None:
        """UTF-8 sorts as the characters do."""
        import numpy as np  # noqa: PLC0415  as above

        numbers = np.array([text.encode() for text in texts])
        if numbers.dtype.itemsize > self._columns["number"].dtype.itemsize:
            self._columns["number"] = self._columns["number"].astype(numbers.dtype)
        if self._numbers is not None and not np.array_equal(self._columns["number"][at], numbers):
            self._numbers = None
        self._columns["number"][at] = numbers

    def _grow(self, size: int) -> None:
        import numpy as np  # noqa: PLC0415  as above

        have = len(self._columns["here"])
        if size > have:
            more = max(size - have, have // 8)
            self._columns = {name: np.pad(column, (0, more)) for name, column in self._columns.items()}
            self._numbers = None


def _array(rowids: "NDArray[np.int64]") -> "array[int]":
    found: array[int] = array("q")
    found.frombytes(rowids.astype("int64", copy=False).tobytes())
    return found
