"""What does the sign-in page say when it does not work?"""

from dataclasses import dataclass

from desktop.words import Words
from sync.errors import Answered, NoLease, SignInCancelled, SignInLocked, SyncError


@dataclass(frozen=True, slots=True)
class Complaint:
    """What went wrong, what to do, and the raw cause for whoever is called to help."""

    title: str
    advice: str
    detail: str
    retype_pin: bool


def complaint(error: Exception, words: Words, at: int = 0) -> Complaint:
    """The words for this error, met ``at`` (Unix ms); one that nobody foresaw says so and keeps its text."""
    key = error.key if isinstance(error, SyncError) else "unknown"
    detail = _answer(error) if isinstance(error, Answered) else str(error)
    refused = key == "sign_in_refused"
    said_already = refused or isinstance(error, SignInLocked | SignInCancelled | NoLease)
    return Complaint(
        title=words.text(f"error.{key}.title"),
        advice=_until(error, words, at) or words.text(f"error.{key}.advice"),
        detail="" if said_already else detail,
        retype_pin=refused,
    )


def _until(error: Exception, words: Words, at: int) -> str:
    """Until when the badge is locked, where the central named it; up to the next full minute, to be safe."""
    if not isinstance(error, SignInLocked) or error.retry_after is None:
        return ""
    minute = 60_000
    until = -(-(at + round(error.retry_after * 1000)) // minute) * minute
    return words.text("sign_in.locked_until", time=words.clock(until))


def _answer(error: Answered) -> str:
    return f"{error.problem.status} {error.problem.detail or error.problem.title}"


def ready(badge: str, pin: str) -> bool:
    """Whether there is enough to try."""
    return bool(badge.strip()) and len(pin) >= 4
