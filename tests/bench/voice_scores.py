"""What came of it, in figures that say how sure they are? Shares with 95 % intervals, latencies, wrong actions."""

import math
from collections.abc import Sequence

import msgspec

Z = 1.96


class Share(msgspec.Struct, frozen=True):
    """So many of so many; ``low`` and ``high`` are Wilson's 95 % interval, in per cent."""

    of: int
    good: int
    low: float
    high: float

    def __str__(self) -> str:
        return f"{100 * self.good / self.of:.1f} % [{self.low:.1f}, {self.high:.1f}]" if self.of else "-"


def share(good: int, of: int) -> Share:
    if not of:
        return Share(0, 0, 0.0, 100.0)
    p = good / of
    middle = (p + Z * Z / (2 * of)) / (1 + Z * Z / of)
    half = Z * math.sqrt(p * (1 - p) / of + Z * Z / (4 * of * of)) / (1 + Z * Z / of)
    return Share(of, good, round(100 * max(0.0, middle - half), 1), round(100 * min(1.0, middle + half), 1))


class Count(msgspec.Struct, frozen=True):
    """What must not happen. ``bound``: 95 % upper bound per ``per`` (rule of three where there was none)."""

    count: int
    bound: float
    per: str

    def __str__(self) -> str:
        return f"{self.count} (95 % bound {self.bound:.2f} {self.per})"


def rate(count: int, exposure: float, per: str) -> Count:
    """Poisson's upper bound for ``count`` in so much exposure."""
    return Count(count, round(_most(count) / exposure, 3) if exposure else math.inf, per)


def _most(count: int) -> float:
    """The mean at which ``count`` or fewer have a chance of 5 %; 3.0 for none."""
    low, high = 0.0, 10.0 + 3 * count
    while high - low > 1e-6:
        mean = (low + high) / 2
        chance = sum(math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(count + 1))
        low, high = (mean, high) if chance > 0.05 else (low, mean)
    return high


class Times(msgspec.Struct, frozen=True):
    """Seconds."""

    p50: float
    p95: float
    p99: float

    def __str__(self) -> str:
        return f"p50 {self.p50:.2f} p95 {self.p95:.2f} p99 {self.p99:.2f} s"


def times(seconds: Sequence[float]) -> Times:
    ordered = sorted(seconds)
    if not ordered:
        return Times(0.0, 0.0, 0.0)
    return Times(*(round(ordered[min(len(ordered) - 1, int(at * len(ordered)))], 3) for at in (0.5, 0.95, 0.99)))


class Figures(msgspec.Struct, frozen=True):
    """One condition: whole dialogues with a person who listens to the read-back."""

    tasks: int
    done: Share
    at_once: Share
    slots: Share
    asked_again: Share
    wrong: Count
    misread: int
    answer: Times
    silence: Times

    def __str__(self) -> str:
        return (
            f"done {self.done}, at once {self.at_once}, slots {self.slots}, again {self.asked_again}, wrong executed "
            f"{self.wrong}, wrong read back {self.misread}, to read-back {self.answer}, "
            f"in the sound alone {self.silence}"
        )


class Score:
    """Adds up the tasks of a condition."""

    def __init__(self) -> None:
        self.total = self.done = self.at_once = self.slots = self.again = self.wrong = self.misread = 0
        self.sound = 0.0
        self.answers: list[float] = []
        self.silences: list[float] = []

    def __add__(self, other: "Score") -> "Score":
        both = Score()
        for name in ("total", "done", "at_once", "slots", "again", "wrong", "misread", "sound"):
            setattr(both, name, getattr(self, name) + getattr(other, name))
        both.answers = self.answers + other.answers
        both.silences = self.silences + other.silences
        return both

    def figures(self) -> Figures:
        return Figures(
            tasks=self.total,
            done=share(self.done, self.total),
            at_once=share(self.at_once, self.total),
            slots=share(self.slots, self.total),
            asked_again=share(self.again, self.total),
            wrong=rate(self.wrong, self.total / 100, "per 100 tasks"),
            misread=self.misread,
            answer=times(self.answers),
            silence=times(self.silences),
        )
