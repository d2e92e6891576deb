"""When does nothing sound? A time from and a time to, over midnight where need be; both empty: never quiet."""

from datetime import time


def parsed(text: str) -> time | None:
    """A time of day such as ``22:00``; None for anything else."""
    try:
        return time.fromisoformat(text) if len(text) == 5 and text[2] == ":" else None
    except ValueError:
        return None


def is_quiet(begins: str, ends: str, now: time) -> bool:
    """Whether this time of day lies in the quiet hours."""
    first, last = parsed(begins), parsed(ends)
    if first is None or last is None or first == last:
        return False
    if first < last:
        return first <= now < last
    return now >= first or now < last
