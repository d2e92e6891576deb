"""What turns the engine? A thread that sleeps between its steps and wakes at once when asked."""

import threading
from collections.abc import Callable

from sync.engine import POLL_S, Engine


class Runner:
    """The engine's thread: turns it, sleeps between steps, wakes at once when asked."""

    def __init__(self, engine: Engine, report: Callable[[BaseException], None]) -> None:
        """``report`` gets what the engine did not foresee; the thread goes on after a pause."""
        self._engine = engine
        self._report = report
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="desk-engine", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        """End after the step that is under way, and wait for it."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                delay = self._engine.step()
            except Exception as fault:  # noqa: BLE001  the thread's edge: told to the one reporter, and tried again
                self._report(fault)
                delay = POLL_S
            self._wake.wait(self._engine.waking.until(delay))
