"""Texts are spoken one after the other, and the end of a prompt is known once."""

from collections import deque
from collections.abc import Callable

from voice.dialogue.effects import Earcon
from voice.language import Language
from voice.speaking.mouth import Mouth
from voice.speaking.speaker import NoChimes, TextOnly


class SlowSpeaker:
    def __init__(self) -> None:
        self.texts: list[str] = []
        self.ends: list[Callable[[], None]] = []
        self.stopped = 0

    def say(self, text: str, language: Language, done: Callable[[], None]) -> None:  # noqa: ARG002  the Protocol's
        self.texts.append(text)
        self.ends.append(done)

    def stop(self) -> None:
        self.stopped += 1


def made(*texts: str) -> tuple[Mouth, SlowSpeaker, deque[str]]:
    speaker, waiting = SlowSpeaker(), deque(texts)
    mouth = Mouth(speaker, lambda job: job())
    mouth.speak(waiting, Language.EN)
    return mouth, speaker, waiting


def test_the_next_text_waits_for_the_end_of_the_first() -> None:
    mouth, speaker, waiting = made("a", "b")
    mouth.speak(waiting, Language.EN)
    assert speaker.texts == ["a"]
    assert not mouth.is_over(waiting, 0, live=False)
    speaker.ends[0]()
    assert not mouth.is_over(waiting, 0, live=False)
    mouth.speak(waiting, Language.EN)
    assert speaker.texts == ["a", "b"]
    speaker.ends[1]()
    assert mouth.is_over(waiting, 0, live=False)
    assert not mouth.is_over(waiting, 0, live=False)


def test_a_live_microphone_waits_for_the_room_to_be_quiet() -> None:
    mouth, speaker, waiting = made("a")
    speaker.ends[0]()
    assert not mouth.is_over(waiting, 10.0, live=True)
    assert not mouth.is_over(waiting, 10.49, live=True)
    assert mouth.is_over(waiting, 10.51, live=True)


def test_what_was_hushed_is_never_reported_as_spoken() -> None:
    mouth, speaker, waiting = made("a")
    mouth.hush()
    assert speaker.stopped == 1
    speaker.ends[0]()
    assert not mouth.is_over(waiting, 0, live=False)
    waiting.append("b")
    mouth.speak(waiting, Language.EN)
    speaker.ends[0]()
    assert not mouth.is_over(waiting, 0, live=False)
    speaker.ends[1]()
    assert mouth.is_over(waiting, 0, live=False)


def test_without_a_voice_a_text_is_done_at_once() -> None:
    waiting = deque(["a"])
    mouth = Mouth(TextOnly(), lambda job: job())
    mouth.speak(waiting, Language.ZH)
    assert mouth.is_over(waiting, 0, live=False)
    mouth.hush()
    NoChimes().play(Earcon.DONE)
