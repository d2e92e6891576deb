"""How is a ratio measured that holds on a noisy machine? Both sides in turn, in one run; medians and their ratio."""

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

import msgspec


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One budget: seconds of ours and of its floor (one value per round), the ratio of medians, and what is allowed.

    ``at_most_s`` is a budget in seconds of ours, where a ratio would say nothing.
    ``skipped`` says why there is no figure. ``facts`` are further figures of the same run.
    """

    name: str
    what: str
    floor: str
    budget: float | None = None
    at_most_s: float | None = None
    ours_s: tuple[float, ...] = ()
    floor_s: tuple[float, ...] = ()
    facts: dict[str, Any] = {}
    skipped: str = ""

    @property
    def ratio(self) -> float | None:
        if not self.ours_s or not self.floor_s:
            return None
        return statistics.median(self.ours_s) / statistics.median(self.floor_s)

    @property
    def verdict(self) -> str:
        if self.skipped:
            return f"skipped: {self.skipped}"
        if self.at_most_s is not None and self.ours_s:
            return "within" if statistics.median(self.ours_s) <= self.at_most_s else "OVER"
        if self.ratio is None or self.budget is None:
            return ""
        return "within" if self.ratio <= self.budget else "OVER"


def timed(work: Callable[[], object]) -> float:
    """Seconds of one call, the garbage collector run before and off meanwhile."""
    gc.collect()
    gc.disable()
    try:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began
    finally:
        gc.enable()


def in_turn(ours: Callable[[], float], floor: Callable[[], float], rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of both sides, measured A B A B …, after one round that does not count."""
    ours(), floor()
    pairs = [(ours(), floor()) for _ in range(rounds)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def table(rows: list[Measured]) -> str:
    """The figures for people: milliseconds of the medians, ratio, budget, verdict; facts below each row."""
    lines = [f"{'budget':<10} {'ours':>12} {'floor':>12} {'ratio':>7} {'at most':>8}  verdict"]
    for row in rows:
        ours = f"{statistics.median(row.ours_s) * 1000:.2f} ms" if row.ours_s else "-"
        floor = f"{statistics.median(row.floor_s) * 1000:.2f} ms" if row.floor_s else "-"
        ratio = "-" if row.ratio is None else f"{row.ratio:.2f}"
        budget = "-" if row.budget is None else f"{row.budget:.2f}"
        budget = budget if row.at_most_s is None else f"{row.at_most_s * 1000:.0f} ms"
        lines.append(f"{row.name:<10} {ours:>12} {floor:>12} {ratio:>7} {budget:>8}  {row.verdict}")
        lines.append(f"{'':<10} {row.what}; floor: {row.floor}")
        lines += [f"{'':<10} {name}: {value}" for name, value in row.facts.items()]
    return "\n".join(lines)
