"""Do the promises hold for long? The other half of the walks, beside ``test_promises`` so that both run at once."""

import pytest

from tests.simulation.test_promises import kept_promises


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(2000, 2009))
def test_a_long_walk_keeps_every_promise_and_comes_to_rest(seed: int) -> None:
    kept_promises(seed, 600)
