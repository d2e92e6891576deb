"""Does nothing get lost by hundreds of kills? Real processes, killed for as long as one likes, by ``dev.py soak``."""

import sys
import tempfile
from pathlib import Path

from tests.contract.cluster import DURABLE, running_cluster
from tests.faults.central_kills import killed_again_and_again, one_worker_or_all, whole_central
from tests.faults.kills import workstation_killed

_AT_ONCE = 20


def kill_workstations(kills: int, seed: int) -> None:
    """Twenty kills on a folder, then another one; the first command that is lost is raised."""
    done = accepted = 0
    while done < kills:
        several = min(_AT_ONCE, kills - done)
        with tempfile.TemporaryDirectory() as name:
            accepted += workstation_killed(Path(name), seed + done, several)
        done += several
        _say(f"{done} kills, {accepted:,} commands accepted, 0 lost")


def kill_centrals(kills: int, seed: int) -> None:
    """Half of the kills on SQLite, half on workers over PostgreSQL; the first broken promise is raised."""
    done = settled = 0
    with running_cluster(DURABLE) as cluster:
        while done < kills:
            several = min(_AT_ONCE, kills - done)
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                if done // _AT_ONCE % 2:
                    url = cluster.create()
                    settled += killed_again_and_again(
                        folder, url, seed + done, several, one_worker_or_all, "--workers", "2"
                    )
                else:
                    database = str(folder / "central.db")
                    settled += killed_again_and_again(folder, database, seed + done, several, whole_central)
            done += several
            _say(f"{done} kills, {settled:,} commands, each applied exactly once")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
