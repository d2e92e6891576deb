"""Which lists does a person come back to? Views with a name: some come with the program, others are one's own."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from desktop.words import Words
from sync.store.listing import ME, NOBODY, ListQuery

BUILT_IN: tuple[tuple[str, ListQuery], ...] = (
    ("mine", ListQuery(view="all", claimed=ME)),
    ("free", ListQuery(claimed=NOBODY)),
    ("overdue", ListQuery(due="overdue")),
    ("snoozed", ListQuery(view="all", snoozed="only")),
)
LONGEST_NAME = 40


class OwnView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A list that a person gave a name, and how it looks; without columns it looks like the list before it."""

    id: str
    name: str
    query: ListQuery
    columns: tuple[str, ...] = ()
    density: str = ""


class SharedList(ListQuery, frozen=True, kw_only=True, omit_defaults=True):
    """What a shared view is on the wire: the list and how it looks. Programs that know only the list read that."""

    columns: tuple[str, ...] = ()
    density: str = ""


@dataclass(frozen=True, slots=True)
class ViewChip:
    """A view as its bar shows it; ``count`` is -1 while it is not known."""

    id: str
    name: str
    query: ListQuery
    count: int
    kind: str
    chosen: bool


def chips(
    own: Sequence[OwnView], shared: Sequence[OwnView], counts: Sequence[int], current: ListQuery, words: Words
) -> tuple[ViewChip, ...]:
    """All views: built in, shared by supervisors, one's own; ``counts`` in ``queries``' order."""
    named = [(i, words.text(f"views.{i}"), query, "built_in") for i, query in BUILT_IN]
    named += [(v.id, v.name, v.query, "shared") for v in shared]
    named += [(v.id, v.name, v.query, "own") for v in own]
    known = [*counts, *([-1] * len(named))]
    return tuple(
        ViewChip(i, name, query, known[place], kind, same_list(query, current))
        for place, (i, name, query, kind) in enumerate(named)
    )


def queries(own: Sequence[OwnView], shared: Sequence[OwnView]) -> tuple[ListQuery, ...]:
    return (*(query for _, query in BUILT_IN), *(v.query for v in shared), *(v.query for v in own))


def to_share(view: OwnView) -> SharedList:
    """The view as others get it."""
    return SharedList(**msgspec.structs.asdict(view.query), columns=view.columns, density=view.density)


def from_shared(id_: str, name: str, got: SharedList) -> OwnView:
    """The view as others gave it."""
    query = ListQuery(**{field: getattr(got, field) for field in ListQuery.__struct_fields__})
    return OwnView(id=id_, name=name, query=query, columns=got.columns, density=got.density)


def same_list(one: ListQuery, other: ListQuery) -> bool:
    """Whether both hold the same orders, however sorted."""
    plain = {"sort": ("due", True), "then": (), "group": ""}
    return msgspec.structs.replace(one, **plain) == msgspec.structs.replace(other, **plain)


def named(name: str, taken: Sequence[OwnView]) -> str | None:
    """The name as it is kept; None when it is empty, too long or taken."""
    plain = " ".join(name.split())
    known = {view.name.casefold() for view in taken}
    return plain if 0 < len(plain) <= LONGEST_NAME and plain.casefold() not in known else None
