"""Would the simulation find a mistake? Each seeded bug is caught; `python3 -m tests.simulation.test_seeded_bugs`
prints the table of docs/seeded-bugs.md and the seeds below.
"""

import logging
import sys
from collections.abc import Iterable

import pytest

from tests.simulation.bugs import BUGS
from tests.simulation.seeded import Seeded
from tests.simulation.world import World

MOST, STEPS = 60, 150
CAUGHT_BY: dict[str, int] = {
    "NoIdempotency": 0,
    "NoBase": 0,
    "ConflictForgotten": 0,
    "EffectWithoutResult": 5,
    "LateCommit": 5,
    "ChainUnlinked": 5,
    "ResultsPruned": 0,
    "EpochKept": 0,
    "DeletedBeforeSending": 0,
    "AcceptedBeforeCommit": 0,
    "ConflictNotKept": 1,
    "ReceivedIsDone": 2,
    "AnotherPersonsToken": 0,
    "DecidedByItself": 0,
    "GivesUp": 6,
    "OldEpochKept": 0,
    "RemovesIgnored": 8,
    "CursorOfEachPage": 4,
    "TakenBackAndSent": 6,
    "NewKeyOnRetry": 0,
    "ConflictNotWaitedFor": 4,
    "LostEffectsNotSentAgain": 1,
    "TooManyIsRefusal": 4,
    "BisectDropsNeighbours": 5,
    "RetryAfterIgnored": 0,
    "RefreshTokenReused": 0,
    "CountIgnored": 16,
}
"""The seed that caught each. Others are tried, should a change of the harness have made another walk of it."""


class Caught:
    """A walk that broke a promise: its seed, how many walks and steps it took, and what was broken."""

    def __init__(self, seed: int, walks: int, steps: int, broken: str) -> None:
        self.seed, self.walks, self.steps, self.broken = seed, walks, steps, broken


def broken_by(bug: type[Seeded], seed: int) -> tuple[int, str]:
    """The steps of a walk, and which promise it broke; empty when it broke none."""
    world = World(seed, bug=bug())
    try:
        world.walk(STEPS)
        world.heal()
    except AssertionError as broken:
        return world.steps, str(broken)
    else:
        return world.steps, ""
    finally:
        world.close()


def first_caught(bug: type[Seeded], seeds: Iterable[int]) -> Caught:
    """Raises LookupError when none of these walks notices it."""
    steps = 0
    for walks, seed in enumerate(seeds, 1):
        more, broken = broken_by(bug, seed)
        steps += more
        if broken:
            return Caught(seed, walks, steps, broken)
    raise LookupError(f"{bug.__name__} was not noticed")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_the_bug_is_caught(bug: type[Seeded]) -> None:
    known = CAUGHT_BY.get(bug.__name__)
    assert first_caught(bug, [*([] if known is None else [known]), *range(MOST)]).broken


def main() -> None:
    """One line a bug: name, what it is, walks, steps, what was broken, and the seed."""
    logging.disable(logging.CRITICAL)
    wanted = sys.argv[1:]
    for bug in BUGS:
        if wanted and bug.__name__ not in wanted:
            continue
        try:
            caught = first_caught(bug, range(MOST))
        except LookupError as unseen:
            sys.stdout.write(f"NOT {unseen}\n")
            continue
        told = (bug.__name__, bug.answer, caught.walks, caught.steps, caught.broken.splitlines()[0][:90], caught.seed)
        sys.stdout.write("|".join(map(str, told)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
