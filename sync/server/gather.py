"""How do five hundred askers cost little more than one? Who asks while work is under way shares the next run.

Nobody gets an answer that was begun before the question: it is as fresh as if asked alone. One event loop only.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from sync.server.threads import in_thread

K = TypeVar("K")
V = TypeVar("V")


def _settle(future: asyncio.Future[V], wrong: BaseException) -> None:
    future.set_exception(wrong)
    future.exception()  # seen here, in case that everybody who asked has left meanwhile


class Batched(Generic[K, V]):
    """Many different questions, answered together: ``work`` gets all that were asked since the last run."""

    def __init__(self, work: Callable[[Sequence[K]], Mapping[K, V]]) -> None:
        """``work`` runs in a thread and answers every key."""
        self._work = work
        self._waiting: dict[K, asyncio.Future[V]] = {}
        self._task: asyncio.Task[None] | None = None

    async def ask(self, key: K) -> V:
        """The answer for this key; raises what the work raised."""
        future = self._waiting.get(key)
        if future is None:
            future = self._waiting[key] = asyncio.get_running_loop().create_future()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return await asyncio.shield(future)

    async def _run(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting, {}
            try:
                found = await in_thread(self._work, tuple(asked))
            except Exception as wrong:  # noqa: BLE001 - goes to everybody who asked
                for future in asked.values():
                    _settle(future, wrong)
            else:
                for key, future in asked.items():
                    future.set_result(found[key])


class Shared(Generic[K, V]):
    """The same question of many, answered once: a run per key, and one more for those who came meanwhile."""

    def __init__(self, work: Callable[[K], V]) -> None:
        """``work`` runs in a thread."""
        self._work = work
        self._waiting: dict[K, asyncio.Future[V]] = {}
        self._tasks: dict[K, asyncio.Task[None]] = {}

    async def ask(self, key: K) -> V:
        """The answer for this key; raises what the work raised."""
        future = self._waiting.get(key)
        if future is None:
            future = self._waiting[key] = asyncio.get_running_loop().create_future()
            if key not in self._tasks:
                self._tasks[key] = asyncio.create_task(self._run(key))
        return await asyncio.shield(future)

    async def _run(self, key: K) -> None:
        while (future := self._waiting.pop(key, None)) is not None:
            try:
                found = await in_thread(self._work, key)
            except Exception as wrong:  # noqa: BLE001 - goes to everybody who asked
                _settle(future, wrong)
            else:
                future.set_result(found)
        del self._tasks[key]
