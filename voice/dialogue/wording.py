"""What is to be said? A prompt's key with its values; the words come from ``resources/prompts``."""

from dataclasses import dataclass
from enum import StrEnum

from sync.domain.commands import Target
from sync.domain.order import Place


@dataclass(frozen=True, slots=True)
class Digits:
    """Read out one by one, written as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A count."""

    value: int


@dataclass(frozen=True, slots=True)
class Choices:
    """Numbered customers to choose among, from 1."""

    names: tuple[str, ...]


Value = str | StrEnum | Digits | Number | Choices | Target | Place | tuple[StrEnum, ...] | None
"""An enum is said by its text in the prompt file; None says nothing."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing to say. ``key`` is a prompt, ``fields`` its values by name."""

    key: str
    fields: tuple[tuple[str, Value], ...] = ()


def said(key: str, **fields: Value) -> Said:
    return Said(key, tuple(fields.items()))
