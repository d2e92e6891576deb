"""What does the dialogue want done? The session does it, in this order."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from sync.domain.commands import Heard
from sync.domain.order import CommandKey
from voice.dialogue.state import Proposal
from voice.dialogue.wording import Said
from voice.understanding.meaning import Meaning


class Earcon(StrEnum):
    """Short sounds, told apart without words."""

    LISTENING = "listening"
    UNDERSTOOD = "understood"
    SAY_AGAIN = "say_again"
    DONE = "done"
    CANCELLED = "cancelled"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True)
class Say:
    said: Said


@dataclass(frozen=True, slots=True)
class Chime:
    earcon: Earcon


@dataclass(frozen=True, slots=True)
class Hush:
    """Stop speaking at once."""


@dataclass(frozen=True, slots=True)
class Find:
    """Look for the open orders that end with the digits of what is wanted; answered by Found or Failed."""

    wanted: Meaning


@dataclass(frozen=True, slots=True)
class Submit:
    """Answered by Submitted or Failed."""

    proposal: Proposal


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Undo that command; answered by TakenBack or Failed. ``heard`` is how that was said."""

    key: CommandKey
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """Go on in the list by so many orders (0: stay); answered by Looked."""

    steps: int


@dataclass(frozen=True, slots=True)
class Count:
    """Answered by Counted."""


@dataclass(frozen=True, slots=True)
class Review:
    """Look for a command that waits for a person's decision, behind this one; answered by Reviewed or Failed."""

    after: CommandKey | None


@dataclass(frozen=True, slots=True)
class Decide:
    """Record a person's decision about that command's conflict."""

    key: CommandKey
    decision: Literal["keep", "again", "carrier_intercept"]
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The person has heard that message."""

    id: str


@dataclass(frozen=True, slots=True)
class Adjust:
    """Speak louder or faster by so many steps."""

    louder: int
    faster: int


Effect = Say | Chime | Hush | Find | Submit | TakeBack | Walk | Count | Review | Decide | Adjust | Told
