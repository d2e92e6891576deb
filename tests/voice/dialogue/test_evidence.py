"""With a command goes everything that was said for it, from the wish to the confirmation."""

from sync.domain.commands import Heard
from tests.voice.dialogue.talk import CONFIRM, RELEASE, Talk, done, listening
from tests.voice.fakes import order
from voice.dialogue import TakeBack, Utterance
from voice.dialogue.evidence import joined
from voice.understanding.meaning import Intent, Meaning


def words(transcript: str, confidence: float | None = 0.9, noise_db: float | None = -50.0) -> Heard:
    return Heard(
        transcript=transcript,
        alternatives=(f"{transcript}?",),
        confidence=confidence,
        noise_db=noise_db,
        language="en",
        grammar="en-1#00000000",
        model="m#1",
    )


def says(talk: Talk, meaning: Meaning, transcript: str) -> None:
    talk.feed(Utterance(meaning, talk.state.turn, words(transcript)))


def test_a_corrected_command_keeps_wish_correction_and_confirmation() -> None:
    talk = listening()
    says(talk, RELEASE, "release order four seven one two")
    talk.found(order())
    talk.spoken()
    says(talk, Meaning(Intent.CORRECT, order="8365"), "no eight three six five")
    talk.found(order("SO8365"))
    talk.spoken()
    says(talk, CONFIRM, "confirm")
    talk.spoken()
    says(talk, Meaning(Intent.DIGITS, digits="65"), "six five")
    heard = talk.submitted[-1].heard
    assert heard is not None
    assert heard.transcript == "release order four seven one two / no eight three six five / confirm / six five"
    assert heard.alternatives[:2] == ("release order four seven one two?", "no eight three six five?")


def test_a_choice_among_several_is_kept_too() -> None:
    talk = listening()
    says(talk, Meaning(Intent.INTERCEPT, order="4712"), "intercept order four seven one two")
    talk.found(order("SO14712"), order("SO24712"))
    talk.spoken()
    says(talk, Meaning(Intent.CHOOSE, number=2), "the second one")
    talk.spoken()
    says(talk, CONFIRM, "confirm")
    heard = talk.submitted[-1].heard
    assert heard is not None
    assert heard.transcript == "intercept order four seven one two / the second one / confirm"


def test_what_takes_a_command_back_is_on_record() -> None:
    talk = done()
    says(talk, Meaning(Intent.UNDO), "undo")
    (effect,) = talk.last
    assert isinstance(effect, TakeBack)
    assert effect.heard == words("undo")


def test_the_least_sure_word_and_the_loudest_moment_count() -> None:
    both = joined(words("a", 0.4, -60.0), words("b", 0.8, -30.0))
    assert both is not None
    assert (both.confidence, both.noise_db) == (0.4, -30.0)
    unknown = joined(words("a", None, None), words("b", None, None))
    assert unknown is not None
    assert (unknown.confidence, unknown.noise_db) == (None, None)


def test_one_side_alone_stays_as_it_is() -> None:
    assert joined(None, words("a")) == joined(words("a"), None) == words("a")
    assert joined(None, None) is None


def test_a_command_corrected_again_and_again_does_not_grow_for_ever() -> None:
    heard: Heard | None = None
    for number in range(40):
        heard = joined(heard, words(str(number)))
    assert heard is not None
    assert heard.transcript == "0 / 35 / 36 / 37 / 38 / 39"
    assert len(heard.alternatives) == 6
