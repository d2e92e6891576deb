"""Do those who ask at the same time share the work, and does nobody get an answer that is older than the question?"""

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest

from sync.server.gather import Batched, Shared
from tests.patience import PATIENCE_S


class Slow:
    """Work that can be held up, and remembers what it was asked."""

    def __init__(self) -> None:
        self.truth = 0
        self.runs: list[object] = []
        self.begun = threading.Event()
        self.go = threading.Event()

    def look(self, key: object) -> int:
        seen = self.truth
        self.runs.append(key)
        self.begun.set()
        assert self.go.wait(PATIENCE_S)
        return seen

    def look_at_all(self, keys: Sequence[str]) -> dict[str, int]:
        return dict.fromkeys(keys, self.look(tuple(sorted(keys))))


async def under_way(slow: Slow) -> None:
    await asyncio.to_thread(slow.begun.wait, 10)


def test_who_asks_while_work_is_under_way_shares_the_next_run_and_sees_what_changed_since() -> None:
    async def ask() -> tuple[int, list[int]]:
        slow = Slow()
        shared: Shared[str, int] = Shared(slow.look)
        first = asyncio.create_task(shared.ask("a"))
        await under_way(slow)
        slow.truth = 1
        later = [asyncio.create_task(shared.ask("a")) for _ in range(500)]
        await asyncio.sleep(0)
        slow.go.set()
        answers = await asyncio.gather(first, *later)
        assert slow.runs == ["a", "a"]
        return answers[0], answers[1:]

    assert asyncio.run(ask()) == (0, [1] * 500)


def test_different_questions_do_not_wait_for_each_other() -> None:
    together = threading.Barrier(3)

    def meet(_: str) -> int:
        return together.wait(PATIENCE_S) * 0

    async def ask() -> list[int]:
        shared: Shared[str, int] = Shared(meet)
        return await asyncio.gather(*(shared.ask(key) for key in "abc"))

    assert asyncio.run(ask()) == [0, 0, 0]


def test_a_batch_answers_all_that_were_asked_meanwhile_in_one_run() -> None:
    async def ask() -> Slow:
        slow = Slow()
        batched: Batched[str, int] = Batched(slow.look_at_all)
        first = asyncio.create_task(batched.ask("a"))
        await under_way(slow)
        later = [asyncio.create_task(batched.ask(key)) for key in "abcabc"]
        await asyncio.sleep(0)
        slow.go.set()
        await asyncio.gather(first, *later)
        return slow

    assert asyncio.run(ask()).runs == [("a",), ("a", "b", "c")]


def fails(_: object) -> dict[str, int]:
    raise RuntimeError("no database")


@pytest.mark.parametrize("made", [lambda: Shared(fails), lambda: Batched(fails)])
def test_what_went_wrong_goes_to_all_who_asked_and_the_next_may_try_again(
    made: Callable[[], Shared[str, int] | Batched[str, int]],
) -> None:
    async def ask() -> list[int | BaseException]:
        gathered = made()
        answers = await asyncio.gather(*(gathered.ask("a") for _ in range(3)), return_exceptions=True)
        return [*answers, *await asyncio.gather(gathered.ask("a"), return_exceptions=True)]

    assert [str(wrong) for wrong in asyncio.run(ask())] == ["no database"] * 4


def test_one_who_leaves_does_not_take_the_answer_from_the_others() -> None:
    async def ask() -> int:
        slow = Slow()
        shared: Shared[str, int] = Shared(slow.look)
        leaving, staying = (asyncio.create_task(shared.ask("a")) for _ in range(2))
        await under_way(slow)
        leaving.cancel()
        slow.go.set()
        return await staying

    assert asyncio.run(ask()) == 0
