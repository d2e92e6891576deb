"""How are the narrow rows read as columns? SQLite gathers each column of a slice into one text, decoded at once.

A row as a tuple would cost ten times the memory of its values, and the interpreter's lock for each.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from sync.domain.order import OrderId

Ask = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
"""Runs a SELECT."""

NUMBERS = {
    "due": "due_at",
    "total": "total",
    "raised": "coalesce(raised_at, -1)",
    "kinds": "kinds",
    "listed": "listed",
    "stopped": "stopped",
    "asleep": "asleep",
}
TEXTS = {
    "customer": "customer",
    "city": "city",
    "warehouse": "warehouse",
    "carrier": "coalesce(carrier, '')",
    "status": "status",
    "claimed": "coalesce(claimed_by, '')",
    "node": "node",
    "nodes": "nodes",
    "number": "number",
}
SLICE = 10_000
"""Rows at once: what is decoded in one go keeps other threads waiting for a millisecond at most."""

_WANTED = {"rowid": "rowid", **NUMBERS, **TEXTS}
_GATHERED = ", ".join(f"json_group_array({name})" for name in _WANTED)
_NARROW = f"SELECT {', '.join(f'{source} AS {name}' for name, source in _WANTED.items())} FROM orders"
_SLICE = f"SELECT {_GATHERED} FROM ({_NARROW} WHERE orders.rowid > ? ORDER BY orders.rowid LIMIT {SLICE})"
_CHOSEN = f"SELECT {_GATHERED} FROM ({_NARROW} WHERE id IN (SELECT value FROM json_each(?)))"
_INTEGERS = msgspec.json.Decoder(list[int])
_STRINGS = msgspec.json.Decoder(list[str])


class Slice(NamedTuple):
    """Some rows: where they stand, and each column's values in the same order."""

    rowids: list[int]
    numbers: Mapping[str, list[int]]
    texts: Mapping[str, list[str]]


def all_rows(ask: Ask) -> Iterator[Slice]:
    """Every row, by row id, slice after slice; what is written meanwhile may be in it or not."""
    last = -1
    while (found := _decoded(ask(_SLICE, (last,)))).rowids:
        yield found
        last = found.rowids[-1]


def rows_of(ask: Ask, ids: Sequence[OrderId]) -> Slice:
    """The rows of these orders; those not here are left out."""
    return _decoded(ask(_CHOSEN, (msgspec.json.encode(ids).decode(),)))


def rowids(ask: Ask, sql: str, arguments: Sequence[Any] = ()) -> list[int]:
    """The row ids that a SELECT with a column ``rowid`` gives, in its order."""
    return _INTEGERS.decode(ask(f"SELECT json_group_array(rowid) FROM ({sql})", arguments)[0][0])


def _decoded(gathered: list[tuple[Any, ...]]) -> Slice:
    by_name = dict(zip(_WANTED, gathered[0], strict=True))
    return Slice(
        _INTEGERS.decode(by_name["rowid"]),
        {name: _INTEGERS.decode(by_name[name]) for name in NUMBERS},
        {name: _STRINGS.decode(by_name[name]) for name in TEXTS},
    )
