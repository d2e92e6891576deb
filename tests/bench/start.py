"""What does a start cost, to a usable list of 200,000 cached orders? Beside an empty PySide6 window.

Counted is what a person waits for: process start to a painted sign-in page that takes keys, and from Enter there to a
painted list. Between the two a person types; Argon2id, which is slow by design, is not counted: docs/decisions/0012.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sync.workstation import Workstation
from tests.bench.central import SUPERVISOR, central_with, now, signed_in
from tests.bench.first_paint import PAGE, USABLE
from tests.bench.measure import Measured
from tests.bench.search import fill

BUDGET = 1.3
ORDERS = 200_000


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds: to the page, of preparing behind it, of Argon2id, of all else from Enter to the list; 0 of a floor."""

    page: float
    preparing: float = 0.0
    proving: float = 0.0
    listing: float = 0.0

    @property
    def waited(self) -> float:
        return self.page + self.listing


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
        first = _run(ours, folder)
        _run(floor, folder)
        pairs = [(_run(ours, folder), _run(floor, folder)) for _ in range(rounds)]
    starts, empty = [a for a, _ in pairs], [b.page for _, b in pairs]

    def median(part: str) -> float:
        return round(statistics.median(float(getattr(start, part)) for start in starts), 3)

    return [
        Measured(
            name="start",
            what=f"process start to the sign-in page, and from Enter there to a painted list of {ORDERS:,} orders",
            floor="process start to a painted, empty PySide6 window",
            budget=BUDGET,
            ours_s=tuple(start.waited for start in starts),
            floor_s=tuple(empty),
            facts={
                "to the sign-in page, s": median("page"),
                "from Enter to the list but for Argon2id, s": median("listing"),
                "not counted: preparing while a person types, s": median("preparing"),
                "not counted: proving the PIN by Argon2id, s": median("proving"),
                "first start, s": round(first.waited, 2),
            },
        )
    ]


def _run(command: list[str], home: Path) -> Start:
    """One start, watched from outside; its end is waited for, and not counted."""
    began = time.perf_counter()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(home / "config"),
        "PYTHONPYCACHEPREFIX": str(home / "bytecode"),  # an installed program has its bytecode; so has the floor
    }
    quiet = subprocess.DEVNULL
    page, figures = 0.0, [0.0, 0.0, 0.0]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=quiet, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            words = line.split()
            if words[:1] == [PAGE] or words == [USABLE]:
                page = time.perf_counter() - began
            elif words[:1] == [USABLE]:
                figures = [float(word) for word in words[1:]]
    if process.returncode or not page:
        raise RuntimeError(f"{command[2]} ended with {process.returncode} before it could be used")
    return Start(page, *figures)
