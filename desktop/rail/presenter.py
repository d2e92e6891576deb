"""Which views are there, and how many orders are in each?"""

from dataclasses import dataclass
from typing import get_args

from desktop.signs import VIEWS, Tone
from desktop.words import Words
from sync.store.listing import Counts, View

VIEW_ORDER: tuple[View, ...] = get_args(View)


@dataclass(frozen=True, slots=True)
class Entry:
    """One view in the rail. ``tone`` colours the number, which is empty when nothing is there."""

    view: View
    icon: str
    label: str
    count: str
    tone: Tone
    spoken: str


def entries(counts: Counts, words: Words) -> tuple[Entry, ...]:
    numbers: dict[View, int] = {
        "stopped": counts.stopped,
        "all": counts.all,
        "attention": counts.attention,
        "pending": counts.pending,
    }
    return tuple(_entry(view, numbers[view], words) for view in VIEW_ORDER)


def _entry(view: View, number: int, words: Words) -> Entry:
    tones: dict[View, Tone] = {"attention": "danger", "pending": "info"}
    label = words.text(f"view.{view}.label")
    tone = tones.get(view, "neutral") if number else "neutral"
    count = f"{number:,}" if number else ""
    return Entry(view, VIEWS[view], label, count, tone, words.text("rail.spoken", view=label, n=number))
