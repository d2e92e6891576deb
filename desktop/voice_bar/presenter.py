"""What does the voice bar show of what was heard, understood and asked?"""

from dataclasses import dataclass

from desktop.signs import Tone
from desktop.words import Words
from voice.dialogue.state import Mode
from voice.view import VoiceView

QUIET_DB, LOUD_DB = -60.0, -6.0
"""The ends of the meter, in dBFS."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The voice bar: state with its sign, three fields of text, meter from 0 to 1, hint or what is wrong.

    ``busy`` says that something is being said or asked, so that the fields are worth showing. ``measures``:
    how loud the room is, and how far speech is above it.
    """

    icon: str
    tone: Tone
    state: str
    heard: str = ""
    still_hearing: bool = False
    understood: str = ""
    asked: str = ""
    level: float = 0.0
    hint: str = ""
    trouble: bool = False
    awake: bool = False
    can_talk: bool = False
    busy: bool = False
    measures: str = ""


_SIGNS: dict[Mode, tuple[str, Tone]] = {
    Mode.ASLEEP: ("microphone", "neutral"),
    Mode.LISTENING: ("ear", "info"),
    Mode.RESOLVE: ("magnifying-glass", "info"),
    Mode.WHICH: ("question", "warn"),
    Mode.READBACK: ("speaker-high", "info"),
    Mode.CONFIRM: ("question", "warn"),
    Mode.DONE: ("check-circle", "ok"),
}


def bar(view: VoiceView | None, words: Words) -> Bar:
    """The bar for a snapshot; None means that voice is not part of this run."""
    if view is None:
        return Bar("microphone-slash", "neutral", words.text("voice.state.off"), hint=words.text("voice.hint.off"))
    awake = view.state is not Mode.ASLEEP
    icon, tone = _SIGNS[view.state]
    state = words.text(f"voice.state.{view.state.value}")
    if not awake and not view.listening:
        icon, tone, state = "microphone-slash", "warn" if view.error else "neutral", words.text("voice.state.deaf")
    return Bar(
        icon=icon,
        tone=tone,
        state=state,
        heard=view.partial or view.heard,
        still_hearing=bool(view.partial),
        understood=view.understood,
        asked=view.asked,
        level=meter(view.level) if view.listening else 0.0,
        hint=view.error or _trouble(view, words) or _hint(view, words),
        trouble=bool(view.error or _trouble(view, words)),
        awake=awake,
        can_talk=view.listening,
        busy=awake or (bool(view.heard or view.partial) and not view.error and not _trouble(view, words)),
        measures=measures(view, words),
    )


def _trouble(view: VoiceView, words: Words) -> str:
    """What is wrong with the sound, and what to do; empty where nothing is, or nothing is heard."""
    return "" if view.trouble is None or not view.listening else words.text(f"voice.trouble.{view.trouble.value}")


def measures(view: VoiceView, words: Words) -> str:
    """The room's noise and the distance of speech from it, as far as they are known."""
    if view.noise is None or not view.listening:
        return ""
    room = words.text("voice.room", noise=view.noise)
    return room if view.snr is None else words.text("list.and").join((room, words.text("voice.snr", snr=view.snr)))


def _hint(view: VoiceView, words: Words) -> str:
    """What can be said now, by voice itself; asleep, how to begin; without a microphone, to type."""
    if not view.listening and view.state is Mode.ASLEEP:
        return words.text("voice.hint.type")
    return view.hint or words.text("voice.hint.ready")


def meter(level_db: float) -> float:
    """Loudness in dBFS as a share of the meter."""
    return min(1.0, max(0.0, (level_db - QUIET_DB) / (LOUD_DB - QUIET_DB)))
