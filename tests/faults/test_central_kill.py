"""Is every answered command applied exactly once, and none lost, when the central is killed at any moment?"""

from pathlib import Path

import pytest

from tests.contract.databases import cluster, migrated, postgres_url
from tests.faults.central_kills import killed_again_and_again, one_worker_or_all, whole_central

__all__ = ["cluster", "migrated", "postgres_url"]


@pytest.mark.slow
@pytest.mark.e2e
@pytest.mark.timeout(120)
def test_a_central_on_sqlite_that_is_killed_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    killed_again_and_again(tmp_path, str(tmp_path / "central.db"), 4712, 4, whole_central)


@pytest.mark.slow
@pytest.mark.e2e
@pytest.mark.timeout(120)
def test_workers_on_postgresql_that_are_killed_lose_nothing_and_do_nothing_twice(
    tmp_path: Path, postgres_url: str
) -> None:
    killed_again_and_again(tmp_path, postgres_url, 4713, 4, one_worker_or_all, "--workers", "2")
