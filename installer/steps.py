"""How is a tool of the builder run? With its output kept, a time limit, and its last words when it fails."""

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from installer.errors import StepFailed, ToolMissing

LONGEST_SECONDS = 1800.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool said and how it ended."""

    code: int
    output: str
    seconds: float


def say(line: str) -> None:
    """One line of progress, at once."""
    print(line, flush=True)


def ask(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    seconds: float = LONGEST_SECONDS,
    said: str | None = None,
) -> Answer:
    """Run to its end, whatever its exit code; ``environment`` is added to ours, ``said`` goes to its standard input."""
    began = time.monotonic()
    words = [str(part) for part in command]
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            input=said,
            stdin=subprocess.DEVNULL if said is None else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise StepFailed(f"{words[0]} did not end within {seconds:.0f} s: {' '.join(words)}") from late
    except FileNotFoundError as missing:
        raise StepFailed(f"{words[0]} cannot be started: {missing}") from missing
    return Answer(done.returncode, done.stdout, time.monotonic() - began)


def do(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    seconds: float = LONGEST_SECONDS,
    said: str | None = None,
) -> Answer:
    """Run; raises StepFailed with the last lines when the exit code is not 0."""
    answer = ask(command, cwd=cwd, environment=environment, seconds=seconds, said=said)
    if answer.code:
        last = "\n".join(line[:300] for line in answer.output.strip().splitlines()[-25:])
        raise StepFailed(f"exit code {answer.code} of: {' '.join(map(str, command))[:400]}\n{last}")
    return answer


def tool(program: str, package: str) -> str:
    """The path of a program; raises ToolMissing with the Debian package that brings it."""
    found = shutil.which(program)
    if found is None:
        raise ToolMissing(program, package)
    return found
