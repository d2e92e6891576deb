"""How good is voice? Texts, dialogues in noise, people, idle hours, bare engines; can be stopped and gone on with."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import structs

from tests.bench import voice_bare, voice_people, voice_short, voice_text
from tests.bench.measure import Measured
from tests.bench.voice_dialogues import conditions, people, run, synthetic
from tests.bench.voice_idle import PIECE_SECONDS, Idle
from tests.bench.voice_memory import Remembering, Shelf, Within, folder
from tests.bench.voice_scores import Score, rate, share, times
from voice.hearing.recognition import Recognition
from voice.language import Language

HOURS_PER_ROUND = 2.0
"""Of idle talk for each language: ten hours with the usual five rounds; a fifth of it held awake."""
PATIENT_SECONDS = 120.0
"""A bench may run on a machine that has other work."""
ALONE = "latency"
"""Measured only when it is asked for."""
AT_EASE = ("clean", "20 dB", "10 dB", "hall", "8 kHz")
"""Where the time to the read-back is looked at on a machine at rest."""
ROOMS = conditions()
NO_PEOPLE = "no recordings of people: put them into ../shared/voice/data (fsdd, commands, cmn, dsp20, wakewords)"


def measure(rounds: int, part: str = "") -> Iterator[Measured]:
    """Row after row, of all parts or of one; what was recognised before Ctrl-C is kept and not done again."""
    began = time.monotonic()
    shelf = Shelf(folder() / "voice.db")
    recognition, within = Remembering(shelf, Recognition(answer_seconds=PATIENT_SECONDS)), Remembering(shelf, Within())
    progress = partial(_progress, began, recognition)
    try:
        for row in _rows(rounds, part, recognition, within, shelf, progress):
            yield row
            progress(f"done: {row.name}")
    finally:
        recognition.stop()
        shelf.close()


def _progress(began: float, recognition: Remembering, what: str) -> None:
    known = f"{recognition.found} of {recognition.found + recognition.asked} utterances known before"
    print(f"{time.monotonic() - began:7.0f} s  {what} ({known})", file=sys.stderr, flush=True)


def _rows(
    rounds: int, part: str, recognition: Remembering, within: Remembering, shelf: Shelf, progress: Any
) -> Iterator[Measured]:
    parts: dict[str, Callable[[Language], Iterator[Measured]]] = {
        "text": lambda language: iter([voice_text.measure(language, 1000 * rounds)]),
        "voices": lambda language: iter([_dialogues(language, "synthetic", 8 * rounds, recognition, progress)]),
        "people": lambda language: iter([_people(language, 6 * rounds, recognition, progress)]),
        "short": lambda language: iter([voice_short.measure(language, recognition, progress)]),
        "engines": lambda language: voice_bare.rows(language, 2 * rounds, progress),
        "asleep": lambda language: iter(
            [_idle(language, rounds * HOURS_PER_ROUND, within, shelf, progress, awake=False)]
        ),
        "awake": lambda language: iter(
            [_idle(language, rounds * HOURS_PER_ROUND / 5, within, shelf, progress, awake=True)]
        ),
        "latency": lambda language: iter([_latency(language, 4 * rounds, progress)]),
    }
    wanted = [part] if part else [name for name in parts if name != ALONE]
    for rows in (parts[name] for name in wanted):
        for language in Language:
            yield from rows(language)


def _people(language: Language, count: int, recognition: Remembering, progress: Any) -> Measured:
    if not voice_people.there():
        return Measured(name=f"people-{language}", what="digits by people", floor="-", skipped=NO_PEOPLE)
    return _dialogues(language, "people", count, recognition, progress)


def _dialogues(
    language: Language,
    corpus: str,
    count: int,
    recognition: Remembering,
    progress: Any,
    among: tuple[str, ...] = (),
) -> Measured:
    says = {"synthetic": synthetic, "people": people}[corpus]
    scores: dict[str, Score] = {}
    rooms: dict[str, str] = {}
    everything = Score()
    began, cpu, theirs, owed = time.perf_counter(), _cpu(), _cpu_of(recognition.pid), recognition.owed
    for condition, room, score in run(language, says, count, recognition, progress, among):
        scores[condition] = scores.get(condition, Score()) + score
        everything = everything + score
        if len(ROOMS[condition]) > 1:
            rooms[f"in {room} dB"] = f"done {share(score.done, score.total)}"
    facts: dict[str, Any] = {condition: score.figures() for condition, score in scores.items()} | rooms
    facts["wrong executed, all conditions"] = rate(
        everything.wrong, everything.total / 100, f"per 100 tasks, {everything.total} tasks"
    )
    facts["last sound to read-back, all conditions"] = times(everything.answers)
    facts["of it in the sound alone, all conditions"] = times(everything.silences)
    facts["seconds"] = f"{time.perf_counter() - began:.0f} (and {recognition.owed - owed:.0f} in earlier runs)"
    ours, theirs = _cpu() - cpu, _cpu_of(recognition.pid) - theirs
    facts["processor"] = f"{ours:.0f} s of ours, {theirs:.0f} s of the recogniser for {everything.sound:.0f} s of sound"
    facts["memory of the recogniser"] = _memory(recognition.pid)
    return Measured(name=f"{corpus}-{language}", what=_WHAT[corpus], floor="-", facts=facts)


_WHAT = {
    "synthetic": "whole dialogues by voices that the models never heard",
    "people": "whole dialogues with digits by people; verbs and reasons, which nobody recorded, by a voice",
}


def _latency(language: Language, count: int, progress: Any) -> Measured:
    """All of it heard now, nothing from the shelf: for a machine that has nothing else to do."""
    with tempfile.TemporaryDirectory() as new:
        shelf = Shelf(Path(new) / "voice.db")
        recognition = Remembering(shelf, Recognition())
        try:
            row = _dialogues(language, "synthetic", count, recognition, progress, AT_EASE)
        finally:
            recognition.stop()
            shelf.close()
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "-"
    return structs.replace(row, name=f"latency-{language}", facts=row.facts | {"load of the machine": load})


def _idle(
    language: Language, hours: float, recognition: Remembering, shelf: Shelf, progress: Any, *, awake: bool
) -> Measured:
    idle, seed = Idle(language, recognition, shelf, awake=awake), 0
    while idle.seconds < hours * 3600:
        idle.piece(seed, min(PIECE_SECONDS, hours * 3600 - idle.seconds))
        seed += 1
        state = "awake" if awake else "asleep"
        found = f"woke {idle.woke}, executed {idle.executed}"
        progress(f"{state} {language}: {idle.seconds / 3600:.1f} of {hours:.1f} h, {found}")
    return idle.row()


def _cpu() -> float:
    spent = os.times()
    return spent.user + spent.system


def _cpu_of(pid: int | None) -> float:
    """Seconds of another process; 0 where /proc does not tell."""
    stat = Path(f"/proc/{pid}/stat")
    if pid is None or not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int | None) -> str:
    """Where /proc tells; nothing was recognised anew when there is no process."""
    status = Path(f"/proc/{pid}/status")
    if pid is None or not status.exists():
        return "-"
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    return f"{int(line.split()[1]) / 1024:.0f} MB"
