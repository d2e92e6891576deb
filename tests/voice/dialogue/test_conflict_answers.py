"""A command that met another order than was seen is asked about, and the spoken answer decides."""

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
from tests.voice.fakes import NOW, order
from voice.dialogue import Mode, Settled, Submit, TakenBack
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
