"""What does the voice bar show, and what goes into a timeline? Snapshots and steps, told to listeners."""

from dataclasses import dataclass
from typing import Literal

from sync.domain.order import OrderId
from voice.dialogue.state import Mode
from voice.language import Language


@dataclass(frozen=True, slots=True)
class VoiceView:
    """One snapshot. ``heard`` is the last sentence, ``partial`` the one being spoken, ``understood`` its meaning.

    ``asked`` is the last prompt, ``level`` the loudness in dBFS, ``error`` a text in the session's language.
    ``listening`` says whether sound is taken in at all; ``hint`` what can be said now.
    """

    state: Mode = Mode.ASLEEP
    language: Language = Language.EN
    listening: bool = False
    held: bool = False
    speaking: bool = False
    heard: str = ""
    partial: str = ""
    understood: str = ""
    asked: str = ""
    hint: str = ""
    order_id: OrderId | None = None
    level: float = -96.0
    error: str = ""


StepKind = Literal["woke", "heard", "understood", "not_understood", "said", "submitted", "settled", "cancelled", "lost"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. ``at`` is seconds by the session's clock, ``sound_at`` seconds into the recording."""

    kind: StepKind
    text: str
    at: float
    sound_at: float | None = None
    key: str = ""
