"""What does our hearing cost beside bare Vosk on the same audio? Voice activity, grammar choice, parsing included."""

from collections.abc import Callable

import vosk

import resources
from sync.wire.messages import Directory
from tests.bench.measure import Measured, in_turn, timed
from voice.dialogue import Listen
from voice.hearing.grammar import as_json, grammar, wanted
from voice.hearing.source import FRAME_BYTES, RATE
from voice.hearing.wav import read_sound
from voice.language import Language
from voice.listening import Ear
from voice.models import load
from voice.tongue import Tongue

BUDGET = 1.1
_RECORDINGS = {Language.EN: "intercept_en.ogg", Language.ZH: "intercept_zh.ogg"}


def measure(rounds: int) -> list[Measured]:
    """One row per language: seconds to hear the recorded command, and to decode it with bare Vosk."""
    return [_measure(language, rounds) for language in Language]


def _measure(language: Language, rounds: int) -> Measured:
    tongue = Tongue(language, Directory(warehouses=(), carriers=()))
    pcm = read_sound(resources.path("recordings", _RECORDINGS[language])).tobytes()
    frames = [pcm[i : i + FRAME_BYTES] for i in range(0, len(pcm) - FRAME_BYTES, FRAME_BYTES)]
    ours, floor = in_turn(lambda: timed(lambda: _hear(frames, tongue)), _bare(frames, tongue), rounds)
    return Measured(
        name=f"decode-{language.value}",
        what=f"hear {len(pcm) / 2 / RATE:.1f} s of speech: voice activity, Vosk, partial results",
        floor="bare Vosk: AcceptWaveform of every frame with the same grammar, FinalResult",
        budget=BUDGET,
        ours_s=tuple(ours),
        floor_s=tuple(floor),
    )


def _hear(frames: list[bytes], tongue: Tongue) -> None:
    ear = Ear()
    for frame in frames:
        ear.feed(frame, tongue, Listen.COMMAND, 1)
    ear.finish()


def _bare(frames: list[bytes], tongue: Tongue) -> Callable[[], float]:
    model = load(tongue.language)
    phrases = grammar(model, wanted(tongue.parser)[Listen.COMMAND])
    bare = vosk.KaldiRecognizer(model.handle, float(RATE), as_json(phrases))

    def decode() -> None:
        for frame in frames:
            bare.AcceptWaveform(frame)
        bare.FinalResult()

    return lambda: timed(decode)
