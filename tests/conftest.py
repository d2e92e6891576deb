"""What must be so before any test begins? Qt draws off the screen, waits are patient; nothing else is shared by all."""

import os
from collections.abc import Generator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from pytestqt.qtbot import QtBot

from tests.patience import PATIENCE_MS

for _waits in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitExposed):
    assert _waits.__kwdefaults__ is not None
    _waits.__kwdefaults__["timeout"] = PATIENCE_MS  # five seconds are its own default


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """As ``desktop.app.application`` makes it: a style set later would be worked out anew for every widget."""
    return ["exception-desk", "-style", "fusion"]


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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests begin first, so that no worker goes on alone at the end; coverage does not slow them."""
    slow = [item for item in items if item.get_closest_marker("slow") or item.get_closest_marker("e2e")]
    for item in slow:
        item.add_marker(pytest.mark.no_cover)
    long = {item.path for item in slow}
    items.sort(key=lambda item: item.path not in long)
