"""What does speech that is not for the desk lead to? Hours of voices and recordings, asleep and held awake."""

import os
import random
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

import resources
from tests.bench import voice_people
from tests.bench.measure import Measured
from tests.bench.voice_memory import Remembering, Shelf, heard_by
from tests.bench.voice_scores import rate
from tests.bench.voice_sounds import ENGLISH, MANDARIN, OTHERS, Samples, nonsense, speak
from tests.voice.fakes import FakeDesk, order
from voice.dialogue import Mode
from voice.hearing.source import FRAME, RATE, Block
from voice.language import Language
from voice.loop import Equipment
from voice.session import Session

QUIET = 0.001
PIECE_SECONDS = 600.0


def pieces(language: Language, seed: int) -> Iterator[Samples]:
    """Talk without an end: sentences and single words, in rows of a few with pauses between them."""
    chance = random.Random(f"{language} {seed}")
    recorded = _recorded(language)
    sentences = _sentences(language)
    while True:
        for _ in range(chance.randrange(3, 12)):
            if recorded and chance.random() < 0.6:
                yield voice_people.sound(chance.choice(recorded))
            else:
                yield _spoken(language, sentences, chance)
            yield np.zeros(int(chance.choice([0.1, 0.2, 0.4, 0.9]) * RATE), dtype=np.float32)
        yield np.zeros(int(chance.uniform(1.0, 3.0) * RATE), dtype=np.float32)


def _recorded(language: Language) -> list[voice_people.Clip]:
    """People, all of them; but not those who say the wake word of this language."""
    if not voice_people.there():
        return []
    wake = "computer" if language is Language.EN else "小仓"
    names = ("commands", "dsp20", "cmn", "wakewords", "fsdd")
    return [clip for name in names for clip in voice_people.clips(name) if clip.text != wake]


def _sentences(language: Language) -> list[str]:
    """What people at the desk might say to each other: the words of our own screens, minus the wake word."""
    texts = resources.path("translations", f"{language}.toml").read_text(encoding="utf-8")
    said = [line.partition('"')[2].rpartition('"')[0] for line in texts.splitlines() if ' = "' in line]
    return [text for text in said if "{" not in text and 4 < len(text) < 120]


def _spoken(language: Language, sentences: list[str], chance: random.Random) -> Samples:
    if chance.random() < 0.3:
        return speak(
            f"espeak:{chance.choice(OTHERS)}+{chance.choice(['f2', 'm2', 'f5', 'm6'])}", nonsense(chance.randrange(400))
        )
    if language is Language.EN:
        return speak(chance.choice(ENGLISH), chance.choice(sentences))
    return speak(chance.choice(MANDARIN), in_letters(chance.choice(sentences)))


@cache
def in_letters(text: str) -> str:
    """Pinyin with tones, as the voices read it: without a dictionary they read characters as English."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # as in sync/store/pinyin.py
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  after the line above

    return " ".join(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True))


class Talk:
    """That talk as a source, for so many seconds. ``wake`` is called whenever the desk has gone to sleep."""

    live = False

    def __init__(self, language: Language, seed: int, seconds: float, wake: Callable[[], None]) -> None:
        self._pieces = pieces(language, seed)
        self._quiet = np.random.default_rng(seed)
        self._left = int(seconds * RATE) // FRAME
        self._pcm = np.zeros(0, dtype="<i2")
        self._wake = wake

    @property
    def ended(self) -> bool:
        return self._left <= 0

    def open(self) -> None: ...

    def close(self) -> None: ...

    def read(self, timeout: float) -> Block | None:  # noqa: ARG002  the Protocol's
        self._wake()
        while len(self._pcm) < FRAME:
            sound = next(self._pieces)
            room = QUIET * self._quiet.normal(size=len(sound))
            self._pcm = np.concatenate([self._pcm, (np.clip(sound + room, -1, 1) * 32767).astype("<i2")])
        frame, self._pcm = self._pcm[:FRAME], self._pcm[FRAME:]
        self._left -= 1
        return Block(frame.tobytes())


class Idle:
    """Hours of it. ``awake``: the talk key is pressed again as soon as the desk sleeps; else it sleeps and listens.

    Pieces that the ``shelf`` knows, heard by the same code, are not heard again.
    """

    def __init__(self, language: Language, recognition: Remembering, shelf: Shelf, *, awake: bool) -> None:
        self._language, self._recognition, self._shelf, self._awake = language, recognition, shelf, awake
        self.seconds = 0.0
        self.woke = self.read_back = self.executed = 0

    def piece(self, seed: int, seconds: float) -> None:
        key = f"{heard_by()} {self._language} {'awake' if self._awake else 'asleep'} {seed} {seconds:.0f}"
        found = self._shelf.counted(key)
        if found is None:
            found = self._heard(seed, seconds)
            self._shelf.count(key, found)
        woke, read_back, executed = found
        self.seconds += seconds
        self.woke += int(woke)
        self.read_back += int(read_back)
        self.executed += int(executed)

    def _heard(self, seed: int, seconds: float) -> tuple[float, ...]:
        """How often it woke, understood a sentence, did what a sentence asked."""
        desk = FakeDesk(*(order(f"SO99{number:04}") for number in range(0, 10000, 7)))
        it = Session(desk, Equipment(recognition=lambda: self._recognition), language=self._language)

        def wake() -> None:
            if self._awake and it._loop._talk.state.mode is Mode.ASLEEP:
                it.push_to_talk(down=True)
                it.push_to_talk(down=False)

        steps = it.hear(Talk(self._language, seed, seconds, wake))
        it.leave()
        speak.cache_clear()
        woke = sum(step.kind == "woke" for step in steps) - 1
        return woke, sum(step.kind == "understood" for step in steps), len(desk.wishes)

    def row(self) -> Measured:
        hours = self.seconds / 3600
        name = "awake" if self._awake else "asleep"
        facts: dict[str, object] = {"hours": f"{hours:.2f}", "executed": rate(self.executed, hours, "per hour")}
        if self._awake:
            facts["sentences understood"] = rate(self.read_back, hours, "per hour")
        else:
            facts["false wakes"] = rate(self.woke, hours, "per hour")
        return Measured(
            name=f"{name}-{self._language}",
            what="speech that is not for the desk: people's recordings, voices, other languages, made-up words"
            + (", the talk key pressed again at once whenever it sleeps" if self._awake else ""),
            floor="-",
            facts=facts,
        )
