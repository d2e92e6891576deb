"""What must be so before any test begins? Qt draws off the screen, waits are patient; nothing else is shared by all."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from pytestqt.qtbot import QtBot

from tests.patience import PATIENCE_MS

for _waits in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitExposed):
    assert _waits.__kwdefaults__ is not None
    _waits.__kwdefaults__["timeout"] = PATIENCE_MS  # five seconds are its own default


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests begin first, so that no worker goes on alone at the end; coverage does not slow them."""
    slow = [item for item in items if item.get_closest_marker("slow") or item.get_closest_marker("e2e")]
    for item in slow:
        item.add_marker(pytest.mark.no_cover)
    long = {item.path for item in slow}
    items.sort(key=lambda item: item.path not in long)
