"""Wake, listen, find the order."""

import pytest

from sync.domain.apply import Refusal
from sync.domain.commands import Args, Op
from sync.domain.exceptions import Reason
from tests.voice.dialogue.talk import INTERCEPT, NONSENSE, RELEASE, Talk, confirming, done, keys, listening
from tests.voice.fakes import order, seen
from voice.dialogue import (
    Cancelled,
    Candidate,
    Chime,
    Count,
    Counted,
    Find,
    Found,
    Hush,
    Listen,
    Looked,
    Mode,
    SoundLost,
    TalkKey,
    Utterance,
    Walk,
    listens_for,
)
from voice.understanding.meaning import Intent, Meaning, NotUnderstood, Why


def test_asleep_only_the_wake_word_is_answered() -> None:
    talk = Talk()
    assert listens_for(talk.state) is Listen.WAKE
    for meaning in (INTERCEPT, NONSENSE, Meaning(Intent.CONFIRM)):
        assert talk.hear(meaning) == ()
        assert talk.mode() is Mode.ASLEEP
    assert isinstance(talk.hear(Meaning(Intent.WAKE))[0], Chime)
    assert talk.mode() is Mode.LISTENING


def test_listening_ends_after_eight_seconds() -> None:
    talk = listening()
    talk.wait(7.9)
    assert talk.mode() is Mode.LISTENING
    talk.wait(0.2)
    assert talk.mode() is Mode.ASLEEP


def test_a_held_talk_key_waits_longer_but_not_for_ever() -> None:
    talk = Talk()
    talk.feed(TalkKey(down=True))
    talk.wait(10)
    assert talk.mode() is Mode.LISTENING
    talk.wait(11)
    assert talk.mode() is Mode.ASLEEP


def test_the_eight_seconds_count_from_the_end_of_a_prompt() -> None:
    talk = listening()
    talk.hear(Meaning(Intent.HELP))
    talk.wait(10)
    assert talk.mode() is Mode.LISTENING
    talk.spoken()
    talk.wait(7)
    assert talk.mode() is Mode.LISTENING
    talk.wait(2)
    assert talk.mode() is Mode.ASLEEP


def test_a_speaker_that_never_ends_does_not_hold_the_dialogue() -> None:
    talk = listening()
    talk.hear(Meaning(Intent.HELP))
    talk.wait(21)
    assert not talk.state.speaking
    talk.wait(9)
    assert talk.mode() is Mode.ASLEEP


def test_say_again_twice_then_asleep() -> None:
    talk = listening()
    for _ in range(2):
        talk.hear(NONSENSE)
        assert talk.said == ["say_again"]
        talk.spoken()
    talk.hear(NONSENSE)
    assert talk.said == ["going_to_sleep"]
    assert talk.mode() is Mode.ASLEEP


def test_an_understood_sentence_forgives_the_misheard_ones() -> None:
    talk = listening()
    for _ in range(5):
        talk.hear(NONSENSE)
        talk.spoken()
        talk.hear(Meaning(Intent.HELP))
        talk.spoken()
    assert talk.mode() is Mode.LISTENING


def test_silence_is_no_mistake() -> None:
    talk = listening()
    assert talk.hear(NotUnderstood(Why.NOTHING_HEARD)) == ()


def test_nothing_is_taken_in_while_speaking() -> None:
    talk = listening()
    talk.hear(Meaning(Intent.HELP))
    assert talk.hear(INTERCEPT) == ()


def test_what_began_in_an_earlier_turn_is_void() -> None:
    talk = listening()
    turn = talk.state.turn
    talk.feed(Cancelled())
    talk.hear(Meaning(Intent.WAKE))
    assert talk.feed(Utterance(INTERCEPT, turn)) == ()


def test_a_command_looks_for_its_order_and_reads_it_back() -> None:
    talk = listening()
    assert talk.hear(Meaning(Intent.INTERCEPT, order="4712", reason=Reason.BAD_ADDRESS))[-1] == Find(
        Meaning(Intent.INTERCEPT, order="4712", reason=Reason.BAD_ADDRESS)
    )
    assert talk.mode() is Mode.RESOLVE
    talk.found(order(version=7))
    assert talk.said == ["readback.intercept"]
    assert talk.mode() is Mode.READBACK
    proposal = talk.state.proposal
    assert proposal is not None
    assert (proposal.base, proposal.after, proposal.reason) == (7, None, Reason.BAD_ADDRESS)
    fields = dict(proposal.readback.fields)
    assert fields["customer"] == "Suzhou Home"
    assert fields["reason"] is Reason.BAD_ADDRESS


def test_an_intercept_without_a_reason_says_so() -> None:
    assert confirming().submitted == []
    assert confirming().state.proposal is not None
    assert dict(confirming().state.proposal.readback.fields)["reason"] is Reason.OTHER  # type: ignore[union-attr]  # asserted above


def test_an_unknown_order_goes_back_to_listening() -> None:
    talk = listening()
    talk.hear(INTERCEPT)
    talk.found()
    assert talk.said == ["unknown_order"]
    assert talk.mode() is Mode.LISTENING


def test_a_refusal_by_permission_is_spoken() -> None:
    talk = listening()
    talk.hear(RELEASE)
    talk.feed(Found((Candidate(seen(order()), refusal=Refusal.NOT_PERMITTED),)))
    assert talk.said == ["refused"]
    assert talk.mode() is Mode.LISTENING


def two() -> Talk:
    talk = listening()
    talk.hear(INTERCEPT)
    talk.found(order("SO14712", company="Suzhou Home"), order("SO24712", company="Ningbo Living"))
    talk.spoken()
    return talk


def test_several_orders_ask_for_one_more_digit() -> None:
    talk = two()
    assert talk.mode() is Mode.WHICH
    assert "which.few" in keys(talk.effects)
    assert talk.hear(Meaning(Intent.DIGITS, digits="2"))[-1] == Find(Meaning(Intent.INTERCEPT, order="24712"))


def test_asked_which_the_whole_number_names_it_too() -> None:
    assert two().hear(Meaning(Intent.DIGITS, digits="24712"))[-1] == Find(Meaning(Intent.INTERCEPT, order="24712"))


@pytest.mark.parametrize("intent", [Intent.INTERCEPT, Intent.RELEASE, Intent.REASSIGN, Intent.CLAIM])
def test_this_order_is_the_one_in_question(intent: Intent) -> None:
    talk = listening()
    assert talk.hear(Meaning(intent))[-1] == Find(Meaning(intent))
    talk.found()
    assert (talk.said, talk.mode()) == (["list_empty"], Mode.LISTENING)


def test_a_claim_is_read_back_and_needs_the_word() -> None:
    talk = confirming(Meaning(Intent.CLAIM, order="4712"))
    assert talk.state.proposal is not None
    assert talk.state.proposal.readback.key == "readback.claim"
    talk.hear(Meaning(Intent.CONFIRM))
    (proposal,) = talk.submitted
    assert (proposal.op, proposal.reason, proposal.args) == (Op.CLAIM, None, Args())


def test_help_in_the_undo_time_says_that_one_can_take_it_back() -> None:
    talk = done()
    talk.hear(Meaning(Intent.HELP))
    assert talk.said == ["help.done"]


def test_many_orders_are_not_read_out() -> None:
    talk = listening()
    talk.hear(INTERCEPT)
    talk.found(*(order(f"SO{n}4712") for n in range(4)))
    assert talk.said == ["which.many"]


def test_one_of_several_orders_is_chosen_by_number() -> None:
    talk = two()
    talk.hear(Meaning(Intent.CHOOSE, number=2))
    assert talk.mode() is Mode.READBACK
    assert talk.state.proposal is not None
    assert talk.state.proposal.order_id == "o-SO24712"


@pytest.mark.parametrize("answer", [Meaning(Intent.CHOOSE, number=3), Meaning(Intent.CHOOSE, number=0), NONSENSE])
def test_a_choice_that_is_not_there_is_asked_again(answer: Meaning | NotUnderstood) -> None:
    talk = two()
    talk.hear(answer)
    assert talk.said == ["say_again"]
    assert talk.mode() is Mode.WHICH


def test_asked_which_the_whole_number_may_be_corrected() -> None:
    assert two().hear(Meaning(Intent.CORRECT, order="8365"))[-1] == Find(Meaning(Intent.INTERCEPT, order="8365"))


@pytest.mark.parametrize(
    ("intent", "prompt", "mode"),
    [
        (Intent.CANCEL, "cancelled.word", Mode.ASLEEP),
        (Intent.SLEEP, "asleep", Mode.ASLEEP),
        (Intent.HELP, "help.which", Mode.WHICH),
        (Intent.REPEAT, "which.few", Mode.WHICH),
    ],
)
def test_asked_which_the_simple_words_work(intent: Intent, prompt: str, mode: Mode) -> None:
    talk = two()
    talk.hear(Meaning(intent))
    assert (talk.said, talk.mode()) == ([prompt], mode)


def test_no_answer_to_which_cancels() -> None:
    talk = two()
    talk.wait(8.1)
    assert talk.said == ["cancelled.time"]
    assert talk.mode() is Mode.ASLEEP


@pytest.mark.parametrize(
    ("intent", "effect"),
    [
        (Intent.NEXT, Walk(1)),
        (Intent.PREVIOUS, Walk(-1)),
        (Intent.READ, Walk(0)),
        (Intent.HOW_MANY, Count()),
    ],
)
def test_the_list_by_voice_needs_no_confirmation(intent: Intent, effect: object) -> None:
    talk = listening()
    assert talk.hear(Meaning(intent)) == (effect,)
    assert talk.mode() is Mode.LISTENING


def test_an_order_is_read_out() -> None:
    talk = listening()
    talk.hear(Meaning(Intent.READ, order="4712"))
    talk.found(order(holds=(Reason.FRAUD,)))
    assert talk.said == ["details"]
    talk.spoken()
    talk.feed(Looked(Candidate(seen(order()))))
    assert talk.said == ["details_free"]
    talk.spoken()
    talk.feed(Looked(None))
    assert talk.said == ["list_empty"]
    talk.spoken()
    talk.feed(Counted(7))
    assert talk.said == ["how_many"]


def test_a_wake_word_while_listening_starts_the_time_anew() -> None:
    talk = listening()
    assert isinstance(talk.hear(Meaning(Intent.WAKE))[0], Chime)


def test_repeat_says_the_last_prompt_again() -> None:
    talk = listening()
    talk.hear(Meaning(Intent.REPEAT))
    assert talk.said == ["help.listening"]
    talk.spoken()
    talk.hear(NONSENSE)
    talk.spoken()
    talk.hear(Meaning(Intent.REPEAT))
    assert talk.said == ["say_again"]


def test_words_that_answer_nothing_are_asked_again() -> None:
    talk = listening()
    talk.hear(Meaning(Intent.CONFIRM))
    assert talk.said == ["say_again"]


@pytest.mark.parametrize(("intent", "prompt"), [(Intent.CANCEL, "asleep"), (Intent.SLEEP, "asleep")])
def test_listening_ends_by_word(intent: Intent, prompt: str) -> None:
    talk = listening()
    talk.hear(Meaning(intent))
    assert (talk.said, talk.mode()) == ([prompt], Mode.ASLEEP)


def test_the_talk_key_silences_a_prompt_but_never_a_read_back() -> None:
    talk = listening()
    talk.hear(Meaning(Intent.HELP))
    assert talk.feed(TalkKey(down=True))[0] == Hush()
    assert not talk.state.speaking
    talk.feed(TalkKey(down=False))
    talk.hear(INTERCEPT)
    talk.found(order())
    assert talk.feed(TalkKey(down=True)) == ()
    assert talk.mode() is Mode.READBACK


def test_the_talk_key_keeps_a_question_open() -> None:
    talk = two()
    assert talk.feed(TalkKey(down=True)) == (Hush(),)
    talk.wait(12)
    assert talk.mode() is Mode.WHICH
    talk.feed(TalkKey(down=False))
    talk.wait(8.1)
    assert talk.mode() is Mode.ASLEEP


def test_the_talk_key_let_go_while_a_prompt_is_spoken_waits_for_its_end() -> None:
    talk = Talk()
    talk.feed(TalkKey(down=True))
    talk.hear(Meaning(Intent.HELP))
    assert talk.feed(TalkKey(down=False)) == ()
    assert talk.state.speaking


def test_lost_samples_are_asked_again() -> None:
    talk = listening()
    talk.feed(SoundLost("overflow"))
    assert talk.said == ["say_again"]


def test_a_lost_microphone_ends_listening_and_says_so() -> None:
    talk = listening()
    talk.feed(SoundLost("microphone"))
    assert (talk.said, talk.mode()) == (["microphone_lost"], Mode.ASLEEP)


@pytest.mark.parametrize("why", ["overflow", "microphone"])
def test_lost_sound_means_nothing_to_a_sleeper(why: str) -> None:
    talk = Talk()
    assert talk.feed(SoundLost(why)) == ()  # type: ignore[arg-type]  # both literals


def test_put_away_from_outside() -> None:
    talk = two()
    assert Hush() in talk.feed(Cancelled())
    assert talk.mode() is Mode.ASLEEP
    assert talk.feed(Cancelled()) == ()


def test_answers_that_nobody_waits_for_change_nothing() -> None:
    talk = listening()
    assert talk.found(order()) == ()
    assert talk.mode() is Mode.LISTENING


def test_words_while_looking_change_nothing() -> None:
    talk = listening()
    talk.hear(INTERCEPT)
    assert talk.hear(Meaning(Intent.CONFIRM)) == ()
    assert talk.hear(NONSENSE) == ()
    assert talk.mode() is Mode.RESOLVE
