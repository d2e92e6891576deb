"""Do effect, feed step, history, result and key stand or fall together?"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sync.domain.order import OrderId
from sync.domain.permissions import User
from sync.server.rules import commands, ingest
from sync.server.storage.base import Storage, Writing
from sync.wire.messages import ResultStatus
from tests.contract.world import World, document


class PulledPlug(Exception):
    """The power went between two writes."""


class BreaksAt:
    """A Writing that does everything until, and with, its nth write; then the power goes."""

    def __init__(self, writing: Writing, writes: int) -> None:
        self._writing = writing
        self._left = writes

    def __getattr__(self, name: str) -> Any:
        method: Callable[..., Any] = getattr(self._writing, name)
        if not name.startswith(("save", "keep", "note")):
            return method

        def write(*args: Any) -> Any:
            done = method(*args)
            self._left -= 1
            if self._left == 0:
                raise PulledPlug
            return done

        return write


@contextlib.contextmanager
def breaking(storage: Storage, writes: int) -> Iterator[Any]:
    with storage.write() as writing:
        yield BreaksAt(writing, writes)


def seen(storage: Storage, order_id: OrderId, key: str) -> tuple[object, ...]:
    with storage.read() as reading:
        return (reading.head(), reading.order(order_id), reading.history(order_id), reading.result(key))


@pytest.mark.parametrize("writes", [1, 2, 3])
def test_a_command_that_is_cut_off_never_happened_and_can_be_sent_again(central: World, writes: int) -> None:
    order_id = central.put().id
    person = central.east
    command = person.command(order_id, base=1)
    before = seen(central.storage, order_id, command.key)
    user: User = person.user
    with pytest.raises(PulledPlug), breaking(central.storage, writes) as writing:
        commands.settle(writing, user, "ws-1", command, central.clock())
    assert seen(central.storage, order_id, command.key) == before
    (result,) = person.send(command)
    assert result.status is ResultStatus.APPLIED
    head, order, history, kept = seen(central.storage, order_id, command.key)
    assert head == 2
    assert order != before[1]
    assert isinstance(history, list)
    assert len(history) == 2
    assert kept is not None


def test_a_command_writes_exactly_these_three_things(central: World) -> None:
    """So that the test above breaks at each of them."""
    order_id = central.put().id
    person = central.east
    with breaking(central.storage, 4) as writing:
        commands.settle(writing, person.user, "ws-1", person.command(order_id, base=1), central.clock())
    assert central.order(order_id).version == 2


@pytest.mark.parametrize("writes", [1, 2, 3])
def test_an_ingested_order_that_is_cut_off_never_happened(central: World, writes: int) -> None:
    with pytest.raises(PulledPlug), breaking(central.storage, writes) as writing:
        ingest.put(writing, "erp", "A1", document(), at=central.clock(), new_id=lambda: "o1")
    assert seen(central.storage, OrderId("o1"), "k")[:3] == (0, None, [])
    assert central.put().changed
