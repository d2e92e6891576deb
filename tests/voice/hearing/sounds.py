"""Sounds for tests: shipped recordings, silence, noise, and files of any rate."""

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

import resources
from voice.hearing.wav import read_sound

AUDIO = Path(__file__).resolve().parents[1] / "audio"
RATE = 16000

Samples = NDArray[np.int16]


def clip(name: str) -> Path:
    """A test recording."""
    return AUDIO / f"{name}.ogg"


def demo(name: str) -> Path:
    """A recording of the demo."""
    return resources.path("recordings", f"{name}.ogg")


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE), dtype=np.int16)


def noise(seconds: float, rms: float, seed: int = 0) -> Samples:
    samples = np.random.default_rng(seed).normal(scale=rms * 32768, size=int(seconds * RATE))
    return samples.clip(-32768, 32767).astype(np.int16)


def with_noise(path: Path, snr_db: float, seed: int = 0) -> Samples:
    """The recording with white noise so many dB below the RMS of its loud parts."""
    speech = read_sound(path).astype(np.float64)
    loud = np.sqrt(np.mean(speech[np.abs(speech) > 1000] ** 2))
    random = np.random.default_rng(seed).normal(size=len(speech))
    return np.asarray((speech + loud * 10 ** (-snr_db / 20) * random).clip(-32768, 32767), dtype=np.int16)


def save(path: Path, samples: Samples, rate: int = RATE) -> Path:
    soundfile.write(path, samples, rate)
    return path


def at_rate(path: Path, source: Path, rate: int, channels: int = 1) -> Path:
    """The recording as a WAV of another rate (linear interpolation; good enough to be converted back)."""
    speech = read_sound(source).astype(np.float64)
    count = int(len(speech) * rate / RATE)
    other = np.interp(np.arange(count) * RATE / rate, np.arange(len(speech)), speech).astype(np.int16)
    soundfile.write(path, np.stack([other] * channels, axis=1), rate)
    return path
