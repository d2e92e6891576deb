"""Which recordings of people are there? Digits, answers and other words, from the folder beside the project."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from tests.bench.voice_sounds import Samples
from voice.hearing.wav import read_sound
from voice.language import Language

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "voice" / "data"
GAP = 0.12
"""Seconds between words that are strung together."""


@dataclass(frozen=True, slots=True)
class Clip:
    file: Path
    text: str
    speaker: str
    split: str


def there() -> bool:
    return (FOLDER / "fsdd" / "manifest.tsv").is_file()


@cache
def clips(name: str) -> tuple[Clip, ...]:
    rows = (FOLDER / name / "manifest.tsv").read_text(encoding="utf-8").splitlines()[1:]
    found = []
    for row in rows:
        file, text, _, speaker, split = row.split("\t")
        found.append(Clip(FOLDER / name / file, text, speaker, split))
    return tuple(found)


def sound(clip: Clip) -> Samples:
    """The clip, its loudest sample at 0.5."""
    samples = read_sound(clip.file).astype(np.float32) / 32768
    return np.asarray(0.5 * samples / max(1e-3, float(np.abs(samples).max())), dtype=np.float32)


def trimmed(samples: Samples) -> Samples:
    """Without the quiet before and after."""
    loud = np.flatnonzero(np.abs(samples) > 0.02)
    return samples[max(0, loud[0] - 800) : loud[-1] + 1600] if len(loud) else samples


@dataclass(frozen=True, slots=True)
class Speaker:
    """One person's words. ``words``: text → clips."""

    name: str
    words: Mapping[str, tuple[Clip, ...]]

    def says(self, texts: list[str], chance: random.Random) -> Samples:
        parts: list[Samples] = []
        for text in texts:
            parts += [trimmed(sound(chance.choice(self.words[text]))), np.zeros(int(GAP * 16000), dtype=np.float32)]
        return np.concatenate(parts)

    def knows(self, texts: list[str]) -> bool:
        return all(text in self.words for text in texts)


@cache
def speakers(language: Language) -> tuple[Speaker, ...]:
    """People whom the embedded models were not trained on (Mandarin: the speaker is known, the words are not)."""
    if language is Language.ZH:
        return tuple(_by_speaker(clip for clip in clips("cmn") if clip.split == "test"))
    digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    unseen = [clip for clip in clips("fsdd") if clip.split == "test"]
    crowd = tuple(_by_speaker(clips("commands")))
    return (*_by_speaker(unseen), *(one for one in crowd if one.knows(digits)))


def _by_speaker(found: "Iterator[Clip] | list[Clip] | tuple[Clip, ...]") -> Iterator[Speaker]:
    people: dict[str, dict[str, tuple[Clip, ...]]] = {}
    for clip in found:
        words = people.setdefault(clip.speaker, {})
        words[clip.text] = (*words.get(clip.text, ()), clip)
    yield from (Speaker(name, words) for name, words in sorted(people.items()))
