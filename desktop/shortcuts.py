"""Which keys do what? One table of everything that can be done, and a person's own keys laid over it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """``what`` is a key of ``shortcuts.what``; ``keys`` as Qt writes them; ``said`` names what is no plain key.

    ``fixed`` keys cannot be changed. They and ``held`` ones, which work while they are down, are nothing to choose from
    the palette.
    """

    what: str
    keys: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    fixed: bool = False
    held: bool = False


KEYS: dict[str, tuple[Key, ...]] = {
    "orders": (
        Key("intercept", ("I",)),
        Key("reassign", ("T",)),
        Key("release", ("R",)),
        Key("carrier_intercept", ("C",)),
        Key("claim", ("L",)),
        Key("assign", ("G",)),
        Key("snooze", ("S",)),
        Key("note", ("N",)),
        Key("mark", said=("mark",), fixed=True),
        Key("mark_all", said=("all",), fixed=True),
        Key("bulk", ("B",)),
        Key("undo", ("Ctrl+Z",)),
        Key("copy_number", ("Ctrl+Shift+C",)),
        Key("copy_waybill"),
        Key("menu", said=("menu",), fixed=True),
        Key("decide", said=("digits",), fixed=True),
    ),
    "moving": (
        Key("search", ("/", "Ctrl+F")),
        Key("filter", ("F",)),
        Key("arrange", ("V",)),
        Key("save_view", ("Ctrl+S",)),
        Key("export", ("Ctrl+E",)),
        Key("pull_print", ("Ctrl+P",)),
        Key("pull_save"),
        Key("up_down", said=("arrows",), fixed=True),
        Key("open", said=("enter",), fixed=True),
        Key("clear", said=("esc",), fixed=True),
        Key("view_stopped", ("Ctrl+1",)),
        Key("view_all", ("Ctrl+2",)),
        Key("view_attention", ("Ctrl+3",)),
        Key("view_pending", ("Ctrl+4",)),
        Key("own_views", said=("views",), fixed=True),
        Key("messages", ("M",)),
    ),
    "voice": (Key("talk", ("F9",), ("space",), held=True), Key("command", ("Ctrl+K", ":"))),
    "app": (
        Key("palette", ("Ctrl+Shift+P",)),
        Key("floor", ("F11",)),
        Key("language", ("F2",)),
        Key("theme", ("F8",)),
        Key("density"),
        Key("text_larger", ("Ctrl++", "Ctrl+=")),
        Key("text_smaller", ("Ctrl+-",)),
        Key("settings", ("Ctrl+,",)),
        Key("assistant"),
        Key("keys"),
        Key("switch_person"),
        Key("sign_out"),
        Key("help", ("F1", "?")),
    ),
}

ANYWHERE = frozenset(
    {"language", "theme", "help", "settings", "text_larger", "text_smaller", "assistant", "keys", "palette"}
)
"""What can also be done while nobody is signed in."""

Keymap = Mapping[str, tuple[str, ...]]
"""The keys of everything that can be done."""


def keymap(own: Mapping[str, Sequence[str]]) -> Keymap:
    """The shipped keys with a person's own laid over them; own keys for what does not exist are left out."""
    shipped = {key.what: key.keys for group in KEYS.values() for key in group}
    return {what: tuple(own.get(what, keys)) if what in changeable() else keys for what, keys in shipped.items()}


def changeable() -> frozenset[str]:
    """What a person may give keys of their own to."""
    return frozenset(key.what for group in KEYS.values() for key in group if not key.fixed)


def taken_by(keys: Keymap, pressed: str, besides: str) -> str | None:
    """What this key does already, besides the one thing; None when it is free."""
    taken = [what for what, texts in keys.items() if what != besides and pressed.lower() in map(str.lower, texts)]
    return taken[0] if taken else None


def with_keys(own: Mapping[str, Sequence[str]], what: str, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """A person's own keys with one change; keys that are the shipped ones are not kept as own."""
    shipped = {key.what: key.keys for group in KEYS.values() for key in group}
    changed = {name: tuple(texts) for name, texts in own.items() if name != what}
    if tuple(keys) != shipped.get(what):
        changed[what] = tuple(keys)
    return changed
