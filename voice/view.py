"""What does the voice bar show, and what goes into a timeline? Snapshots and steps, told to listeners."""

from dataclasses import dataclass
from typing import Literal

from sync.domain.order import OrderId
from voice.dialogue.state import Mode
from voice.hearing.room import Trouble
from voice.language import Language


@dataclass(frozen=True, slots=True)
class VoiceView:
    """One snapshot. ``heard`` is the last sentence, ``partial`` the one being spoken, ``understood`` its meaning.

    ``asked`` is the last prompt, ``error`` a text in the session's language. ``level`` is the loudness and ``noise``
    the room's, in dBFS, ``snr`` how far speech is above it, in dB; ``trouble`` what is wrong with the sound.
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
    noise: int | None = None
    snr: int | None = None
    trouble: Trouble | None = None
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
