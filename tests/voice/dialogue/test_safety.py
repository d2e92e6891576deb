"""From any state, whatever is heard: nothing is submitted without the confirmation that its tier demands."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sync.domain.apply import Refusal
from sync.domain.commands import Op, Outcome, Target
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, OrderId, Status
from sync.wire.messages import Result, ResultStatus
from tests.voice.dialogue.talk import Talk
from tests.voice.fakes import NOW, order, seen
from voice.dialogue import (
    Cancelled,
    Candidate,
    Changed,
    Counted,
    Decide,
    Effect,
    Event,
    Failed,
    Found,
    Link,
    Looked,
    Message,
    Mode,
    Proposal,
    Say,
    Settled,
    SoundLost,
    SpeechDone,
    State,
    Submit,
    Submitted,
    TakenBack,
    TalkKey,
    Tick,
    Utterance,
    step,
)
from voice.understanding.meaning import Intent, Meaning, NotUnderstood, Why

NEEDS_DIGITS = {Op.RELEASE, Op.REASSIGN}
NUMBERS = ["SO14712", "SO24712", "SO8365"]
DIGITS = st.sampled_from(["", "1", "12", "65", "4712"])

meanings = st.builds(
    Meaning,
    intent=st.sampled_from(Intent),
    order=st.sampled_from(["", "4712", "8365", "14712"]),
    reason=st.sampled_from([None, Reason.BAD_ADDRESS]),
    to=st.just(Target(kind="warehouse", id="W-EAST")),
    digits=DIGITS,
    number=st.sampled_from([None, 1, 2, 3]),
)
misheard = st.builds(NotUnderstood, st.sampled_from(Why))
orders = st.builds(
    order,
    number=st.sampled_from(NUMBERS),
    version=st.integers(1, 3),
    holds=st.sampled_from([(), (Reason.BAD_ADDRESS,)]),
    status=st.sampled_from([Status.WAITING, Status.HANDED_OVER]),
)
candidates = st.builds(Candidate, seen=orders.map(seen), refusal=st.sampled_from([None, None, Refusal.CLOSED]))
keys = st.sampled_from([CommandKey("k-1"), CommandKey("k-2")])
results = st.builds(
    Result,
    key=keys,
    status=st.sampled_from(ResultStatus),
    at=st.just(NOW),
    version=st.sampled_from([None, 2]),
    outcome=st.sampled_from([None, *Outcome]),
    order=st.none() | orders,
)
events: st.SearchStrategy[Event] = st.one_of(
    st.just(SpeechDone()),
    st.just(Tick()),
    st.builds(TalkKey, st.booleans()),
    st.builds(Found, st.lists(candidates, max_size=3).map(tuple)),
    st.builds(Changed, st.none() | orders.map(seen)),
    st.builds(Submitted, keys),
    st.builds(Failed, st.sampled_from([None, Refusal.CLOSED]), st.just("store_full")),
    st.builds(TakenBack, st.none() | keys),
    st.builds(Looked, st.none() | candidates),
    st.builds(Counted, st.integers(0, 9)),
    st.builds(Settled, results),
    st.builds(Link, st.booleans()),
    st.builds(SoundLost, st.sampled_from(["overflow", "microphone", "recogniser"])),
    st.builds(Cancelled, st.booleans()),
    st.builds(
        Message,
        st.just("Come to dock 4"),
        st.sampled_from(["", "Lin"]),
        st.sampled_from(["", "m-1", "m-2"]),
        st.sampled_from([None, 105.0, 1e6]),
    ),
)


class Witness:
    """Listens along and keeps what was read back to the end, and what was said since; knows nothing of the machine."""

    def __init__(self) -> None:
        self.read_back: Proposal | None = None
        self.word = False
        self.digits = False
        self.known: dict[OrderId, tuple[object, object]] = {}

    def hears(self, event: Event) -> None:
        if isinstance(event, Utterance) and isinstance(event.meaning, Meaning):
            self.word |= event.meaning.intent is Intent.CONFIRM
            tail = self.read_back.tail[-2:] if self.read_back else None
            self.digits |= tail is not None and event.meaning.digits[-2:] == tail
        if isinstance(event, Changed) and event.seen is not None:
            self.known[event.seen.order.id] = (event.seen.base, event.seen.after)

    def sees(self, state: State, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            if isinstance(effect, Say) and state.proposal and effect.said == state.proposal.readback:
                self.read_back, self.word, self.digits = state.proposal, False, False
                self.known.pop(state.proposal.order_id, None)
            elif isinstance(effect, Submit):
                self.judge(effect.proposal)
            elif isinstance(effect, Decide):
                assert self.word or effect.decision == "keep", "decided a conflict without the word"

    def judge(self, proposal: Proposal) -> None:
        assert replace(proposal, heard=None) == self.read_back, "submitted what was not the last thing read back"
        assert self.word, "submitted without the word"
        assert self.digits or proposal.op not in NEEDS_DIGITS, "submitted without the last two digits"
        seen_last = self.known.get(proposal.order_id, (proposal.base, proposal.after))
        assert seen_last == (proposal.base, proposal.after), "submitted on an order that had changed"
        assert (proposal.base is None) != (proposal.after is None)
        self.read_back = None


class AnyTalk(RuleBasedStateMachine):
    """Anything may be heard and anything may happen, at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.talk = Talk()
        self.witness = Witness()

    def feed(self, event: Event) -> None:
        before = self.talk.state
        if isinstance(event, Utterance) and (before.speaking or event.turn != before.turn):
            self.talk.feed(event)
            assert not any(isinstance(effect, Submit) for effect in self.talk.last)
            return
        self.witness.hears(event)
        self.talk.feed(event)
        self.witness.sees(self.talk.state, self.talk.last)

    @rule(meaning=meanings | misheard, late=st.booleans())
    def heard(self, meaning: Meaning | NotUnderstood, late: bool) -> None:
        self.feed(Utterance(meaning, self.talk.state.turn - late))

    @rule(event=events, seconds=st.sampled_from([0.0, 0.1, 3.0, 7.0, 25.0]))
    def happened(self, event: Event, seconds: float) -> None:
        self.talk.now += seconds
        self.feed(event)

    @precondition(lambda self: self.talk.mode() in (Mode.ASLEEP, Mode.LISTENING, Mode.DONE))
    @rule(
        intent=st.sampled_from([Intent.INTERCEPT, Intent.RELEASE, Intent.REASSIGN]),
        candidate=candidates,
        changed=st.none() | st.integers(1, 3),
        answers=st.lists(st.tuples(st.sampled_from([Intent.CONFIRM, Intent.DIGITS]), DIGITS), max_size=2),
    )
    def a_whole_command(
        self, intent: Intent, candidate: Candidate, changed: int | None, answers: list[tuple[Intent, str]]
    ) -> None:
        """The way in: without it random events seldom reach a confirmation."""
        self.feed(TalkKey(down=True))
        self.feed(TalkKey(down=False))
        to = Target(kind="warehouse", id="W-EAST")
        self.feed(Utterance(Meaning(intent, order="4712", to=to), self.talk.state.turn))
        self.feed(Found((candidate,)))
        self.feed(SpeechDone())
        if changed is not None:
            self.feed(Changed(seen(order(candidate.seen.order.number, version=changed))))
        for said, digits in answers:
            self.feed(Utterance(Meaning(said, digits=digits), self.talk.state.turn))
            self.feed(SpeechDone())

    @invariant()
    def cancel_leads_to_rest(self) -> None:
        after, _ = step(self.talk.state, Cancelled(), self.talk.now)
        assert after.mode is Mode.ASLEEP
        assert after.proposal is None

    @invariant()
    def time_alone_leads_to_rest(self) -> None:
        state, now = self.talk.state, self.talk.now
        for _ in range(12):
            now += 21
            state, effects = step(state, Tick(), now)
            assert not any(isinstance(effect, Submit) for effect in effects)
        assert state.mode is Mode.ASLEEP
        assert not state.speaking

    @invariant()
    def only_a_proposal_is_confirmed(self) -> None:
        assert (self.talk.state.proposal is not None) or self.talk.mode() not in (Mode.CONFIRM, Mode.READBACK)


AnyTalk.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestAnyTalk = AnyTalk.TestCase


def test_states_that_cannot_be_are_put_away() -> None:
    """Defence in depth: a confirmation without a proposal, a choice without a wish."""
    confirming, _ = step(State(mode=Mode.CONFIRM), Utterance(Meaning(Intent.CONFIRM), 0), 0.0)
    choosing, _ = step(State(mode=Mode.WHICH), Utterance(Meaning(Intent.DIGITS, digits="1"), 0), 0.0)
    assert (confirming.mode, choosing.mode) == (Mode.ASLEEP, Mode.ASLEEP)
