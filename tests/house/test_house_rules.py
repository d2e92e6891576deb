"""The house rules that a pattern can see; each one is shown to catch what it forbids."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("desktop", "voice", "sync", "resources")
EVERYWHERE = (*PRODUCT, "tests", "devtools")
THIS_FILE = Path(__file__).resolve()


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that no line of these folders may hold, the better way, and a line that it must catch."""

    pattern: str
    better: str
    caught: str
    folders: tuple[str, ...] = EVERYWHERE


RULES = {
    "no sleep": Rule(
        r"\btime\.sleep\b|from time import .*\bsleep|QTest\.qWait\b|QThread\.m?sleep\b",
        "wait on an event, a condition or a signal, with a deadline",
        "    time.sleep(0.1)",
    ),
    "no test waits for a while": Rule(
        r"\b(asyncio|anyio)\.sleep\s*\((?!0\))",
        "a fake clock, or an event with a deadline",
        "await asyncio.sleep(0.5)",
        ("tests",),
    ),
    "no qtbot.wait": Rule(r"\bqtbot\.wait\s*\(", "qtbot.waitSignal or qtbot.waitUntil", "    qtbot.wait(200)"),
    "no test is in a hurry": Rule(
        r"(?<!talk)\.(wait|join|result|acquire|communicate)\((timeout=)?[1-9][0-9_.]*\)|\btimeout=[1-9][0-9]?\b(?! \*)",
        "tests.patience: what must come may take as long as it does on the slowest machine",
        "    assert told.wait(5)",
        ("tests",),
    ),
    "no skipped test": Rule(
        r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b|unittest\.skip",
        "install what the test needs in dev.py, or delete the test",
        "@pytest.mark.skip",
    ),
    "no mock": Rule(
        r"unittest\.mock|import mock\b|\bMagicMock\b|\bmocker\b",
        "a fake in tests/fakes.py",
        "from unittest.mock import Mock",
    ),
    "no machine path": Rule(
        r"[\"'(\s](/work|/tmp/w|/home|/root|/Users|[A-Z]:\\\\?Users)(/|\\|[\"'])",
        "take the folder as an argument, or platformdirs",
        'STORE = "/home/anna/desk.db"',
        (*PRODUCT, "devtools"),
    ),
    "an ignored type error says which and why": Rule(
        r"#\s*type:\s*ignore(?!\[[a-z, -]+\]\s*#\s*\S)", "# type: ignore[code]  # reason", "x = y  # type: ignore[misc]"
    ),
    "a silenced linter says which and why": Rule(
        r"#\s*noqa(?!:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*\s*[-—:# ]\s*\S)", "# noqa: CODE - reason", "import os  # noqa: F401"
    ),
    "no work left over without an issue": Rule(
        r"\b(TODO|FIXME|XXX|HACK)\b(?!.*#\d)", "do it, or name the issue: #12", "# TODO: later"
    ),
    "no GPL module of Qt": Rule(
        r"\bPySide6\.?(Qt)?\s*(import\s+)?Qt(Charts|DataVisualization|Graphs)\b",
        "draw it with QPainter",
        "from PySide6.QtCharts import QChart",
    ),
    "no print in the core": Rule(
        r"^\s*print\(",
        "an event, a log record, or the command line's output",
        "print(order)",
        ("sync/domain", "sync/wire", "sync/store", "sync/client", "voice/understanding"),
    ),
    "no swallowed exception": Rule(
        r"except[^:]*:\s*(pass|\.\.\.)\s*$|contextlib\.suppress\((Base)?Exception\)",
        "catch the type you can mend",
        "except OSError: pass",
    ),
}


def sources(folders: tuple[str, ...]) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if path != THIS_FILE]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_rule_is_kept(rule: Rule) -> None:
    pattern = re.compile(rule.pattern)
    broken = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sources(rule.folders)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert broken == [], f"better: {rule.better}"


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_rule_catches_what_it_forbids(rule: Rule) -> None:
    assert re.search(rule.pattern, rule.caught)


@pytest.mark.parametrize(
    "allowed",
    [
        "value = answer()  # type: ignore[no-any-return]  # vosk has no types",
        "import os  # noqa: F401 - imported for its effect",
        "# TODO(#12): the second screen",
        "await clock.sleep(delay)",
        'cache = folder / "homework/tmp"',
    ],
)
def test_no_rule_is_in_the_way_of_what_is_allowed(allowed: str) -> None:
    assert [name for name, rule in RULES.items() if re.search(rule.pattern, allowed)] == []


def test_no_module_is_named_after_nothing() -> None:
    empty_names = {
        "utils",
        "util",
        "helpers",
        "helper",
        "manager",
        "handler",
        "common",
        "misc",
        "data",
        "info",
        "tools",
    }
    assert [path for path in sources(PRODUCT) if path.stem in empty_names or path.parent.name in empty_names] == []


def test_every_module_says_what_it_answers_and_is_short_enough_to_read() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in [*sources(EVERYWHERE), ROOT / "dev.py"]
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_tests_mirror_the_tree() -> None:
    """A folder of tests that is named like a package has only folders that the package has, too."""
    strangers = [
        folder.relative_to(ROOT)
        for package in PRODUCT
        for folder in (ROOT / "tests" / package).rglob("*/")
        if folder.is_dir()
        and folder.name != "__pycache__"
        and not (ROOT / folder.relative_to(ROOT / "tests")).exists()
        and any(folder.glob("test_*.py"))
    ]
    assert strangers == []
