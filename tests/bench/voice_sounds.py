"""What does the bench play? Voices the models never heard, and five kinds of noise at a calibrated distance."""

import subprocess
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from voice.hearing.resample import resample
from voice.hearing.source import RATE

Samples = NDArray[np.float32]

ENGLISH = ("flite:rms", "espeak:en-us+f2", "espeak:en-us+m2", "espeak:en-gb+m6", "espeak:en-gb+f5")
MANDARIN = ("espeak:cmn-latn-pinyin+f2", "espeak:cmn-latn-pinyin+m2", "espeak:cmn-latn-pinyin+m6")
"""None of them was among the voices that the embedded models were trained on."""
OTHERS = ("de", "fr", "es", "it", "pl", "ru", "nl", "tr")


@cache
def speak(voice: str, text: str, speed: int = 150) -> Samples:
    """The text by this voice, its loudest sample at 0.5."""
    engine, _, name = voice.partition(":")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        made = ["flite", "-voice", name, "-t", text, "-o", str(path)]
        if engine == "espeak":
            made = ["espeak-ng", "-v", name, "-s", str(speed), text, "-w", str(path)]
        subprocess.run(made, check=True)
        sound, rate = soundfile.read(path, dtype="float32")
    speech = resample(sound, int(rate), RATE)
    return np.asarray(0.5 * speech / max(1e-6, np.abs(speech).max()), dtype=np.float32)


def _tone(count: int, frequency: float) -> Samples:
    return np.sin(2 * np.pi * frequency * np.arange(count) / RATE).astype(np.float32)


def _hum(count: int, random: np.random.Generator) -> Samples:
    """A conveyor: mains and its harmonics, and the low roar of rollers."""
    roar = np.convolve(random.normal(size=count + 63), np.ones(64) / 64, "valid")
    return (sum(_tone(count, 50 * k) / k for k in (1, 2, 3, 5)) + 6 * roar).astype(np.float32)


def _beeper(count: int, random: np.random.Generator) -> Samples:
    """A forklift going backwards: half a second of tone, half a second of rest."""
    on = (np.arange(count) // (RATE // 2)) % 2
    return (_tone(count, 1250) * on + 0.05 * random.normal(size=count)).astype(np.float32)


def _babble(count: int, random: np.random.Generator) -> Samples:
    """Twelve people at once, in other languages."""
    total = np.zeros(count, dtype=np.float32)
    for number in range(12):
        one = speak(f"espeak:{OTHERS[number % len(OTHERS)]}", nonsense(number), 140 + 5 * number)
        total += np.roll(np.resize(one, count), int(random.integers(count)))
    return total


def nonsense(number: int) -> str:
    random = np.random.default_rng(number)
    return " ".join(
        "".join(random.choice(list("bdfgklmnprst")) + random.choice(list("aeiou")) for _ in range(3)) for _ in range(12)
    )


def _impacts(count: int, random: np.random.Generator) -> Samples:
    """Boxes and pallets set down: two a second, short and loud."""
    hits = np.zeros(count, dtype=np.float32)
    hits[random.integers(0, count, max(1, 2 * count // RATE))] = 1
    ring = random.normal(size=RATE // 5) * np.exp(-np.arange(RATE // 5) / 500)
    return (np.convolve(hits, ring)[:count] + 0.01 * random.normal(size=count)).astype(np.float32)


def _music(count: int, random: np.random.Generator) -> Samples:
    """A radio: chords that change twice a second, with a beat."""
    total = np.zeros(count, dtype=np.float32)
    for start in range(0, count, RATE // 2):
        part = min(RATE // 2, count - start)
        root = 110 * 2 ** (int(random.integers(0, 12)) / 12)
        total[start : start + part] += sum(_tone(part, root * m) for m in (1, 1.26, 1.5, 2, 3)) * np.linspace(
            1, 0.2, part
        )
    return total + np.asarray(0.1 * random.normal(size=count), dtype=np.float32)


NOISES: Mapping[str, Callable[[int, np.random.Generator], Samples]] = {
    "hum": _hum,
    "beeper": _beeper,
    "babble": _babble,
    "impacts": _impacts,
    "music": _music,
}


def noise(kind: str, seconds: float, seed: int) -> Samples:
    """So much noise, its RMS 1."""
    made = NOISES[kind](int(seconds * RATE), np.random.default_rng(seed))
    return np.asarray(made / np.sqrt(np.mean(made.astype(np.float64) ** 2)), dtype=np.float32)


def loudness(speech: Samples) -> float:
    """RMS of the voiced part: frames within 30 dB of the loudest."""
    frames = speech[: len(speech) // 320 * 320].reshape(-1, 320).astype(np.float64)
    powers = (frames**2).mean(axis=1)
    return float(np.sqrt(powers[powers > powers.max() * 1e-3].mean()))


def in_a_hall(speech: Samples, seed: int = 0) -> Samples:
    """With 0.4 s of reverberation, the direct sound first."""
    random = np.random.default_rng(seed)
    count = int(0.4 * RATE)
    tail = random.normal(size=count) * 10 ** (-3 * np.arange(count) / count) * 0.06
    tail[0] = 1
    return np.asarray(np.convolve(speech, tail)[: len(speech)], dtype=np.float32)


def by_headset(speech: Samples) -> Samples:
    """Through 8 kHz and back."""
    return resample(resample(speech, RATE, 8000), 8000, RATE)
