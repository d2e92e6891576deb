"""Nothing is submitted but what was read back and confirmed as its tier demands."""

import msgspec
import pytest

from sync.domain.commands import Args, Op, Target
from sync.domain.exceptions import Reason
from sync.domain.holds import HoldId
from sync.domain.order import Status
from tests.voice.dialogue.talk import (
    CONFIRM,
    EVIDENCE,
    INTERCEPT,
    NONSENSE,
    RELEASE,
    Talk,
    confirming,
    keys,
    listening,
)
from tests.voice.fakes import order, seen
from voice.dialogue import Cancelled, Changed, Chime, Find, Hush, Mode, SoundLost, TalkKey, Tick
from voice.dialogue.evidence import joined
from voice.dialogue.wording import Digits
from voice.understanding.meaning import Intent, Meaning, NotUnderstood, Why

HELD = order(holds=(Reason.BAD_ADDRESS, Reason.FRAUD))
REASSIGN = Meaning(Intent.REASSIGN, order="4712", to=Target(kind="warehouse", id="W-EAST"))


def test_an_intercept_needs_the_word() -> None:
    talk = confirming()
    talk.hear(CONFIRM)
    (proposal,) = talk.submitted
    assert (proposal.op, proposal.base, proposal.reason) == (Op.INTERCEPT, 3, Reason.OTHER)
    assert proposal.heard == joined(EVIDENCE, EVIDENCE), "the wish and its confirmation"
    assert talk.mode() is Mode.DONE


def test_a_release_needs_the_word_and_the_last_two_digits() -> None:
    talk = confirming(RELEASE, HELD)
    talk.hear(Meaning(Intent.CONFIRM, digits="12"))
    (proposal,) = talk.submitted
    assert (proposal.op, proposal.reason) == (Op.RELEASE, None)
    assert proposal.args == Args(holds=(HoldId("h-bad_address"), HoldId("h-fraud")))
    assert dict(proposal.readback.fields)["holds"] == (Reason.BAD_ADDRESS, Reason.FRAUD)


def test_a_reassignment_names_its_place() -> None:
    talk = confirming(REASSIGN)
    talk.hear(Meaning(Intent.CONFIRM, digits="12"))
    (proposal,) = talk.submitted
    assert (proposal.op, proposal.args.to) == (Op.REASSIGN, Target(kind="warehouse", id="W-EAST"))


def test_the_digits_may_follow_the_word() -> None:
    talk = confirming(RELEASE, HELD)
    talk.hear(CONFIRM)
    assert (talk.said, talk.submitted) == (["ask.digits"], [])
    talk.spoken()
    talk.hear(Meaning(Intent.DIGITS, digits="12"))
    assert len(talk.submitted) == 1


def test_the_word_may_follow_the_digits() -> None:
    talk = confirming(RELEASE, HELD)
    talk.hear(Meaning(Intent.DIGITS, digits="12"))
    assert (talk.said, talk.submitted) == (["ask.word"], [])
    talk.spoken()
    talk.hear(CONFIRM)
    assert len(talk.submitted) == 1


@pytest.mark.parametrize("digits", ["12", "712", "4712"])
def test_more_of_the_number_than_its_last_two_digits_is_right_too(digits: str) -> None:
    talk = confirming(RELEASE, HELD)
    talk.hear(Meaning(Intent.CONFIRM, digits=digits))
    assert len(talk.submitted) == 1


@pytest.mark.parametrize("digits", ["13", "4713", "1", "34712"])
def test_wrong_digits_cancel(digits: str) -> None:
    for intent in (Intent.CONFIRM, Intent.DIGITS):
        talk = confirming(RELEASE, HELD)
        talk.hear(Meaning(intent, digits=digits))
        assert (talk.said, talk.mode(), talk.submitted) == (["cancelled.digits"], Mode.ASLEEP, [])


@pytest.mark.parametrize(
    ("meaning", "prompt"),
    [
        (Meaning(Intent.CANCEL), "cancelled.word"),
        (NONSENSE, "cancelled.else"),
        (NotUnderstood(Why.UNKNOWN_WORDS), "cancelled.else"),
        (Meaning(Intent.DIGITS, digits="12"), "cancelled.else"),
        (Meaning(Intent.NEXT), "cancelled.else"),
        (Meaning(Intent.SLEEP), "asleep"),
    ],
)
def test_anything_else_cancels(meaning: Meaning | NotUnderstood, prompt: str) -> None:
    talk = confirming()
    talk.hear(meaning)
    assert (talk.said, talk.mode(), talk.submitted) == ([prompt], Mode.ASLEEP, [])


def test_silence_does_not_cancel_but_time_does() -> None:
    talk = confirming()
    assert talk.hear(NotUnderstood(Why.NOTHING_HEARD)) == ()
    talk.wait(5.9)
    assert talk.mode() is Mode.CONFIRM
    talk.wait(0.2)
    assert (talk.said, talk.mode()) == (["cancelled.time"], Mode.ASLEEP)


def test_a_confirmation_after_the_time_is_too_late() -> None:
    talk = confirming()
    talk.wait(6.1)
    talk.spoken()
    talk.hear(CONFIRM)
    assert talk.submitted == []


def test_repeat_reads_back_again_and_forgets_half_an_answer() -> None:
    talk = confirming(RELEASE, HELD)
    talk.hear(CONFIRM)
    talk.spoken()
    talk.hear(Meaning(Intent.REPEAT))
    assert (talk.said, talk.mode()) == (["readback.release"], Mode.READBACK)
    talk.spoken()
    talk.hear(Meaning(Intent.DIGITS, digits="12"))
    assert talk.submitted == []


@pytest.mark.parametrize(("wanted", "prompt"), [(INTERCEPT, "help.confirm"), (RELEASE, "help.confirm_digits")])
def test_help_says_what_is_awaited(wanted: Meaning, prompt: str) -> None:
    talk = confirming(wanted, HELD)
    talk.hear(Meaning(Intent.HELP))
    assert (talk.said, talk.mode()) == ([prompt], Mode.CONFIRM)


def test_the_number_can_be_corrected() -> None:
    talk = confirming()
    assert talk.hear(Meaning(Intent.CORRECT, order="4812"))[-1] == Find(Meaning(Intent.INTERCEPT, order="4812"))
    talk.found(order("SO4812"))
    talk.spoken()
    talk.hear(CONFIRM)
    assert [proposal.tail for proposal in talk.submitted] == ["4812"]


def test_a_changed_order_is_read_back_anew_and_the_old_one_never_submitted() -> None:
    talk = confirming()
    effects = talk.feed(Changed(seen(order(version=4))))
    assert effects[0] == Hush()
    assert keys(effects) == ["changed"]
    assert effects[-1] == Find(Meaning(Intent.INTERCEPT, order="20244712"))
    talk.hear(CONFIRM)
    assert talk.submitted == []
    talk.found(order(version=4))
    talk.spoken()
    talk.hear(CONFIRM)
    assert [proposal.base for proposal in talk.submitted] == [4]


def test_the_same_version_in_a_restored_central_is_the_same_only_where_the_state_is() -> None:
    talk = confirming()
    assert not talk.feed(Changed(msgspec.structs.replace(seen(order()), epoch="another")))
    other = msgspec.structs.replace(seen(order(status=Status.PACKED)), epoch="another")
    assert keys(talk.feed(Changed(other))) == ["changed"]


def test_a_number_that_ends_with_letters_is_looked_up_by_what_was_said() -> None:
    talk = confirming()
    changed = order("4712-B", version=4)
    effects = talk.feed(Changed(seen(changed)))
    assert effects[-1] == Find(Meaning(Intent.INTERCEPT, order="4712"))


def test_a_change_during_the_read_back_counts_too() -> None:
    talk = confirming()
    talk.hear(Meaning(Intent.REPEAT))
    talk.feed(Changed(seen(order(version=4))))
    assert talk.mode() is Mode.RESOLVE


def test_an_order_that_is_gone_cancels() -> None:
    talk = confirming()
    talk.feed(Changed(None))
    assert (talk.said, talk.mode()) == (["cancelled.changed"], Mode.ASLEEP)


def test_the_same_order_seen_again_changes_nothing() -> None:
    talk = confirming()
    assert talk.feed(Changed(seen(order()))) == ()
    assert talk.mode() is Mode.CONFIRM
    assert Talk().feed(Changed(seen(order()))) == ()


@pytest.mark.parametrize("why", ["overflow", "microphone"])
def test_lost_sound_cancels_and_says_so(why: str) -> None:
    talk = confirming()
    talk.feed(SoundLost(why))  # type: ignore[arg-type]  # both literals
    assert (talk.said, talk.mode()) == ([f"cancelled.{why}"], Mode.ASLEEP)


def test_a_read_back_that_never_ends_is_put_away() -> None:
    talk = confirming()
    talk.hear(Meaning(Intent.REPEAT))
    talk.now += 21
    talk.feed(Tick())
    assert (talk.mode(), talk.state.speaking, talk.submitted) == (Mode.ASLEEP, False, [])


def test_put_away_by_button() -> None:
    talk = confirming()
    talk.feed(Cancelled())
    assert talk.mode() is Mode.ASLEEP


def test_the_talk_key_keeps_the_question_open() -> None:
    talk = confirming()
    talk.feed(TalkKey(down=True))
    talk.wait(10)
    assert talk.mode() is Mode.CONFIRM
    talk.feed(TalkKey(down=False))
    talk.hear(CONFIRM)
    assert len(talk.submitted) == 1


def test_the_tail_is_read_digit_by_digit() -> None:
    proposal = confirming().state.proposal
    assert proposal is not None
    assert dict(proposal.readback.fields)["order"] == Digits("4712")


def test_what_asks_for_an_answer_is_heard_also_where_no_voice_speaks_the_language() -> None:
    """A tone goes before it; the words stand on the screen."""
    talk = listening()
    talk.hear(RELEASE)
    talk.found(order("SO14712", holds=(Reason.BAD_ADDRESS,)), order("SO24712", holds=(Reason.BAD_ADDRESS,)))
    asking = [talk.last]
    talk.spoken()
    talk.hear(Meaning(Intent.CHOOSE, number=1))
    asking.append(talk.last)
    talk.spoken()
    talk.hear(CONFIRM)
    asking.append(talk.last)
    assert [keys(effects) for effects in asking] == [["which.few"], ["readback.release"], ["ask.digits"]]
    assert all(isinstance(effects[0], Chime) for effects in asking)
    word = confirming(RELEASE, order(holds=(Reason.BAD_ADDRESS,)))
    word.hear(Meaning(Intent.DIGITS, digits="12"))
    assert (word.said, isinstance(word.last[0], Chime)) == (["ask.word"], True)


@pytest.mark.parametrize("intent", [Intent.CONFIRM, Intent.DIGITS])
def test_a_digit_that_was_lost_is_asked_for_and_counts_for_nothing(intent: Intent) -> None:
    talk = confirming(RELEASE, HELD)
    talk.hear(Meaning(intent, digits="2"))
    assert (talk.said, talk.submitted) == ([f"ask.{'digits' if intent is Intent.CONFIRM else 'word'}"], [])
    talk.spoken()
    talk.hear(CONFIRM)
    assert (talk.said, talk.submitted) == (["ask.digits"], [])
    talk.spoken()
    talk.hear(Meaning(Intent.DIGITS, digits="12"))
    assert len(talk.submitted) == 1


@pytest.mark.parametrize(("wanted", "digit"), [(RELEASE, "1"), (INTERCEPT, "2")])
def test_one_digit_that_is_not_the_last_or_that_nobody_asked_for_cancels(wanted: Meaning, digit: str) -> None:
    talk = confirming(wanted, HELD if wanted is RELEASE else order())
    talk.hear(Meaning(Intent.CONFIRM, digits=digit))
    assert (talk.said, talk.submitted) == (["cancelled.digits"], [])
