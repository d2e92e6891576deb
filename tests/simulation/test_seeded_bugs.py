"""Would the simulation find a mistake? Each seeded bug is caught; `python3 -m tests.simulation.test_seeded_bugs`
prints the table of docs/seeded-bugs.md.
"""

import sys

import pytest

from tests.simulation.bugs import BUGS, Seeded
from tests.simulation.world import World

MOST = 60


def walks_until_caught(bug: type[Seeded]) -> tuple[int, int, str]:
    """Walks and steps that it took, and what was broken; raises LookupError when nothing was noticed."""
    steps = 0
    for seed in range(MOST):
        world = World(seed, bug=bug())
        try:
            world.walk(150)
            world.heal()
        except AssertionError as broken:
            return seed + 1, steps + world.steps, str(broken)
        finally:
            steps += world.steps
            world.close()
    raise LookupError(f"{bug.__name__} was not noticed in {MOST} walks")


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_the_bug_is_caught(bug: type[Seeded]) -> None:
    assert walks_until_caught(bug)[2]


def main() -> None:
    for bug in BUGS:
        try:
            walks, steps, broken = walks_until_caught(bug)
        except LookupError as unseen:
            sys.stdout.write(f"NOT {unseen}\n")
            continue
        sys.stdout.write(f"{bug.__name__}|{bug.answer}|{walks}|{steps}|{broken[:70]}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
