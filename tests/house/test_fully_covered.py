"""The gate of the pure parts fails a run that misses a branch, and only then."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RULE = """
def is_late(hours: int) -> bool:
    if hours > 47:
        return True
    return False
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with one pure module, gated as this one is."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "late.py").write_text(RULE)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.exception-desk]\nfully_covered = ["rules/*"]\n'
        '[tool.coverage.run]\nbranch = true\nsource = ["rules"]\n[tool.pytest.ini_options]\npythonpath = ["."]\n'
    )
    return tmp_path


def run(project: Path, test: str) -> tuple[int, str]:
    (project / "test_late.py").write_text(f"from rules.late import is_late\ndef test_it():\n    {test}\n")
    plugins = ["-p", "tests.house.fully_covered", "-p", "pytest_cov.plugin", "-p", "xdist.plugin"]
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, "--cov", "-n", "1", "test_late.py"],
        cwd=project, capture_output=True, encoding="utf-8", check=False,
        env={key: value for key, value in os.environ.items() if not key.startswith(("COV", "PYTEST"))}
        | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip
    return answer.returncode, answer.stdout


def test_a_run_that_reaches_everything_passes(project: Path) -> None:
    code, said = run(project, "assert is_late(48) and not is_late(47)")
    assert code == 0, said
    assert "not fully covered" not in said


def test_a_run_that_misses_a_branch_fails_and_says_where(project: Path) -> None:
    code, said = run(project, "assert is_late(48)")
    assert code == 1, said
    assert "pure parts that are not fully covered" in said
    assert "late.py" in said.partition("pure parts that are not fully covered")[2]
    assert said.strip().splitlines()[-1].startswith("=====")


def test_what_a_killed_process_has_left_of_its_measurement_is_no_ones_concern(project: Path) -> None:
    torn = [project / f".coverage.killed.{n}" for n in range(2)]
    torn[0].write_bytes(b"")
    torn[1].write_bytes(b"SQLite format 3\0 and no more")
    code, said = run(project, "assert is_late(48) and not is_late(47)")
    assert code == 0, said
    assert "arning" not in said
    assert not any(path.exists() for path in torn)


def test_a_failing_test_is_reported_alone(project: Path) -> None:
    code, said = run(project, "assert is_late(1)")
    assert code == 1
    assert "not fully covered" not in said
