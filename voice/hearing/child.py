"""How is a part that may crash kept outside? A spawned process with a pipe: asked with a deadline, ended, replaced."""

import multiprocessing
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection

from voice.errors import ProcessLost

Serve = Callable[[Connection], None]
"""What the process does: receive, answer, return at EOFError. A top-level function: the new process imports it."""

PATIENCE = 1.0
"""So long a process may take to leave by itself before it is killed."""


class Child:
    """One process at a time. Used by one thread. It ends by itself when its owner is gone: the pipe is closed then."""

    def __init__(self, serve: Serve, name: str) -> None:
        self._serve = serve
        self._name = name
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._idle = threading.Event()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """A new process in place of whatever was there."""
        self.stop(patience=0.0)
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe()
        process = spawn.Process(target=_run, args=(self._serve, theirs), name=self._name, daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours

    def send(self, message: bytes) -> None:
        """Raises ProcessLost."""
        if self._pipe is None:
            raise self._lost("is not running")
        try:
            self._pipe.send_bytes(message)
        except OSError as gone:
            raise self._lost("ended") from gone

    def receive(self, timeout: float) -> bytes | None:
        """The next message; None when none came in time. Raises ProcessLost when the process has ended."""
        if self._pipe is None:
            raise self._lost("is not running")
        try:
            return self._pipe.recv_bytes() if self._pipe.poll(timeout) else None
        except (EOFError, OSError) as gone:
            raise self._lost("ended") from gone

    def idle(self, timeout: float) -> None:
        """Wait as ``receive`` would."""
        self._idle.wait(timeout)

    def ask(self, message: bytes, timeout: float) -> bytes:
        """The answer; raises ProcessLost when the process ended or did not answer in time, and ends it then."""
        try:
            self.send(message)
            answer = self.receive(timeout)
        except ProcessLost:
            self.stop(patience=0.0)
            raise
        if answer is None:
            self.stop(patience=0.0)
            raise self._lost("did not answer")
        return answer

    def _lost(self, how: str) -> ProcessLost:
        return ProcessLost(f"the process {self._name!r} {how}")

    def stop(self, patience: float = PATIENCE) -> None:
        """End the process; harmless when there is none."""
        process, self._process = self._process, None
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.join(patience)
            if process.is_alive():
                process.kill()
            process.join()
            process.close()


def _run(serve: Serve, pipe: Connection) -> None:
    """In the new process. Ctrl-C is for the owner, who will close the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        serve(pipe)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
