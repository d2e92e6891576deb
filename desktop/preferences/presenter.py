"""Which settings can be chosen, what stands for each, and which did IT decide?"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from desktop.settings import Settings
from desktop.translator import LANGUAGES
from desktop.words import Words

if TYPE_CHECKING:
    from voice.refused import Held

THEMES = ("light", "dark", "contrast")
DENSITIES = ("comfortable", "compact")
SCALES = (1.0, 1.25, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a setting and its word."""

    value: str | float | bool
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One setting with its values; ``locked`` says that a policy decided it."""

    name: str
    label: str
    options: tuple[Option, ...]
    locked: bool


def fields(settings: Settings, locked: Collection[str], words: Words) -> tuple[Field, ...]:
    """Every setting that is a choice among a few values."""
    values: tuple[tuple[str, tuple[tuple[str | float | bool, str], ...]], ...] = (
        ("language", tuple((code, words.text(f"language.{code}")) for code in LANGUAGES)),
        ("theme", tuple((name, words.text(f"theme.{name}")) for name in THEMES)),
        ("density", tuple((name, words.text(f"density.{name}")) for name in DENSITIES)),
        ("text_scale", tuple((scale, f"{scale:.0%}") for scale in SCALES)),
        ("floor", tuple((yes, words.text(f"settings.floor_{'on' if yes else 'off'}")) for yes in (False, True))),
    )
    return tuple(
        Field(
            name,
            words.text(f"settings.{name}"),
            tuple(Option(value, label, value == getattr(settings, name)) for value, label in options),
            name in locked,
        )
        for name, options in values
    )


@dataclass(frozen=True, slots=True)
class SoundsKept:
    """The question whether sounds are kept, what there is of them, and the word for deleting them."""

    question: str
    told: str
    delete: str


def sounds_kept(held: "Held", words: Words) -> SoundsKept:
    """What a person reads before consenting, and how much is kept now."""
    note = words.text("sound.kept_note", days=held.days) if held.allowed else words.text("settings.managed")
    size = f"{held.bytes / 1e6:.1f}"
    there = words.text("sound.kept_now", n=held.sounds, size=size) if held.sounds else words.text("sound.kept_none")
    return SoundsKept(words.text("sound.keep"), f"{note}\n{there}", words.text("sound.delete"))


def is_address(text: str) -> bool:
    """Whether this can be the address of a central: http or https, and a host."""
    try:
        parts = urlsplit(text.strip())
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
