"""Are command keys UUIDv7s that sort by time?"""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from sync.keys import new_key
from tests.sync.domain.strategies import quick

times = st.integers(0, (1 << 48) - 1)


@quick
@given(now=times, chance=st.integers(0, (1 << 74) - 1))
def test_a_key_is_a_uuid_of_version_7_that_holds_its_time_and_chance(now: int, chance: int) -> None:
    made = uuid.UUID(new_key(now, chance))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == now
    assert ((made.int >> 64) & 0xFFF) << 62 | made.int & ((1 << 62) - 1) == chance


@quick
@given(one=times, two=times)
def test_keys_sort_by_time(one: int, two: int) -> None:
    if one < two:
        assert new_key(one) < new_key(two)


def test_keys_of_one_moment_differ() -> None:
    assert len({new_key(0) for _ in range(1000)}) == 1000
