"""What is said when a command is on its way and when the central has answered? Outcomes are never confused."""

from dataclasses import replace

from sync.domain.apply import Refusal
from sync.domain.commands import Op, Outcome
from sync.wire.messages import Result, ResultStatus
from voice.dialogue.effects import Earcon, Told
from voice.dialogue.events import Failed, Message, Remark, Settled, Submitted, TakenBack
from voice.dialogue.moves import Move, at_rest, speak, stay
from voice.dialogue.questions import ask_about_conflict, offer_return
from voice.dialogue.state import ANSWER_SECONDS, UNDO_SECONDS, Announcement, Mode, News, Sent, State
from voice.dialogue.wording import Digits, Said, said


def on_submitted(state: State, event: Submitted, now: float) -> Move:
    """The command is safe; until the central answers nothing is claimed."""
    proposal = state.submitting
    if proposal is None:
        return stay(state)
    wait = ANSWER_SECONDS if state.online else 0.0
    sent = Sent(event.key, proposal.order_id, proposal.tail, proposal.op, now + wait, proposal.reason, proposal.args)
    return stay(replace(state, submitting=None, sent=(*state.sent, sent), undoable=sent, undo_until=now + UNDO_SECONDS))


def on_failed(state: State, event: Failed, _now: float) -> Move:
    """Looking, submitting or taking back could not be done: say why."""
    tail = state.submitting.tail if state.submitting else (state.wanted.order if state.wanted else "")
    if event.refusal is not None:
        what = said("refused" if tail else "refused_undo", order=Digits(tail), refusal=event.refusal)
    else:
        what = said("failed." + event.error)
    rested = replace(at_rest(state, Mode.LISTENING), submitting=None)
    return speak(rested, what, Earcon.ATTENTION)


def on_taken_back(state: State, event: TakenBack, now: float) -> Move:
    """Withdrawn unsent: done. Else the undo is a command like others and waits for its answer."""
    last = state.undoable
    if last is None:
        return stay(state)
    if event.key is None:
        left = tuple(sent for sent in state.sent if sent.key != last.key)
        what = said("withdrawn", order=Digits(last.tail))
        return speak(replace(state, undoable=None, sent=left), what, Earcon.DONE)
    wait = ANSWER_SECONDS if state.online else 0.0
    sent = Sent(event.key, last.order_id, last.tail, Op.UNDO, queued_at=now + wait)
    return stay(replace(state, undoable=None, sent=(*state.sent, sent)))


def on_settled(state: State, event: Settled, now: float) -> Move:
    """The answer to one of our commands: told now, or as soon as nothing else is under way."""
    sent = next((sent for sent in state.sent if sent.key == event.result.key), None)
    if sent is None:
        return stay(state)
    left = tuple(other for other in state.sent if other is not sent)
    state = replace(state, sent=left, news=(*state.news, News(sent, event.result, epoch=event.epoch)))
    return tell_next(state, now) if state.is_at_rest and not state.speaking and not state.held else stay(state)


def on_message(state: State, event: Message, now: float) -> Move:
    """A supervisor's words wait until nobody is being asked anything."""
    if event.id and event.id in {waiting.id for waiting in state.messages}:
        return stay(state)
    announced = Announcement(event.text, event.name, event.id, event.until)
    state = replace(state, messages=(*state.messages, announced))
    return tell_next(state, now) if state.is_free else stay(state)


def on_remark(state: State, event: Remark, now: float) -> Move:
    """What the workstation has to say about itself waits, too, and comes before people's messages."""
    if event.what in state.remarks:
        return stay(state)
    state = replace(state, remarks=(*state.remarks, event.what))
    return tell_next(state, now) if state.is_free else stay(state)


def tell_next(state: State, now: float) -> Move:
    """First the oldest answer that was not told yet, then remarks and messages where nobody is about to speak; else
    that a command waits for the central.
    """
    if state.news:
        first, *left = state.news
        return _tell(replace(state, news=tuple(left)), first, now)
    if state.is_free and (state.remarks or state.messages):
        return _tell_from_others(state, now)
    waiting = next((s for s in state.sent if s.queued_at is not None and s.queued_at <= now), None)
    if waiting is None:
        return stay(state)
    told = tuple(replace(s, queued_at=None) if s is waiting else s for s in state.sent)
    return speak(replace(state, sent=told), said("queued", order=Digits(waiting.tail)), Earcon.DONE)


def _tell_from_others(state: State, now: float) -> Move:
    if state.remarks:
        return speak(replace(state, remarks=state.remarks[1:]), state.remarks[0], Earcon.ATTENTION)
    messages = tuple(it for it in state.messages if it.until is None or it.until > now)
    if messages:
        return _announce(replace(state, messages=messages[1:]), messages[0])
    return stay(replace(state, messages=()))


def _announce(state: State, message: Announcement) -> Move:
    what = said("message_from", name=message.name, text=message.text) if message.name else None
    after, effects = speak(state, what or said("message", text=message.text), Earcon.ATTENTION)
    return after, (*effects, Told(message.id)) if message.id else effects


def _tell(state: State, news: News, now: float) -> Move:
    sent, result = news.sent, news.result
    ours = state.undoable is not None and state.undoable.key == sent.key
    if result.status is ResultStatus.CONFLICT and result.order is not None:
        return ask_about_conflict(_without_undo(state, ours), news, result.order)
    if result.status is not ResultStatus.APPLIED or result.outcome is None:
        return speak(_without_undo(state, ours), _refused(sent, result), Earcon.ATTENTION)
    if result.outcome is Outcome.TOO_LATE:
        return offer_return(_without_undo(state, ours), news)
    if ours:
        state = replace(state, undo_until=now + UNDO_SECONDS)
    return speak(state, _outcome(sent, result), Earcon.DONE)


def _without_undo(state: State, ours: bool) -> State:
    return replace(state, undoable=None) if ours else state


def _outcome(sent: Sent, result: Result) -> Said:
    order = result.order
    holds = tuple(dict.fromkeys(hold.reason for hold in order.holds)) if order else ()
    return said(
        f"outcome.{result.outcome}",
        order=Digits(sent.tail),
        place=order.place if order else None,
        holds=holds,
    )


def _refused(sent: Sent, result: Result) -> Said:
    tail = Digits(sent.tail)
    if result.refusal in tuple(Refusal):
        return said("refused", order=tail, refusal=Refusal(result.refusal))
    return said("blocked" if result.status is ResultStatus.BLOCKED else "rejected", order=tail)
