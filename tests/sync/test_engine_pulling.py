"""Does the cache follow the central, through cuts, rebuilds and waits?"""

import msgspec
import pytest

from sync.client.backoff import LAST_S
from sync.domain.order import Status
from sync.engine import POLL_S, POLL_WITH_HINTS_S
from sync.events import ConnectionChanged, Link, OrdersChanged
from sync.store.listing import ListQuery
from tests.fakes import FakeCentral, Fault
from tests.sync.samples import LI, MEI, SOUTH, order
from tests.sync.site import Site


class TestPulling:
    def test_changes_arrive_and_the_cursor_moves_with_them(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.works_for(LI)
        central.change(it.id, status=Status.PICKING)
        site.events.clear()
        site.settle_down()
        assert site.agrees()
        assert OrdersChanged((it.id,)) in site.events
        assert site.cache.fact("cursor") == f"{central.epoch}.{central.seq}"

    def test_a_closed_order_leaves_the_cache(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.works_for(LI)
        central.change(it.id, status=Status.CLOSED)
        site.settle_down()
        assert site.cache.order(it.id) is None

    def test_a_long_feed_is_pulled_page_by_page(
        self, site: Site, central: FakeCentral, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sync.engine.CHANGES_LIMIT", 3)
        site.works_for(LI)
        for n in range(10):
            central.put(order(f"SO2026112200{n:04}"))
        site.settle_down()
        assert site.agrees()
        assert central.calls.count("changes") >= 4

    def test_a_cut_snapshot_goes_on_where_it_stopped_also_after_a_restart(
        self, site: Site, central: FakeCentral, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sync.engine.PAGE_LIMIT", 4)
        for n in range(10):
            central.put(order(f"SO2026112200{n:04}"))
        site.sign_in(LI)
        site.engine.step()
        assert len(site.cache.ids(ListQuery(view="all"))) == 4
        late = central.put(order("SO20261122000000A"))  # sorts into the page that was already taken
        site.restart()
        site.sign_in(LI)
        central.faults.append(Fault.LOST_REQUEST)
        central.calls.clear()
        site.settle_down()
        assert central.calls.count("orders") == 2
        assert site.cache.order(late.id) is not None
        assert site.agrees()

    def test_a_cursor_older_than_the_feed_rebuilds_the_cache_and_keeps_the_outbox(
        self, site: Site, central: FakeCentral
    ) -> None:
        kept, gone = central.put(order()), central.put(order("SO20261122000099"))
        site.works_for(LI)
        central.change(gone.id, status=Status.CLOSED)
        central.change(kept.id, status=Status.PICKING)
        central.prune()
        seen = site.give(kept)
        site.settle_down()
        assert site.agrees()
        assert site.outbox.find(seen) is not None
        assert [s.command.key for s in site.outbox.attention()] == [seen]

    def test_a_new_epoch_clears_the_cache_even_when_its_versions_are_lower(
        self, site: Site, central: FakeCentral
    ) -> None:
        it = central.put(order())
        for status in (Status.PICKING, Status.PACKING, Status.PACKED):
            central.change(it.id, status=status)
        site.works_for(LI)
        central.restore_from_backup([msgspec.structs.replace(it, version=2)])
        site.settle_down()
        assert site.agrees()
        assert site.cache.fact("epoch") == central.epoch

    def test_pending_marks_survive_a_rebuilt_cache(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.works_for(LI)
        site.give(it)
        site.cache.clear()
        site.login.end(LI.id)
        site.sign_in(MEI)  # in the same scope, and so with the same cache; Li's command cannot be sent
        site.settle_down()
        (rowid,) = site.cache.ids(ListQuery(view="stopped"))
        assert site.cache.rows([rowid], frozenset())[0].pending == 1

    def test_an_order_known_only_from_a_result_does_not_enter_the_cache(self, site: Site, central: FakeCentral) -> None:
        site.works_for(LI)
        moved = central.put(order())
        site.settle_down()
        site.give(moved)
        central.change(moved.id, warehouse=SOUTH)
        central.faults.append(Fault.LOST_ANSWER)
        site.engine.step()
        site.cache.clear()
        site.settle_down()
        assert site.cache.order(moved.id) is None
        assert site.agrees()

    def test_a_page_that_says_more_without_moving_does_not_spin(
        self, site: Site, central: FakeCentral, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site.works_for(LI)
        honest = central.changes

        def stuck(token: str, cursor: str, limit: int) -> object:
            return msgspec.structs.replace(honest(token, cursor, limit), more=True)

        monkeypatch.setattr(central, "changes", stuck)
        assert site.engine.step() == POLL_S


class TestWaiting:
    def test_it_polls_often_without_hints_and_seldom_with_them(self, site: Site) -> None:
        site.works_for(LI)
        assert site.engine.step() == POLL_S
        site.hints = True
        assert site.engine.step() == POLL_WITH_HINTS_S

    def test_failures_in_a_row_wait_longer_and_success_starts_over(self, site: Site, central: FakeCentral) -> None:
        site.works_for(LI)
        central.faults.extend([Fault.LOST_REQUEST] * 40)
        waits = [site.engine.step() or 0.0 for _ in range(40)]
        assert max(waits) <= LAST_S
        assert sum(waits[20:]) > sum(waits[:20])
        site.settle_down()
        central.faults.append(Fault.LOST_REQUEST)
        assert (site.engine.step() or 0.0) <= 1.0

    def test_the_number_of_unsent_commands_is_told_with_every_change(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.works_for(LI)
        site.give(it)
        site.engine.announce_queue()
        site.settle_down()
        told = [e.connection.unsent for e in site.events if isinstance(e, ConnectionChanged)]
        assert 1 in told
        assert told[-1] == 0

    def test_the_search_index_follows_by_itself(self, site: Site, central: FakeCentral) -> None:
        central.put(order())
        site.works_for(LI)
        assert len(site.cache.ids(ListQuery(view="all", text="家居"))) == 1

    def test_a_full_disk_is_told_and_tried_again(self, site: Site, central: FakeCentral) -> None:
        site.works_for(LI)
        writer = site.cache._writer
        pages = writer.execute("PRAGMA page_count").fetchone()[0]
        writer.execute(f"PRAGMA max_page_count = {pages}")
        for n in range(200):
            central.put(order(f"SO2026112200{n:04}"))
        wait = site.engine.step()
        assert wait is not None
        assert wait >= 5.0
        assert site.engine.connection.link is Link.STORE_FULL
        writer.execute("PRAGMA max_page_count = 1000000")
        site.settle_down()
        assert site.agrees()

    def test_a_cache_closed_under_the_engine_is_opened_again(self, site: Site, central: FakeCentral) -> None:
        central.put(order())
        site.works_for(LI)
        site.cache.close()
        assert site.engine.step() == 0.0
