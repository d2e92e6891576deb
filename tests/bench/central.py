"""Which central is measured against? A real one on loopback, in a process of its own, with made-up orders."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.client.api import CentralApi
from sync.service import Desk
from sync.workstation import Workstation

SUPERVISOR = ("2001", "2468")


def now() -> int:
    """Unix ms."""
    return time.time_ns() // 1_000_000


@contextmanager
def central_with(orders: int, folder: Path) -> Iterator[str]:
    """The URL of a central that holds so many demo orders; it ends with the block."""
    command = [sys.executable, "-m", "sync.server", "serve", "--database", str(folder / "central.db"), "--port", "0"]
    command += ["--demo", "1", "--orders", str(orders)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = next(text for text in process.stdout if text.startswith("listening on "))
            yield line.removeprefix("listening on ").strip()
        finally:
            process.terminate()


@contextmanager
def signed_in(url: str, folder: Path) -> Iterator[Desk]:
    """A workstation of the supervisor, its engine to be turned by hand."""
    api = CentralApi(url, language=lambda: "en")
    with Workstation(folder, now, use_keyring=False) as workstation:
        desk = Desk(workstation, api, now=now)
        try:
            desk.sign_in(*SUPERVISOR, "en")
            yield desk
        finally:
            desk.stop()


def pull(desk: Desk) -> None:
    """Turn the engine until it has everything."""
    while desk.engine.step() == 0.0:
        pass
