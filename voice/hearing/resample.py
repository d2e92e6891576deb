"""How does sound of another rate become 16 kHz? Band-limited interpolation with a Kaiser window (J. O. Smith)."""

from functools import lru_cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

ZERO_CROSSINGS = 24
KAISER_BETA = 9.0
_CHUNK = 8192


def resample(samples: NDArray[np.float32], rate: int, to: int) -> NDArray[np.float32]:
    """Mono samples at ``rate`` as samples at ``to``; what lies above the lower Nyquist frequency is removed."""
    if rate == to or not len(samples):
        return samples
    taps = _taps(rate, to)
    reach = taps.shape[1] // 2
    padded = np.pad(samples.astype(np.float32), reach + 1)
    around = np.lib.stride_tricks.sliding_window_view(padded, taps.shape[1])
    count = int(len(samples) * to / rate)
    out = np.empty(count, dtype=np.float32)
    for start in range(0, count, _CHUNK):
        number = np.arange(start, min(start + _CHUNK, count))
        centre = number * rate // to
        out[number] = np.einsum("ij,ij->i", around[centre + 1], taps[number % len(taps)])
    return out


class Resampler:
    """The same for sound that comes bit by bit: what went in comes out, late by the reach of the filter."""

    def __init__(self, rate: int, to: int) -> None:
        self._rate, self._to = rate, to
        self._taps = _taps(rate, to)
        self._reach = self._taps.shape[1] // 2
        self._held = np.zeros(self._reach + 1, dtype=np.float32)
        self._gone = -(self._reach + 1)
        self._next = 0

    def feed(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """As many new samples as can be known now."""
        held = np.concatenate([self._held, samples])
        last = self._gone + len(held) - self._reach - 1
        numbers = np.arange(self._next, max(self._next, -(-last * self._to // self._rate)))
        centre = numbers * self._rate // self._to
        around = np.lib.stride_tricks.sliding_window_view(held, self._taps.shape[1])
        begin = centre - self._reach - self._gone
        out = np.einsum("ij,ij->i", around[begin], self._taps[numbers % len(self._taps)])
        self._next += len(numbers)
        keep = max(0, self._next * self._rate // self._to - self._reach - 1 - self._gone)
        self._held, self._gone = held[keep:], self._gone + keep
        return np.asarray(out, dtype=np.float32)


@lru_cache(maxsize=8)
def _taps(rate: int, to: int) -> NDArray[np.float32]:
    """The filter for each distance that a new sample can have from the old one before it: they repeat."""
    phases = to // gcd(rate, to)
    cutoff = min(1.0, to / rate)
    reach = int(np.ceil(ZERO_CROSSINGS / cutoff))
    fraction = (np.arange(phases) * rate % to) / to
    distance = np.arange(-reach, reach + 1)[None, :] - fraction[:, None]
    window = np.i0(KAISER_BETA * np.sqrt(np.clip(1 - (distance / (reach + 1)) ** 2, 0, 1))) / np.i0(KAISER_BETA)
    return np.asarray(cutoff * np.sinc(cutoff * distance) * window, dtype=np.float32)
