"""How does a command run so that its progress is seen and it never outlives its caller?"""

import ctypes
import functools
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / ".cache" / "dev"
_PR_SET_PDEATHSIG = 1

Command = Sequence[str | Path]


class RefusalError(Exception):
    """dev.py cannot go on: what is wrong, and what to do about it."""

    def __init__(self, wrong: str, remedy: str) -> None:
        """Both texts are shown to a person."""
        super().__init__(f"{wrong}\n  What to do: {remedy}")


def say(line: str) -> None:
    """One line of progress, at once, even into a pipe."""
    print(line, flush=True)


def polite() -> tuple[signal.Signals, ...]:
    """The signals by which we are told to stop: `kill`, and a terminal that was closed unless that is to be ignored."""
    hang_up = getattr(signal, "SIGHUP", None)
    heeded = hang_up is not None and signal.getsignal(hang_up) is not signal.SIG_IGN
    return (signal.SIGTERM, hang_up) if heeded and hang_up is not None else (signal.SIGTERM,)


def tie() -> Callable[[], object] | None:
    """What a child does first (``preexec_fn``), so that it is told to stop even when we are killed; Linux alone can."""
    if not sys.platform.startswith("linux"):
        return None
    return functools.partial(ctypes.CDLL(None).prctl, _PR_SET_PDEATHSIG, int(signal.SIGTERM))


def finish(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """Stop a process that was started here and wait until it is gone."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def _listen_again(before: Mapping[signal.Signals, Any]) -> None:
    for number, handler in before.items():
        signal.signal(number, handler)


@contextmanager
def running(command: Command, **how: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the project's folder that never outlives this, not even when we are told to stop as it starts."""
    told: list[int] = []
    before = {number: signal.getsignal(number) or signal.SIG_DFL for number in polite()}
    for number in before:
        signal.signal(number, lambda number, _: told.append(number))
    try:
        words = [str(part) for part in command]
        process = subprocess.Popen(words, cwd=ROOT, preexec_fn=tie(), **how)  # noqa: PLW1509 - no threads yet
    except BaseException:
        _listen_again(before)
        raise
    try:
        _listen_again(before)
        for heard in told:
            signal.raise_signal(heard)
        yield process
    finally:
        finish(process)


def run(command: Command, environment: Mapping[str, str] | None = None) -> int:
    """Run a command in the project's folder with our own output; its exit code. It never outlives this call."""
    with running(command, env=environment) as process:
        return process.wait()


def long_step(
    title: str,
    command: Command,
    *,
    log: str,
    environment: Mapping[str, str] | None = None,
    must_succeed: bool = True,
) -> bool:
    """Run a chatty command with its output in a log file, a sign of life every ten seconds, and the end on failure."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    say(f"  {title} ...")
    began = time.monotonic()
    ended = threading.Event()

    def report_life() -> None:
        while not ended.wait(10):
            last = (path.read_text(encoding="utf-8", errors="replace").strip().splitlines() or [""])[-1]
            say(f"    {time.monotonic() - began:.0f} s: {last[:90]}")

    reporter = threading.Thread(target=report_life, name="sign-of-life")
    quiet = {"env": environment, "stdin": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    with path.open("wb") as output, running(command, stdout=output, **quiet) as process:
        reporter.start()
        try:
            code = process.wait()
        finally:
            ended.set()
            reporter.join()
    if code == 0:
        say(f"  {title}: done in {time.monotonic() - began:.1f} s")
        return True
    tail = "\n    ".join(path.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-15:])
    if must_succeed:
        raise RefusalError(f"{title}: failed (exit code {code}).\n    {tail}", f"read {path.relative_to(ROOT)}")
    say(f"  {title}: failed (exit code {code})\n    {tail}")
    return False


def works(command: Command) -> bool:
    """True when a command can be started and exits 0."""
    try:
        return subprocess.run([str(part) for part in command], capture_output=True, check=False).returncode == 0
    except OSError:
        return False
