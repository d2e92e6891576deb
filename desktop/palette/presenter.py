"""What does the palette offer for what was typed? Actions and saved views whose names fit, best first."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from desktop.orders.views import ViewChip
from desktop.shortcuts import ANYWHERE, KEYS, Keymap
from desktop.translator import Translator


@dataclass(frozen=True, slots=True)
class Entry:
    """One action or view: its name and group in the reader's language, and its keys."""

    what: str
    title: str
    group: str
    keys: tuple[str, ...]


VIEW = "saved:"
"""What begins like this is the saved view of the id behind it."""
_WITH_KEYS = 9
"""So many views have a key: Ctrl+Alt and their place."""


def offered(
    typed: str,
    words: Translator,
    others: Collection[Translator],
    keys: Keymap,
    spelled: Mapping[str, str],
    *,
    at_work: bool,
    views: Sequence[ViewChip] = (),
) -> tuple[Entry, ...]:
    """The actions and ``views`` that fit, best first; with nothing typed all of them, in the order of the table.

    ``others`` are the languages in which a name may be typed besides the reader's, ``spelled`` the initials of Chinese
    names by what they do. Away from the workbench only what
    can be done there is offered.
    """
    translators = (words, *others)
    found = [
        (fit, entry)
        for entry, names in (*_actions(translators, keys, at_work=at_work), *_views(translators, views))
        if (fit := max(fitness(typed, name) for name in (*names, spelled.get(entry.what, "")))) >= 0
    ]
    return tuple(entry for _, entry in sorted(found, key=lambda pair: -pair[0]))


Named = Iterator[tuple[Entry, tuple[str, ...]]]
"""Entries, each with all names by which it is found."""


def _actions(translators: Sequence[Translator], keys: Keymap, *, at_work: bool) -> Named:
    for group, table in KEYS.items():
        for key in table:
            if key.fixed or key.held or key.what == "palette" or not (at_work or key.what in ANYWHERE):
                continue
            names = tuple(_name(key.what, each) for each in translators)
            entry = Entry(key.what, names[0], translators[0].text(f"shortcuts.group.{group}"), keys[key.what])
            yield entry, (*names, key.what.replace("_", " "))


def _views(translators: Sequence[Translator], views: Sequence[ViewChip]) -> Named:
    for place, view in enumerate(views, start=1):
        keys = (f"Ctrl+Alt+{place}",) if place <= _WITH_KEYS else ()
        entry = Entry(VIEW + view.id, view.name, translators[0].text("views.name"), keys)
        yield entry, tuple(_view_name(view, each) for each in translators)


def spelling(chinese: Translator, initials: Callable[[str], str], views: Sequence[ViewChip] = ()) -> dict[str, str]:
    """The pinyin initials of the Chinese names of every action and view: ``lj`` for 拦截."""
    everything = (key.what for table in KEYS.values() for key in table)
    actions = {what: initials(_name(what, chinese)) for what in everything}
    return actions | {VIEW + view.id: initials(_view_name(view, chinese)) for view in views}


def _name(what: str, words: Translator) -> str:
    return words.text(f"shortcuts.what.{what}")


def _view_name(view: ViewChip, words: Translator) -> str:
    """What came with the program has a name in each language, what people keep has theirs."""
    return words.text(f"views.{view.id}") if view.kind == "built_in" else view.name


def fitness(typed: str, name: str) -> int:
    """How well the letters fit a name: 0 for nothing typed, -1 when they are not all there in this order.

    Letters at the beginning of a word and letters in a row count more.
    """
    wanted, text = typed.casefold().replace(" ", ""), name.casefold()
    at, score, row = 0, 0, 0
    for letter in wanted:
        place = text.find(letter, at)
        if place < 0:
            return -1
        row = row + 1 if place == at and at > 0 else 1
        begins = place == 0 or not text[place - 1].isalnum()
        score += 1 + 2 * (row - 1) + (3 if begins else 0)
        at = place + 1
    return score
