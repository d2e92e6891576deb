"""What comes next? ``step``: one event in, the next state and the effects out; no clock, no sound, no store."""

from collections.abc import Callable
from dataclasses import replace

from voice.dialogue import answers, confirming, listening, questions
from voice.dialogue.effects import Effect, Hush, Say
from voice.dialogue.events import (
    Cancelled,
    Changed,
    Counted,
    Event,
    Failed,
    Found,
    Link,
    Looked,
    Message,
    Remark,
    Reviewed,
    Settled,
    SoundLost,
    SpeechDone,
    Submitted,
    TakenBack,
    TalkKey,
    Tick,
    Utterance,
)
from voice.dialogue.moves import Move, cancel, rest_seconds, sleep, stay
from voice.dialogue.state import SPEAKING_SECONDS, Mode, State


def step(state: State, event: Event, now: float) -> tuple[State, tuple[Effect, ...]]:
    """The next state and what is to be done, in order. ``now`` is seconds on any clock that never runs back."""
    after, effects = _REACTIONS[type(event)](state, event, now)
    if not effects and after.is_at_rest and not after.speaking and not after.held:
        after, effects = answers.tell_next(after, now)
    return _timed(state, after, effects, now), effects


def _timed(before: State, after: State, effects: tuple[Effect, ...], now: float) -> State:
    """Turn, deadline and speaking follow from what happened; nobody else sets them."""
    spoken = [effect.said for effect in effects if isinstance(effect, Say)]
    moved = after.mode is not before.mode or after.proposal is not before.proposal
    if moved:
        after = replace(after, turn=before.turn + 1)
    if spoken:
        return replace(after, speaking=True, last_said=spoken[-1], deadline=now + SPEAKING_SECONDS)
    if moved and not after.speaking:
        return replace(after, deadline=rest_seconds(after, now))
    return after


def _on_utterance(state: State, event: Utterance, now: float) -> Move:
    if event.turn != state.turn or state.speaking:
        return stay(state)
    if state.mode is Mode.CONFIRM:
        return confirming.on_utterance(state, event)
    return listening.on_utterance(state, event, now)


def _on_talk_key(state: State, event: TalkKey, now: float) -> Move:
    return listening.on_talk_key(state, event, now)


def _on_tick(state: State, _event: Tick, now: float) -> Move:
    if state.deadline is None or now < state.deadline:
        return stay(state)
    if state.speaking:
        if state.mode is Mode.READBACK:
            return cancel(replace(state, speaking=False), "")
        return _on_speech_done(state, SpeechDone(), now)
    if state.is_at_rest:
        return sleep(state)
    return cancel(state, "cancelled.time")


def _on_speech_done(state: State, _event: SpeechDone, now: float) -> Move:
    mode = Mode.CONFIRM if state.mode is Mode.READBACK else state.mode
    quiet = replace(state, speaking=False, mode=mode)
    return stay(replace(quiet, deadline=rest_seconds(quiet, now)))


def _on_changed(state: State, event: Changed, _now: float) -> Move:
    return confirming.on_changed(state, event)


def _on_found(state: State, event: Found, _now: float) -> Move:
    return listening.on_found(state, event)


def _on_sound_lost(state: State, event: SoundLost, _now: float) -> Move:
    if not state.is_at_rest:
        return questions.lost(state, event.why)
    if event.why == "microphone" and state.mode is not Mode.ASLEEP:
        return sleep(replace(state, held=False), "microphone_lost")
    if state.mode is Mode.LISTENING:
        return listening.say_again(state)
    return stay(state)


def _on_cancelled(state: State, event: Cancelled, _now: float) -> Move:
    if event.left:
        state = replace(state, messages=(), news=(), sent=(), undoable=None, last_said=None)
    if state.mode is Mode.ASLEEP:
        return stay(state)
    after, effects = sleep(replace(state, speaking=False, held=False))
    return after, (Hush(), *effects)


def _on_link(state: State, event: Link, _now: float) -> Move:
    return stay(replace(state, online=event.online))


_REACTIONS: dict[type, Callable[..., Move]] = {
    Utterance: _on_utterance,
    TalkKey: _on_talk_key,
    Tick: _on_tick,
    SpeechDone: _on_speech_done,
    Found: _on_found,
    Changed: _on_changed,
    Submitted: answers.on_submitted,
    Failed: answers.on_failed,
    TakenBack: answers.on_taken_back,
    Looked: listening.on_looked,
    Counted: listening.on_counted,
    Reviewed: questions.on_reviewed,
    Settled: answers.on_settled,
    Message: answers.on_message,
    Remark: answers.on_remark,
    Link: _on_link,
    SoundLost: _on_sound_lost,
    Cancelled: _on_cancelled,
}
