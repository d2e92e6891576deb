"""How is a pilot run on the clean system? The packaged central as its own user, the packaged desk as a person."""

import json
import os
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

from installer.errors import ProofFailed
from installer.proof.clean_system import CleanSystem

BADGE, PIN = "2001", "2468"
PORT = "18642"
URL = f"http://127.0.0.1:{PORT}"
DATABASE = "var/lib/exception-desk-central/central.db"
QUEUED_EXIT = 3
STORE_EXIT = 6


class Pilot:
    """Both ends on one clean system. A context manager: the central never outlives it."""

    def __init__(self, system: CleanSystem, person: str) -> None:
        self._system = system
        self._person = person
        self._central: subprocess.Popen[str] | None = None

    def start_central(self) -> None:
        """Start it as the service would, and wait until it listens; raises ProofFailed."""
        root = self._system.root
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", f"--mount-proc={root}/proc", "chroot"]
        command += ["--userspec=exception-desk-central", str(root), "/usr/sbin/exception-desk-central", "serve"]
        command += ["--database", f"/{DATABASE}", "--port", PORT, "--demo", "12", "--orders", "120"]
        self._central = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self._central.stdout is not None  # noqa: S101  PIPE was asked for
        said = []
        for line in self._central.stdout:
            said.append(line)
            if line.startswith("listening on"):
                return
        raise ProofFailed(f"the packaged central does not start: {''.join(said)[-2000:]}")

    def stop_central(self) -> None:
        """Pull its plug, and wait. The first process of the namespace is killed itself: changing its user has undone
        ``--kill-child``.
        """
        process, self._central = self._central, None
        if process is not None:
            first = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
            for each in first:
                os.kill(int(each), signal.SIGKILL)
            process.wait(30)
            if process.stdout is not None:
                process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_central()

    def desk(self, *words: str, expect: tuple[int, ...] = (0,)) -> str:
        """The packaged program as the person; its output."""
        return self._system.do(
            "exception-desk", *words, "--server", URL, "--badge", BADGE, "--language", "en", "--json",
            user=self._person, environment={"EXCEPTION_DESK_PIN": PIN}, expect=expect,
        )  # fmt: skip

    def queue(self, text: str) -> str:
        """Say a command while the central is away; the key under which it waits."""
        said = self.desk("say", text, "confirm", "--wait", "0", expect=(QUEUED_EXIT,))
        return str(json.loads(said[said.index("{") :])["key"])

    def unsent(self) -> int:
        """How many commands wait, as the program's own doctor counts them."""
        words = ("exception-desk", "doctor", "--json", "--server", URL, "--language", "en")
        said = self._system.do(*words, user=self._person, expect=(0, 1))
        findings = json.loads(said[said.index("[{") :])
        store = next(finding for finding in findings if finding["check"] == "store")
        counted = [word for word in store["said"].split() if word.isdigit()]
        return int(counted[0]) if counted else -1

    def expect_too_new(self) -> None:
        """The older program must refuse the newer store, with its own exit code, and must not change it."""
        folder = self._system.root / "home" / self._person / ".local/share/exception-desk"
        before = (folder / "outbox.db").read_bytes()
        said = self.desk("say", "help", expect=(STORE_EXIT,))
        if (folder / "outbox.db").read_bytes() != before or "newer" not in said:
            raise ProofFailed(f"the older program touched the newer store, or did not say why it ended: {said[-500:]}")

    def send_all(self) -> None:
        """Work on line until nothing waits; raises ProofFailed when something stays."""
        for _ in range(10):
            self.desk("say", "help", "--wait", "3", expect=(0, 1))
            if self.unsent() == 0:
                return
        raise ProofFailed(f"{self.unsent()} commands still wait although the central answers")

    def free_tails(self, count: int) -> list[str]:
        """Tails of open orders in the supervisor's sight that are unique and have no hold for a wrong address yet."""
        with closing(self._open()) as db:
            rows = db.execute("SELECT number, status, body FROM orders").fetchall()
        numbers = [number[-4:] for number, _, _ in rows]
        free = [
            number[-4:]
            for number, status, body in rows
            if status == "waiting" and numbers.count(number[-4:]) == 1 and b"bad_address" not in bytes(body)
        ]
        if len(free) < count:
            raise ProofFailed(f"the demo has only {len(free)} orders that can be intercepted")
        return free[:count]

    def applied(self, keys: list[str]) -> dict[str, int]:
        """How often each command stands in the audit trail of the central."""
        with closing(self._open()) as db:
            entries = [json.loads(bytes(entry)) for (entry,) in db.execute("SELECT entry FROM history")]
        found = [str(entry.get("key")) for entry in entries]
        return {key: found.count(key) for key in keys}

    def _open(self) -> sqlite3.Connection:
        path: Path = self._system.root / DATABASE
        return sqlite3.connect(f"file:{path}?mode=ro", uri=True)
