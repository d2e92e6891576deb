"""How does the line to the central stand, in words, and what should the person do about it?"""

from dataclasses import dataclass

from desktop.signs import LINKS, Tone
from desktop.words import Words
from sync.events import Connection, Link

CALM = frozenset({Link.ONLINE, Link.CONNECTING, Link.PULLING, Link.SIGNED_OUT})
"""Nothing for the person to do."""


@dataclass(frozen=True, slots=True)
class Pill:
    """The always visible state: sign, word, number of unsent commands (empty when none), long text for the tooltip."""

    icon: str
    tone: Tone
    label: str
    unsent: str
    title: str


@dataclass(frozen=True, slots=True)
class Advice:
    """A line across the window that says what is wrong, what it means and what to do."""

    icon: str
    tone: Tone
    title: str
    body: str
    sign_in: bool


def pill(connection: Connection, words: Words) -> Pill:
    sign = LINKS[connection.link]
    label = words.text(f"link.{connection.link.value}.label")
    if connection.link is Link.PULLING and connection.pulled:
        label = words.text("link.pulled", pulled=f"{connection.pulled:,}")
    unsent = words.translator.count("link.unsent", connection.unsent) if connection.unsent else ""
    about = words.text(f"link.{connection.link.value}.advice")
    parts = (about, unsent, waits(connection, words), cause(connection, words))
    return Pill(sign.icon, sign.tone, label, unsent, "\n".join(p for p in parts if p))


def advice(connection: Connection, words: Words) -> Advice | None:
    """What to tell across the window; None while all is well."""
    if connection.link in CALM:
        return None
    sign = LINKS[connection.link]
    unsent = words.translator.count("link.kept", connection.unsent) if connection.unsent else ""
    about = words.text(f"link.{connection.link.value}.advice")
    parts = (cause(connection, words), about, unsent, waits(connection, words))
    body = words.text("list.sentence").join(part for part in parts if part)
    title = words.text(f"link.{connection.link.value}.title")
    return Advice(sign.icon, sign.tone, title, body, connection.link in {Link.SIGN_IN_AGAIN, Link.WORKSTATION_REVOKED})


def waits(connection: Connection, words: Words) -> str:
    """For whom commands wait that only go out when that person signs in again."""
    names = words.text("list.and").join(connection.waits_for)
    return words.text("link.waits_for", names=names) if names else ""


def cause(connection: Connection, words: Words) -> str:
    """The problem in words where this program has words for it; nothing for types that say no more than the link."""
    key = f"error.{connection.problem}.short"
    return words.text(key) if connection.problem and words.translator.has(key) else ""
