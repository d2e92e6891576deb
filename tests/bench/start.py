"""What does a start cost, to a usable list of 200,000 cached orders? Beside an empty PySide6 window."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sync.workstation import Workstation
from tests.bench.central import SUPERVISOR, central_with, now, signed_in
from tests.bench.measure import Measured, in_turn
from tests.bench.search import fill

BUDGET = 1.3
ORDERS = 200_000


def measure(rounds: int) -> list[Measured]:
    """Cold (nothing of the program in the page cache of Python's bytecode) is the first start; warm the others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with central_with(10, folder) as url, signed_in(url, folder / "desk") as desk:
            desk.engine.step()
            user = desk.user
        with Workstation(folder / "desk", now, use_keyring=False) as workstation:
            cache = workstation.open_cache(url, user)
            fill(cache, ORDERS)
            cache.close()
        ours = [sys.executable, "-m", "tests.bench.start_window", str(folder / "desk"), *SUPERVISOR, url]
        floor = [sys.executable, "-m", "tests.bench.empty_window"]
        first = _run(ours)
        seconds, empty = in_turn(lambda: _run(ours), lambda: _run(floor), rounds)
    return [
        Measured(
            name="start",
            what=f"process start to a painted list of {ORDERS:,} cached orders, offline sign-in included",
            floor="process start to a painted, empty PySide6 window",
            budget=BUDGET,
            ours_s=tuple(seconds),
            floor_s=tuple(empty),
            facts={"first start, s": round(first, 2)},
        )
    ]


def _run(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began
