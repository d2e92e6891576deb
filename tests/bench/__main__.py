"""Which budgets are measured? ``python3 dev.py bench [name …]`` prints a table and writes JSON."""

import argparse
import importlib
import platform
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from tests.bench.measure import Measured, table

BENCHES = ("submit", "bulk", "pull", "search", "lists", "start", "frames", "decode", "fanout", "voice", "voice_soak")
CANCELLED = 130
LONG = ("voice", "voice_soak")
VOICE = ("text", "voices", "people", "short", "engines", "asleep", "awake", "latency")
"""Parts of ``voice`` that can be asked for alone."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py bench", description="Measure the budgets of the design.")
    told = (
        f"which of {', '.join(BENCHES)}; without a name all but {', '.join(LONG)}, which takes hours the first time; "
        f"one part of voice: voice.PART, {', '.join(VOICE)}"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=told)
    parser.add_argument("--json", type=Path, default=Path("bench-output/bench.json"), help="where the figures go")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each side (default 5)")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - {*BENCHES, *(f"voice.{part}" for part in VOICE)})
    if unknown:
        parser.error(f"no such bench: {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    rows: list[Measured] = []
    names = options.names or [name for name in BENCHES if name not in LONG]
    cancelled = False
    for number, name in enumerate(names, 1):
        print(f"[{number}/{len(names)}] {name} …", file=sys.stderr, flush=True)
        began = time.monotonic()
        try:
            for row in _rows(name, options.rounds):
                rows.append(row)
                _write(options.json, rows)
        except KeyboardInterrupt:
            print(f"cancelled in {name}: what was measured before follows", file=sys.stderr)
            cancelled = True
            break
        print(f"[{number}/{len(names)}] {name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(table(rows))
    _write(options.json, rows)
    print(f"written: {options.json}")
    return CANCELLED if cancelled else 0


def _rows(name: str, rounds: int) -> Iterable[Measured]:
    module, _, part = name.partition(".")
    bench = importlib.import_module(f"tests.bench.{module}")
    found: Iterable[Measured] = bench.measure(rounds, part) if part else bench.measure(rounds)
    return found


def _write(path: Path, rows: list[Measured]) -> None:
    """All figures so far, after each row: a bench of hours may be stopped."""
    path.parent.mkdir(parents=True, exist_ok=True)
    machine = {"python": platform.python_version(), "system": platform.platform()}
    figures = [msgspec.to_builtins(r) | {"ratio": r.ratio, "verdict": r.verdict} for r in rows]
    path.write_bytes(msgspec.json.format(msgspec.json.encode({"machine": machine, "rows": figures}), indent=1))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
