"""How does each earcon sound? A few short tones, made here; played when there is a loudspeaker."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice.dialogue.effects import Earcon

RATE = 44100
LOUDNESS = 0.25
FADE_SECONDS = 0.008

TONES: Mapping[Earcon, tuple[tuple[float, float], ...]] = {
    Earcon.LISTENING: ((660.0, 0.07), (880.0, 0.09)),
    Earcon.UNDERSTOOD: ((880.0, 0.06),),
    Earcon.SAY_AGAIN: ((440.0, 0.08), (440.0, 0.08)),
    Earcon.DONE: ((660.0, 0.07), (880.0, 0.07), (1100.0, 0.12)),
    Earcon.CANCELLED: ((520.0, 0.1), (390.0, 0.16)),
    Earcon.ATTENTION: ((300.0, 0.14), (520.0, 0.1), (300.0, 0.14)),
}
"""Frequency in Hz and length in seconds of each tone, one after the other."""


def tone(earcon: Earcon) -> NDArray[np.float32]:
    """The samples of an earcon, mono, 44.1 kHz, within ±0.25."""
    return np.concatenate([_one(frequency, seconds) for frequency, seconds in TONES[earcon]])


def _one(frequency: float, seconds: float) -> NDArray[np.float32]:
    count = int(RATE * seconds)
    at = np.arange(count) / RATE
    fade = np.minimum(1.0, np.minimum(at, at[::-1]) / FADE_SECONDS)
    return (LOUDNESS * fade * np.sin(2 * np.pi * frequency * at)).astype(np.float32)


def _sounddevice() -> Any:
    return importlib.import_module("sounddevice")  # looks for PortAudio and enumerates devices


class LoudChimes:
    """Earcons through the default output; in the process of ``sound_process``.

    Where there is none, ``silent`` says why and nothing is played any more.
    """

    def __init__(self, audio: Callable[[], Any] = _sounddevice) -> None:
        self._load = audio
        self._audio: Any = None
        self.silent = ""

    def play(self, earcon: Earcon) -> None:
        if self.silent:
            return
        try:
            self._audio = self._audio or self._load()
        except OSError as missing:
            self.silent = str(missing)
            return
        try:
            self._audio.play(tone(earcon), RATE)
        except self._audio.PortAudioError as missing:
            self.silent = str(missing)
