"""What can a list be narrowed to, and to what is it narrowed now? Every choice of the filter menu, by field."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from desktop.words import HOUR, Words
from sync.domain.exceptions import Node
from sync.domain.order import CarrierId, Status, WarehouseId
from sync.domain.permissions import User
from sync.store.listing import ME, NOBODY, SOMEBODY, ListQuery
from sync.wire.messages import Directory

VALUES: tuple[tuple[int | None, int | None], ...] = (
    (None, 100_000),
    (100_000, 500_000),
    (500_000, 2_000_000),
    (2_000_000, None),
)
"""Ranges of an order's value in fen."""
AGES = (HOUR, 4 * HOUR, 24 * HOUR, 48 * HOUR)
_DUES = ("overdue", "hour", "today")
_SNOOZES = ("shown", "only")
_SETS = ("statuses", "carriers", "warehouses", "nodes")
FIELDS = ("claimed", "due", "statuses", "carriers", "warehouses", "nodes", "value", "age", "snoozed")
"""In the order of the menu; each has its heading in the translations."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter: ``field`` and ``value`` name it, ``chosen`` says whether it narrows the list now."""

    field: str
    value: Any
    label: str
    chosen: bool


def toggled(query: ListQuery, field: str, value: Any) -> ListQuery:
    """The list with this choice taken, or dropped where it was taken."""
    if field in _SETS:
        had: frozenset[Any] = getattr(query, field)
        return _changed(query, **{field: had - {value} if value in had else had | {value}})
    if field == "value":
        low, high = (None, None) if (query.value_from, query.value_to) == value else value
        return _changed(query, value_from=low, value_to=high)
    if field == "age":
        return _changed(query, older_than=None if query.older_than == value else value)
    empty = "hidden" if field == "snoozed" else ""
    return _changed(query, **{field: empty if getattr(query, field) == value else value})


def whole(query: ListQuery) -> ListQuery:
    """The view without any filter, in the same order and groups."""
    return ListQuery(view=query.view, sort=query.sort, then=query.then, group=query.group)


def choices(query: ListQuery, words: Words, user: User | None, nodes: Sequence[Node]) -> dict[str, tuple[Choice, ...]]:
    """Everything that the menu offers, by field; fields without a choice are left out."""
    offered: dict[str, Iterable[Any]] = {
        "claimed": _people(words, user),
        "due": _DUES,
        "statuses": tuple(s for s in Status if s is not Status.CLOSED),
        "carriers": tuple(CarrierId(c.id) for c in words.directory.carriers),
        "warehouses": _warehouses(words.directory, user),
        "nodes": tuple(dict.fromkeys((*nodes, *sorted(query.nodes)))),
        "value": VALUES,
        "age": AGES,
        "snoozed": _SNOOZES,
    }
    found = {field: tuple(_choice(query, field, value, words) for value in offered[field]) for field in FIELDS}
    return {field: made for field, made in found.items() if made}


def chosen(query: ListQuery, words: Words) -> tuple[Choice, ...]:
    """What the list is narrowed to, in the menu's order; kinds and text are shown elsewhere."""
    taken: list[tuple[str, Any]] = [("claimed", query.claimed)] if query.claimed else []
    taken += [("due", query.due)] if query.due else []
    taken += [(field, value) for field in _SETS for value in sorted(getattr(query, field))]
    if query.value_from is not None or query.value_to is not None:
        taken.append(("value", (query.value_from, query.value_to)))
    taken += [("age", query.older_than)] if query.older_than is not None else []
    taken += [("snoozed", query.snoozed)] if query.snoozed != "hidden" else []
    return tuple(_choice(query, field, value, words) for field, value in taken)


def _changed(query: ListQuery, **values: Any) -> ListQuery:
    return msgspec.structs.replace(query, **values)


def _people(words: Words, user: User | None) -> tuple[str, ...]:
    others = (p.id for p in words.directory.people if user is None or p.id != user.id)
    return (ME, NOBODY, SOMEBODY, *others)


def _warehouses(directory: Directory, user: User | None) -> tuple[WarehouseId, ...]:
    mine = () if user is None else user.warehouses
    return tuple(WarehouseId(w.id) for w in directory.warehouses if w.id in mine) if len(mine) > 1 else ()


def _choice(query: ListQuery, field: str, value: Any, words: Words) -> Choice:
    return Choice(field, value, _LABELS[field](value, words), _is_chosen(query, field, value))


def _is_chosen(query: ListQuery, field: str, value: Any) -> bool:
    if field in _SETS:
        return value in getattr(query, field)
    had: object = (query.value_from, query.value_to)
    if field != "value":
        had = query.older_than if field == "age" else getattr(query, field)
    return bool(value == had)


def _value(value: tuple[int | None, int | None], words: Words) -> str:
    low, high = value
    if low is None:
        return words.text("filter.value.below", high=words.money(high or 0))
    if high is None:
        return words.text("filter.value.above", low=words.money(low))
    return words.text("filter.value.between", low=words.money(low), high=words.money(high))


def _claimed(value: str, words: Words) -> str:
    return words.text(f"filter.claimed.{value}") if value in {ME, NOBODY, SOMEBODY} else words.who(value)


_LABELS: dict[str, Callable[[Any, Words], str]] = {
    "claimed": _claimed,
    "due": lambda value, words: words.text(f"filter.due.{value}"),
    "statuses": lambda value, words: words.status(value).label,
    "carriers": lambda value, words: words.carrier(value),
    "warehouses": lambda value, words: words.warehouse(value),
    "nodes": lambda value, words: words.node(value),
    "value": _value,
    "age": lambda value, words: words.text("filter.age.older", span=words.span(value)),
    "snoozed": lambda value, words: words.text(f"filter.snoozed.{value}"),
}
