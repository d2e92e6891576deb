"""What does the dialogue do, mode by mode? The machine asked itself, as the table that the documents show."""

from collections.abc import Mapping
from dataclasses import replace

from voice.dialogue.effects import Find, Say
from voice.dialogue.events import SpeechDone, Tick, Utterance
from voice.dialogue.machine import step
from voice.dialogue.moves import rest_seconds
from voice.dialogue.state import INTENTS, Mode, Proposal, State, listens_for
from voice.understanding.meaning import Intent, Meaning, NotUnderstood, Why

Row = tuple[str, str, str]
"""(mode, what is heard or happens, where it leads with what is said)"""


def rows(examples: Mapping[str, Proposal]) -> tuple[Row, ...]:
    """Every mode with everything that can be heard in it; ``examples`` are proposals by their tier's name."""
    found: list[Row] = []
    for mode in Mode:
        for name, state in _standing(mode, examples):
            allowed = sorted(INTENTS[listens_for(state)])
            found += [(name, intent.value, _after(state, _said(intent))) for intent in allowed]
            found.append((name, "(anything else)", _after(state, NotUnderstood(Why.NO_PHRASE))))
            found.append((name, "(time)", _time(state)))
    return tuple(found)


def _said(intent: Intent) -> Meaning:
    return Meaning(intent, order="4712", digits="12", number=1)


def _standing(mode: Mode, examples: Mapping[str, Proposal]) -> list[tuple[str, State]]:
    if mode not in (Mode.READBACK, Mode.CONFIRM):
        wanted = Meaning(Intent.INTERCEPT, order="4712") if mode in (Mode.RESOLVE, Mode.WHICH) else None
        return [(mode, State(mode=mode, wanted=wanted))]
    wanted = Meaning(Intent.INTERCEPT, order="4712")
    speaking = mode is Mode.READBACK
    return [
        (
            f"{mode} ({name})",
            State(mode=mode, proposal=proposal, wanted=None if proposal.decides else wanted, speaking=speaking),
        )
        for name, proposal in examples.items()
    ]


def _after(state: State, meaning: Meaning | NotUnderstood) -> str:
    after, effects = step(state, Utterance(meaning, state.turn), 0.0)
    done = [
        effect.said.key if isinstance(effect, Say) else type(effect).__name__.lower()
        for effect in effects
        if isinstance(effect, Say) or type(effect).__name__ not in ("Chime", "Hush")
    ]
    if any(isinstance(effect, Find) for effect in effects):
        done = ["find"]
    return f"{after.mode}" + (f": {', '.join(done)}" if done else "")


def _time(state: State) -> str:
    if state.speaking:
        after, _ = step(state, SpeechDone(), 0.0)
        return f"when spoken: {after.mode}"
    until = rest_seconds(state, 0.0)
    if until is None:
        return "for ever"
    late, effects = step(replace(state, deadline=until), Tick(), until)
    said = [effect.said.key for effect in effects if isinstance(effect, Say)]
    return f"after {until:.0f} s: {late.mode}" + (f": {', '.join(said)}" if said else "")


def as_markdown(table: tuple[Row, ...], heads: Row) -> str:
    """The table for a page."""
    lines = [" | ".join(("", *heads, "")).strip(), "|---|---|---|"]
    return "\n".join((*lines, *(f"| {mode} | {heard} | {leads} |" for mode, heard, leads in table)))
