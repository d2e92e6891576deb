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
    """Per size: a row for each act, the busiest frame of a round against the peer's; one for the memory of both.

    By processor time, for on a busy machine the clock counts what others do. The facts are medians over all acts.
    """
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
        what="processor time of the busiest frame of a round on the Qt thread, real window and store",
        floor=PEER,
        at_most_s=FRAME_S,
        ours_s=tuple(max(a.work for a in r.acts[act]) for r in ours),
        floor_s=tuple(max(a.work for a in r.acts[act]) for r in peers),
        facts={
            "longest frame by the clock, ms": _ms([a.longest for a in _acts(act, ours)]),
            "longest frame by the clock, ms, peer": _ms([a.longest for a in _acts(act, peers)]),
            "until painted, ms": _ms([a.until for a in _acts(act, ours)]),
            "until painted, ms, peer": _ms([a.until for a in _acts(act, peers)]),
        },
    )


def _acts(act: str, rounds: list[Round]) -> list[Act]:
    return [one for each in rounds for one in each.acts[act]]


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
