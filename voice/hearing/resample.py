"""How does sound of another rate become 16 kHz? Band-limited interpolation with a Kaiser window (J. O. Smith)."""

import numpy as np
from numpy.typing import NDArray

ZERO_CROSSINGS = 24
KAISER_BETA = 9.0
_CHUNK = 8192


def resample(samples: NDArray[np.float32], rate: int, to: int) -> NDArray[np.float32]:
    """Mono samples at ``rate`` as samples at ``to``; what lies above the lower Nyquist frequency is removed."""
    if rate == to or not len(samples):
        return samples
    cutoff = min(1.0, to / rate)
    reach = int(np.ceil(ZERO_CROSSINGS / cutoff))
    padded = np.pad(samples.astype(np.float64), reach + 1)
    count = int(len(samples) * to / rate)
    out = np.empty(count, dtype=np.float32)
    offsets = np.arange(-reach, reach + 1)
    for start in range(0, count, _CHUNK):
        times = np.arange(start, min(start + _CHUNK, count)) * (rate / to)
        centre = np.floor(times).astype(np.int64)
        distance = offsets[None, :] - (times - centre)[:, None]
        window = np.i0(KAISER_BETA * np.sqrt(np.clip(1 - (distance / (reach + 1)) ** 2, 0, 1))) / np.i0(KAISER_BETA)
        taps = cutoff * np.sinc(cutoff * distance) * window
        out[start : start + len(times)] = (padded[centre[:, None] + offsets[None, :] + reach + 1] * taps).sum(axis=1)
    return out
