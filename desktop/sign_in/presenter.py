"""What does the sign-in page say when it does not work?"""

from dataclasses import dataclass

from desktop.words import Words
from sync.errors import Answered, SyncError


@dataclass(frozen=True, slots=True)
class Complaint:
    """What went wrong, what to do, and the raw cause for whoever is called to help."""

    title: str
    advice: str
    detail: str
    retype_pin: bool


def complaint(error: Exception, words: Words) -> Complaint:
    """The words for this error; one that nobody foresaw says so and keeps its text."""
    key = error.key if isinstance(error, SyncError) else "unknown"
    detail = _answer(error) if isinstance(error, Answered) else str(error)
    refused = key == "sign_in_refused"
    return Complaint(
        title=words.text(f"error.{key}.title"),
        advice=words.text(f"error.{key}.advice"),
        detail="" if refused else detail,
        retype_pin=refused,
    )


def _answer(error: Answered) -> str:
    return f"{error.problem.status} {error.problem.detail or error.problem.title}"


def ready(badge: str, pin: str) -> bool:
    """Whether there is enough to try."""
    return bool(badge.strip()) and len(pin) >= 4
