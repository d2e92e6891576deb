"""What must be so before any test begins? Qt has a screen, waits are patient; nothing else is shared by all."""

import os
from collections.abc import Generator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.patience import PATIENCE_MS
from tests.screen import on_a_screen_of_ones_own

for _waits in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitExposed):
    assert _waits.__kwdefaults__ is not None
    _waits.__kwdefaults__["timeout"] = PATIENCE_MS  # five seconds are its own default


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """As ``desktop.app.application`` makes it: a style set later would be worked out anew for every widget."""
    on_a_screen_of_ones_own()
    return ["exception-desk", "-style", "fusion"]


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The windows are real ones; programs that these tests start see no screen."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qapp.setDesktopFileName("exception-desk")  # a system's shell knows by it whose number of cases it shows
    return qapp


MEASURING = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")
"""By these a process that is started knows that its coverage is asked for."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """The processes that a long test starts, and often kills, are not measured either."""
    if item.get_closest_marker("no_cover") is None:
        return (yield)
    asked = {name: os.environ.pop(name) for name in MEASURING if name in os.environ}
    try:
        return (yield)
    finally:
        os.environ.update(asked)


MACHINERY = (
    "api",
    "contract",
    "e2e",
    "faults",
    "house/test_environment.py",
    "house/test_fully_covered.py",
    "installer",
    "simulation",
    "sync/client",
    "sync/server",
    "voice/hearing",
)
"""Whose tests start databases, recognisers or programs; as does what stands in ``voice`` itself."""
LONGEST = (
    "e2e/test_microphone.py",
    "simulation/test_long_walks.py",
    "gui/test_every_screen.py",
    "e2e/test_command_line.py",
    "sync/server/test_cli.py",
    "simulation/test_promises.py",
    "e2e/test_demo.py",
    "api/test_published.py",
    "voice/hearing/test_recognition.py",
)
"""Over half a minute each: they begin in this order, so that no worker goes on alone at the end."""
TESTS = Path(__file__).parent


def _starts_something(path: Path) -> bool:
    own = path.relative_to(TESTS)
    return own.parent.as_posix() == "voice" or any(own.is_relative_to(folder) for folder in MACHINERY)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What is left out by its folder is not even read: that is quicker for ``dev.py test --fast``."""
    left_out = [*MACHINERY, "gui"] if "not processes" in config.option.markexpr else []
    return True if collection_path.relative_to(TESTS).as_posix() in left_out else None


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, None, None]:
    """Files with long tests begin first; coverage does not slow those."""
    for item in items:
        if _starts_something(item.path):
            item.add_marker(pytest.mark.processes)
    slow = [item for item in items if item.get_closest_marker("slow") or item.get_closest_marker("e2e")]
    for item in slow:
        item.add_marker(pytest.mark.no_cover)
    yield
    begin = {TESTS / name: place for place, name in enumerate(LONGEST)}
    long = {item.path: len(LONGEST) for item in slow} | begin
    items.sort(key=lambda item: long.get(item.path, len(LONGEST) + 1))
