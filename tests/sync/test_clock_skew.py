"""Is a workstation whose clock is a day wrong, either way, a workstation like any other?"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop import translator
from desktop.words import Words
from sync.client.lease import LEASE_MS
from sync.client.skew import TOLERANCE_MS, CentralClock
from sync.errors import CentralUnreachable, StoreFull
from sync.wire.messages import Directory, ResultStatus
from tests.fakes import Clock, FakeCentral, Fault
from tests.sync.samples import LI, order
from tests.sync.store.test_tokens import Facts
from tests.sync.work import Work

HOUR = 3_600_000
DAY = 24 * HOUR


class Wrong(Clock):
    """The workstation's own clock: the right time, and so much more."""

    def __init__(self, right: Clock, ms: int) -> None:
        self._right, self.ms = right, ms

    def __call__(self) -> int:
        return self._right() + self.ms

    def forward(self, ms: int) -> None:
        self._right.forward(ms)


@pytest.fixture(params=[-DAY, DAY], ids=["a day late", "a day early"])
def wrong(request: pytest.FixtureRequest, clock: Clock) -> Wrong:
    return Wrong(clock, request.param)


@pytest.fixture
def work(tmp_path: Path, central: FakeCentral, wrong: Wrong) -> Iterator[Work]:
    made = Work(tmp_path / "desk", central, wrong)
    yield made
    made.close()
    assert made.reports == []


def test_a_command_is_given_at_the_centrals_time(work: Work, central: FakeCentral, clock: Clock) -> None:
    it = central.put(order())
    work.sign_in()
    key = work.submit(it)
    work.turn()
    assert work.status(key) is ResultStatus.APPLIED
    assert [command.issued_at for _, command in central.sent_under] == [clock()]


def test_due_times_count_down_as_at_the_central(work: Work, central: FakeCentral, clock: Clock) -> None:
    it = central.put(order(due_at=clock() + 2 * HOUR))
    work.sign_in()
    words = Words(translator.load("en"), Directory(warehouses=(), carriers=()))
    assert words.due(it.due_at, work.desk.now()) == words.due(it.due_at, clock())
    assert words.due(it.due_at, work.clock()) != words.due(it.due_at, clock())


def test_it_is_known_after_a_restart_without_the_central(work: Work, central: FakeCentral, clock: Clock) -> None:
    work.sign_in()
    work.close()
    central.faults.extend([Fault.LOST_REQUEST] * 50)
    work.open()
    assert work.desk.now() == clock()


def test_a_clock_that_is_put_right_is_noticed_at_the_next_token(work: Work, wrong: Wrong, clock: Clock) -> None:
    work.sign_in()
    wrong.ms = 0
    clock.forward(15 * 60_000)
    work.turn()
    assert work.desk.now() == clock()


def test_the_lease_is_as_long_as_everywhere(work: Work, central: FakeCentral, clock: Clock) -> None:
    work.sign_in()
    central.faults.extend([Fault.LOST_REQUEST] * 500)
    clock.forward(LEASE_MS - 1)
    assert work.desk.sign_in(LI.id, "4712", "zh") == LI
    clock.forward(1)
    with pytest.raises(CentralUnreachable, match="lease"):
        work.desk.sign_in(LI.id, "4712", "zh")


@pytest.mark.parametrize("ms", [-TOLERANCE_MS, 0, TOLERANCE_MS])
def test_a_minute_is_nobodys_trouble(clock: Clock, ms: int) -> None:
    facts = Facts()
    told = CentralClock(clock, facts)
    told.heard(clock() + ms)
    assert (told(), facts) == (clock(), {})


def test_a_full_disk_does_not_keep_the_time_from_being_right(clock: Clock) -> None:
    class Full(Facts):
        def put_fact(self, name: str, value: str) -> None:
            raise StoreFull(f"no room for {name}={value}")

    told = CentralClock(clock, Full())
    told.heard(clock() + DAY)
    assert told() == clock() + DAY
