"""What is asked about a command that was not done as wished, and what becomes of a question that nobody answered?"""

from dataclasses import replace
from typing import Literal

from sync.domain.order import Order
from voice.dialogue.effects import Chime, Earcon
from voice.dialogue.events import Reviewed
from voice.dialogue.moves import Move, at_rest, cancel, sleep, speak, stay
from voice.dialogue.proposing import carrier_intercept, conflict_answer
from voice.dialogue.state import Mode, News, Proposal, State
from voice.dialogue.wording import Digits, said

Lost = Literal["overflow", "microphone", "recogniser"]


def offer_return(state: State, news: News) -> Move:
    """Too late: nothing was stopped. The carrier can be asked, if a person says so."""
    order = news.result.order
    if order is None:
        return speak(state, said("outcome.too_late", order=Digits(news.sent.tail)), Earcon.ATTENTION)
    return _ask(state, news, carrier_intercept(news.result, order, news.epoch))


def ask_about_conflict(state: State, news: News, order: Order) -> Move:
    """The order is not what the speaker saw: a spoken answer decides."""
    return _ask(state, news, conflict_answer(news, order))


def _ask(state: State, news: News, proposal: Proposal) -> Move:
    asking = replace(at_rest(state, Mode.READBACK), proposal=proposal, asked=news)
    return speak(asking, proposal.readback, Earcon.ATTENTION)


def on_reviewed(state: State, event: Reviewed, _now: float) -> Move:
    """The next of the open questions, or that there is none."""
    if not state.is_at_rest:
        return stay(state)
    if event.case is None:
        return speak(replace(state, reviewed=None), said("no_conflict"))
    order = event.case.result.order
    state = replace(state, reviewed=event.case.sent.key)
    if order is None:
        return speak(state, said("rejected", order=Digits(event.case.sent.tail)), Earcon.ATTENTION)
    return ask_about_conflict(state, event.case, order)


def lost(state: State, why: Lost) -> Move:
    """Sound was lost while something waited for an answer. What the desk has asked by itself it asks once more: who
    only listens could not know that there is something to answer.
    """
    state = replace(state, held=False)
    asked = state.asked
    if asked is None or asked.again or why == "microphone":
        return cancel(state, f"cancelled.{why}")
    after, effects = sleep(state, "cancelled.asked_again")
    return replace(after, news=(replace(asked, again=True), *after.news)), (Chime(Earcon.CANCELLED), *effects)
