"""From any state, whatever is heard: nothing is submitted without the confirmation that its tier demands."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sync.domain.apply import Refusal
from sync.domain.commands import Op, Outcome, Target
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, OrderId, Status
from sync.wire.messages import Result, ResultStatus
from tests.voice.dialogue.talk import Talk
from tests.voice.dialogue.witness import Witness, acts
from tests.voice.fakes import NOW, order, seen
from voice.dialogue import (
    INTENTS,
    Cancelled,
    Candidate,
    Changed,
    Chime,
    Counted,
    Event,
    Failed,
    Find,
    Found,
    Link,
    Looked,
    Message,
    Mode,
    News,
    Remark,
    Reviewed,
    Said,
    Sent,
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
    listens_for,
    step,
)
from voice.dialogue.effects import Earcon
from voice.understanding.meaning import Intent, Meaning, NotUnderstood, Why

NOT_HEARD = {Mode.RESOLVE, Mode.READBACK}
"""Modes in which something is looked up or read out, and nobody is listened to."""
WITH_DIGITS = (Intent.CONFIRM, Intent.DIGITS, Intent.CORRECT)
SAYINGS = {
    right: [
        *(Meaning(intent, number=1) for intent in Intent),
        *(Meaning(intent, digits=digits) for intent in WITH_DIGITS for digits in (right, right[-1], "99")),
    ]
    for right in ("12", "65")
}
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
cases = st.builds(
    lambda op, result, after: News(Sent(CommandKey("k-3"), OrderId("o-1"), "4712", op, None), result, after),
    st.sampled_from([Op.INTERCEPT, Op.RELEASE, Op.REASSIGN, Op.CLAIM]),
    results,
    st.sampled_from([None, None, CommandKey("k-9")]),
)
candidates = st.builds(
    lambda it, refusal, case: Candidate(seen(it), refusal, tuple(hold.id for hold in it.holds), case),
    orders,
    st.sampled_from([None, None, None, Refusal.CLOSED]),
    st.one_of(st.none(), st.none(), st.none(), cases),
)
WORD, REPEAT, LAST_TWO = Meaning(Intent.CONFIRM), Meaning(Intent.REPEAT), Meaning(Intent.DIGITS, digits="right")
BOTH, CORRECTED = Meaning(Intent.CONFIRM, digits="right"), Meaning(Intent.CORRECT, order="8365")
answers = st.one_of(
    st.sampled_from(
        [
            [BOTH],
            [BOTH],
            [WORD, LAST_TWO],
            [WORD, REPEAT, LAST_TWO],
            [LAST_TWO, REPEAT, WORD],
            [WORD, CORRECTED, LAST_TWO],
            [LAST_TWO, CORRECTED, WORD],
        ]
    ),
    st.lists(st.sampled_from([WORD, LAST_TWO, REPEAT, CORRECTED, Meaning(Intent.DIGITS, digits="99")]), max_size=4),
)
"""What people answer to a question; ``right`` stands for the last two digits of the order that was read back."""
met = st.one_of(
    results,
    st.builds(
        Result,
        key=keys,
        status=st.sampled_from([ResultStatus.CONFLICT, ResultStatus.CONFLICT, ResultStatus.APPLIED]),
        at=st.just(NOW),
        version=st.just(3),
        outcome=st.sampled_from([Outcome.TOO_LATE, Outcome.STOPPED]),
        order=orders,
    ),
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
    st.builds(Reviewed, st.none() | cases),
    st.builds(Settled, results),
    st.builds(Link, st.booleans()),
    st.builds(SoundLost, st.sampled_from(["overflow", "microphone", "recogniser"])),
    st.builds(Cancelled, st.booleans()),
    st.builds(Remark, st.just(Said("sound.noisy"))),
    st.builds(
        Message,
        st.just("Come to dock 4"),
        st.sampled_from(["", "Lin"]),
        st.sampled_from(["", "m-1", "m-2"]),
        st.sampled_from([None, 105.0, 1e6]),
    ),
)


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
            assert acts(self.talk.last) == []
            return
        self.witness.hears(event, self.talk.now)
        self.talk.feed(event)
        self.witness.sees(event, self.talk.state, self.talk.last, self.talk.now)
        assert isinstance(event, Utterance) or acts(self.talk.last) == [], "acted on what nobody said"

    @rule(move=st.deferred(lambda: moves))
    def go_on(self, move: "Move") -> None:
        """One rule for all: hypothesis leaves some rules out of each run, and would seldom get to a confirmation."""
        move(self)

    def hear(self, meaning: Meaning | NotUnderstood, late: bool = False) -> None:
        self.feed(Utterance(meaning, self.talk.state.turn - late))
        if any(isinstance(effect, Submit) for effect in self.talk.last):
            self.feed(Submitted(CommandKey(f"k-{len(self.witness.taken_back_until) % 2 + 1}")))

    def wait(self, event: Event, seconds: float) -> None:
        self.talk.now += seconds
        self.feed(event)

    def call(self, seconds: float) -> None:
        """Time passes, and somebody presses the talk key."""
        self.wait(Tick(), seconds)
        for event in (SpeechDone(), TalkKey(down=True), TalkKey(down=False)):
            self.feed(event)

    def command(
        self,
        intent: Intent,
        candidate: Candidate,
        other: Candidate | None,
        changed: int | None,
        answers: list[Meaning],
        hasty: bool,
    ) -> None:
        """From the talk key to the answer. ``hasty``: the key is pressed into the read-back, and the word said."""
        self.call(0.0)
        self.hear(Meaning(intent, order="4712", to=Target(kind="warehouse", id="W-EAST")))
        self.feed(Found((candidate,) if other is None else (candidate, other)))
        if hasty:
            self.feed(TalkKey(down=True))
            self.answer([BOTH], candidate)
        self.feed(SpeechDone())
        if changed is not None:
            self.feed(Changed(seen(order(candidate.seen.order.number, version=changed))))
        self.answer(answers, candidate)

    def settle(self, met: Result, answers: list[Meaning], candidate: Candidate) -> None:
        """The last of our commands has settled somehow, and a person answers what is asked about it."""
        if self.talk.state.sent:
            self.feed(SpeechDone())
            self.feed(Settled(msgspec.structs.replace(met, key=self.talk.state.sent[-1].key)))
            self.feed(SpeechDone())
            self.answer(answers, candidate)

    def review(self, case: News, answers: list[Meaning], candidate: Candidate) -> None:
        """Somebody asks for what is open, and answers it."""
        self.call(0.0)
        self.hear(Meaning(Intent.CONFLICTS))
        self.feed(Reviewed(case))
        self.feed(SpeechDone())
        self.answer(answers, candidate)

    def answer(self, answers: list[Meaning], candidate: Candidate) -> None:
        for meaning in answers:
            self.whatever_is_said_now_is_held_to_the_same()
            asked = self.talk.state.proposal
            if meaning.digits == "right":
                meaning = replace(meaning, digits=asked.tail[-2:] if asked else "12")  # noqa: PLW2901  as it is said
            self.hear(meaning)
            if any(isinstance(effect, Find) for effect in self.talk.last):
                self.feed(Found((candidate,)))
            self.feed(SpeechDone())

    @invariant()
    def cancel_leads_to_rest(self) -> None:
        after, effects = step(self.talk.state, Cancelled(), self.talk.now)
        assert (after.mode, after.proposal, after.wanted, acts(effects)) == (Mode.ASLEEP, None, None, [])

    @invariant()
    def the_word_cancel_leads_to_rest(self) -> None:
        """In every state in which somebody is listened to; while a prompt is spoken nobody is."""
        state = self.talk.state
        if state.speaking or Intent.CANCEL not in INTENTS[listens_for(state)] or state.mode in NOT_HEARD:
            return
        after, effects = step(state, Utterance(Meaning(Intent.CANCEL), state.turn), self.talk.now)
        assert (after.mode, after.proposal, after.wanted, acts(effects)) == (Mode.ASLEEP, None, None, [])

    @invariant()
    def whatever_is_said_now_is_held_to_the_same(self) -> None:
        """Every intent, with no, right and wrong digits: what comes too early or too late does nothing at all."""
        state, now = self.talk.state, self.talk.now
        right = state.proposal.tail[-2:] if state.proposal else "12"
        for meaning in SAYINGS[right]:
            event = Utterance(meaning, state.turn)
            after, effects = step(state, event, now)
            if state.speaking:
                assert acts(effects) == []
            elif acts(effects):
                also = self.witness.copy()
                also.hears(event, now)
                also.sees(event, after, effects, now)
                assert acts(step(state, Utterance(meaning, state.turn - 1), now)[1]) == [], "said in an earlier turn"

    @invariant()
    def lost_sound_leads_to_rest(self) -> None:
        for why in ("overflow", "microphone", "recogniser"):
            after, effects = step(self.talk.state, SoundLost(why), self.talk.now)
            assert (after.is_at_rest, after.proposal, after.wanted, acts(effects)) == (True, None, None, [])

    @invariant()
    def time_alone_leads_to_rest(self) -> None:
        state, now = self.talk.state, self.talk.now
        to_tell = len(state.sent) + len(state.news) + len(state.messages) + len(state.remarks)
        for _ in range(6 + 3 * to_tell):
            now += 21
            before = state
            state, effects = step(state, Tick(), now)
            assert acts(effects) == []
            if state.is_at_rest and not before.is_at_rest:
                assert Chime(Earcon.CANCELLED) in effects, "put away without a sound"
        assert state.mode is Mode.ASLEEP
        assert not state.speaking

    @invariant()
    def only_a_proposal_is_confirmed(self) -> None:
        assert (self.talk.state.proposal is not None) == (self.talk.mode() in (Mode.CONFIRM, Mode.READBACK))


Move = Callable[[AnyTalk], None]
SOON = [Intent.INTERCEPT, Intent.RELEASE, Intent.REASSIGN, Intent.CLAIM]
commands = st.builds(
    lambda intent, candidate, other, changed, said, hasty: (
        lambda it: it.command(intent, candidate, other, changed, said, hasty)
    ),
    st.sampled_from(SOON),
    candidates,
    st.sampled_from([None, None, None, Candidate(seen(order("SO24712")))]),
    st.sampled_from([None, None, None, 1, 2]),
    answers,
    st.sampled_from([False, False, False, True]),
)
moves: st.SearchStrategy[Move] = st.one_of(
    commands,
    commands,
    st.builds(lambda result, said, other: lambda it: it.settle(result, said, other), met, answers, candidates),
    st.builds(lambda case, said, other: lambda it: it.review(case, said, other), cases, answers, candidates),
    st.builds(lambda meaning, late: lambda it: it.hear(meaning, late), meanings | misheard, st.booleans()),
    st.builds(
        lambda event, seconds: lambda it: it.wait(event, seconds), events, st.sampled_from([0.0, 0.1, 7.0, 25.0])
    ),
    st.builds(lambda seconds: lambda it: it.call(seconds), st.sampled_from([0.0, 11.0, 60.0])),
)
AnyTalk.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestAnyTalk = AnyTalk.TestCase


def test_states_that_cannot_be_are_put_away() -> None:
    """Defence in depth: a confirmation without a proposal, a choice without a wish."""
    confirming, _ = step(State(mode=Mode.CONFIRM), Utterance(Meaning(Intent.CONFIRM), 0), 0.0)
    choosing, _ = step(State(mode=Mode.WHICH), Utterance(Meaning(Intent.DIGITS, digits="1"), 0), 0.0)
    assert (confirming.mode, choosing.mode) == (Mode.ASLEEP, Mode.ASLEEP)
