"""What must be so before any test begins? Qt draws off the screen; nothing else is shared by all."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests begin first, so that no worker goes on alone at the end; coverage does not slow them."""
    slow = [item for item in items if item.get_closest_marker("slow") or item.get_closest_marker("e2e")]
    for item in slow:
        item.add_marker(pytest.mark.no_cover)
    long = {item.path for item in slow}
    items.sort(key=lambda item: item.path not in long)
