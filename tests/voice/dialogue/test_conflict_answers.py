"""A command that met another order than was seen is asked about, and the spoken answer decides."""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import msgspec
import pytest

from sync.domain.apply import Refusal
from sync.domain.commands import Args, Op, Outcome, Target
from sync.domain.exceptions import Reason
from sync.domain.holds import HoldId
from sync.domain.order import CarrierId, Claim, CommandKey, Order, Status, UserId
from sync.domain.permissions import Action
from sync.wire.messages import Result, ResultStatus
from tests.voice.dialogue.talk import CONFIRM, EVIDENCE, KEY, RELEASE, Talk, confirming, done
from tests.voice.fakes import NOW, order, seen
from voice.dialogue import (
    Candidate,
    Effect,
    Found,
    Mode,
    News,
    Review,
    Reviewed,
    Sent,
    Settled,
    SoundLost,
    Submit,
    TakenBack,
    TalkKey,
)
from voice.dialogue.effects import Decide
from voice.understanding.meaning import Intent, Meaning

UNDO = Meaning(Intent.UNDO)


def conflicting(status: Status, wanted: Meaning | None = None, it: Order | None = None, **now: object) -> Talk:
    """A command that met the order in this state; ``now`` is what else about it is other than it was."""
    talk = done(wanted or Meaning(Intent.INTERCEPT, order="4712", reason=Reason.FRAUD), it)
    met = msgspec.structs.replace(it or order(), status=status, version=7, **now)
    talk.feed(Settled(Result(key=KEY, status=ResultStatus.CONFLICT, at=NOW, version=7, order=met)))
    talk.spoken()
    return talk


@pytest.mark.parametrize(
    ("status", "prompt", "op", "decision", "reason"),
    [
        (Status.HANDED_OVER, "conflict_return", Op.CARRIER_INTERCEPT, "carrier_intercept", Reason.FRAUD),
        (Status.PACKED, "conflict_again", Op.INTERCEPT, "again", Reason.FRAUD),
    ],
)
def test_a_conflict_is_asked_about_and_a_confirmation_decides_it_first(
    status: Status, prompt: str, op: Op, decision: str, reason: Reason
) -> None:
    talk = conflicting(status)
    assert talk.state.last_said is not None
    assert talk.state.last_said.key == prompt
    talk.hear(CONFIRM)
    decided, submitted = talk.last[1:]
    assert decided == Decide(KEY, decision)  # type: ignore[arg-type]  # one of the three
    assert isinstance(submitted, Submit)
    assert (submitted.proposal.op, submitted.proposal.base, submitted.proposal.reason) == (op, 7, reason)
    assert submitted.proposal.heard == EVIDENCE, "the words that decided are on record"


def test_keep_leaves_the_order_and_decides() -> None:
    talk = conflicting(Status.HANDED_OVER)
    talk.hear(Meaning(Intent.KEEP))
    assert talk.last[0] == Decide(KEY, "keep", EVIDENCE)
    assert (talk.said, talk.mode(), len(talk.submitted)) == (["kept"], Mode.ASLEEP, 1)


BETA = Target(kind="carrier", id="beta")
HELD = order(holds=(Reason.FRAUD,))
REASSIGN = Meaning(Intent.REASSIGN, order="4712", to=BETA)


@pytest.mark.parametrize(
    ("wanted", "it", "prompt", "args"),
    [
        (RELEASE, HELD, "conflict_release", Args(holds=(HoldId("h-fraud"),))),
        (REASSIGN, order(), "conflict_reassign", Args(to=BETA)),
    ],
)
def test_a_release_or_reassignment_that_met_another_state_asks_for_the_digits_again(
    wanted: Meaning, it: Order, prompt: str, args: Args
) -> None:
    talk = conflicting(Status.PACKED, wanted, it)
    assert talk.state.last_said is not None
    assert talk.state.last_said.key == prompt
    talk.hear(CONFIRM)
    assert (talk.said, len(talk.submitted)) == (["ask.digits"], 1)
    talk.spoken()
    talk.hear(Meaning(Intent.DIGITS, digits="12"))
    decided, submitted = talk.last[1:]
    assert decided == Decide(KEY, "again")
    assert isinstance(submitted, Submit)
    assert (submitted.proposal.args, submitted.proposal.base) == (args, 7)


def test_a_reassignment_of_what_the_carrier_has_becomes_a_carrier_intercept() -> None:
    talk = conflicting(Status.HANDED_OVER, REASSIGN)
    talk.hear(CONFIRM)
    assert (talk.submitted[-1].op, talk.submitted[-1].reason) == (Op.CARRIER_INTERCEPT, Reason.OTHER)


@pytest.mark.parametrize(
    ("status", "wanted", "it", "now"),
    [
        (Status.CLOSED, None, None, {}),
        (Status.WAITING, RELEASE, HELD, {"holds": ()}),
        (Status.HANDED_OVER, RELEASE, HELD, {}),
        (Status.WAITING, REASSIGN, None, {"carrier": CarrierId("beta")}),
        (Status.PACKED, None, None, {"holds": HELD.holds}),
    ],
    ids=["closed", "hold gone", "left already", "there already", "held already"],
)
@pytest.mark.parametrize("answer", [Meaning(Intent.KEEP), CONFIRM])
def test_where_nothing_is_left_to_do_the_answer_settles_the_case_and_gives_no_command(
    status: Status, wanted: Meaning | None, it: Order | None, now: dict[str, object], answer: Meaning
) -> None:
    talk = conflicting(status, wanted, it, **now)
    assert talk.state.last_said is not None
    assert talk.state.last_said.key == "conflict"
    talk.hear(Meaning(Intent.HELP))
    assert talk.said == ["help.conflict_kept"]
    talk.spoken()
    talk.hear(answer)
    assert talk.last[0] == Decide(KEY, "keep", EVIDENCE)
    assert (talk.said, talk.mode(), len(talk.submitted)) == (["kept"], Mode.ASLEEP, 1)


def test_a_claim_that_a_colleague_was_faster_with_says_so() -> None:
    talk = done(Meaning(Intent.CLAIM, order="4712"))
    met = Result(
        key=KEY,
        status=ResultStatus.CONFLICT,
        at=NOW,
        version=7,
        refusal=Refusal.CLAIMED_BY_OTHER,
        order=msgspec.structs.replace(order(), version=7, claim=Claim(by=UserId("u-9"), at=NOW)),
    )
    talk.feed(Settled(met))
    assert talk.state.last_said is not None
    assert (talk.said, dict(talk.state.last_said.fields)["refusal"]) == (["conflict_refused"], Refusal.CLAIMED_BY_OTHER)
    talk.spoken()
    talk.hear(Meaning(Intent.HELP))
    assert talk.said == ["help.conflict_kept"]


def test_help_about_a_conflict_asks_for_digits_only_where_they_are_needed() -> None:
    for wanted, it, key in ((None, None, "help.conflict"), (RELEASE, HELD, "help.conflict_digits")):
        talk = conflicting(Status.PACKED, wanted, it)
        talk.hear(Meaning(Intent.HELP))
        assert talk.said == [key]


def test_an_undo_that_met_another_state_is_settled_by_keep() -> None:
    talk = done()
    talk.feed(Settled(Result(key=KEY, status=ResultStatus.APPLIED, at=NOW, outcome=Outcome.STOPPED, order=order())))
    talk.spoken()
    talk.hear(UNDO)
    talk.feed(TakenBack(CommandKey("k-2")))
    met = Result(key=CommandKey("k-2"), status=ResultStatus.CONFLICT, at=NOW, order=order(version=9))
    talk.feed(Settled(met))
    talk.spoken()
    talk.hear(Meaning(Intent.KEEP))
    assert talk.last[0] == Decide(CommandKey("k-2"), "keep", EVIDENCE)


def test_what_the_central_does_not_allow_now_is_not_offered() -> None:
    talk = done(Meaning(Intent.INTERCEPT, order="4712", reason=Reason.FRAUD))
    refused = (Action(op=Op.INTERCEPT, refusal=Refusal.OTHER_WAREHOUSE),)
    met = Result(key=KEY, status=ResultStatus.CONFLICT, at=NOW, order=order(version=9), actions=refused)
    talk.feed(Settled(met))
    assert talk.said == ["conflict"]


def test_a_cancelled_question_decides_nothing() -> None:
    talk = conflicting(Status.PACKED)
    talk.hear(Meaning(Intent.CANCEL))
    assert not any(isinstance(effect, Decide) for effect in talk.effects)


def test_help_and_keep_know_whether_there_is_a_conflict() -> None:
    talk = conflicting(Status.PACKED)
    talk.hear(Meaning(Intent.HELP))
    assert talk.said == ["help.conflict"]
    other = confirming()
    other.hear(Meaning(Intent.KEEP))
    assert (other.said, other.mode()) == (["cancelled.else"], Mode.ASLEEP)


@pytest.mark.parametrize("why", ["overflow", "recogniser"])
def test_a_question_of_the_desk_is_asked_once_more_when_sound_was_lost(why: Literal["overflow", "recogniser"]) -> None:
    talk = conflicting(Status.PACKED)
    talk.feed(SoundLost(why))
    assert (talk.said, talk.mode()) == (["cancelled.asked_again"], Mode.ASLEEP)
    talk.spoken()
    assert (talk.said, talk.mode()) == (["conflict_again"], Mode.READBACK)
    talk.feed(SoundLost(why))
    assert talk.said == [f"cancelled.{why}", "conflict_open"], "and not for ever"
    talk.spoken()
    assert (talk.said, talk.mode(), len(talk.submitted)) == ([], Mode.ASLEEP, 1)


def test_the_offer_to_ask_the_carrier_is_made_once_more_when_sound_was_lost() -> None:
    talk = done()
    gone = msgspec.structs.replace(order(), status=Status.HANDED_OVER)
    late = Result(key=KEY, status=ResultStatus.APPLIED, at=NOW, version=7, outcome=Outcome.TOO_LATE, order=gone)
    talk.feed(Settled(late))
    talk.feed(SoundLost("overflow"))
    talk.spoken()
    assert talk.said == ["readback.carrier_intercept"]
    talk.spoken()
    talk.hear(CONFIRM)
    assert talk.submitted[-1].op is Op.CARRIER_INTERCEPT


def test_nothing_is_asked_into_a_microphone_that_is_gone() -> None:
    talk = conflicting(Status.PACKED)
    talk.feed(SoundLost("microphone"))
    assert talk.said == ["cancelled.microphone", "conflict_open"]
    talk.spoken()
    assert (talk.said, talk.mode()) == ([], Mode.ASLEEP)


@pytest.mark.parametrize(
    ("put_away", "prompt"),
    [
        (lambda talk: talk.hear(Meaning(Intent.CANCEL)), "cancelled.word"),
        (lambda talk: talk.hear(Meaning(Intent.DIGITS, digits="12")), "cancelled.else"),
        (lambda talk: talk.wait(7), "cancelled.time"),
    ],
    ids=["cancel", "something else", "silence"],
)
def test_who_did_not_answer_a_conflict_hears_how_to_come_back_to_it(
    put_away: Callable[[Talk], tuple[Effect, ...]], prompt: str
) -> None:
    talk = conflicting(Status.PACKED)
    put_away(talk)
    assert talk.said == [prompt, "conflict_open"]
    talk.spoken()
    awake(talk)
    talk.hear(CONFLICTS)
    assert Review(None) in talk.last
    talk.feed(Reviewed(waiting()))
    talk.spoken()
    talk.hear(CONFIRM)
    assert [type(effect) for effect in talk.last[1:]] == [Decide, Submit]
    assert (talk.submitted[-1].base, talk.submitted[-1].reason) == (7, Reason.FRAUD)


CONFLICTS = Meaning(Intent.CONFLICTS)


def awake(talk: Talk) -> None:
    talk.feed(TalkKey(down=True))
    talk.feed(TalkKey(down=False))


def waiting(status: ResultStatus = ResultStatus.CONFLICT, it: Order | None = None, **more: object) -> News:
    """A command that somebody has to decide about."""
    met = it or msgspec.structs.replace(order(), status=Status.PACKED, version=7)
    result = Result(key=KEY, status=status, at=NOW, version=met.version, order=met)
    sent = Sent(KEY, met.id, met.tail, Op.INTERCEPT, None, Reason.FRAUD)
    return News(sent, msgspec.structs.replace(result, **more))


def test_open_questions_are_asked_one_after_another() -> None:
    talk = Talk()
    awake(talk)
    talk.hear(CONFLICTS)
    talk.feed(Reviewed(waiting()))
    assert talk.said == ["conflict_again"]
    talk.spoken()
    talk.hear(Meaning(Intent.KEEP))
    assert talk.last[0] == Decide(KEY, "keep", EVIDENCE)
    talk.spoken()
    awake(talk)
    talk.hear(CONFLICTS)
    assert talk.last == (Review(KEY),), "the one behind it"
    talk.feed(Reviewed(None))
    assert (talk.said, talk.state.reviewed) == (["no_conflict"], None)


def test_what_the_central_refused_is_settled_by_keep_and_never_sent_again() -> None:
    for refusal, prompt in ((None, "conflict_rejected"), ("not_permitted", "conflict_refused")):
        talk = Talk()
        awake(talk)
        talk.hear(CONFLICTS)
        talk.feed(Reviewed(waiting(ResultStatus.REJECTED, refusal=refusal)))
        assert talk.said == [prompt]
        talk.spoken()
        talk.hear(CONFIRM)
        assert (talk.last[0], talk.submitted) == (Decide(KEY, "keep", EVIDENCE), [])


def test_of_an_order_that_is_gone_from_here_the_screen_tells() -> None:
    talk = Talk()
    awake(talk)
    talk.hear(CONFLICTS)
    talk.feed(Reviewed(waiting(order=None)))
    assert (talk.said, talk.mode(), talk.state.reviewed) == (["rejected"], Mode.LISTENING, KEY)


def test_who_wants_more_of_an_order_with_an_open_question_is_asked_that_first() -> None:
    """A later command would not be sent before it."""
    talk = Talk()
    awake(talk)
    talk.hear(RELEASE)
    talk.feed(Found((Candidate(seen(HELD), question=waiting()),)))
    assert talk.said == ["conflict_again"]
    talk.spoken()
    talk.hear(CONFIRM)
    assert [type(effect) for effect in talk.last[1:]] == [Decide, Submit]


def test_a_command_behind_others_that_wait_follows_them() -> None:
    talk = Talk()
    awake(talk)
    talk.hear(CONFLICTS)
    talk.feed(Reviewed(replace(waiting(), after=CommandKey("k-9"))))
    talk.spoken()
    talk.hear(CONFIRM)
    assert (talk.submitted[-1].base, talk.submitted[-1].after) == (None, CommandKey("k-9"))


def test_a_review_that_comes_too_late_disturbs_nothing() -> None:
    talk = confirming()
    talk.feed(Reviewed(waiting()))
    assert (talk.mode(), talk.last) == (Mode.CONFIRM, ())
