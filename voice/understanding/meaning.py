"""What can a sentence mean? The intents and the values that one sentence carries."""

from dataclasses import dataclass
from enum import StrEnum

from sync.domain.commands import Target
from sync.domain.exceptions import Reason


class Intent(StrEnum):
    INTERCEPT = "intercept"
    REASSIGN = "reassign"
    RELEASE = "release"
    CLAIM = "claim"
    CONFIRM = "confirm"
    CANCEL = "cancel"
    REPEAT = "repeat"
    CORRECT = "correct"
    UNDO = "undo"
    HELP = "help"
    NEXT = "next"
    PREVIOUS = "previous"
    READ = "read"
    HOW_MANY = "how_many"
    CONFLICTS = "conflicts"
    DIGITS = "digits"
    CHOOSE = "choose"
    WAKE = "wake"
    SLEEP = "sleep"
    KEEP = "keep"
    LOUDER = "louder"
    QUIETER = "quieter"
    SLOWER = "slower"
    FASTER = "faster"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One understood sentence. ``order``: the digits of an order, empty the one in question; ``digits``: other digits;
    ``number``: a choice.
    """

    intent: Intent
    order: str = ""
    reason: Reason | None = None
    to: Target | None = None
    digits: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Why a sentence means nothing here."""

    why: "Why"


class Why(StrEnum):
    NOTHING_HEARD = "nothing_heard"
    UNKNOWN_WORDS = "unknown_words"
    NO_PHRASE = "no_phrase"
    AMBIGUOUS = "ambiguous"
    UNSURE = "unsure"
    DIGITS_MISSING = "digits_missing"
