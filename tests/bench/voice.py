"""How good is voice? Texts, dialogues in noise, people, idle hours, bare engines; can be stopped and gone on with."""

import os
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench import voice_bare, voice_people, voice_short, voice_text
from tests.bench.measure import Measured
from tests.bench.voice_dialogues import people, run, synthetic
from tests.bench.voice_idle import PIECE_SECONDS, Idle
from tests.bench.voice_memory import Remembering, Shelf, Within, folder
from tests.bench.voice_scores import Score, rate, times
from voice.hearing.recognition import Recognition
from voice.language import Language

HOURS_PER_ROUND = 2.0
"""Of idle talk for each language: ten hours with the usual five rounds; a fifth of it held awake."""
PATIENT_SECONDS = 120.0
"""A bench may run on a machine that has other work."""
NO_PEOPLE = "no recordings of people: put them into ../shared/voice/data (fsdd, commands, cmn, dsp20, wakewords)"


def measure(rounds: int) -> list[Measured]:
    """All rows; after Ctrl-C those that were finished. What was recognised is kept and not done again."""
    rows: list[Measured] = []
    began = time.monotonic()
    shelf = Shelf(folder() / "voice.db")
    recognition, within = Remembering(shelf, Recognition(answer_seconds=PATIENT_SECONDS)), Remembering(shelf, Within())
    progress = partial(_progress, began, recognition)
    try:
        for row in _rows(rounds, recognition, within, progress):
            rows.append(row)
            progress(f"done: {row.name}")
    except KeyboardInterrupt:
        print("\nstopped; these are the figures so far, go on by starting it again", file=sys.stderr)
    finally:
        recognition.stop()
        shelf.close()
    return rows


def _progress(began: float, recognition: Remembering, what: str) -> None:
    known = f"{recognition.found} of {recognition.found + recognition.asked} utterances known before"
    print(f"{time.monotonic() - began:7.0f} s  {what} ({known})", file=sys.stderr, flush=True)


def _rows(rounds: int, recognition: Remembering, within: Remembering, progress: Any) -> Iterator[Measured]:
    for language in Language:
        yield voice_text.measure(language, 1000 * rounds)
    for language in Language:
        yield _dialogues(language, "synthetic", 8 * rounds, recognition, progress)
        if voice_people.there():
            yield _dialogues(language, "people", 6 * rounds, recognition, progress)
        else:
            yield Measured(name=f"people-{language}", what="digits by people", floor="-", skipped=NO_PEOPLE)
    for language in Language:
        yield voice_short.measure(language, recognition, progress)
    for language in Language:
        yield from voice_bare.rows(language, 2 * rounds, progress)
    for language in Language:
        for awake in (False, True):
            yield _idle(language, rounds * HOURS_PER_ROUND / (5 if awake else 1), within, progress, awake=awake)


def _dialogues(language: Language, corpus: str, count: int, recognition: Remembering, progress: Any) -> Measured:
    says = {"synthetic": synthetic, "people": people}[corpus]
    scores: dict[str, Score] = {}
    rooms: dict[str, str] = {}
    began, cpu, owed = time.perf_counter(), _cpu(), recognition.owed
    for condition, room, score in run(language, says, count, recognition, progress):
        scores[condition] = scores.get(condition, Score()) + score
        if room.endswith(" 10"):
            rooms[f"at 10 dB, {room[:-3]}"] = f"{score.done} of {score.total} done"
    everything = Score()
    for score in scores.values():
        everything = everything + score
    facts: dict[str, Any] = {condition: score.figures() for condition, score in scores.items()} | rooms
    facts["wrong executed, all conditions"] = rate(
        everything.wrong, everything.total, f"per task, {everything.total} tasks"
    )
    facts["last sound to read-back, all conditions"] = times(everything.answers)
    facts["seconds"] = f"{time.perf_counter() - began:.0f} (and {recognition.owed - owed:.0f} in earlier runs)"
    facts["processor"] = f"{_cpu() - cpu:.0f} s of ours"
    facts["memory of the recogniser"] = _memory(recognition.pid)
    return Measured(name=f"{corpus}-{language}", what=_WHAT[corpus], floor="-", facts=facts)


_WHAT = {
    "synthetic": "whole dialogues by voices that the models never heard",
    "people": "whole dialogues with digits by people; verbs and reasons, which nobody recorded, by a voice",
}


def _idle(language: Language, hours: float, recognition: Remembering, progress: Any, *, awake: bool) -> Measured:
    idle, seed = Idle(language, recognition, awake=awake), 0
    while idle.seconds < hours * 3600:
        idle.piece(seed, min(PIECE_SECONDS, hours * 3600 - idle.seconds))
        seed += 1
        progress(f"{'awake' if awake else 'asleep'} {language}: {idle.seconds / 3600:.1f} of {hours:.1f} h")
    return idle.row()


def _cpu() -> float:
    spent = os.times()
    return spent.user + spent.system


def _memory(pid: int | None) -> str:
    """Where /proc tells; nothing was recognised anew when there is no process."""
    status = Path(f"/proc/{pid}/status")
    if pid is None or not status.exists():
        return "-"
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    return f"{int(line.split()[1]) / 1024:.0f} MB"
