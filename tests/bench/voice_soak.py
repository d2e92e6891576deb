"""Does recognition stand ten thousand random utterances and changes of grammar? No crash, no leak, never stuck."""

import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from tests.bench.measure import Measured
from tests.bench.voice_idle import pieces
from tests.bench.voice_sounds import speak
from tests.voice.fakes import DIRECTORY, FakeDesk, order
from voice.dialogue import Listen, Mode
from voice.equipment import Equipment
from voice.hearing.recognition import Recognition
from voice.hearing.source import FRAME, RATE, Block
from voice.language import Language
from voice.session import Session
from voice.tongue import Tongue

UTTERANCES_PER_ROUND = 2000
SETTLED = 0.2
"""The share of the run after which memory is looked at: until then models and caches are filled."""
LEAST_SAMPLES = 10
NEW_PLACES = 200
"""After so many utterances the central has other warehouses and carriers."""
FEWER = msgspec.structs.replace(DIRECTORY, warehouses=DIRECTORY.warehouses[:1], carriers=())
TALK_SECONDS = 20.0
PATIENT_SECONDS = 120.0
"""The soak may run on a machine that has other work."""
Sample = tuple[float, int]
"""(hours of sound heard so far, memory in kB)"""


def measure(rounds: int) -> Iterator[Measured]:
    """Ten thousand with the usual five rounds."""
    recognition = Recognition(answer_seconds=PATIENT_SECONDS)
    try:
        yield _utterances(UTTERANCES_PER_ROUND * rounds, recognition)
        yield _dialogues(40 * rounds, recognition)
    finally:
        recognition.stop()


def memory_kb(pid: int | None) -> int:
    """Resident memory of a process; 0 where /proc does not tell."""
    status = Path(f"/proc/{pid}/status")
    if pid is None or not status.exists():
        return 0
    return int(next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:")).split()[1])


def growth(samples: Sequence[Sample], settled_after: float = SETTLED) -> str:
    """How memory grows with the hours of sound once it has settled: the slope of a line through it, with 95 %."""
    settled = samples[int(settled_after * len(samples)) :]
    if len(settled) < LEAST_SAMPLES:
        return "too short to tell"
    hours, kilobytes = (np.array(side, dtype=float) for side in zip(*settled, strict=True))
    away = hours - hours.mean()
    slope = float(away @ kilobytes / (away @ away))
    rest = kilobytes - kilobytes.mean() - slope * away
    half = 1.96 * float(np.sqrt(rest @ rest / (len(settled) - 2) / (away @ away)))
    first, most, last = (value / 1024 for value in (kilobytes[0], kilobytes.max(), kilobytes[-1]))
    line = f"{slope / 1024:+.2f} MB [{(slope - half) / 1024:+.2f}, {(slope + half) / 1024:+.2f}] per hour of sound"
    return f"{first:.1f} MB settled, {most:.1f} at most, {last:.1f} at the end; {line}, {hours[-1] - hours[0]:.2f} h"


def utter(tongues: Sequence[Tongue], chance: random.Random) -> float:
    """Seconds of it: between a click and two seconds of silence, noise or garbage; finished or dropped half-way."""
    tongue, listen = chance.choice(tongues), chance.choice(list(Listen))
    hearing = tongue.hearing()
    random_sound = np.random.default_rng(chance.randrange(1 << 30))
    samples = 0
    for _ in range(chance.randrange(1, 12)):
        count = chance.choice([0, 1, 2, 159, 320, 1280, 3200])
        kind = random_sound.choice([0.0, 30.0, 3000.0, 40000.0])
        sound = np.clip(kind * random_sound.normal(size=count), -32768, 32767).astype("<i2")
        samples += count
        if count:
            hearing.hear(listen, sound.tobytes())
    if chance.random() < 0.7:
        hearing.finish(listen)
    else:
        hearing.drop(listen)
    return samples / RATE


def _utterances(count: int, recognition: Recognition) -> Measured:
    """Every state of both languages at random; now and then another directory, so that all grammars are made anew."""
    chance = random.Random(7)
    tongues = [Tongue(language, DIRECTORY, recognition=recognition) for language in Language]
    began, heard = time.monotonic(), 0.0
    samples: list[Sample] = []
    for number in range(count):
        if number % NEW_PLACES == NEW_PLACES - 1:
            for tongue in tongues:
                tongue.learn_places(DIRECTORY if tongue.directory is FEWER else FEWER)
        heard += utter(tongues, chance) / 3600
        if number % 100 == 99:
            samples.append((heard, memory_kb(recognition.pid)))
        if number % 500 == 0:
            kilobytes = memory_kb(recognition.pid)
            print(f"{number} of {count} utterances, {kilobytes} kB", file=sys.stderr, flush=True)
    facts = {
        "utterances": count,
        "processes started": recognition.generation,
        "seconds": f"{time.monotonic() - began:.0f}",
        "memory": growth(samples),
        "memory, second half": growth(samples, 0.5),
    }
    return Measured(name="soak-recogniser", what="random sound in random grammars", floor="-", facts=facts)


class _Stretch:
    """A stretch of talk."""

    live = False

    def __init__(self, language: Language, seed: int, seconds: float) -> None:
        self._frames = _frames(language, seed, seconds)
        self._at = 0

    @property
    def ended(self) -> bool:
        return self._at >= len(self._frames)

    def open(self) -> None: ...

    def close(self) -> None: ...

    def read(self, timeout: float) -> Block | None:  # noqa: ARG002  the Protocol's
        self._at += 1
        return Block(self._frames[self._at - 1], overflowed=self._at % 997 == 0)


def _frames(language: Language, seed: int, seconds: float) -> list[bytes]:
    parts, length = [], 0
    for part in pieces(language, seed):
        parts.append(part)
        length += len(part)
        if length > seconds * RATE:
            break
    pcm = (np.clip(np.concatenate(parts), -1, 1) * 32767).astype("<i2").tobytes()
    return [pcm[at : at + 2 * FRAME] for at in range(0, len(pcm) - 2 * FRAME, 2 * FRAME)]


def _dialogues(count: int, recognition: Recognition) -> Measured:
    """Whole sessions on talk, with lost samples and changes of language: each has to come to rest."""
    chance = random.Random(8)
    stuck = executed = 0
    began = time.monotonic()
    samples: list[Sample] = []
    ours: list[Sample] = []
    for number in range(count):
        desk = FakeDesk(*(order(f"SO99{tail:04}") for tail in range(0, 10000, 7)))
        it = Session(desk, Equipment(recognition=lambda: recognition), language=chance.choice(list(Language)))
        it.hear(_Stretch(chance.choice(list(Language)), number, TALK_SECONDS))
        it.switch(chance.choice(list(Language)))
        stuck += it.view.state not in (Mode.ASLEEP, Mode.LISTENING, Mode.DONE)
        executed += len(desk.wishes)
        it.leave()
        speak.cache_clear()
        hours = (number + 1) * TALK_SECONDS / 3600
        samples.append((hours, memory_kb(recognition.pid)))
        ours.append((hours, memory_kb(os.getpid())))
        if number % 20 == 0:
            print(f"{number} of {count} sessions, {samples[-1][1]} kB", file=sys.stderr, flush=True)
    facts = {
        "sessions": count,
        "seconds": f"{time.monotonic() - began:.0f}",
        "stuck": stuck,
        "executed": executed,
        "processes started": recognition.generation,
        "memory": growth(samples),
        "memory, second half": growth(samples, 0.5),
        "memory of the process with the sessions, bench and its voices included": growth(ours),
    }
    return Measured(name="soak-dialogue", what="sessions that hear talk and lose samples", floor="-", facts=facts)
