"""What others have to say waits until it disturbs nobody; and how the voice itself is adjusted."""

from dataclasses import replace

import pytest

from sync.domain.commands import Outcome
from sync.domain.exceptions import Reason
from sync.wire.messages import Result, ResultStatus
from tests.voice.dialogue.talk import (
    KEY,
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
    Link,
    Message,
    Mode,
    Remark,
    Said,
    Settled,
    TalkKey,
    Told,
)
from voice.understanding.meaning import Intent, Meaning, NotUnderstood, Why

UNDO = Meaning(Intent.UNDO)


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


def test_a_key_that_is_held_until_the_desk_sleeps_is_still_held() -> None:
    talk = Talk()
    talk.feed(TalkKey(down=True))
    talk.wait(21)
    talk.spoken()
    assert talk.mode() is Mode.ASLEEP
    talk.feed(Message("Lunch"))
    assert talk.said == []
    talk.feed(TalkKey(down=False))
    talk.wait(0)
    assert "message" in keys(talk.effects)
