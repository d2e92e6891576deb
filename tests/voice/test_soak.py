"""A short walk of the soak, and the arithmetic of the bench's figures."""

import random

import msgspec
import pytest

from tests.bench.measure import Measured
from tests.bench.voice_scores import Score, rate, share, times
from tests.bench.voice_soak import growth, memory_kb, utter
from tests.bench.voice_tables import pages
from tests.voice.fakes import DIRECTORY
from voice.hearing.recognition import Recognition
from voice.language import Language
from voice.tongue import Tongue


def test_random_sound_in_random_grammars_neither_kills_nor_fattens_the_recogniser() -> None:
    recognition, chance = Recognition(), random.Random(3)
    tongues = [Tongue(language, DIRECTORY, recognition=recognition) for language in Language]
    for _ in range(40):
        utter(tongues, chance)
    early = memory_kb(recognition.pid)
    for _ in range(40):
        utter(tongues, chance)
    assert recognition.generation == 1
    assert memory_kb(recognition.pid) - early < 8_000
    recognition.stop()


def test_growth_is_the_slope_of_memory_once_it_has_settled() -> None:
    warm = [(hour / 10, 50_000 + 10_000 * hour) for hour in range(5)]
    steady = [(hour / 10, 100_000 + 1024 * hour) for hour in range(5, 25)]
    assert "+10.00 MB [+10.00, +10.00] per hour of sound, 1.90 h" in growth(warm + steady)
    assert growth(warm) == "too short to tell"


@pytest.mark.parametrize(
    ("good", "of", "low", "high"), [(0, 10, 0.0, 27.8), (10, 10, 72.2, 100.0), (5, 10, 23.7, 76.3)]
)
def test_shares_have_wilsons_interval(good: int, of: int, low: float, high: float) -> None:
    assert (share(good, of).low, share(good, of).high) == (low, high)


def test_what_never_happened_is_bounded_by_the_rule_of_three() -> None:
    assert rate(0, 10.0, "per hour").bound == pytest.approx(0.2996, abs=1e-3)
    assert rate(1, 10.0, "per hour").bound == pytest.approx(0.474, abs=1e-3)


def test_figures_become_the_documents_tables() -> None:
    score = Score()
    score.total, score.done, score.slots, score.again, score.misread = 8, 7, 6, 1, 2
    score.answers, score.silences = [0.4, 0.5], [0.3, 0.31]
    facts = {"clean": score.figures(), "in babble 10 dB": f"done {share(7, 8)}"}
    row = Measured(name="synthetic-en", what="", floor="-", facts=facts)
    told = pages([msgspec.to_builtins(row) | {"verdict": ""}])
    cells = "8 | 88 % [53, 98] | 75 % [41, 93] | 12 % [2, 47] | 2 | 0 | 0.31 / 0.31 / 0.31 | 0.50 / 0.50 / 0.50 |"
    assert f"| clean | {cells}" in told
    assert f"| 安静 | {cells}" in told
    assert "| 人声嘈杂 | - | 88 % [53, 98] | - | - |" in told


def test_percentiles_of_few_values_are_values() -> None:
    assert times([0.3, 0.1, 0.2]).p50 == 0.2
    assert times([]).p99 == 0.0
