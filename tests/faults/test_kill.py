"""Does an accepted command survive kill -9 at any moment? Real processes, real signals, the same files again."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from sync.workstation import Workstation
from tests.sync.samples import NOW

ROOT = Path(__file__).resolve().parents[2]


def killed_after(folder: Path, accepted: int) -> list[str]:
    """What the process said it had accepted until it was killed, in the midst of whatever it was doing."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.accepting", str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(accepted + 1)]
        process.kill()
        said += process.stdout.readlines()
    assert process.returncode == -9
    return [line.strip() for line in said[1:] if line.endswith("\n")]


@pytest.mark.slow
@pytest.mark.e2e
@pytest.mark.timeout(300)
def test_no_accepted_command_is_lost_by_thirty_kills(tmp_path: Path) -> None:
    chance = random.Random(4712)
    accepted: list[str] = []
    for _ in range(30):
        accepted += killed_after(tmp_path, chance.randrange(12))
        with Workstation(tmp_path, lambda: NOW, use_keyring=False) as again:
            assert again.set_aside is None
            kept = {c.key for c in again.outbox.unsettled()}
        assert [key for key in accepted if key not in kept] == []
    assert len(accepted) > 100
