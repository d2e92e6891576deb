"""The self-test ends whatever is wrong: a part that fails is a finding, a part that hangs ends the program."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.terminal import selftest
from tests.patience import PATIENCE_S

HANGS = """
import sys, threading
from desktop.terminal import selftest
selftest.SECONDS = 0.2
selftest._PARTS.clear()
selftest._PARTS["window"] = lambda _at: threading.Event().wait()
sys.exit(selftest.run((), sys.stdout.write))
"""


@pytest.mark.processes
def test_a_part_that_hangs_ends_the_program_and_shows_where() -> None:
    asked = [sys.executable, "-c", HANGS]
    ended = subprocess.run(asked, capture_output=True, text=True, timeout=4 * PATIENCE_S, check=False)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert "Timeout" in ended.stderr
    assert "in _try" in ended.stderr


@pytest.mark.parametrize("broken", [False, True])
def test_the_report_is_json_and_names_the_part_that_does_not_work(
    broken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(at: Path) -> dict[str, str]:
        raise selftest.PartFailed(f"heard nothing in {at.name}")

    parts = {"resources": selftest._resources, **({"speech-en": stumble} if broken else {})}
    monkeypatch.setattr(selftest, "_PARTS", parts)
    said: list[str] = []
    assert selftest.run((), said.append) == int(broken)
    report = json.loads("".join(said))
    assert report["ok"] is not broken
    assert report["frozen"] is False
    assert [part["part"] for part in report["parts"] if not part["ok"]] == ["speech-en"] * broken
    if broken:
        assert report["parts"][1]["found"] == {"fault": "PartFailed: heard nothing in speech-en"}
