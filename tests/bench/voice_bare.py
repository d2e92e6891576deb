"""What are engines alone worth on the same audio? Bare Vosk and pocketsphinx, without parser and dialogue."""

import importlib
import json
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from sync.domain.commands import Op
from tests.bench.measure import Measured
from tests.bench.voice_dialogues import OTHER_FORMS, conditions, room_of, synthetic
from tests.bench.voice_scores import share
from tests.bench.voice_sounds import by_headset, in_a_hall, loudness
from tests.bench.voice_tasks import EN_DIGITS, EN_REASONS, Task, tasks
from tests.voice.understanding import shipped
from voice.dialogue import Listen
from voice.hearing.grammar import as_json, grammar, wanted
from voice.hearing.source import RATE
from voice.language import Language
from voice.models import find, load_taught

Decode = Callable[[bytes], str]
VERBS = {
    Op.INTERCEPT: ("intercept", "hold", "拦截", "暂停"),
    Op.RELEASE: ("release", "放行"),
    Op.REASSIGN: ("reassign", "transfer", "转单"),
}


def clips(language: Language, count: int, room: str) -> Iterator[tuple[Task, bytes]]:
    """The commands of the dialogues in that room, half a second of it before and after."""
    for number, task in enumerate(tasks(language, count, random.Random(4))):
        sound = synthetic(task, number)["command"]
        change = {"hall": in_a_hall, "headset": by_headset}.get(room)
        sound = change(sound) if change else sound
        whole = np.pad(sound, (RATE // 2, RATE // 2))
        whole = whole + room_of(room, loudness(sound), number)(len(whole))
        yield task, (np.clip(whole, -1, 1) * 32767).astype("<i2").tobytes()


def is_right(task: Task, text: str) -> bool | None:
    """Verb and digits anywhere in the words are taken for a command; None: there is none."""
    numerals = shipped.parser(task.language).phrases.numerals
    tokens = re.split(r"\s+", text.strip())
    said = dict(numerals.spoken) | (
        {"乙": "1"} if task.language is Language.ZH else {}
    )  # English "to" is no digit here
    digits = "".join(said.get(token, "") for token in tokens)
    verbs = [op for op, words in VERBS.items() if any(word in text for word in words)]
    if len(digits) < 4 or not verbs:
        return None
    return (digits, verbs) == (task.digits, [task.op])


def rows(language: Language, count: int, progress: Callable[[str], None]) -> Iterator[Measured]:
    engines = {"vosk with our words": _vosk(language, ours=True), "vosk": _vosk(language, ours=False)}
    skipped = ""
    if language is Language.EN:
        try:
            engines["pocketsphinx"] = _sphinx()
        except ImportError:
            skipped = "pocketsphinx is not installed: uv pip install --group compare"
    for name, decode in engines.items():
        yield _row(name, language, count, decode, progress)
    if skipped:
        yield Measured(name="pocketsphinx-en", what="pocketsphinx", floor="-", skipped=skipped)


def _row(name: str, language: Language, count: int, decode: Decode, progress: Callable[[str], None]) -> Measured:
    facts: dict[str, Any] = {}
    for condition, rooms in conditions().items():
        if condition == OTHER_FORMS:
            continue
        judged = [is_right(task, decode(pcm)) for room in rooms for task, pcm in clips(language, count, room)]
        right = share(sum(it is True for it in judged), len(judged))
        facts[condition] = f"right {right}, another command {share(sum(it is False for it in judged), len(judged))}"
        progress(f"{name} {language}: {condition}")
    return Measured(
        name=f"{name}-{language}",
        what="the engine alone: verb and digits anywhere in its words are taken for a command",
        floor="-",
        facts=facts,
    )


def _vosk(language: Language, *, ours: bool) -> Decode:
    import vosk  # noqa: PLC0415  the bare engine, in this process

    parser = shipped.parser(language)
    folder, entry = find(language)
    model = load_taught(folder, entry, parser.phrases.pronunciations)
    if ours:
        phrases = as_json(grammar(model, wanted(parser)[Listen.COMMAND]))
        recogniser = vosk.KaldiRecognizer(model.handle, float(RATE), phrases)
    else:
        recogniser = vosk.KaldiRecognizer(model.handle, float(RATE))

    def decode(pcm: bytes) -> str:
        recogniser.AcceptWaveform(pcm)
        return str(json.loads(recogniser.FinalResult())["text"])

    return decode


def _sphinx() -> Decode:
    """Its own English model, our words as a grammar."""
    pocketsphinx = importlib.import_module("pocketsphinx")  # only for comparison
    digit, reasons = " | ".join([*EN_DIGITS, "oh"]), " | ".join(EN_REASONS.values())
    text = (
        "#JSGF V1.0;\ngrammar g;\n<d> = " + digit + ";\n<n> = <d> <d> <d> <d>;\n"
        f"public <s> = (intercept | release | hold) order <n> [{reasons}] | reassign order <n> to east warehouse;\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "g.gram"
        path.write_text(text)
        decoder = pocketsphinx.Decoder(jsgf=str(path), loglevel="FATAL", samprate=RATE)

    def decode(pcm: bytes) -> str:
        decoder.start_utt()
        decoder.process_raw(pcm, full_utt=True)
        decoder.end_utt()
        found = decoder.hyp()
        return str(found.hypstr) if found else ""

    return decode
