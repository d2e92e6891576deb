"""A real central in processes of its own that tests may kill, and real workstations that push to it meanwhile."""

import contextlib
import functools
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from sync.client.api import CentralApi
from sync.domain.commands import Command
from sync.domain.order import Order, OrderId
from sync.events import CommandSettled, Event, Link
from sync.server.identity import Identity
from sync.server.storage.base import Place, Storage
from sync.server.storage.opening import opened
from sync.service import Desk
from sync.wire.messages import PlaceName, Result
from sync.workstation import Workstation
from tests.bench.central import now
from tests.contract.world import CHEAP
from tests.patience import PATIENCE_S
from tests.sync.samples import EAST, LI, command, order

ROOT = Path(__file__).resolve().parents[2]
PIN = "4712"
_PATIENCE_S = 0.05
"""What a workstation's back-off is cut to here: the central is back within seconds."""
_MOST_TURNS = 2000


def furnished(database: str, count: int) -> list[Order]:
    """Fill an empty database with a person, a place and so many orders, which are answered."""
    with contextlib.closing(opened(database)) as storage:
        Identity(storage, now, hasher=CHEAP).add_account(LI, LI.id, PIN)
        return loaded(storage, count)


def loaded(storage: Storage, count: int, first: int = 0) -> list[Order]:
    """So many orders more, numbered from ``first``."""
    orders = [order(f"SO{n:014d}", id=OrderId(f"id-{n:05d}")) for n in range(first, first + count)]
    with storage.write() as writing:
        writing.keep_place(Place(kind="warehouse", name=PlaceName(id=EAST, names={}, spoken={})))
        writing.load((each, "erp", each.number) for each in orders)
    return orders


class KillableCentral:
    """``python -m sync.server serve`` on one port for its whole life, however often it is killed; a context manager."""

    def __init__(self, database: str, *more: str) -> None:
        self._arguments = ("--database", database, *more)
        self._port = "0"
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> None:
        """Start it (again), and wait until it listens."""
        command = [sys.executable, "-m", "sync.server", "serve", "--port", self._port, *self._arguments]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
        )
        assert self._process.stdout is not None
        found = re.fullmatch(r"listening on (http://127\.0\.0\.1:(\d+))\n", self._process.stdout.readline())
        assert found, self._process.communicate()
        self.url, self._port = found[1], found[2]

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def workers(self) -> list[int]:
        """The process ids of the workers; none when the central is one process."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [pid for pid in map(int, children) if _is_worker(pid)]

    def kill(self) -> None:
        """-9 for the whole central at once, workers and all."""
        os.killpg(self.pid, signal.SIGKILL)
        self._gone()

    def end(self) -> None:
        """SIGTERM, as an operator does: it must end with 0."""
        assert self._process is not None
        self._process.terminate()
        assert self._gone() == 0

    def _gone(self) -> int:
        assert self._process is not None
        self._process.communicate(timeout=PATIENCE_S)
        return self._process.returncode

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.communicate(timeout=PATIENCE_S)


class Station:
    """A workstation that pushes what is queued in a thread of its own until all is settled; ``told`` of each answer.

    The engine is the product's own, turned by hand so that it tries again at once.
    """

    def __init__(
        self, folder: Path, url: str, told: Callable[[], None] = lambda: None, *, deadline_s: float = 60.0
    ) -> None:
        self.answers: list[Result] = []
        """What the central said of each command, as it came."""
        self._told = told
        self.workstation = Workstation(folder, now, use_keyring=False)
        self.desk = Desk(self.workstation, CentralApi(url, language=lambda: "zh", deadline_s=deadline_s), now=now)
        self.desk._login._hasher = CHEAP
        self.desk.subscribe(self._hear)
        self.desk.sign_in(LI.id, PIN, "zh")
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"station-{folder.name}")
        self.failure: BaseException | None = None

    def queue(self, orders: list[Order]) -> None:
        for each in orders:
            self.workstation.outbox.add(functools.partial(_numbered, each), each)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        """Wait until everything is settled; raises what ended the thread."""
        self._thread.join(2 * PATIENCE_S)
        assert not self._thread.is_alive(), f"{self.left} commands are not settled"
        if self.failure is not None:
            raise self.failure

    @property
    def left(self) -> int:
        return self.workstation.outbox.unsent()

    def _work(self) -> None:
        try:
            while self.left and not self._stopping.is_set():
                pause = self.desk.engine.step()
                assert pause is not None, self.desk.connection
                if pause:
                    self._stopping.wait(min(pause, _PATIENCE_S))
        except BaseException as wrong:  # noqa: BLE001  the thread's edge: raised again in join
            self.failure = wrong

    def pull(self) -> None:
        """Turn the engine until there is nothing more to fetch; a poor line may want more than one attempt."""
        for _ in range(_MOST_TURNS):
            if self.desk.engine.step() != 0.0 and self.desk.connection.link is Link.ONLINE:
                return
        raise TimeoutError(f"never online: {self.desk.connection}")

    def _hear(self, event: Event) -> None:
        if isinstance(event, CommandSettled):
            self.answers.append(event.result)
            self._told()

    def close(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self.desk.stop()
        self.workstation.close()


def _is_worker(pid: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False  # it ended between two looks


def _numbered(of: Order, n: int) -> Command:
    return command(of, n=n)


@contextlib.contextmanager
def stations(folder: Path, url: str, count: int, told: Callable[[], None] = lambda: None) -> Iterator[list[Station]]:
    with contextlib.ExitStack() as stack:
        made = []
        for number in range(count):
            made.append(Station(folder / f"desk-{number}", url, told))
            stack.callback(made[-1].close)
        yield made


def effects(storage: Storage, orders: list[Order]) -> dict[str, int]:
    """How often each command's key stands in the audit trail as one that changed its order."""
    found: dict[str, int] = {}
    with storage.read() as reading:
        for each in orders:
            for entry in reading.history(each.id):
                if entry.key is not None and entry.outcome == "stopped":
                    found[entry.key] = found.get(entry.key, 0) + 1
    return found
