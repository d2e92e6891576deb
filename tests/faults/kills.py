"""Does a workstation keep what it said it had, however often it is killed? Or the command that is missing is told."""

import random
import subprocess
import sys
from pathlib import Path

from sync.workstation import Workstation
from tests.sync.samples import NOW

ROOT = Path(__file__).resolve().parents[2]


def killed_at_work(folder: Path, after: int) -> list[tuple[str, str]]:
    """What the process said it had done until it was killed, in the midst of whatever came next: (what, key)."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.accepting", str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(after + 1)]
        process.kill()
        said += process.stdout.readlines()
    assert process.returncode == -9
    done = [line.split() for line in said[1:] if line.endswith("\n")]
    return [(what, key) for what, key in done]


def workstation_killed(folder: Path, seed: int, kills: int) -> int:
    """Kill a workstation so often on the same folder; answers how many commands it had accepted, none of them lost."""
    chance = random.Random(seed)
    accepted: set[str] = set()
    settled: set[str] = set()
    for _ in range(kills):
        for what, key in killed_at_work(folder, chance.randrange(25)):
            (accepted if what == "accepted" else settled).add(key)
        with Workstation(folder, lambda: NOW, use_keyring=False) as again:
            assert again.salvage is None, again.salvage
            rows = again.outbox._connection.execute("SELECT key, status FROM commands").fetchall()
        known = dict(rows)
        assert accepted <= known.keys(), f"accepted and lost: {accepted - known.keys()}"
        unsettled = {key for key in settled if known[key] is None}
        assert not unsettled, f"settled and forgotten: {unsettled}"
    return len(accepted)
