"""How does code that works in threads run in one? Each piece of work is done where it is handed over, at once."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any


class AtOnceLoop(asyncio.SelectorEventLoop):
    """An event loop whose threads are calls: the same questions always run in the same order."""

    def run_in_executor(self, _: Any, func: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:  # type: ignore[override] # nothing is awaited here
        done = self.create_future()
        try:
            done.set_result(func(*arguments))
        except BaseException as fault:  # noqa: BLE001  handed to whoever awaits it, as a thread would
            done.set_exception(fault)
        return done


class AtOnce(Executor):
    """An executor that works while it is handed the work, then calls ``after``; a killed process ends through it."""

    def __init__(self, after: Callable[[], object]) -> None:
        self._after = after

    def submit(self, fn: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*arguments, **named))
        except Exception as fault:  # noqa: BLE001  handed to whoever asks for the result
            done.set_exception(fault)
        self._after()
        return done
