"""Do the promises hold for long? Walks of 600 steps, each from another seed."""

import pytest

from tests.simulation.test_promises import kept_promises
from tests.simulation.world import SCREENS_FROM, TALES_FROM, plan

pytestmark = pytest.mark.slow
LONG = 200_017
"""It found that an answer which no longer held came back from a copy when the queue was salvaged."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "seed", [*range(SCREENS_FROM, SCREENS_FROM + 6), *range(TALES_FROM, TALES_FROM + 4), *range(2000, 2005), LONG]
)
def test_a_long_walk_keeps_every_promise_and_comes_to_rest(seed: int) -> None:
    kept_promises(seed, plan(seed, 600, 3))
