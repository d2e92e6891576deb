"""When is a proposal submitted? Only here: when everything that its tier demands was said about the order as it is."""

from dataclasses import replace
from typing import Literal

from sync.domain.commands import Op
from sync.domain.order import CommandKey
from voice.dialogue.effects import Chime, Decide, Earcon, Effect, Hush, Say, Submit
from voice.dialogue.events import Changed, Utterance
from voice.dialogue.evidence import joined
from voice.dialogue.helping import help_key
from voice.dialogue.listening import adjusted, corrected, look_for
from voice.dialogue.moves import Move, at_rest, cancel, sleep, speak, stay
from voice.dialogue.state import Mode, Proposal, State, Tier
from voice.dialogue.wording import Digits, said
from voice.understanding.meaning import Intent, Meaning, NotUnderstood, Why

LAST_DIGITS = 2
"""So many of the order's last digits confirm what needs digits."""
ANSWERS = frozenset({Intent.CONFIRM, Intent.DIGITS, Intent.CORRECT, Intent.KEEP})
"""What goes on record with the command; who asks for help or for a louder voice says nothing about the order."""


def on_utterance(state: State, event: Utterance) -> Move:
    """Something was heard in CONFIRM: anything that is no answer cancels."""
    meaning, proposal = event.meaning, state.proposal
    if proposal is None:
        return cancel(state, "cancelled.word")
    if isinstance(meaning, NotUnderstood):
        return stay(state) if meaning.why is Why.NOTHING_HEARD else cancel(state, "cancelled.else")
    if meaning.intent in ANSWERS:
        state = replace(state, heard=joined(state.heard, event.heard))
    if meaning.intent in (Intent.CONFIRM, Intent.DIGITS):
        return _answer(state, proposal, meaning)
    return _other(state, proposal, meaning)


def _other(state: State, proposal: Proposal, meaning: Meaning) -> Move:
    match meaning.intent:
        case Intent.REPEAT | Intent.LOUDER | Intent.QUIETER | Intent.SLOWER | Intent.FASTER:
            again = replace(state, mode=Mode.READBACK, word_given=False, digits_given=False)
            after, effects = speak(again, proposal.readback)
            return after, (*adjusted(meaning), *effects)
        case Intent.CORRECT if state.wanted is not None:
            return look_for(state, corrected(state.wanted, meaning))
        case Intent.KEEP if proposal.decides is not None:
            return _keep(state, proposal.decides)
        case Intent.HELP:
            return speak(state, said(help_key(state)))
        case Intent.SLEEP:
            return sleep(state, "asleep")
        case Intent.CANCEL:
            return cancel(state, "cancelled.word")
        case _:
            return cancel(state, "cancelled.else")


def _keep(state: State, decides: CommandKey) -> Move:
    """The order stays as it is, and that is on record."""
    after, effects = sleep(state, "kept")
    return after, (Decide(decides, "keep", state.heard), *effects)


def _wants_digits(proposal: Proposal) -> bool:
    return proposal.tier is Tier.WORD_AND_DIGITS


def _answer(state: State, proposal: Proposal, meaning: Meaning) -> Move:
    """The word, the digits, or both. With the command goes everything that was said for it, these words too."""
    if meaning.intent is Intent.DIGITS and not _wants_digits(proposal):
        return cancel(state, "cancelled.else")
    complete = bool(meaning.digits) and _names(meaning.digits, proposal.tail)
    if meaning.digits and not complete and not (_wants_digits(proposal) and _lost_one(meaning.digits, proposal.tail)):
        return cancel(state, "cancelled.digits")
    heard = replace(
        state,
        word_given=state.word_given or meaning.intent is Intent.CONFIRM,
        digits_given=state.digits_given or complete,
    )
    if not heard.word_given:
        return speak(heard, said("ask.word"), Earcon.ATTENTION)
    if _wants_digits(proposal) and not heard.digits_given:
        return speak(heard, said("ask.digits"), Earcon.ATTENTION)
    if proposal.only_keeps and proposal.decides is not None:
        return _keep(heard, proposal.decides)
    proposal = replace(proposal, heard=heard.heard)
    submitting = replace(at_rest(heard, Mode.DONE), submitting=proposal)
    again: Literal["carrier_intercept", "again"] = (
        "carrier_intercept" if proposal.op is Op.CARRIER_INTERCEPT else "again"
    )
    decided: tuple[Effect, ...] = (Decide(proposal.decides, again),) if proposal.decides is not None else ()
    return submitting, (Chime(Earcon.UNDERSTOOD), *decided, Submit(proposal))


def _names(digits: str, tail: str) -> bool:
    """The last two digits, or more of them."""
    return len(digits) >= LAST_DIGITS and tail.endswith(digits)


def _lost_one(digits: str, tail: str) -> bool:
    """Too few, but right: recognisers lose one of two digits easily. They are asked for again."""
    return len(digits) < LAST_DIGITS and tail.endswith(digits)


def on_changed(state: State, event: Changed) -> Move:
    """The order of the proposal changed under it: read it back anew, or put it away; never submit the old one."""
    proposal = state.proposal
    if proposal is None or (event.seen is not None and proposal.is_about(event.seen)):
        return stay(state)
    if event.seen is None or state.wanted is None:
        return cancel(state, "cancelled.changed")
    looking, effects = look_for(state, replace(state.wanted, order=_digits_of(event.seen.order.number, proposal.tail)))
    return looking, (Hush(), Say(said("changed", order=Digits(proposal.tail))), *effects)


def _digits_of(number: str, tail: str) -> str:
    """The longest run of digits at the end of the number: names this order and no other."""
    digits = number[len(number.rstrip("0123456789")) :]
    return digits or tail
