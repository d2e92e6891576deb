"""Does each answered command stand exactly once, however often the central is killed? Or the promise broken is told."""

import contextlib
import random
import signal
import threading
from collections.abc import Callable
from os import kill
from pathlib import Path

from sync.server.storage.opening import opened
from sync.wire.messages import ResultStatus
from tests.faults.centrals import KillableCentral, effects, furnished, stations
from tests.patience import PATIENCE_S

Strike = Callable[[KillableCentral, random.Random], None]
_STATIONS = 3
_PER_LIFE = 60
"""Commands per life of the central and workstation: enough that the kill comes in the midst of them."""


def killed_again_and_again(
    folder: Path,
    database: str,
    seed: int,
    kills: int,
    strike: Strike,
    *more: str,
) -> int:
    """Push from several workstations while the central dies so often; answers how many commands were settled."""
    chance = random.Random(seed)
    orders = furnished(database, _STATIONS * _PER_LIFE * kills)
    answered = threading.Semaphore(0)
    with (
        KillableCentral(database, *more) as central,
        stations(folder, central.url, _STATIONS, answered.release) as desks,
    ):
        for number, desk in enumerate(desks):
            desk.queue(orders[number::_STATIONS])
            desk.start()
        for _ in range(kills):
            for _ in range(chance.randrange(1, _STATIONS * _PER_LIFE // 2)):
                assert answered.acquire(timeout=PATIENCE_S)
            strike(central, chance)
        for desk in desks:
            desk.join()
        answers = [result for desk in desks for result in desk.answers]
        central.end()
    storage = opened(database)
    found = effects(storage, orders)
    storage.close()
    assert [result for result in answers if result.status is not ResultStatus.APPLIED] == []
    assert sorted(result.key for result in answers) == sorted(found)
    assert len(found) == len(orders)
    assert set(found.values()) == {1}
    return len(found)


def whole_central(central: KillableCentral, _: random.Random) -> None:
    central.kill()
    central.start()


def one_worker_or_all(central: KillableCentral, chance: random.Random) -> None:
    """A worker alone is started again by its supervisor while the other one goes on."""
    workers = central.workers()  # none, when the last blow was a moment ago
    if not workers or chance.random() < 0.3:
        whole_central(central, chance)
    else:
        with contextlib.suppress(ProcessLookupError):  # it was quicker
            kill(chance.choice(workers), signal.SIGKILL)
