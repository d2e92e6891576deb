"""What follows a command, a choice or a wake word? Everything before the read-back."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from sync.domain.commands import Heard
from voice.dialogue.effects import Adjust, Chime, Count, Earcon, Effect, Find, Hush, Review, TakeBack, Walk
from voice.dialogue.events import Counted, Found, Looked, TalkKey, Utterance
from voice.dialogue.evidence import joined
from voice.dialogue.helping import help_key
from voice.dialogue.moves import Move, at_rest, cancel, rest_seconds, sleep, speak, stay
from voice.dialogue.proposing import OPS, details, propose
from voice.dialogue.questions import ask_about_conflict
from voice.dialogue.state import ADJUSTING, FEW, SAY_AGAIN_TIMES, Candidate, Mode, State
from voice.dialogue.wording import Choices, Digits, Number, said
from voice.understanding.meaning import Intent, Meaning, NotUnderstood, Why


def on_utterance(state: State, event: Utterance, now: float) -> Move:
    """Something was heard outside CONFIRM."""
    meaning = event.meaning
    if isinstance(meaning, NotUnderstood):
        return _not_understood(state, meaning)
    if state.mode in (Mode.RESOLVE, Mode.READBACK):
        return stay(state)
    if state.mode is Mode.ASLEEP:
        return wake(state) if meaning.intent is Intent.WAKE else stay(state)
    state = replace(state, misheard=0)
    if meaning.intent in _SIMPLE:
        return _SIMPLE[meaning.intent](state)
    if meaning.intent in ADJUSTING:
        after, effects = speak(state, said("adjusted"))
        return after, (*adjusted(meaning), *effects)
    if state.mode is Mode.WHICH:
        return _chosen(replace(state, heard=joined(state.heard, event.heard)), meaning)
    return _command(state, meaning, event, now)


def adjusted(meaning: Meaning) -> tuple[Effect, ...]:
    """Speak from now on as this asks."""
    steps = ADJUSTING.get(meaning.intent)
    return (Adjust(*steps),) if steps else ()


def corrected(wanted: Meaning, by: Meaning) -> Meaning:
    """What was wanted, with the one value that was said anew."""
    return replace(wanted, order=by.order or wanted.order, reason=by.reason or wanted.reason, to=by.to or wanted.to)


def wake(state: State) -> Move:
    return replace(at_rest(state, Mode.LISTENING), misheard=0), (Chime(Earcon.LISTENING),)


def _not_understood(state: State, meaning: NotUnderstood) -> Move:
    if meaning.why is Why.NOTHING_HEARD or state.mode not in (Mode.LISTENING, Mode.DONE, Mode.WHICH):
        return stay(state)
    return say_again(state, "digits_missing" if meaning.why is Why.DIGITS_MISSING else "say_again")


def say_again(state: State, prompt: str = "say_again") -> Move:
    """Ask once more, and once more again; then give up."""
    if state.misheard >= SAY_AGAIN_TIMES:
        return cancel(state, "going_to_sleep")
    mode = Mode.LISTENING if state.mode is Mode.DONE else state.mode
    return speak(replace(state, misheard=state.misheard + 1, mode=mode), said(prompt), Earcon.SAY_AGAIN)


def _cancel(state: State) -> Move:
    return cancel(state, "cancelled.word" if state.mode is Mode.WHICH else "asleep")


def _repeat(state: State) -> Move:
    return speak(state, state.last_said or said(help_key(state)))


def _help(state: State) -> Move:
    return speak(state, said(help_key(state)))


def _sleep(state: State) -> Move:
    return sleep(state, "asleep")


_SIMPLE: Mapping[Intent, Callable[[State], Move]] = {
    Intent.CANCEL: _cancel,
    Intent.REPEAT: _repeat,
    Intent.HELP: _help,
    Intent.SLEEP: _sleep,
}


def _command(state: State, meaning: Meaning, event: Utterance, now: float) -> Move:
    if meaning.intent in OPS or (meaning.intent is Intent.READ and meaning.order):
        return look_for(replace(state, heard=event.heard), meaning)
    if meaning.intent is Intent.UNDO:
        return _undo(state, event.heard, now)
    listening = replace(state, mode=Mode.LISTENING)
    effects: Mapping[Intent, Effect] = {
        Intent.NEXT: Walk(1),
        Intent.PREVIOUS: Walk(-1),
        Intent.READ: Walk(0),
        Intent.HOW_MANY: Count(),
        Intent.CONFLICTS: Review(state.reviewed),
        Intent.WAKE: Chime(Earcon.LISTENING),
    }
    effect = effects.get(meaning.intent)
    return (listening, (effect,)) if effect else say_again(state)


def _undo(state: State, heard: Heard | None, now: float) -> Move:
    if state.undoable is None or now > state.undo_until:
        return speak(replace(state, mode=Mode.LISTENING), said("nothing_to_undo"), Earcon.ATTENTION)
    return replace(state, mode=Mode.DONE), (TakeBack(state.undoable.key, heard),)


def look_for(state: State, wanted: Meaning) -> Move:
    """Find the order that is meant; whatever was proposed before is gone."""
    return replace(at_rest(state, Mode.RESOLVE), wanted=wanted, heard=state.heard), (Find(wanted),)


def _chosen(state: State, meaning: Meaning) -> Move:
    """The answer to "which of these orders?"."""
    wanted = state.wanted
    if wanted is None:
        return cancel(state, "")
    if meaning.intent is Intent.DIGITS:
        whole = len(meaning.digits) > len(wanted.order) and meaning.digits.endswith(wanted.order)
        return look_for(state, replace(wanted, order=meaning.digits if whole else meaning.digits + wanted.order))
    if meaning.intent is Intent.CORRECT:
        return look_for(state, corrected(wanted, meaning))
    number = meaning.number or 0
    if meaning.intent is Intent.CHOOSE and 1 <= number <= len(state.found):
        return _resolved(state, wanted, state.found[number - 1])
    return say_again(state)


def on_found(state: State, event: Found) -> Move:
    """None: unknown. One: read it back. Several: which?"""
    wanted = state.wanted
    if state.mode is not Mode.RESOLVE or wanted is None:
        return stay(state)
    if not event.candidates:
        what = said("unknown_order", order=Digits(wanted.order)) if wanted.order else said("list_empty")
        return speak(at_rest(state, Mode.LISTENING), what, Earcon.ATTENTION)
    if len(event.candidates) == 1:
        return _resolved(state, wanted, event.candidates[0])
    names = tuple(c.seen.order.customer.company for c in event.candidates)
    what = said(
        "which.few" if len(names) <= FEW else "which.many",
        order=Digits(wanted.order),
        count=Number(len(names)),
        names=Choices(names[:FEW]),
    )
    return speak(replace(state, mode=Mode.WHICH, found=event.candidates, misheard=0), what, Earcon.ATTENTION)


def _resolved(state: State, wanted: Meaning, candidate: Candidate) -> Move:
    order = candidate.seen.order
    if wanted.intent is Intent.READ:
        return speak(at_rest(state, Mode.LISTENING), details(order))
    question = candidate.question
    if question is not None and question.result.order is not None:
        return ask_about_conflict(state, question, question.result.order)
    if candidate.refusal is not None:
        what = said("refused", order=Digits(order.tail), refusal=candidate.refusal)
        return speak(at_rest(state, Mode.LISTENING), what, Earcon.ATTENTION)
    proposal = propose(wanted, candidate)
    reading = replace(state, mode=Mode.READBACK, proposal=proposal, found=(), word_given=False, digits_given=False)
    return speak(reading, proposal.readback, Earcon.UNDERSTOOD)


def on_looked(state: State, event: Looked, _now: float) -> Move:
    if event.candidate is None:
        return speak(state, said("list_empty"))
    return speak(state, details(event.candidate.seen.order))


def on_counted(state: State, event: Counted, _now: float) -> Move:
    return speak(state, said("how_many", count=Number(event.stopped)))


def on_talk_key(state: State, event: TalkKey, now: float) -> Move:
    """Push-to-talk wakes at once and silences prompts, but never a read-back."""
    if state.mode in (Mode.READBACK, Mode.RESOLVE):
        return stay(replace(state, held=False))
    held = replace(state, held=event.down)
    if not event.down:
        return stay(held if held.speaking else replace(held, deadline=rest_seconds(held, now)))
    quiet = replace(held, speaking=False)
    if state.is_at_rest:
        after, effects = wake(quiet)
        return replace(after, deadline=rest_seconds(after, now)), (Hush(), *effects)
    return replace(quiet, deadline=rest_seconds(quiet, now)), (Hush(),)
