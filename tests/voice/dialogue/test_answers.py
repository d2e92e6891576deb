"""What the central did is told as it is, at a moment when it does not disturb."""

import pytest

from sync.domain.apply import Refusal
from sync.domain.commands import Op, Outcome
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order, Place, Status
from sync.wire.messages import Result, ResultStatus
from tests.voice.dialogue.talk import (
    CONFIRM,
    EVIDENCE,
    INTERCEPT,
    KEY,
    RELEASE,
    done,
    listening,
)
from tests.voice.fakes import NOW, order
from voice.dialogue import (
    Failed,
    Link,
    Mode,
    Settled,
    Submitted,
    TakeBack,
    TakenBack,
)
from voice.understanding.meaning import Intent, Meaning

UNDO = Meaning(Intent.UNDO)


def applied(outcome: Outcome, it: Order | None = None, key: CommandKey = KEY) -> Settled:
    it = it or order(version=4)
    return Settled(Result(key=key, status=ResultStatus.APPLIED, at=NOW, version=it.version, outcome=outcome, order=it))


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome.STOPPED,
        Outcome.REQUESTED,
        Outcome.RELEASED,
        Outcome.STILL_HELD,
        Outcome.REASSIGNED,
        Outcome.RETURN_REQUESTED,
        Outcome.UNDONE,
    ],
)
def test_each_outcome_has_its_own_words(outcome: Outcome) -> None:
    talk = done()
    talk.feed(applied(outcome))
    assert talk.said == [f"outcome.{outcome}"]
    assert talk.mode() is Mode.DONE


def test_a_requested_stop_says_where_to_pull() -> None:
    talk = done()
    talk.feed(applied(Outcome.REQUESTED, order(status=Status.PICKING, place=Place(zone="B", tote="T-7"))))
    assert talk.state.last_said is not None
    assert dict(talk.state.last_said.fields)["place"] == Place(zone="B", tote="T-7")


def test_too_late_offers_the_carrier_and_asks_first() -> None:
    talk = done()
    talk.feed(applied(Outcome.TOO_LATE, order(status=Status.HANDED_OVER, version=4)))
    assert (talk.said, talk.mode()) == (["readback.carrier_intercept"], Mode.READBACK)
    assert len(talk.submitted) == 1
    talk.spoken()
    talk.hear(CONFIRM)
    offered = talk.submitted[-1]
    assert (offered.op, offered.base, offered.reason) == (Op.CARRIER_INTERCEPT, 4, Reason.OTHER)


def test_too_late_without_the_order_only_says_so() -> None:
    talk = done()
    talk.feed(Settled(Result(key=KEY, status=ResultStatus.APPLIED, at=NOW, outcome=Outcome.TOO_LATE)))
    assert talk.said == ["outcome.too_late"]


def test_the_offer_is_of_the_order_when_the_result_names_no_version() -> None:
    talk = done()
    late = order(status=Status.HANDED_OVER, version=9)
    talk.feed(Settled(Result(key=KEY, status=ResultStatus.APPLIED, at=NOW, outcome=Outcome.TOO_LATE, order=late)))
    assert talk.state.proposal is not None
    assert talk.state.proposal.base == 9


def test_an_offer_whose_order_changes_or_is_corrected_is_put_away() -> None:
    talk = done()
    talk.feed(applied(Outcome.TOO_LATE, order(status=Status.HANDED_OVER, version=4)))
    talk.spoken()
    talk.hear(Meaning(Intent.CORRECT, order="8365"))
    assert (talk.said, talk.mode()) == (["cancelled.else"], Mode.ASLEEP)


@pytest.mark.parametrize(
    ("result", "prompt"),
    [
        (Result(key=KEY, status=ResultStatus.CONFLICT, at=NOW), "rejected"),
        (Result(key=KEY, status=ResultStatus.REJECTED, at=NOW, refusal=Refusal.NOT_PERMITTED), "refused"),
        (Result(key=KEY, status=ResultStatus.REJECTED, at=NOW), "rejected"),
        (Result(key=KEY, status=ResultStatus.BLOCKED, at=NOW), "blocked"),
    ],
)
def test_what_was_not_done_is_told(result: Result, prompt: str) -> None:
    talk = done()
    talk.feed(Settled(result))
    assert talk.said == [prompt]
    talk.spoken()
    talk.hear(UNDO)
    assert talk.said == ["nothing_to_undo"]


def test_offline_it_is_queued_and_says_so_at_once() -> None:
    talk = listening()
    talk.feed(Link(online=False))
    talk.hear(INTERCEPT)
    talk.found(order())
    talk.spoken()
    talk.hear(CONFIRM)
    talk.feed(Submitted(KEY))
    assert talk.said == ["queued"]
    talk.spoken()
    talk.wait(1)
    assert talk.said == []


def test_online_a_slow_central_is_told_after_a_while() -> None:
    talk = done()
    assert talk.said == []
    talk.wait(1.9)
    assert talk.said == []
    talk.wait(0.2)
    assert talk.said == ["queued"]
    talk.spoken()
    talk.feed(applied(Outcome.STOPPED))
    assert talk.said == ["outcome.stopped"]


def test_undo_within_ten_seconds_takes_back() -> None:
    talk = done()
    talk.feed(applied(Outcome.STOPPED))
    talk.spoken()
    talk.now += 9
    assert talk.hear(UNDO) == (TakeBack(KEY, EVIDENCE),)
    talk.feed(TakenBack(CommandKey("k-2")))
    talk.feed(applied(Outcome.UNDONE, key=CommandKey("k-2")))
    assert talk.said == ["outcome.undone"]
    talk.spoken()
    talk.hear(UNDO)
    assert talk.said == ["nothing_to_undo"]


def test_undo_of_an_unsent_command_withdraws_it() -> None:
    talk = done()
    talk.hear(UNDO)
    talk.feed(TakenBack(None))
    assert talk.said == ["withdrawn"]
    assert talk.state.sent == ()


def test_an_undo_offline_is_queued() -> None:
    talk = done()
    talk.feed(Link(online=False))
    talk.feed(applied(Outcome.STOPPED))
    talk.spoken()
    talk.hear(UNDO)
    talk.feed(TakenBack(CommandKey("k-2")))
    assert talk.said == ["queued"]


def test_undo_after_its_time_is_refused() -> None:
    talk = done()
    talk.feed(applied(Outcome.STOPPED))
    talk.spoken()
    talk.wait(10.1)
    assert talk.mode() is Mode.ASLEEP
    talk.hear(Meaning(Intent.WAKE))
    talk.hear(UNDO)
    assert talk.said == ["nothing_to_undo"]


def test_after_a_command_the_next_one_needs_no_wake_word() -> None:
    talk = done()
    talk.feed(applied(Outcome.STOPPED))
    talk.spoken()
    talk.hear(RELEASE)
    assert talk.mode() is Mode.RESOLVE


def test_nonsense_after_a_command_is_asked_again() -> None:
    talk = done()
    talk.hear(Meaning(Intent.CHOOSE, number=1))
    assert (talk.said, talk.mode()) == (["say_again"], Mode.LISTENING)


def test_news_wait_while_another_command_is_under_way() -> None:
    talk = done()
    talk.hear(RELEASE)
    talk.found(order("SO4712", holds=(Reason.FRAUD,)))
    talk.feed(applied(Outcome.STOPPED))
    assert talk.said == []
    talk.spoken()
    talk.hear(Meaning(Intent.CANCEL))
    assert talk.said == ["cancelled.word"]
    talk.spoken()
    assert talk.said == ["outcome.stopped"]


def test_an_answer_to_somebody_elses_command_is_not_ours_to_tell() -> None:
    talk = done()
    assert talk.feed(applied(Outcome.STOPPED, key=CommandKey("other"))) == ()


def test_an_answer_told_late_keeps_another_commands_undo() -> None:
    talk = done()
    talk.hear(INTERCEPT)
    talk.found(order())
    talk.spoken()
    talk.hear(CONFIRM)
    talk.feed(Submitted(CommandKey("k-2")))
    talk.feed(Settled(Result(key=KEY, status=ResultStatus.REJECTED, at=NOW)))
    talk.spoken()
    assert talk.hear(UNDO) == (TakeBack(CommandKey("k-2"), EVIDENCE),)


@pytest.mark.parametrize(
    ("failed", "prompt"),
    [
        (Failed(refusal=Refusal.ALREADY_HELD), "refused"),
        (Failed(error="store_full"), "failed.store_full"),
    ],
)
def test_a_submit_that_fails_says_why_and_leaves_nothing_behind(failed: Failed, prompt: str) -> None:
    talk = listening()
    talk.hear(INTERCEPT)
    talk.found(order())
    talk.spoken()
    talk.hear(CONFIRM)
    talk.feed(failed)
    assert (talk.said, talk.mode(), talk.state.submitting, talk.state.sent) == ([prompt], Mode.LISTENING, None, ())


def test_a_search_that_fails_says_why() -> None:
    talk = listening()
    talk.hear(INTERCEPT)
    talk.feed(Failed(error="not_signed_in"))
    assert (talk.said, talk.mode()) == (["failed.not_signed_in"], Mode.LISTENING)


def test_an_undo_that_fails_says_why() -> None:
    talk = done()
    talk.hear(UNDO)
    talk.feed(Failed(refusal=Refusal.UNDO_EXPIRED))
    assert talk.said == ["refused_undo"]


def test_answers_that_nobody_waits_for_change_nothing() -> None:
    talk = listening()
    assert talk.feed(Submitted(KEY)) == ()
    assert talk.feed(TakenBack(None)) == ()
    assert (talk.state.sent, talk.mode()) == ((), Mode.LISTENING)


def test_a_command_is_remembered_even_if_put_away_in_between() -> None:
    talk = listening()
    talk.hear(INTERCEPT)
    talk.found(order())
    talk.spoken()
    talk.hear(CONFIRM)
    talk.wait(30)
    talk.feed(Submitted(KEY))
    assert [sent.key for sent in talk.state.sent] == [KEY]
