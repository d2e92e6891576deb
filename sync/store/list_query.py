"""Which orders belong to a list? The view and the filters of a ``ListQuery`` as a mask over the shelf's columns."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sync.store.columns import NODES, kind_bits
from sync.store.listing import ME, NOBODY, SOMEBODY, ListQuery, Moment
from sync.store.shelf import Shelf

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_HOUR = 60 * 60 * 1000


def mask_of(
    query: ListQuery, moment: Moment, only: Sequence[int] | None = None, hits: Sequence[int] | None = None
) -> "Callable[[Shelf], NDArray[np.bool_]]":
    """What lets the query's orders through. ``only`` limits it to these rows, ``hits`` to what the text found."""

    def mask(shelf: Shelf) -> "NDArray[np.bool_]":
        chosen: NDArray[np.bool_] = shelf.column("here").copy()
        if only is not None:
            chosen &= _these(shelf, only)
        if hits is not None:
            chosen &= _these(shelf, hits)
        for condition in (*_view(query, shelf, only is not None), *_sets(query, shelf), *_limits(query, shelf, moment)):
            chosen &= condition
        return chosen

    return mask


def _these(shelf: Shelf, rowids: Sequence[int]) -> "NDArray[np.bool_]":
    import numpy as np  # noqa: PLC0415  a tenth of a second: at the first question, not at the start

    chosen = np.zeros_like(shelf.column("here"))
    places = np.array(rowids, dtype=np.int64)
    chosen[places[places < len(chosen)]] = True
    return chosen


def _view(query: ListQuery, shelf: Shelf, limited: bool) -> "Iterator[NDArray[np.bool_]]":
    if query.snoozed == "only":
        yield shelf.column("asleep")
    elif not limited and query.view == "stopped":
        listed = shelf.column("listed")
        asleep_too = query.snoozed == "shown" or bool(query.text)
        yield listed | (shelf.column("asleep") & shelf.column("stopped")) if asleep_too else listed


def _sets(query: ListQuery, shelf: Shelf) -> "Iterator[NDArray[np.bool_]]":
    if query.kinds:
        yield (shelf.column("kinds") & kind_bits(query.kinds)) != 0
    for name, wanted in (("warehouse", query.warehouses), ("carrier", query.carriers), ("status", query.statuses)):
        if wanted:
            yield _one_of(shelf, name, wanted)
    if query.nodes:
        marks = [f"{NODES}{node}{NODES}" for node in query.nodes]
        yield _fitting(shelf, "nodes", lambda nodes: any(mark in nodes for mark in marks))


def _one_of(shelf: Shelf, name: str, wanted: Iterable[Any]) -> "NDArray[np.bool_]":
    texts = {str(value) for value in wanted}
    return _fitting(shelf, name, lambda text: text in texts)


def _fitting(shelf: Shelf, name: str, fits: Callable[[str], bool]) -> "NDArray[np.bool_]":
    import numpy as np  # noqa: PLC0415  as above

    return np.isin(shelf.column(name), shelf.codes(name, fits))


def _limits(query: ListQuery, shelf: Shelf, moment: Moment) -> "Iterator[NDArray[np.bool_]]":
    if query.claimed:
        yield _claimed(query.claimed, shelf, moment)
    due = shelf.column("due")
    if query.due == "overdue":
        yield due < moment.now
    elif query.due == "hour":
        yield (due >= moment.now) & (due <= moment.now + _HOUR)
    elif query.due == "today":
        yield due < moment.day_ends
    total, raised = shelf.column("total"), shelf.column("raised")
    if query.value_from is not None:
        yield total >= query.value_from
    if query.value_to is not None:
        yield total <= query.value_to
    if query.older_than is not None:
        yield (raised >= 0) & (raised <= moment.now - query.older_than)


def _claimed(by: str, shelf: Shelf, moment: Moment) -> "NDArray[np.bool_]":
    if by == SOMEBODY:
        return ~_one_of(shelf, "claimed", [""])
    person = {NOBODY: "", ME: moment.me or "\n"}.get(by, by)
    return _one_of(shelf, "claimed", [person])
