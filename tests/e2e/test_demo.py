"""Does the demo without a person do all of it, also when the central is killed in the middle?"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]


def demo(pictures: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "desktop.demo", "--headless", "--pictures", str(pictures), *arguments]
    environment = os.environ | {"EXCEPTION_DESK_LANGUAGE": "en", "PYTHONUTF8": "1", "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=4 * PATIENCE_S, check=False
    )


def test_two_spoken_commands_end_as_holds_in_the_central(tmp_path: Path) -> None:
    run = demo(tmp_path, "--orders", "60")
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("central HOLDS the order") == 2
    assert "stopped (v" in run.stdout
    assert "someone must pull it (v" in run.stdout
    assert {"2-list-en.png", "2-list-zh.png", "3-voice-bar-en.png", "3-voice-bar-zh.png"} <= {
        picture.name for picture in tmp_path.iterdir()
    }


def test_a_command_confirmed_while_the_central_is_killed_arrives_once(tmp_path: Path) -> None:
    run = demo(tmp_path, "--orders", "60", "--outage")
    assert run.returncode == 0, run.stdout + run.stderr
    told = "central killed|confirmed|central started again|central answered|central HOLDS"
    steps = re.findall(rf"^ .* s  ({told})", run.stdout, re.MULTILINE)
    second = steps[steps.index("central killed") :]
    assert second == ["central killed", "confirmed", "central started again", "central answered", "central HOLDS"]
