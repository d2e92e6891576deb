"""Is the real program heard through a real microphone path? PulseAudio → PortAudio → Vosk → window → central.

One run of the program for all scenes; the microphones are virtual, everything behind them is not.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(450)]
ROOT = Path(__file__).resolve().parents[2]

Seen = dict[str, Any]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    """What the person read on the screen and what the central then held, scene by scene."""
    folder = tmp_path_factory.mktemp("microphone")
    command = [sys.executable, "-m", "tests.e2e.at_the_microphone", str(folder)]
    environment = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "QT_QPA_PLATFORM"}}
    run = subprocess.run(
        command,
        cwd=ROOT,
        env=environment | {"PYTHONUTF8": "1", "EXCEPTION_DESK_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        timeout=420,
        check=False,
    )
    found: dict[str, Any] = msgspec.json.decode(run.stdout.strip().splitlines()[-1]) if run.stdout.strip() else {}
    assert run.returncode == 0, found.get("fault", "") + run.stderr
    return found


def commands(scene: Seen) -> list[tuple[str, str]]:
    """Who intercepted with which outcome, as the central remembers it."""
    return [(entry["who"], entry["outcome"]) for entry in scene["trail"] if entry["action"] == "intercept"]


def test_a_spoken_intercept_is_read_back_confirmed_and_in_the_centrals_trail(seen: dict[str, Seen]) -> None:
    scene = seen["intercept"]
    assert "Intercept order 4712, 苏州家居生活馆有限公司, wrong address?" in scene["asked"]
    assert "Order 4712: stopped. Nothing left the shelf." in scene["screen"]
    assert commands(scene) == [("陈师傅", "stopped")]
    spoken = [entry["heard"] for entry in scene["trail"] if entry["heard"]]
    assert [heard["transcript"] for heard in spoken] == ["intercept order four seven one two wrong address / confirm"]
    assert spoken[0]["noise_db"] < -30
    assert re.fullmatch(r"en-embedded#[0-9a-f]{8}", spoken[0]["model"])
    assert re.fullmatch(r"en-[0-9a-z-]+#[0-9a-f]{8}", spoken[0]["grammar"])


def test_a_corrected_number_is_read_back_again_and_a_cancelled_command_never_leaves(seen: dict[str, Seen]) -> None:
    scene = seen["correct_and_cancel"]
    assert "Intercept order 8365" not in scene["asked"]
    assert "Cancelled." in scene["screen"]
    assert commands(scene) == []


def test_a_headset_pulled_out_before_the_confirmation_puts_the_command_away_and_says_so(seen: dict[str, Seen]) -> None:
    scene = seen["unplug"]
    assert "The microphone is gone. Cancelled." in scene["screen"]
    assert commands(scene) == []


def test_the_microphone_that_is_left_is_listened_to_by_itself(seen: dict[str, Seen]) -> None:
    scene = seen["another_microphone"]
    assert "Someone must pull it" in scene["screen"]
    assert commands(scene) == [("陈师傅", "requested")]


def test_half_a_command_is_none_when_the_microphone_changes_in_the_middle(seen: dict[str, Seen]) -> None:
    scene = seen["changed_while_speaking"]
    assert "Confirm?" not in scene["asked"] + scene["screen"]
    assert commands(scene) == []


def test_a_conflict_is_asked_aloud_and_kept_by_voice(seen: dict[str, Seen]) -> None:
    scene = seen["conflict"]
    assert "is not what you saw" in scene["asked"]
    assert "Left as it is." in scene["screen"]
    assert commands(scene) == [("王主管", "stopped"), ("陈师傅", "conflict")]
