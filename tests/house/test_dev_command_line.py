"""dev.py explains itself, refuses what it cannot do, and needs nothing but the standard library."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [ROOT / "dev.py", *sorted((ROOT / "devtools").glob("*.py"))]


def dev_py(*arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(root / "dev.py"), *arguments], capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("verb", sorted(dev.VERBS))
def test_every_verb_explains_itself(verb: str) -> None:
    answer = dev_py(verb, "--help")
    assert answer.returncode == 0
    assert f"dev.py {verb}" in answer.stdout
    explanation = " ".join(answer.stdout.split())
    assert " ".join((dev.VERBS[verb][0].__doc__ or "?").split()) in explanation


def test_the_overview_names_every_verb_and_the_two_that_newcomers_need() -> None:
    overview = dev_py("--help").stdout
    assert [verb for verb in dev.VERBS if verb not in overview] == []
    assert "python3 dev.py demo" in overview
    assert "python3 dev.py test" in overview


def test_an_unknown_option_is_refused_by_name() -> None:
    answer = dev_py("clean", "--everything")
    assert answer.returncode == 2
    assert "--everything" in answer.stderr


def test_no_verb_is_a_mistake_not_a_surprise() -> None:
    answer = dev_py()
    assert answer.returncode == 2
    assert "VERB" in answer.stderr


def test_an_old_python_is_told_what_to_do() -> None:
    pretend = (
        "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0); "
        f"sys.path.insert(0, {str(ROOT)!r}); runpy.run_path({str(ROOT / 'dev.py')!r}, run_name='__main__')"
    )
    answer = subprocess.run([sys.executable, "-c", pretend], capture_output=True, encoding="utf-8", check=False)
    assert answer.returncode == 1
    assert "needs Python 3.11 or newer; this is Python 3.9" in answer.stderr
    assert "What to do: install python3.11" in answer.stderr


def test_an_old_python_can_read_dev_py_far_enough_to_refuse() -> None:
    ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_nothing_but_the_standard_library_is_imported(source: Path) -> None:
    imported: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported - sys.stdlib_module_names <= {"devtools"}


def test_clean_removes_what_was_generated_and_nothing_else(tmp_path: Path) -> None:
    clone = tmp_path / "异常 台"
    clone.mkdir()
    shutil.copy(ROOT / "dev.py", clone)
    shutil.copytree(ROOT / "devtools", clone / "devtools", ignore=shutil.ignore_patterns("__pycache__"))
    kept = [clone / "sync" / "outbox.py", clone / ".venv" / "pyvenv.cfg"]
    generated = [clone / ".cache" / "a", clone / "sync" / "__pycache__" / "x.pyc", clone / ".coverage"]
    for path in (*kept, *generated):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    answer = dev_py("clean", root=clone)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert [path.exists() for path in (*kept, *generated)] == [True, True, False, False, False]
    assert dev_py("clean", "--all", root=clone).returncode == 0
    assert not (clone / ".venv").exists()
