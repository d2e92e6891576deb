"""Who judges a dialogue? A witness that listens along and knows nothing of the machine."""

from copy import copy
from dataclasses import replace

from sync.domain.commands import Op
from sync.domain.order import CommandKey, OrderId
from voice.dialogue import (
    Cancelled,
    Changed,
    Decide,
    Effect,
    Event,
    Mode,
    Proposal,
    Say,
    Settled,
    SoundLost,
    SpeechDone,
    State,
    Submit,
    Submitted,
    TakeBack,
    Told,
    Utterance,
)
from voice.dialogue.state import UNDO_SECONDS
from voice.understanding.meaning import Intent, Meaning

NEEDS_DIGITS = {Op.RELEASE, Op.REASSIGN}
TOLD_LATE = 1000.0
"""An answer waits for a quiet moment; from then on the undo time counts."""


class Witness:
    """Listens along and keeps what was read back to the end, and what was said since; knows nothing of the machine."""

    def __init__(self) -> None:
        self.read_back: Proposal | None = None
        self.heard_out = False
        self.words: list[Meaning] = []
        self.known: dict[OrderId, tuple[object, object]] = {}
        self.ours: set[CommandKey] = set()
        self.taken_back_until: dict[CommandKey, float] = {}

    def copy(self) -> "Witness":
        other = copy(self)
        other.words = list(self.words)
        return other

    def hears(self, event: Event, now: float) -> None:
        if isinstance(event, Utterance) and isinstance(event.meaning, Meaning):
            self.words.append(event.meaning)
        if isinstance(event, Changed) and event.seen is not None:
            self.known[event.seen.order.id] = (event.seen.base, event.seen.after)
        if isinstance(event, Cancelled | SoundLost) and not (isinstance(event, SoundLost) and self.read_back is None):
            self.read_back = None
        self.heard_out |= isinstance(event, SpeechDone)
        if isinstance(event, Submitted):
            self.taken_back_until[event.key] = now + UNDO_SECONDS
        if isinstance(event, Settled) and event.result.key in self.taken_back_until:
            self.taken_back_until[event.result.key] = max(
                self.taken_back_until[event.result.key], now + TOLD_LATE + UNDO_SECONDS
            )

    def sees(self, event: Event, state: State, effects: tuple[Effect, ...], now: float) -> None:
        for effect in effects:
            match effect:
                case Say(said) if state.proposal and said == state.proposal.readback:
                    self.read_back, self.words, self.heard_out = state.proposal, [], False
                    self.known.pop(state.proposal.order_id, None)
                case Submit(proposal):
                    self.judge(proposal)
                case Decide(decision="keep"):
                    assert self.word or self.said(Intent.KEEP), "decided to keep, and nobody said so"
                case Decide():
                    assert self.word, "decided a conflict without the word"
                case TakeBack(key):
                    assert isinstance(event, Utterance), "took something back that nobody asked for"
                    assert isinstance(event.meaning, Meaning)
                    assert event.meaning.intent is Intent.UNDO
                    assert now <= self.taken_back_until[key], "took back what may not be taken back any more"
                case Told():
                    assert not state.held, "told a message to somebody who is speaking"
                    assert state.mode in (Mode.ASLEEP, Mode.DONE), "told a message at a bad moment"
                case _:
                    pass

    def said(self, intent: Intent) -> bool:
        return any(meaning.intent is intent for meaning in self.words)

    @property
    def word(self) -> bool:
        return self.said(Intent.CONFIRM)

    def judge(self, proposal: Proposal) -> None:
        assert replace(proposal, heard=None) == self.read_back, "submitted what was not the last thing read back"
        assert self.heard_out, "submitted before it was read back to the end"
        assert not proposal.only_keeps, "submitted where there was nothing to submit"
        assert self.word, "submitted without the word"
        assert not self.said(Intent.CANCEL), "submitted after a cancel"
        assert not self.said(Intent.CORRECT), "submitted what had just been corrected"
        last_two = any(meaning.digits[-2:] == proposal.tail[-2:] for meaning in self.words)
        assert last_two or proposal.op not in NEEDS_DIGITS, "submitted without the last two digits"
        wrong = [it.digits for it in self.words if it.digits and not proposal.tail.endswith(it.digits)]
        assert not wrong, "submitted although other digits were said"
        seen_last = self.known.get(proposal.order_id, (proposal.base, proposal.after))
        assert seen_last == (proposal.base, proposal.after), "submitted on an order that had changed"
        assert (proposal.base is None) != (proposal.after is None)
        self.read_back = None


def acts(effects: tuple[Effect, ...]) -> list[Effect]:
    """Those that change something outside of the dialogue."""
    return [effect for effect in effects if isinstance(effect, Submit | Decide | TakeBack)]
