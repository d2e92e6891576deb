"""What is spoken next? One text at a time, and a prompt is over when the last has been spoken and the room is quiet."""

from collections.abc import Callable
from typing import Protocol

from voice.language import Language
from voice.speaking.speaker import Speaker

TAIL_SECONDS = 0.5
"""So long after a prompt a live microphone stays closed: the room still speaks."""


class Texts(Protocol):
    """Texts that wait to be spoken."""

    def popleft(self) -> str: ...

    def __len__(self) -> int: ...


class Mouth:
    """Used by the voice thread. ``post`` brings a call from any thread to it."""

    def __init__(self, speaker: Speaker, post: Callable[[Callable[[], None]], None]) -> None:
        self._speaker = speaker
        self._post = post
        self._number = 0
        self._running = False
        self._over_at: float | None = None
        self._finished = False

    def speak(self, texts: Texts, language: Language) -> None:
        """Hand the next text to the speaker, if it is free."""
        if self._running or not len(texts):
            return
        self._number += 1
        mine = self._number
        self._running, self._finished, self._over_at = True, False, None
        self._speaker.say(texts.popleft(), language, lambda: self._post(lambda: self._done(mine)))

    def _done(self, number: int) -> None:
        """The speaker has ended a text; one that was hushed before does not count."""
        if number == self._number and self._running:
            self._running, self._finished = False, True

    def is_over(self, texts: Texts, now: float, *, live: bool) -> bool:
        """Once after the last text: everything was spoken, and with a live microphone the tail has passed."""
        if not self._finished or len(texts):
            return False
        if live:
            self._over_at = now + TAIL_SECONDS if self._over_at is None else self._over_at
            if now < self._over_at:
                return False
        self._finished, self._over_at = False, None
        return True

    def hush(self) -> None:
        """Be silent at once; nothing of it is reported as spoken."""
        self._number += 1
        self._running, self._finished, self._over_at = False, False, None
        self._speaker.stop()
