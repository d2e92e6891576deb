"""How do five hundred askers cost little more than one? Who asks while work is under way shares the next run.

Nobody gets an answer that was begun before the question: it is as fresh as if asked alone. One event loop only.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from sync.server.threads import in_thread

K = TypeVar("K")
V = TypeVar("V")


class _Askers(list[asyncio.Future[V]]):
    """Those who wait for one answer, each with a future of its own: one who leaves takes nothing from the others."""

    def another(self) -> asyncio.Future[V]:
        future: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        self.append(future)
        return future

    def tell(self, answer: V) -> None:
        for future in self:
            if not future.done():
                future.set_result(answer)

    def fail(self, wrong: BaseException) -> None:
        for future in self:
            if not future.done():
                future.set_exception(wrong)


class Batched(Generic[K, V]):
    """Many different questions, answered together: ``work`` gets all that were asked since the last run."""

    def __init__(self, work: Callable[[Sequence[K]], Mapping[K, V]]) -> None:
        """``work`` runs in a thread and answers every key."""
        self._work = work
        self._waiting: dict[K, _Askers[V]] = {}
        self._task: asyncio.Task[None] | None = None

    async def ask(self, key: K) -> V:
        """The answer for this key; raises what the work raised."""
        answer = self._waiting.setdefault(key, _Askers()).another()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting, {}
            try:
                found = await in_thread(self._work, tuple(asked))
            except Exception as wrong:  # noqa: BLE001 - goes to everybody who asked
                for askers in asked.values():
                    askers.fail(wrong)
            else:
                for key, askers in asked.items():
                    askers.tell(found[key])


class Shared(Generic[K, V]):
    """The same question of many, answered once: a run per key, and one more for those who came meanwhile."""

    def __init__(self, work: Callable[[K], V]) -> None:
        """``work`` runs in a thread."""
        self._work = work
        self._waiting: dict[K, _Askers[V]] = {}
        self._tasks: dict[K, asyncio.Task[None]] = {}

    async def ask(self, key: K) -> V:
        """The answer for this key; raises what the work raised."""
        answer = self._waiting.setdefault(key, _Askers()).another()
        if key not in self._tasks:
            self._tasks[key] = asyncio.create_task(self._run(key))
        return await answer

    async def _run(self, key: K) -> None:
        while (askers := self._waiting.pop(key, None)) is not None:
            try:
                found = await in_thread(self._work, key)
            except Exception as wrong:  # noqa: BLE001 - goes to everybody who asked
                askers.fail(wrong)
            else:
                askers.tell(found)
        del self._tasks[key]
