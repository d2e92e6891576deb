"""Would the simulation find a mistake? Each seeded bug is caught; `python3 -m tests.simulation.test_seeded_bugs`
prints the table of docs/seeded-bugs.md and the seeds below.
"""

import logging
import sys
from contextlib import suppress

import pytest

from tests.simulation.bugs import BUGS, BY_SCREENS, BY_TALES
from tests.simulation.seeded import Seeded
from tests.simulation.world import SCREENS_FROM, TALES_FROM, World, plan

pytestmark = pytest.mark.slow
MOST, STEPS, SEATS = 60, 150, 3
CUTS = (10, 20, 30, 40, 50, 75, 100, 125, STEPS)
CAUGHT_BY: dict[str, tuple[int, int]] = {
    "NoIdempotency": (8, 100),
    "NoBase": (0, 30),
    "ConflictForgotten": (0, 30),
    "EffectWithoutResult": (4, 150),
    "LateCommit": (2, 75),
    "ChainUnlinked": (5, 75),
    "ResultsPruned": (0, 75),
    "EpochKept": (0, 150),
    "DeletedBeforeSending": (0, 20),
    "AcceptedBeforeCommit": (0, 20),
    "ConflictNotKept": (1, 150),
    "ReceivedIsDone": (2, 75),
    "AnotherPersonsToken": (0, 20),
    "DecidedByItself": (0, 30),
    "GivesUp": (6, 75),
    "OldEpochKept": (0, 150),
    "RemovesIgnored": (3, 30),
    "CursorOfEachPage": (3, 30),
    "TakenBackAndSent": (6, 100),
    "NewKeyOnRetry": (0, 50),
    "ConflictNotWaitedFor": (4, 150),
    "LostEffectsNotSentAgain": (0, 150),
    "TooManyIsRefusal": (4, 50),
    "BisectDropsNeighbours": (5, 75),
    "CountIgnored": (16, 150),
    "RetryAfterIgnored": (0, 75),
    "RefreshTokenReused": (0, 10),
    "OneCacheForAll": (0, 20),
    "NothingSalvaged": (0, 50),
    "MigrationForgets": (16, 125),
    "NewerFileTaken": (0, 10),
    "CursorFirst": (17, 125),
    "ChainUnguarded": (TALES_FROM + 2, 100),
    "PermissionOnlyAtTheDesk": (TALES_FROM, 125),
    "RevokedGoesOn": (TALES_FROM, 125),
    "OlderOfResultTaken": (TALES_FROM, 150),
    "OlderOfPageTaken": (TALES_FROM + 4, 125),
    "SentToAnotherHistory": (TALES_FROM, 75),
    "ByPosition": (TALES_FROM, 125),
    "ScreenTakenForPresent": (SCREENS_FROM, 125),
}
"""The seed that caught each, and how many steps of its walk are enough."""


class Walked:
    """How many steps a walk took, and which promise it broke; empty when it broke none."""

    def __init__(self, steps: int, broken: str) -> None:
        self.steps, self.broken = steps, broken


def walked(bug: type[Seeded], seed: int, cut: int = STEPS) -> Walked:
    """The first steps of this seed's walk in a world with the bug. What escapes the product breaks a promise, too."""
    world = World(seed, seats=SEATS, bug=bug())
    try:
        world.replay(plan(seed, STEPS, SEATS)[:cut])
        world.heal()
    except AssertionError as broken:
        return Walked(world.steps, str(broken))
    except Exception as fault:  # noqa: BLE001  whatever it is, an honest product does not let it out
        return Walked(world.steps, f"{type(fault).__name__}: {fault}")
    else:
        return Walked(world.steps, "")
    finally:
        with suppress(Exception):  # what is broken may also refuse to close
            world.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("bug", [*BUGS, *BY_TALES, *BY_SCREENS], ids=lambda bug: bug.__name__)
def test_the_bug_is_caught(bug: type[Seeded]) -> None:
    assert walked(bug, *CAUGHT_BY[bug.__name__]).broken


def main() -> None:
    """One line a bug: name, what it is, walks, steps, what was broken, the seed, and how many of its steps suffice."""
    logging.disable(logging.CRITICAL)
    wanted = sys.argv[1:]
    for bug in (*BUGS, *BY_TALES, *BY_SCREENS):
        if not wanted or bug.__name__ in wanted:
            sys.stdout.write(_line(bug) + "\n")
            sys.stdout.flush()


def _line(bug: type[Seeded]) -> str:
    steps = 0
    first = SCREENS_FROM if bug in BY_SCREENS else TALES_FROM if bug in BY_TALES else 0
    for seed in range(first, first + MOST):
        walk = walked(bug, seed)
        steps += walk.steps
        if walk.broken:
            cut = next(cut for cut in CUTS if walked(bug, seed, cut).broken)
            what = walk.broken.splitlines()[0][:90]
            return "|".join(map(str, (bug.__name__, bug.answer, seed - first + 1, steps, what, seed, cut)))
    return f"NOT {bug.__name__} in {MOST} walks, {steps} steps"


if __name__ == "__main__":
    main()
