"""Where do windows appear: on the person's screen, on a virtual one, or nowhere?"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from devtools.processes import ROOT, RefusalError, finish, run, tie


@contextlib.contextmanager
def virtual_screen(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """The environment with DISPLAY set to a virtual screen of our own, which is stopped at the end."""
    if shutil.which("Xvfb") is None:
        raise RefusalError("There is no screen, and Xvfb, the virtual one, is not installed.", "python3 dev.py setup")
    reading, writing = os.pipe()
    try:
        process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1680x1050x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=[writing], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C must reach the program before its screen goes away
            preexec_fn=tie(),  # noqa: PLW1509 - no threads yet
        )  # fmt: skip
    finally:
        os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            raise RefusalError(
                "Xvfb, the virtual screen, did not start.", "try `Xvfb -displayfd 1` by hand and read why"
            )
        yield environment | {"DISPLAY": f":{number}"}
    finally:
        finish(process)


@contextlib.contextmanager
def private_runtime_folder(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """The environment with an XDG_RUNTIME_DIR of our own where the system gives none: Qt and PulseAudio want one."""
    if environment.get("XDG_RUNTIME_DIR") or not sys.platform.startswith("linux"):
        yield environment
        return
    with tempfile.TemporaryDirectory(prefix="exception-desk-") as folder:
        yield environment | {"XDG_RUNTIME_DIR": folder}


def has_screen(environment: Mapping[str, str]) -> bool:
    """True when a window can be shown to a person."""
    return not sys.platform.startswith("linux") or bool(
        environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    )


def with_bytecode(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment, but bytecode is kept: in `.cache` where the person wants none beside the sources.

    Tests and demo start many programs, each of which would compile all that it imports.
    """
    kept = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    if len(kept) < len(environment):
        kept.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".cache" / "bytecode"))
    return kept


def run_module(python: Path, arguments: Sequence[str], *, screen: str, **variables: str) -> int:
    """Run `python -m …`; `screen` is own (the person's), virtual (xcb) or offscreen (Qt draws nowhere)."""
    environment = with_bytecode(os.environ) | {"PYTHONUTF8": "1"} | variables
    with contextlib.ExitStack() as stack:
        environment = stack.enter_context(private_runtime_folder(environment))
        if screen != "own" and sys.platform.startswith("linux"):
            environment = stack.enter_context(virtual_screen(environment))
            environment.pop("WAYLAND_DISPLAY", None)
            environment["QT_QPA_PLATFORM"] = "xcb" if screen == "virtual" else "offscreen"
        return run([python, "-m", *arguments], environment)
