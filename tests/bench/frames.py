"""How long is the Qt thread busy in one go while a person types, sorts, scrolls and groups? Beside a QSqlTableModel."""

import os
import statistics
import subprocess
import sys

import msgspec

from tests.bench.acts import ACTS
from tests.bench.beats import Act
from tests.bench.central import SUPERVISOR
from tests.bench.filled import SIZES, Filled, filled
from tests.bench.measure import Measured

FRAME_S = 0.016
PEER = "a plain QSqlTableModel in a QTableView, unencrypted, read to the end, asked the same"


class Round(msgspec.Struct, frozen=True):
    """What one window did: the acts by name, and megabytes that it took."""

    acts: dict[str, list[Act]]
    memory: float


def measure(rounds: int) -> list[Measured]:
    """Per size: a row for each act, the longest frame of a round against the peer's; one for the memory of both."""
    found: list[Measured] = []
    for size in SIZES:
        over = filled(size)
        pairs = [(_ours(over), _peers(over)) for _ in range(max(1, rounds // 2))]
        found += [_row(act, size, [a for a, _ in pairs], [b for _, b in pairs]) for act in ACTS]
        found.append(_memory(size, [a for a, _ in pairs], [b for _, b in pairs]))
    return found


def _ours(over: Filled) -> Round:
    return _run("tests.bench.frames_window", str(over.folder), *SUPERVISOR, over.url)


def _peers(over: Filled) -> Round:
    return _run("tests.bench.peer_window", str(over.plain))


def _run(module: str, *arguments: str) -> Round:
    command = [sys.executable, "-m", module, *arguments]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    told = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return msgspec.json.decode(told.stdout, type=Round)


def _row(act: str, size: int, ours: list[Round], peers: list[Round]) -> Measured:
    return Measured(
        name=f"{act} {size:,}",
        what="the longest time in a round that the Qt thread was not free, real window and store",
        floor=PEER,
        at_most_s=FRAME_S,
        ours_s=tuple(max(a.longest for a in r.acts[act]) for r in ours),
        floor_s=tuple(max(a.longest for a in r.acts[act]) for r in peers),
        facts={
            "processor time of the busiest frame, ms": _ms([max(a.work for a in r.acts[act]) for r in ours]),
            "frame, median, ms": _ms([a.longest for r in ours for a in r.acts[act]]),
            "until painted, median, ms": _ms([a.until for r in ours for a in r.acts[act]]),
            "until painted, median, ms, peer": _ms([a.until for r in peers for a in r.acts[act]]),
        },
    )


def _memory(size: int, ours: list[Round], peers: list[Round]) -> Measured:
    return Measured(
        name=f"memory {size:,}",
        what="megabytes that window, store and lists took after all of this, Qt itself not counted",
        floor=PEER,
        facts={
            "ours, MB": round(statistics.median(r.memory for r in ours)),
            "peer, MB": round(statistics.median(r.memory for r in peers)),
        },
    )


def _ms(seconds: list[float]) -> float:
    return round(statistics.median(seconds) * 1000, 1)
