"""What sound, speech and files does a workstation have? Everything of voice that differs from place to place."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from voice.habits import Habits
from voice.hearing.recognition import Recognition
from voice.hearing.source import Source
from voice.refused import Refused
from voice.speaking.speaker import Chimes, NoChimes, Speaker, TextOnly


def wall_ms() -> int:
    """Unix ms."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a workstation has. ``microphone`` makes the live source; None: there is none.

    ``site_models``: folders of speech models that are taken before the embedded ones; ``site_phrases``:
    one with its own phrases, laid over the shipped ones. ``recognition`` makes the
    process that recognises. ``refused`` and ``habits`` keep what people allowed and chose.
    """

    microphone: Callable[[], Source] | None = None
    speaker: Speaker = field(default_factory=TextOnly)
    chimes: Chimes = field(default_factory=NoChimes)
    site_models: tuple[Path, ...] = ()
    site_phrases: Path | None = None
    recognition: Callable[[], Recognition] = Recognition
    choose_microphone: Callable[[str | None], None] = lambda _name: None
    """Takes another microphone by name, None the system's; called on the voice thread."""
    refused: Refused = field(default_factory=lambda: Refused(None, wall_ms))
    habits: Habits = field(default_factory=lambda: Habits(None))
