"""The lock files install anywhere and belong to pyproject.toml; every dependency is explained."""

import ast
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["server"]
DEVELOPMENT = PROJECT["dependency-groups"]["dev"]
# Modules of packages that come with `pyside6`, which holds no module of its own.
MODULES_OF_REQUIRED_PACKAGES = {"PySide6", "shiboken6"}
RUN_BY_OTHER_PROGRAMS = {"mitmproxy"}
"""Debian's mitmproxy loads tests/faults/rough_line.py with a Python of its own."""


def name_of(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, requirement
    return found.group().lower()


def locked(path: Path) -> dict[str, str]:
    """Version by package name."""
    pins = re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return dict(pins)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_machine_and_no_mirror(path: Path) -> None:
    suspicious = re.compile(r"(^|[\s\"'=])/\w|[A-Za-z]:\\|://|^\s*-(?!-hash)|--(?!hash=)|\bfile:")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if suspicious.search(line)] == []


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_has_hashes(path: Path) -> None:
    requirements = re.split(r"^(?=[a-z0-9])", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert requirements
    assert [text.splitlines()[0] for text in requirements if "--hash=sha256:" not in text] == []


def test_everything_that_pyproject_asks_for_is_locked() -> None:
    assert {name_of(requirement) for requirement in RUNTIME + DEVELOPMENT} <= set(locked(ROOT / "requirements/dev.txt"))


def test_the_product_is_tested_with_the_versions_it_is_delivered_with() -> None:
    development = locked(ROOT / "requirements/dev.txt")
    product = locked(ROOT / "requirements/runtime.txt")
    assert {name: version for name, version in product.items() if development.get(name) != version} == {}


def test_no_tool_of_the_developers_is_delivered() -> None:
    product = set(locked(ROOT / "requirements/runtime.txt"))
    assert product & {name_of(requirement) for requirement in DEVELOPMENT} == set()


def test_every_runtime_dependency_is_explained() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*", page.lower()))
    assert {name_of(requirement) for requirement in RUNTIME} - explained == set()


def test_the_licence_of_everything_delivered_is_named() -> None:
    notices = (ROOT / "THIRD-PARTY-NOTICES.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| ([a-z0-9._-]+) \| \w", notices, re.MULTILINE))
    assert set(locked(ROOT / "requirements/runtime.txt")) - named == set()


def imported_modules(*folders: str) -> set[str]:
    """The top-level modules that the code of these folders imports."""
    found: set[str] = set()
    for source in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add((node.module or "").partition(".")[0])
    return (
        found
        - sys.stdlib_module_names
        - {"desktop", "voice", "sync", "resources", "tests", "devtools", "dev", "installer", "build_installer"}
    )


@pytest.mark.parametrize(
    ("folders", "requirements"),
    [(("desktop", "voice", "sync", "resources"), RUNTIME), (("tests",), RUNTIME + DEVELOPMENT)],
    ids=["product", "tests"],
)
def test_only_what_pyproject_asks_for_is_imported(folders: tuple[str, ...], requirements: list[str]) -> None:
    asked = {name_of(requirement) for requirement in requirements}
    distributions = importlib.metadata.packages_distributions()
    strangers = {
        module
        for module in imported_modules(*folders)
        if not {name.lower().replace("_", "-") for name in distributions.get(module, [])} & asked
    }
    assert strangers <= MODULES_OF_REQUIRED_PACKAGES | RUN_BY_OTHER_PROGRAMS
