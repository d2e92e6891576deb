"""Which moves do all modes share? Stay, speak, cancel, sleep; and how long each mode waits."""

from collections.abc import Mapping
from dataclasses import replace

from voice.dialogue.effects import Chime, Earcon, Effect, Say
from voice.dialogue.state import (
    CONFIRM_SECONDS,
    LISTENING_SECONDS,
    SPEAKING_SECONDS,
    UNDO_SECONDS,
    Mode,
    State,
)
from voice.dialogue.wording import Said, said

Move = tuple[State, tuple[Effect, ...]]

_SECONDS: Mapping[Mode, float | None] = {
    Mode.ASLEEP: None,
    Mode.LISTENING: LISTENING_SECONDS,
    Mode.RESOLVE: SPEAKING_SECONDS,
    Mode.WHICH: LISTENING_SECONDS,
    Mode.READBACK: SPEAKING_SECONDS,
    Mode.CONFIRM: CONFIRM_SECONDS,
    Mode.DONE: UNDO_SECONDS,
}


def rest_seconds(state: State, now: float) -> float | None:
    """When this mode gives up if nobody speaks; a held key waits longer, but not for ever."""
    seconds = _SECONDS[state.mode]
    if seconds is None:
        return None
    return now + (max(seconds, SPEAKING_SECONDS) if state.held else seconds)


def stay(state: State) -> Move:
    return state, ()


def speak(state: State, what: Said, *chimes: Earcon) -> Move:
    return state, (*(Chime(earcon) for earcon in chimes), Say(what))


def at_rest(state: State, mode: Mode) -> State:
    """The state without anything that waits for a confirmation."""
    return replace(
        state,
        mode=mode,
        wanted=None,
        heard=None,
        found=(),
        proposal=None,
        asked=None,
        word_given=False,
        digits_given=False,
    )


def sleep(state: State, prompt: str = "") -> Move:
    """Go to sleep, with a prompt or without a word."""
    resting = replace(at_rest(state, Mode.ASLEEP), misheard=0)
    return speak(resting, said(prompt)) if prompt else stay(resting)


def cancel(state: State, prompt: str) -> Move:
    """Put the pending command away; nothing was done. A question about an earlier command stays open: say how to get
    back to it.
    """
    after, effects = sleep(state, prompt)
    is_open = prompt and state.proposal is not None and state.proposal.decides is not None
    return after, (Chime(Earcon.CANCELLED), *effects, *((Say(said("conflict_open")),) if is_open else ()))
