"""How is a service tried as systemd runs it? On a clean Debian that its own systemd has booted, at an end of a wire."""

import os
import shutil
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from installer.errors import ProofFailed
from installer.proof.clean_system import CLEAN, CleanSystem
from installer.proof.wire import End
from installer.release import TEMPLATES
from installer.steps import Answer, ask

PATIENCE_S = 60.0


class BootedSystem:
    """A context manager: the system is up inside and down afterwards. Root and a mounted cgroup 2 are needed."""

    def __init__(self, system: CleanSystem, end: End) -> None:
        self.system = system
        self.end = end
        self._group = _group_of_groups() / f"desk-proof-{os.getpid()}"
        self._started: subprocess.Popen[bytes] | None = None
        self._first = 0

    def __enter__(self) -> Self:
        self._group.mkdir(exist_ok=True)
        own = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--ipc", "--uts", "--cgroup"]
        words = [*self.end.within(), *own, "sh", str(TEMPLATES / "boot_system.sh"), str(self.system.root)]
        into = f'echo $$ > "{self._group}/cgroup.procs"; exec "$@"'
        self._started = subprocess.Popen(
            ["sh", "-c", into, "sh", *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=None
        )
        try:
            self._first = self._wait_for_first(self._started)
            self._wait_until_up()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _wait_for_first(self, started: subprocess.Popen[bytes]) -> int:
        """The process that is systemd, as the builder numbers it: it moves itself into a group of its own."""
        scope, pause = self._group / "init.scope" / "cgroup.procs", threading.Event()
        for _ in range(int(PATIENCE_S * 10)):
            if scope.exists() and (found := scope.read_text(encoding="ascii").split()):
                return int(found[0])
            if started.poll() is not None:
                break
            pause.wait(0.1)
        raise ProofFailed("systemd does not start in namespaces of its own here; its last words are above")

    def _wait_until_up(self) -> None:
        """Asked again and again: `--wait` wants a D-Bus, which a minimal system has not."""
        pause, said = threading.Event(), ""
        for _ in range(int(PATIENCE_S * 2)):
            said = self.ask("systemctl", "is-system-running").output.strip()
            if said in {"running", "degraded"}:
                return
            pause.wait(0.5)
        raise ProofFailed(f"the system that is to run the central does not come up: {said}")

    def _end(self) -> None:
        (self._group / "cgroup.kill").write_text("1", encoding="ascii")
        if self._started is not None:
            self._started.wait(PATIENCE_S)
        pause = threading.Event()
        while "populated 1" in (self._group / "cgroup.events").read_text(encoding="ascii"):
            pause.wait(0.05)
        for group in sorted(self._group.rglob("*/"), reverse=True):
            group.rmdir()
        self._group.rmdir()
        shutil.rmtree(self.system.root / "mnt" / "builder", ignore_errors=True)

    def ask(
        self,
        *command: str,
        said: str | None = None,
        environment: Mapping[str, str] | None = None,
        seconds: float = 120.0,
    ) -> Answer:
        """Run inside the running system, as root."""
        inside = [
            "nsenter",
            f"--target={self._first}",
            "--mount",
            "--pid",
            "--ipc",
            "--uts",
            "--net",
            "--cgroup",
            "--root",
        ]
        words = {**CLEAN, **(environment or {})}
        return ask(
            [*inside, "env", "-i", *(f"{name}={value}" for name, value in words.items()), *command],
            seconds=seconds,
            said=said,
        )

    def do(self, *command: str, said: str | None = None, expect: tuple[int, ...] = (0,)) -> str:
        """Run inside; the output. Raises ProofFailed for an unexpected exit code."""
        answer = self.ask(*command, said=said)
        if answer.code not in expect:
            raise ProofFailed(f"exit code {answer.code} of {' '.join(command)[:300]}:\n{answer.output[-3000:]}")
        return answer.output


def _group_of_groups() -> Path:
    """Where cgroup 2 is mounted; raises ProofFailed where it is not."""
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        _, place, kind, *_ = line.split()
        if kind == "cgroup2":
            return Path(place)
    raise ProofFailed("systemd cannot be started for the proof: no cgroup 2 is mounted here")
