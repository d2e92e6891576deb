"""Does it hold for hours? Random walks of the simulation, seed after seed; what fails is made short and kept."""

import argparse
import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from tests.faults.soaking import kill_centrals, kill_workstations
from tests.simulation.world import Step, World, plan

SEATS = 3


class Failure(msgspec.Struct, frozen=True):
    """A walk that broke a promise, and the fewest of its steps that were found to break it, too."""

    seed: int
    steps: int
    broken: str
    story: tuple[Step, ...]


def broken_by(seed: int, story: Sequence[Step]) -> tuple[str, int]:
    """Which promise these steps break in the world of this seed, and after how many; empty when none."""
    world = World(seed, seats=SEATS)
    try:
        world.replay(story)
        world.heal()
    except AssertionError as broken:
        return str(broken) or "an assertion without words", world.steps
    except Exception as fault:  # noqa: BLE001  whatever escapes the product is what is looked for
        return f"{type(fault).__name__}: {fault}", world.steps
    else:
        return "", world.steps
    finally:
        with suppress(Exception):  # what is broken may also refuse to close
            world.close()


def shortened(seed: int, story: Sequence[Step], promise: str, until: float) -> tuple[Step, ...]:
    """The story without the steps that breaking this promise does not need; the search ends at this time
    (``time.monotonic``).
    """
    kept, part = tuple(story), max(1, len(story) // 2)
    while part and time.monotonic() < until:
        before, start = kept, 0
        while start < len(kept) and time.monotonic() < until:
            shorter = kept[:start] + kept[start + part :]
            if promise_of(broken_by(seed, shorter)[0]) == promise:
                kept = shorter  # and go on from the same place
            else:
                start += part
        part = part // 2 if part > 1 or kept == before else 1
    return kept


def promise_of(broken: str) -> str:
    """Which promise it was, without the particulars."""
    return broken.partition(":")[0]


class Soak:
    """The sum of the walks so far. ``tell`` hears progress; each failure is added to a file as a line of JSON."""

    def __init__(self, failures: Path, shorten_s: float, tell: Callable[[str], object]) -> None:
        self._file, self._shorten_s, self._tell = failures, shorten_s, tell
        self.walks = self.steps = 0
        self.failing: list[int] = []
        self._began = self._told = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def walk(self, seed: int, steps: int) -> None:
        story = plan(seed, steps, SEATS)
        broken, reached = broken_by(seed, story)
        self.walks, self.steps = self.walks + 1, self.steps + reached
        if broken:
            self._note(seed, story[:reached], broken)
        if time.monotonic() - self._told > 5:
            self._told = time.monotonic()
            self._tell(f"{self}\n")

    def _note(self, seed: int, story: Sequence[Step], broken: str) -> None:
        self.failing.append(seed)
        self._tell(f"seed {seed}, step {len(story)}: {broken}\n")
        short = shortened(seed, story, promise_of(broken), time.monotonic() + self._shorten_s)
        failure = Failure(seed, len(story), broken, short)
        with self._file.open("ab") as file:
            file.write(msgspec.json.encode(failure) + b"\n")
        self._tell(f"seed {seed}: {len(short)} steps are enough, see {self._file}\n")

    def __str__(self) -> str:
        each = self.steps / max(self.seconds, 0.001)
        return (
            f"{self.walks:,} walks, {self.steps:,} steps in {self.seconds:,.0f} s ({each:.0f} a second); "
            f"failing seeds: {', '.join(map(str, self.failing)) or 'none'}"
        )


def replayed(file: Path, tell: Callable[[str], object]) -> int:
    """Do again what was written down; 1 when something of it still fails."""
    found = [msgspec.json.decode(line, type=Failure) for line in file.read_bytes().splitlines()]
    still = [(f.seed, broken) for f in found if (broken := broken_by(f.seed, f.story)[0])]
    for seed, broken in still:
        tell(f"seed {seed}: {broken}\n")
    tell(f"{len(found)} stories, {len(still)} of them still fail\n")
    return 1 if still else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk until the time is up or Ctrl-C; 1 when a seed failed."""
    asked = argparse.ArgumentParser(prog="dev.py soak", description=main.__doc__)
    asked.add_argument("--seconds", type=float, default=60.0, help="how long; one walk is always finished")
    asked.add_argument("--walks", type=int, default=0, help="so many walks instead")
    asked.add_argument("--seed", type=int, default=None, help="the first seed; alone: only this walk")
    asked.add_argument("--steps", type=int, default=300, help="random steps of one walk")
    asked.add_argument(
        "--failures", type=Path, default=Path("soak-failures.jsonl"), help="where failing walks are kept"
    )
    asked.add_argument("--replay", type=Path, default=None, help="do again the stories of such a file")
    asked.add_argument("--shorten", type=float, default=60.0, help="seconds to look for a shorter story of a failure")
    asked.add_argument("--kills", type=int, default=0, metavar="N", help="instead: kill a real workstation N times")
    asked.add_argument("--central-kills", type=int, default=0, metavar="N", help="instead: kill real centrals N times")
    options = asked.parse_args(arguments)
    for kill, kills in ((kill_workstations, options.kills), (kill_centrals, options.central_kills)):
        if kills:
            kill(kills, options.seed or int(time.time()))
            return 0
    logging.disable(logging.CRITICAL)  # what is simulated here fails all the time
    if options.replay is not None:
        return replayed(options.replay, _tell)
    seed = options.seed if options.seed is not None else int(time.time())
    alone = options.seed is not None and "--seconds" not in (arguments or sys.argv)
    walks = options.walks or (1 if alone else 0)
    soak = Soak(options.failures, options.shorten, _tell)
    _tell(f"from seed {seed} on, {options.steps} steps each; process {os.getpid()}; Ctrl-C ends it\n")
    with suppress(KeyboardInterrupt):
        while soak.walks < walks if walks else soak.seconds < options.seconds:
            soak.walk(seed + soak.walks, options.steps)
    _tell(f"{soak}\n")
    return 1 if soak.failing else 0


def _tell(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
