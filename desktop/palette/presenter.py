"""What does the palette offer for what was typed? Every action whose name fits in either language, best first."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from desktop.shortcuts import ANYWHERE, KEYS, Keymap
from desktop.translator import Translator


@dataclass(frozen=True, slots=True)
class Entry:
    """One action: its name and group in the reader's language, and its keys."""

    what: str
    title: str
    group: str
    keys: tuple[str, ...]


def offered(
    typed: str,
    words: Translator,
    others: Collection[Translator],
    keys: Keymap,
    spelled: Mapping[str, str],
    *,
    at_work: bool,
) -> tuple[Entry, ...]:
    """The actions that fit, best first; with nothing typed all of them in the order of the table.

    ``others`` are the languages in which a name may be typed besides the reader's, ``spelled`` the initials of Chinese
    names by what they do. Away from the workbench only what
    can be done there is offered.
    """
    found = []
    for group, table in KEYS.items():
        for key in table:
            if key.fixed or key.held or key.what == "palette" or not (at_work or key.what in ANYWHERE):
                continue
            names = [_name(key.what, each) for each in (words, *others)]
            also = (key.what.replace("_", " "), spelled.get(key.what, ""))
            fits = [fit for fit in (fitness(typed, name) for name in (*names, *also)) if fit >= 0]
            if fits:
                entry = Entry(key.what, names[0], words.text(f"shortcuts.group.{group}"), keys[key.what])
                found.append((max(fits), entry))
    return tuple(entry for _, entry in sorted(found, key=lambda pair: -pair[0]))


def spelling(chinese: Translator, initials: Callable[[str], str]) -> dict[str, str]:
    """The pinyin initials of every action's Chinese name: ``lj`` for 拦截."""
    everything = (key.what for table in KEYS.values() for key in table)
    return {what: initials(_name(what, chinese)) for what in everything}


def _name(what: str, words: Translator) -> str:
    return words.text(f"shortcuts.what.{what}")


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
