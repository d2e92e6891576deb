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
from tests.bench.start_window import USABLE

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
    """Seconds until the program says that it can be used; its end is waited for, and not counted."""
    began = time.perf_counter()
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=quiet, text=True) as process:
        assert process.stdout is not None
        said = any(line.strip() == USABLE for line in process.stdout)
        seconds = time.perf_counter() - began
    if process.returncode or not said:
        raise RuntimeError(f"{command[2]} ended with {process.returncode} before it could be used")
    return seconds
