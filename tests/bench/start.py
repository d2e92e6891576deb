"""What does a start cost, to a usable list of 200,000 cached orders? Beside an empty PySide6 window and a plain peer.

Counted is what a person waits for: process start to a painted sign-in page that takes keys, and from Enter there to a
painted list. Between the two a person types; Argon2id, which is slow by design, is not counted: docs/decisions/0012.
"""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.central import SUPERVISOR
from tests.bench.filled import SIZES, filled
from tests.bench.first_paint import PAGE, USABLE
from tests.bench.measure import Measured

BUDGET = 1.3


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
    """One row for each size."""
    return [_row(size, rounds) for size in SIZES]


def _row(size: int, rounds: int) -> Measured:
    """The first start has nothing of the program's bytecode in the page cache; the others are warm."""
    over = filled(size)
    home = over.folder.parent
    ours = [sys.executable, "-m", "tests.bench.start_window", str(over.folder), *SUPERVISOR, over.url]
    floor = [sys.executable, "-m", "tests.bench.empty_window"]
    peer = [sys.executable, "-m", "tests.bench.peer_window", str(over.plain), "start"]
    first = _run(ours, home)
    _run(floor, home), _run(peer, home)
    turns = [(_run(ours, home), _run(floor, home).page, _run(peer, home).page) for _ in range(rounds)]
    starts = [start for start, _, _ in turns]

    def median(part: str) -> float:
        return round(statistics.median(float(getattr(start, part)) for start in starts), 3)

    return Measured(
        name=f"start {size:,}",
        what=f"process start to the sign-in page, and from Enter there to a painted list of {size:,} orders",
        floor="process start to a painted, empty PySide6 window",
        budget=BUDGET,
        ours_s=tuple(start.waited for start in starts),
        floor_s=tuple(empty for _, empty, _ in turns),
        facts={
            "to the sign-in page, s": median("page"),
            "from Enter to the list but for Argon2id, s": median("listing"),
            "not counted: preparing while a person types, s": median("preparing"),
            "not counted: proving the PIN by Argon2id, s": median("proving"),
            "first start, s": round(first.waited, 2),
            "peer: a plain QSqlTableModel read to the end and painted, s": round(
                statistics.median(peers for _, _, peers in turns), 3
            ),
        },
    )


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
