"""Who speaks? Anything that takes a text and says when it is done; without a voice, the screen alone."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from voice.dialogue.effects import Earcon
from voice.language import Language


class Speaker(Protocol):
    """A voice. One text at a time: the session waits for ``done`` before it hands over the next."""

    def say(self, text: str, language: Language, done: Callable[[], None]) -> None:
        """Begin to speak and return at once. ``done`` is called once, on any thread, when it ended or failed."""

    def stop(self) -> None:
        """Be silent at once; ``done`` of the stopped text may or may not be called."""


@runtime_checkable
class Adjustable(Protocol):
    """A voice whose loudness and speed can be changed."""

    def adjust(self, louder: int, faster: int) -> None:
        """So many steps up or down, from the next text on; beyond its ends nothing changes. Any thread."""


class Chimes(Protocol):
    """Short sounds beside the voice."""

    def play(self, earcon: Earcon) -> None:
        """Begin to play and return at once; without an output nothing sounds."""


class TextOnly:
    """No voice: what is asked stands on the screen, and is done as soon as it stands there."""

    def say(self, text: str, language: Language, done: Callable[[], None]) -> None:  # noqa: ARG002  the Protocol's
        done()

    def stop(self) -> None:
        """Nothing sounds."""


class NoChimes:
    def play(self, earcon: Earcon) -> None:
        """Nothing sounds."""
