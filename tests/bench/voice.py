"""How often is a spoken command done, and how often a wrong one? Voices never trained, noise, halls, bare engines."""

import importlib
import json
import math
import random
import re
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from tests.bench.measure import Measured
from tests.bench.voice_person import Person
from tests.bench.voice_sounds import (
    ENGLISH,
    MANDARIN,
    NOISES,
    OTHERS,
    Samples,
    by_headset,
    in_a_hall,
    loudness,
    noise,
    speak,
)
from tests.bench.voice_tasks import EN_DIGITS, EN_REASONS, Task, tasks
from tests.voice.fakes import FakeDesk, order
from tests.voice.understanding import shipped
from voice.dialogue import INTENTS, Listen
from voice.hearing.grammar import as_json, grammar, wanted
from voice.hearing.recognition import Recognition
from voice.hearing.source import FRAME, RATE, Block
from voice.language import Language
from voice.loop import Equipment
from voice.models import load
from voice.session import Session
from voice.understanding.meaning import Meaning

CONDITIONS = ("clean", "20 dB", "10 dB", "5 dB", "0 dB", "hall", "8 kHz")
QUIET = 0.001


def interval(good: int, total: int) -> str:
    """Share with Wilson's 95 % interval, in per cent."""
    if not total:
        return "-"
    p, z = good / total, 1.96
    middle = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return f"{100 * p:.1f} % [{100 * max(0, middle - half):.1f}, {100 * min(1, middle + half):.1f}] of {total}"


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Score:
    """What came of the tasks of one condition."""

    def __init__(self) -> None:
        self.total = self.done = self.wrong = self.again = self.first = self.slots = self.misread = 0
        self.latencies: list[float] = []

    def facts(self, name: str) -> dict[str, str]:
        ordered = sorted(self.latencies) or [math.nan]
        at = partial(_at, ordered)
        bound = 100 * 3 / self.total if self.wrong == 0 and self.total else math.nan
        return {
            f"{name}: commands done": interval(self.done, self.total),
            f"{name}: understood at once": interval(self.first, self.total),
            f"{name}: all slots right": interval(self.slots, self.total),
            f"{name}: wrong executed": f"{self.wrong}" + (f" (95 % bound {bound:.1f} %)" if not self.wrong else ""),
            f"{name}: wrong read back, refused": str(self.misread),
            f"{name}: asked again": interval(self.again, self.total),
            f"{name}: last sound → read-back": f"p50 {at(0.5):.2f} p95 {at(0.95):.2f} p99 {at(0.99):.2f} s",
        }


def measure(rounds: int) -> list[Measured]:
    chance = random.Random(4)
    rows = [_texts(rounds, chance)]
    for language in Language:
        rows += [_commands(language, 4 * rounds, chance), _idle(language, 60.0 * rounds, chance)]
        rows.append(_bare(language, 4 * rounds))
    rows += [_sphinx(4 * rounds), *_people(rounds)]
    return rows


def _row(name: str, what: str, facts: dict[str, Any], skipped: str = "") -> Measured:
    return Measured(name=name, what=what, floor="-", facts=facts, skipped=skipped)


def _texts(rounds: int, chance: random.Random) -> Measured:
    """Shipped sentences with one word dropped, doubled, exchanged or added: never another command's meaning."""
    from voice.understanding.sentences import sentences  # noqa: PLC0415  only here

    facts: dict[str, Any] = {}
    for language in Language:
        parser = shipped.parser(language)
        allowed = INTENTS[Listen.COMMAND]
        texts = [t for t in sentences(parser, allowed, {}) if isinstance(parser.parse(t, allowed), Meaning)]
        lost = taken = 0
        count = 400 * rounds
        for _ in range(count):
            text = chance.choice(texts)
            words = text.split() if language is Language.EN else list(text)
            words.insert(chance.randrange(len(words) + 1), "banana" if language is Language.EN else "猫")
            taken += isinstance(parser.parse((" " if language is Language.EN else "").join(words), allowed), Meaning)
            lost += not isinstance(parser.parse(text, allowed), Meaning)
        facts[f"{language}: sentences understood"] = interval(count - lost, count)
        facts[f"{language}: with one foreign word, taken all the same"] = f"{taken} of {count}"
    return _row("voice-text", "sentences through the parser", facts)


def _play(task: Task, condition: str, number: int, recognition: Recognition, score: Score) -> None:
    voices = ENGLISH if task.language is Language.EN else MANDARIN
    voice = voices[number % len(voices)]
    says = {
        "command": speak(voice, task.said),
        "confirm": speak(voice, task.answer),
        "cancel": speak(voice, task.refusal),
    }
    change = {"hall": in_a_hall, "8 kHz": by_headset}.get(condition)
    if change:
        says = {name: change(sound) for name, sound in says.items()}
    room = _room(condition, loudness(says["command"]), number)
    target = order(f"SO99{task.digits}", company="Target", holds=(Reason.PAYMENT_CHECK,))
    if task.op is Op.INTERCEPT:
        target = order(f"SO99{task.digits}", company="Target")
    twins = [order(f"SO99{twin}", company="Twin", holds=target_holds(task)) for twin in _twins(task.digits)]
    desk = FakeDesk(target, *twins)
    it = Session(desk, Equipment(recognition=lambda: recognition), language=task.language)
    person = Person(says, target.id, lambda: it.view, room)
    steps = it.hear(person)
    it.leave()
    right = [w for w in desk.wishes if w.order_id == target.id and w.op is task.op]
    score.total += 1
    score.done += len(right) == 1 == len(desk.wishes)
    score.wrong += len(desk.wishes) - len(right)
    score.misread += person.misread
    score.again += any(step.kind == "not_understood" for step in steps)
    score.latencies += person.latencies
    heard = next((step.text for step in steps if step.kind == "heard"), "")
    meaning = shipped.parser(task.language).parse(heard, INTENTS[Listen.COMMAND])
    score.first += isinstance(meaning, Meaning)
    score.slots += isinstance(meaning, Meaning) and (meaning.order, meaning.reason) == (task.digits, task.reason)


def target_holds(task: Task) -> tuple[Reason, ...]:
    return () if task.op is Op.INTERCEPT else (Reason.PAYMENT_CHECK,)


def _twins(digits: str) -> Iterator[str]:
    """Orders one digit away: a misheard digit finds another order."""
    for place in range(4):
        for other in "0123456789":
            if other != digits[place]:
                yield digits[:place] + other + digits[place + 1 :]


def _room(condition: str, speech: float, number: int) -> Any:
    """Makes the sound of the room, noise at the condition's distance from the speech."""
    if not condition.endswith("dB"):
        quiet = np.random.default_rng(number)
        return lambda count: np.asarray(QUIET * quiet.normal(size=count), dtype=np.float32)
    made = (
        noise(list(NOISES)[number % len(NOISES)], 20, number)
        * speech
        / 10 ** (float(condition.split(maxsplit=1)[0]) / 20)
    )
    at = [0]

    def take(count: int) -> Samples:
        at[0] += count
        return np.array(np.take(made, np.arange(at[0] - count, at[0]), mode="wrap"), dtype=np.float32)

    return take


def _commands(language: Language, count: int, chance: random.Random) -> Measured:
    recognition = Recognition()
    wanted_tasks = tasks(language, count, chance)
    facts: dict[str, Any] = {}
    wrong = total = 0
    everything: list[float] = []
    began, cpu = time.perf_counter(), _cpu(recognition)
    for condition in CONDITIONS:
        score = Score()
        for number, task in enumerate(wanted_tasks):
            _play(task, condition, number, recognition, score)
        facts |= score.facts(condition)
        wrong, total = wrong + score.wrong, total + score.total
        everything += score.latencies
    ordered = sorted(everything)
    facts["all: wrong executed"] = f"{wrong} of {total} tasks" + (f", bound {300 / total:.2f} %" if not wrong else "")
    facts["all: last sound → read-back p50 p95 p99"] = " ".join(
        f"{ordered[min(len(ordered) - 1, int(share * len(ordered)))]:.2f}" for share in (0.5, 0.95, 0.99)
    )
    facts["recogniser's memory"] = f"{_rss(recognition):.0f} MB"
    facts["seconds"] = f"{time.perf_counter() - began:.0f}, of the recogniser's processor {_cpu(recognition) - cpu:.0f}"
    recognition.stop()
    return _row(f"voice-{language}", "synthetic voices never trained, whole dialogues with a listening person", facts)


def _cpu(recognition: Recognition) -> float:
    if recognition.pid is None:
        return 0.0
    fields = Path(f"/proc/{recognition.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def _rss(recognition: Recognition) -> float:
    status = Path(f"/proc/{recognition.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]  # always there


class Talking:
    """Speech that is not for the desk, for so many seconds."""

    live = False

    def __init__(self, sound: Samples, seconds: float) -> None:
        self._pcm = (np.clip(sound, -1, 1) * 32767).astype("<i2")
        self._left = int(seconds * RATE) // FRAME
        self._at = 0

    @property
    def ended(self) -> bool:
        return self._left <= 0

    def open(self) -> None: ...

    def close(self) -> None: ...

    def read(self, timeout: float) -> Block | None:  # noqa: ARG002  the Protocol's
        self._left -= 1
        self._at += FRAME
        return Block(np.take(self._pcm, np.arange(self._at - FRAME, self._at), mode="wrap").tobytes())


def _idle(language: Language, seconds: float, chance: random.Random) -> Measured:
    """Asleep beside people who talk: how often does it wake, and is anything ever executed?"""
    from tests.bench.voice_sounds import _nonsense  # noqa: PLC0415  its own kind of text

    parts = []
    for number in range(40):
        voice = f"espeak:{OTHERS[number % len(OTHERS)]}+{chance.choice(['f2', 'm2', 'f5', 'm6'])}"
        parts += [speak(voice, _nonsense(number + 100)), np.zeros(int(0.9 * RATE), dtype=np.float32)]
    sound = np.concatenate(parts)
    sound = sound + QUIET * np.random.default_rng(0).normal(size=len(sound)).astype(np.float32)
    desk = FakeDesk(*(order(f"SO99{number:04}") for number in range(0, 10000, 7)))
    it = Session(desk, language=language)
    steps = it.hear(Talking(sound, seconds))
    it.stop()
    hours = seconds / 3600
    woke = sum(step.kind == "woke" for step in steps) - 1
    facts = {
        "hours of speech not for it": f"{hours:.2f}",
        "false wakes per hour": f"{woke / hours:.1f} (of {woke})",
        "executed actions per hour": f"{len(desk.wishes) / hours:.1f}"
        + ("" if desk.wishes else f" (95 % bound {3 / hours:.1f})"),
    }
    return _row(f"voice-idle-{language}", "speech in eight other languages, made-up words", facts)


def _clips(language: Language, count: int) -> list[tuple[Task, bytes]]:
    voices = ENGLISH if language is Language.EN else MANDARIN
    quiet = np.random.default_rng(1)
    clips = []
    for number, task in enumerate(tasks(language, count, random.Random(4))):
        sound = np.pad(speak(voices[number % len(voices)], task.said), (4000, 8000))
        sound = sound + (QUIET * quiet.normal(size=len(sound))).astype(np.float32)
        clips.append((task, (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()))
    return clips


def _judge(language: Language, texts: Sequence[tuple[Task, str]]) -> dict[str, Any]:
    """What an engine alone is worth: the digits and the verb anywhere in its words are taken for a command."""
    right = wrong = 0
    parser = shipped.parser(language)
    for task, text in texts:
        digits = "".join(parser.phrases.numerals.digit(t) or "" for t in re.split(r"\s+", text.strip()) if t)
        verb = {Op.INTERCEPT: ("intercept", "hold", "拦截", "暂停"), Op.RELEASE: ("release", "放行")}[task.op]
        good = digits == task.digits and any(word in text for word in verb)
        right += good
        wrong += bool(not good and len(digits) >= 4)
    return {"right": interval(right, len(texts)), "would have executed another": str(wrong)}


def _bare(language: Language, count: int) -> Measured:
    import vosk  # noqa: PLC0415  the bare engine, in this process

    model = load(language)
    facts: dict[str, Any] = {}
    phrases = grammar(model, wanted(shipped.parser(language))[Listen.COMMAND])
    for name, recogniser in (
        ("with our grammar", vosk.KaldiRecognizer(model.handle, float(RATE), as_json(phrases))),
        ("without a grammar", vosk.KaldiRecognizer(model.handle, float(RATE))),
    ):
        texts = []
        for task, pcm in _clips(language, count):
            recogniser.AcceptWaveform(pcm)
            texts.append((task, str(json.loads(recogniser.FinalResult())["text"])))
        facts |= {f"{name}: {key}": value for key, value in _judge(language, texts).items()}
    return _row(f"vosk-{language}", "bare Vosk, no parser and no dialogue, same clean audio", facts)


def _sphinx(count: int) -> Measured:
    what = "pocketsphinx with its own English model and our words as a grammar, same clean audio"
    try:
        pocketsphinx = importlib.import_module("pocketsphinx")  # only for comparison
    except ImportError:
        return _row("sphinx-en", what, {}, skipped="pocketsphinx is not installed")
    digit = " | ".join([*EN_DIGITS, "oh"])
    reasons = " | ".join(EN_REASONS.values())
    text = (
        "#JSGF V1.0;\ngrammar g;\n"
        f"public <s> = (intercept | release | hold) order (<d> <d> <d> <d>) [{reasons}];\n<d> = {digit};\n"
    )
    import tempfile  # noqa: PLC0415  only here

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "g.gram"
        path.write_text(text)
        decoder = pocketsphinx.Decoder(jsgf=str(path), loglevel="FATAL", samprate=RATE)
        texts = []
        for task, pcm in _clips(Language.EN, count):
            decoder.start_utt()
            decoder.process_raw(pcm, full_utt=True)
            decoder.end_utt()
            texts.append((task, decoder.hyp().hypstr if decoder.hyp() else ""))
    return _row("sphinx-en", what, _judge(Language.EN, texts))


def _people(rounds: int) -> list[Measured]:
    """Recordings of people, where a folder with them is named."""
    import os  # noqa: PLC0415  only here

    folder = os.environ.get("EXCEPTION_DESK_RECORDINGS", "")
    what = "people who say digits (FSDD, speakers never trained), heard while a number is asked for"
    if not folder or not (Path(folder) / "fsdd/manifest.tsv").is_file():
        return [
            _row(
                "voice-people", what, {}, skipped="name a folder in EXCEPTION_DESK_RECORDINGS (with fsdd/manifest.tsv)"
            )
        ]
    from voice.hearing.recogniser import build  # noqa: PLC0415  Vosk, in this process
    from voice.hearing.wav import read_sound  # noqa: PLC0415  only where recordings are wanted

    lines = (Path(folder) / "fsdd/manifest.tsv").read_text(encoding="utf-8").splitlines()[1:]
    chosen = [line.split("\t") for line in lines if line.endswith("\ttest")]
    random.Random(4).shuffle(chosen)
    recogniser = build(load(Language.EN), wanted(shipped.parser(Language.EN)))
    parser = shipped.parser(Language.EN)
    right = wrong = 0
    for file, text, *_ in chosen[: 40 * rounds]:
        sound = np.pad(read_sound(Path(folder) / "fsdd" / file), (4000, 6000))
        recogniser.hear(Listen.WHICH, sound.astype("<i2").tobytes())
        meaning = parser.parse(recogniser.finish(Listen.WHICH).text, INTENTS[Listen.WHICH])
        said = meaning.digits if isinstance(meaning, Meaning) else ""
        right += said == parser.phrases.numerals.digit(text)
        wrong += bool(said) and said != parser.phrases.numerals.digit(text)
    total = len(chosen[: 40 * rounds])
    return [_row("voice-people", what, {"right": interval(right, total), "another digit": interval(wrong, total)})]
