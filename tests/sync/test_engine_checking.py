"""Does a cache that went wrong get noticed and filled anew, without the queue losing anything?"""

import pytest

from sync.checking import DAY_MS, HOUR_MS, MISTAKES, MOST_TRIES
from sync.domain.order import Status
from sync.engine import POLL_S
from sync.errors import StoreDamaged
from sync.events import CacheMistaken
from sync.store import census
from tests.fakes import FakeCentral, Fault
from tests.sync.samples import LI, MEI, order
from tests.sync.site import Site


@pytest.fixture
def filled(site: Site, central: FakeCentral) -> Site:
    central.put(order())
    central.put(order("SO20261122000099"))
    site.works_for(LI)
    central.calls.clear()
    return site


def spoil(site: Site) -> None:
    """As a fault in this program might."""
    site.cache._writer.execute("DELETE FROM orders WHERE rowid = 1")


def mistakes(site: Site) -> list[CacheMistaken]:
    return [e for e in site.events if isinstance(e, CacheMistaken)]


def test_it_is_checked_after_the_first_pull_and_then_once_a_day(site: Site, central: FakeCentral) -> None:
    central.put(order())
    site.works_for(LI)
    assert central.calls.count("checksum") == 1
    site.clock.forward(DAY_MS - 1)
    site.settle_down()
    assert central.calls.count("checksum") == 1
    site.clock.forward(1)
    site.settle_down()
    assert central.calls.count("checksum") == 2
    assert mistakes(site) == []


def test_a_wrong_cache_is_told_counted_and_filled_anew_and_the_queue_goes_on(
    filled: Site, central: FakeCentral
) -> None:
    done = filled.give(central.orders_now[order().id])
    spoil(filled)
    assert not filled.agrees()
    filled.clock.forward(DAY_MS)
    filled.settle_down()
    assert filled.agrees()
    assert central.effects == {done: 1}
    assert mistakes(filled) == [CacheMistaken(held=1, due=2, rebuilt=True)]
    assert filled.outbox.get_fact(MISTAKES) == "1"


def test_a_cache_that_is_wrong_again_on_the_same_day_is_told_but_not_filled_for_ever(
    filled: Site, central: FakeCentral
) -> None:
    for _ in range(2):
        spoil(filled)
        filled.cache.put_facts({"checked_at": ""})
        filled.settle_down()
    assert [m.rebuilt for m in mistakes(filled)] == [True, False]
    filled.clock.forward(DAY_MS)
    filled.settle_down()
    assert [m.rebuilt for m in mistakes(filled)] == [True, False, True]
    assert filled.agrees()
    assert central.calls.count("checksum") == 5


def test_it_is_checked_after_the_line_was_down_but_not_more_than_once_an_hour(
    filled: Site, central: FakeCentral
) -> None:
    for ago, checks in ((HOUR_MS - 1, 0), (1, 1), (1, 1)):
        filled.clock.forward(ago)
        central.faults.append(Fault.LOST_REQUEST)
        filled.engine.step()
        filled.settle_down()
        filled.settle_down()
        assert central.calls.count("checksum") == checks


def test_a_central_that_moves_on_meanwhile_is_asked_a_few_times_and_then_in_an_hour(
    filled: Site, central: FakeCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = central.checksum

    def moving(token: str) -> object:
        central.change(order().id, status=Status.PICKING)
        return honest(token)

    monkeypatch.setattr(central, "checksum", moving)
    filled.clock.forward(DAY_MS)
    for _ in range(3 * MOST_TRIES):
        filled.settle_down()
    assert central.calls.count("checksum") == MOST_TRIES
    assert mistakes(filled) == []
    filled.clock.forward(HOUR_MS)
    filled.settle_down()
    assert central.calls.count("checksum") == MOST_TRIES + 1


class TestSlices:
    @pytest.fixture
    def many(self, site: Site, central: FakeCentral, monkeypatch: pytest.MonkeyPatch) -> Site:
        """Seven orders, counted two at a time; the first slice is counted."""
        monkeypatch.setattr(census, "SLICE", 2)
        for n in range(7):
            central.put(order(f"SO2026112200000{n}"))
        site.works_for(LI)
        central.calls.clear()
        site.clock.forward(DAY_MS)
        assert site.engine.step() == 0.0
        return site

    def test_the_engine_goes_on_at_once_until_all_is_counted(self, many: Site, central: FakeCentral) -> None:
        assert [many.engine.step() for _ in range(3)] == [0.0, 0.0, POLL_S]
        assert central.calls.count("checksum") == 1
        assert mistakes(many) == []

    def test_what_changes_meanwhile_is_pulled_at_once_and_not_counted(self, many: Site, central: FakeCentral) -> None:
        for n in (0, 6):
            central.change(order(f"SO2026112200000{n}").id, status=Status.PICKING)
        central.put(order("SO20261122000009"))
        many.engine.step()
        assert many.agrees()
        many.settle_down()
        assert (central.calls.count("checksum"), mistakes(many)) == (1, [])

    def test_a_fault_in_a_later_slice_is_found(self, many: Site) -> None:
        many.engine.step()
        many.settle_down()
        many.cache._writer.execute("UPDATE orders SET version = 99 WHERE rowid = 7")
        many.clock.forward(DAY_MS)
        many.settle_down()
        assert [m.rebuilt for m in mistakes(many)] == [True]
        assert many.agrees()

    def test_when_the_line_goes_down_it_is_given_up_and_begun_anew(self, many: Site, central: FakeCentral) -> None:
        central.faults.append(Fault.LOST_REQUEST)
        many.engine.step()
        assert many.cache._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        many.settle_down()
        assert (central.calls.count("checksum"), mistakes(many)) == (2, [])

    def test_nobody_counts_for_whoever_left(self, many: Site) -> None:
        many.login.sign_out()
        assert many.engine.step() is None
        many.works_for(MEI)
        assert mistakes(many) == []

    def test_a_cache_made_anew_meanwhile_is_counted_from_the_start(self, many: Site, central: FakeCentral) -> None:
        assert many.caches.mend(StoreDamaged("a bad page", many.cache.path))
        many.settle_down()
        assert (central.calls.count("checksum"), mistakes(many)) == (2, [])
        assert many.agrees()


def test_a_clock_that_was_set_back_does_not_put_the_check_off(filled: Site, central: FakeCentral) -> None:
    filled.clock.forward(-10 * DAY_MS)
    filled.settle_down()
    assert central.calls.count("checksum") == 1
