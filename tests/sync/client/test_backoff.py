"""Does a client wait long enough not to hurt, at random enough not to march in step, and never give up?"""

import random

from hypothesis import given
from hypothesis import strategies as st

from sync.client.backoff import LAST_S, Backoff
from tests.sync.domain.strategies import quick


@quick
@given(seed=st.integers(), failures=st.integers(1, 200))
def test_the_wait_is_between_nothing_and_a_doubling_bound(seed: int, failures: int) -> None:
    backoff = Backoff(random.Random(seed))
    waits = [backoff.failed() for _ in range(failures)]
    assert all(0 <= wait <= min(LAST_S, 2**n) for n, wait in enumerate(waits))
    assert backoff.failures == failures


def test_the_jitter_is_full_not_a_band() -> None:
    backoff = Backoff(random.Random(7))
    for _ in range(10):
        backoff.failed()
    waits = [backoff.failed() for _ in range(2000)]
    assert min(waits) < 0.05 * LAST_S
    assert max(waits) > 0.95 * LAST_S
    assert 0.45 * LAST_S < sum(waits) / len(waits) < 0.55 * LAST_S


def test_success_starts_over() -> None:
    backoff = Backoff(random.Random(7))
    for _ in range(10):
        backoff.failed()
    backoff.succeeded()
    assert backoff.failures == 0
    assert backoff.failed() <= 1.0


def test_the_servers_wish_is_a_lower_bound() -> None:
    backoff = Backoff(random.Random(7))
    assert backoff.failed(at_least=600.0) == 600.0
    assert backoff.failed(at_least=0.0) >= 0.0
