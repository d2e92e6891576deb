"""What the central did is told as it is, at a moment when it does not disturb."""

from dataclasses import replace

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
    Talk,
    confirming,
    done,
    keys,
    listening,
)
from tests.voice.fakes import NOW, order
from voice.dialogue import (
    Adjust,
    Cancelled,
    Failed,
    Link,
    Message,
    Mode,
    Remark,
    Said,
    Settled,
    Submitted,
    TakeBack,
    TakenBack,
    TalkKey,
    Told,
)
from voice.understanding.meaning import Intent, Meaning, NotUnderstood, Why

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


# -- messages and the voice itself


def test_a_message_waits_until_nothing_is_asked() -> None:
    talk = confirming()
    talk.feed(Message("Come to dock 4"))
    assert talk.said == []
    talk.hear(Meaning(Intent.CANCEL))
    talk.spoken()
    assert talk.said == ["message"]
    resting = Talk()
    resting.feed(Message("Lunch"))
    assert resting.said == ["message"]
    resting.feed(Message("Later"))
    assert resting.said == []


def test_nobody_is_talked_over_who_has_just_called_the_desk() -> None:
    """Who has woken it is about to say something, and who holds the talk key is saying it."""
    talk = listening()
    talk.feed(Message("Lunch"))
    talk.wait(0)
    assert talk.said == []
    talk.wait(8.1)
    assert talk.said == ["message"]
    held = done()
    held.feed(TalkKey(down=True))
    held.feed(Settled(Result(key=KEY, status=ResultStatus.APPLIED, at=NOW, outcome=Outcome.STOPPED, order=order())))
    assert held.said == []
    held.feed(TalkKey(down=False))
    assert held.said == ["outcome.stopped"]


def test_answers_come_before_remarks_and_remarks_before_messages() -> None:
    talk = done()
    talk.feed(Link(online=False))
    for event in (Message("Lunch"), Remark(Said("sound.noisy")), Remark(Said("sound.noisy"))):
        talk.hear(NotUnderstood(Why.NOTHING_HEARD))
        talk.state = replace(talk.state, speaking=True)
        talk.feed(event)
    talk.feed(Settled(Result(key=KEY, status=ResultStatus.APPLIED, at=NOW, outcome=Outcome.STOPPED, order=order())))
    told = []
    for _ in range(4):
        talk.spoken()
        told += talk.said
    assert told == ["outcome.stopped", "sound.noisy", "message"]


def test_a_remark_is_made_at_once_when_nobody_is_busy() -> None:
    talk = Talk()
    talk.feed(Remark(Said("sound.noisy")))
    assert talk.said == ["sound.noisy"]
    asked = confirming()
    asked.feed(Remark(Said("sound.noisy")))
    assert asked.said == []


def test_a_message_names_its_sender_is_told_once_and_reported_as_heard() -> None:
    talk = Talk()
    message = Message("Come to dock 4", "Lin", "m-1", talk.now + 60)
    talk.feed(message)
    assert talk.said == ["message_from"]
    assert Told("m-1") in talk.last
    talk.spoken()
    busy = confirming()
    busy.feed(message)
    busy.feed(message)
    assert busy.said == []
    assert len(busy.state.messages) == 1


def test_a_message_that_has_expired_is_told_to_nobody() -> None:
    talk = confirming()
    talk.feed(Message("Hurry", "Lin", "m-1", talk.now + 5))
    talk.wait(7)
    talk.spoken()
    assert "message_from" not in keys(talk.effects)
    assert talk.state.messages == ()


def test_messages_to_a_person_who_has_left_are_told_to_nobody_else() -> None:
    talk = confirming()
    talk.feed(Message("Hurry", "Lin", "m-1"))
    talk.feed(Cancelled(left=True))
    talk.spoken()
    assert talk.state.messages == ()
    assert "message_from" not in keys(talk.effects)


def test_nothing_of_a_person_who_has_left_is_told_to_the_next_one() -> None:
    talk = done()
    talk.feed(Cancelled(left=True))
    talk.feed(Settled(Result(key=KEY, status=ResultStatus.APPLIED, at=NOW, outcome=Outcome.STOPPED, order=order())))
    assert talk.said == []
    talk.feed(TalkKey(down=True))
    talk.feed(TalkKey(down=False))
    for meaning, prompt in ((UNDO, "nothing_to_undo"), (Meaning(Intent.REPEAT), "nothing_to_undo")):
        talk.hear(meaning)
        assert talk.said == [prompt]
        talk.spoken()


@pytest.mark.parametrize(
    ("intent", "steps"),
    [(Intent.LOUDER, (1, 0)), (Intent.QUIETER, (-1, 0)), (Intent.SLOWER, (0, -1)), (Intent.FASTER, (0, 1))],
)
def test_the_voice_is_adjusted_anywhere_and_the_question_asked_again(intent: Intent, steps: tuple[int, int]) -> None:
    talk = listening()
    talk.hear(Meaning(intent))
    assert (talk.last[0], talk.said) == (Adjust(*steps), ["adjusted"])
    asked = confirming()
    asked.hear(Meaning(intent))
    assert (asked.last[0], asked.said, asked.mode()) == (Adjust(*steps), ["readback.intercept"], Mode.READBACK)


def test_one_value_is_corrected_and_the_others_stay() -> None:
    talk = confirming(Meaning(Intent.INTERCEPT, order="4712", reason=Reason.FRAUD))
    talk.hear(Meaning(Intent.CORRECT, reason=Reason.DAMAGED))
    assert talk.state.wanted == Meaning(Intent.INTERCEPT, order="4712", reason=Reason.DAMAGED)
    assert talk.mode() is Mode.RESOLVE


def test_a_number_that_lost_a_digit_is_asked_for_as_such() -> None:
    talk = listening()
    talk.hear(NotUnderstood(Why.DIGITS_MISSING))
    assert talk.said == ["digits_missing"]
