"""Which acts of a person at the list are measured, for us and for the peer alike? Their names, texts and places."""

TEXTS = ("苏州", "0047", "家居")
"""Typed letter by letter."""
SORTS = ("customer", "total", "number", "due")
PLACES = 40
"""Places in the list that the scroll bar is dragged to, and screenfuls turned by the keyboard."""
ACTS = ("keystroke", "sort", "scroll", "group")


def letters() -> list[str]:
    """What stands in the search field, keystroke after keystroke; each text is cleared before the next."""
    return [text[:n] for text in TEXTS for n in range(1, len(text) + 1)]
