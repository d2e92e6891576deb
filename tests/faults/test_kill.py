"""Does an accepted command survive kill -9 at any moment? Real processes, real signals, the same files again."""

from pathlib import Path

import pytest

from tests.faults.kills import workstation_killed


@pytest.mark.slow
@pytest.mark.e2e
@pytest.mark.timeout(300)
def test_no_accepted_command_is_lost_by_ten_kills(tmp_path: Path) -> None:
    """Hundreds: ``python3 dev.py soak --kills 300``."""
    assert workstation_killed(tmp_path, 4712, 10) > 50
