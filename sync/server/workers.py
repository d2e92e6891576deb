"""How do several processes serve one central? A supervisor starts them on one socket, and again when one crashes."""

import logging
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from prometheus_client.multiprocess import mark_process_dead

from sync.server.errors import ServerError, Setup
from sync.server.metrics import FOLDER
from sync.server.serving import Serving, serve

_log = logging.getLogger(__name__)
_START_SECONDS = 60.0
_STOP_SECONDS = 10.0
_AGAIN_SECONDS = (0.0, 0.5, 1.0, 2.0, 5.0)
_LONG_SECONDS = 30.0
"""A worker that lived so long did not fail at once: the next start need not wait."""


class Worker:
    """One process of the central, and when it was started."""

    def __init__(self, process: SpawnProcess, ready: Connection) -> None:
        self.process = process
        self.ready = ready
        self.since = time.monotonic()


class Workers:
    """So many processes of one central. Raises Setup when they cannot even start."""

    def __init__(self, serving: Serving, bound: socket.socket, count: int) -> None:
        self._serving = serving
        self._bound = bound
        self._count = count
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[Worker] = []
        self._failures = 0

    def run(self, listening: Callable[[], None]) -> None:
        """Serve until an exception (a signal's SystemExit, KeyboardInterrupt) ends it; leaves no process behind."""
        with tempfile.TemporaryDirectory(prefix="exception-desk-") as folder:
            os.environ[FOLDER] = folder
            try:
                for _ in range(self._count):
                    self._workers.append(self._start())
                for worker in self._workers:
                    self._await_start(worker)
                listening()
                while True:
                    self._replace_the_dead()
            finally:
                self._stop()
                del os.environ[FOLDER]

    def _start(self) -> Worker:
        ready, telling = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_work, args=(self._serving, self._bound, telling), name="central")
        process.start()
        telling.close()
        return Worker(process, ready)

    @staticmethod
    def _await_start(worker: Worker) -> None:
        if not worker.ready.poll(_START_SECONDS):
            raise Setup("a worker process did not start in time")
        try:
            told: str = worker.ready.recv()
        except EOFError:
            told = "a worker process did not start"
        if told:
            raise Setup(told)

    def _replace_the_dead(self) -> None:
        """Wait until a worker ends, and start another in its place."""
        wait([worker.process.sentinel for worker in self._workers])
        for place, worker in enumerate(self._workers):
            if worker.process.is_alive():
                continue
            worker.process.join()
            worker.ready.close()
            mark_process_dead(worker.process.pid)  # type: ignore[no-untyped-call] # no types in prometheus-client
            self._failures = 0 if time.monotonic() - worker.since > _LONG_SECONDS else self._failures + 1
            pause = _AGAIN_SECONDS[min(self._failures, len(_AGAIN_SECONDS) - 1)]
            _log.error("a worker ended with %s; another starts in %.1f s", worker.process.exitcode, pause)
            threading.Event().wait(pause)
            self._workers[place] = self._start()

    def _stop(self) -> None:
        for worker in self._workers:
            worker.process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for worker in self._workers:
            worker.process.join(max(0.0, deadline - time.monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.ready.close()


def _work(serving: Serving, bound: socket.socket, telling: Connection) -> None:
    """A worker process: serve until SIGTERM, or until the supervisor is gone."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the supervisor, who ends us in order
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), name="orphan-watch", daemon=True).start()
    try:
        serve(serving, bound, lambda: telling.send(""))
    except ServerError as wrong:
        telling.send(str(wrong))
        sys.exit(1)


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
