"""Which central does the demo use? The real one, as a process of its own that can be killed and started again."""

import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

SUPERVISOR = ("2001", "2468")
OPERATOR = ("1001", "1357")
_READY = "listening on "


class DemoCentral:
    """``python -m sync.server serve --demo`` on loopback; keeps its port over a restart. A context manager.

    It never outlives this process: it holds the other end of a pipe that the system closes, however we end.
    """

    def __init__(self, folder: Path, *, orders: int = 400, seed: int = 12, pace: float = 3.0) -> None:
        """``pace``: seconds between two things that happen in the made-up warehouse."""
        self._command = [sys.executable, "-m", "sync.server", "serve", "--database", str(folder / "central.db")]
        self._command += ["--demo", str(seed), "--orders", str(orders), "--pace", str(pace)]
        self._command += ["--end-with-stdin"]
        self._log = folder / "central.log"
        self._port = 0
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> None:
        """Start it and wait until it listens; raises RuntimeError with its last words when it does not."""
        with self._log.open("a", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                [*self._command, "--port", str(self._port)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=os.environ | {"PYTHONUTF8": "1"},
            )
        try:
            self.url = self._listening(self._process)
        except BaseException:  # we may also be told to end meanwhile
            self.kill()
            raise
        self._port = int(self.url.rsplit(":", 1)[1])

    def _listening(self, process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None  # noqa: S101  PIPE was asked for
        for line in process.stdout:
            if line.startswith(_READY):
                return line.removeprefix(_READY).strip()
        raise RuntimeError(f"the central did not start: {self._log.read_text(encoding='utf-8')[-2000:]}")

    def kill(self) -> None:
        """Pull the plug: no goodbye, no flush."""
        if self._process is not None:
            self._process.kill()
        self._reap()

    def stop(self) -> None:
        """Ask it to end, and wait."""
        if self._process is not None:
            self._process.terminate()
        self._reap()

    def _reap(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.wait()
            for end in (process.stdin, process.stdout):
                if end is not None:
                    end.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
