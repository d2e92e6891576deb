"""Does the engine lose nothing, send nothing twice, and know what to do after every fault?"""

import msgspec
import pytest

from sync.client.backoff import LAST_S
from sync.domain.apply import Refusal
from sync.domain.commands import Args, Op
from sync.domain.exceptions import Reason
from sync.domain.order import Status
from sync.domain.permissions import User
from sync.engine import POLL_S, POLL_WITH_HINTS_S
from sync.events import CommandSettled, ConnectionChanged, Link, OrdersChanged, UserChanged
from sync.store.listing import ListQuery
from sync.wire.messages import ResultStatus
from sync.wire.problems import Kind
from tests.fakes import FakeCentral, Fault
from tests.sync.samples import EAST, LI, MEI, SOUTH, ZHANG, command, order, stopped
from tests.sync.site import Site


class SwitchedAfterTheFirstLook:
    """Somebody else signs in just after the engine has looked who it is."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @property
    def user(self) -> User | None:
        return self._site.login.user

    def token(self, of: User | None = None) -> str:
        self._site.sign_in(MEI)
        return self._site.login.token(of)

    def renew(self, refused: str) -> None:
        self._site.login.renew(refused)


def links(site: Site) -> list[Link]:
    """The link states told so far, each once in a row."""
    told = [e.connection.link for e in site.events if isinstance(e, ConnectionChanged)]
    return [link for i, link in enumerate(told) if i == 0 or told[i - 1] is not link]


def settled(site: Site) -> list[CommandSettled]:
    return [e for e in site.events if isinstance(e, CommandSettled)]


class TestSigningIn:
    def test_nothing_is_asked_of_the_central_before_somebody_signs_in(self, site: Site, central: FakeCentral) -> None:
        assert site.engine.step() is None
        assert central.calls == []
        assert site.engine.connection.link is Link.SIGNED_OUT

    def test_the_first_sync_fills_the_cache_and_goes_online(self, site: Site, central: FakeCentral) -> None:
        central.put(stopped())
        site.sign_in(LI)
        site.settle_down()
        assert site.agrees()
        assert links(site) == [Link.CONNECTING, Link.PULLING, Link.ONLINE]

    def test_the_directory_is_kept_for_offline_use(self, site: Site) -> None:
        site.sign_in(LI)
        site.settle_down()
        assert EAST in (site.cache.fact("directory") or "")

    def test_an_ended_session_asks_for_the_pin_and_keeps_the_queue(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        central.forget_sessions()
        central.refreshes.clear()
        done = site.give(it)
        assert site.engine.step() is None
        assert site.engine.connection.link is Link.SIGN_IN_AGAIN
        assert site.engine.connection.unsent == 1
        later = site.give(it, reason=Reason.FRAUD)
        assert site.engine.connection.unsent == 1  # told by announce_queue
        site.engine.announce_queue()
        assert site.engine.connection.unsent == 2
        site.sign_in(LI)
        site.settle_down()
        assert central.effects == {done: 1, later: 1}

    def test_a_refused_token_is_renewed_once_and_work_goes_on(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        central.forget_sessions()
        done = site.give(it)
        site.settle_down()
        assert central.effects == {done: 1}
        assert central.calls.count("session") == 2

    def test_a_central_that_refuses_even_a_fresh_token_is_not_asked_for_ever(
        self, site: Site, central: FakeCentral
    ) -> None:
        site.sign_in(LI)
        site.settle_down()
        central.faults.extend([Fault.SIGN_IN_AGAIN] * 3)  # the second and third meet renewed tokens
        central.forget_sessions()
        turns = [site.engine.step()]
        while turns[-1] == 0 and len(turns) < 10:
            turns.append(site.engine.step())
        assert turns[-1] is None
        assert site.engine.connection.link is Link.SIGN_IN_AGAIN

    def test_a_busy_central_during_the_refresh_does_not_sign_anybody_out(
        self, site: Site, central: FakeCentral
    ) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        done = site.give(it)
        site.clock.forward(15 * 60 * 1000)
        central.faults.append(Fault.UNAVAILABLE)
        assert site.engine.step() == 7.0
        assert site.engine.connection.link is Link.OFFLINE
        site.settle_down()
        assert central.effects == {done: 1}


class TestPushing:
    def test_commands_go_out_before_changes_come_in(self, site: Site, central: FakeCentral) -> None:
        it = central.put(stopped())
        site.sign_in(LI)
        site.settle_down()
        central.calls.clear()
        site.give(it)
        site.engine.step()
        assert central.calls == ["push", "changes"]

    def test_an_applied_command_shows_at_once_without_waiting_for_the_feed(
        self, site: Site, central: FakeCentral
    ) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        site.give(it)
        site.engine.step()
        now = site.cache.order(it.id)
        assert now is not None
        assert now.version == 2
        assert [h.reason for h in now.holds] == [Reason.DAMAGED]

    @pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.LOST_ANSWER, Fault.CUT_ANSWER, Fault.UNAVAILABLE])
    def test_a_fault_on_the_way_sends_the_same_key_again_and_it_is_done_once(
        self, site: Site, central: FakeCentral, fault: Fault
    ) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        done = site.give(it)
        central.faults.append(fault)
        wait = site.engine.step()
        assert wait is not None
        assert site.engine.connection.link is Link.OFFLINE
        assert site.engine.connection.unsent == 1
        site.settle_down()
        assert central.effects == {done: 1}
        assert {c.key for _, c in central.sent_under} == {done}
        assert site.outbox.unsent() == 0

    def test_an_answer_lost_before_a_restart_is_asked_for_again_under_the_same_key(
        self, site: Site, central: FakeCentral
    ) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        done = site.give(it)
        central.faults.append(Fault.LOST_ANSWER)
        site.engine.step()
        site.restart()
        site.sign_in(LI)
        site.settle_down()
        assert central.effects == {done: 1}
        assert [s.result.status for s in settled(site)] == [ResultStatus.APPLIED]

    def test_the_central_says_how_long_to_wait_and_is_obeyed(self, site: Site, central: FakeCentral) -> None:
        site.sign_in(LI)
        site.settle_down()
        central.faults.append(Fault.UNAVAILABLE)
        assert site.engine.step() == 7.0

    def test_one_poisoned_command_is_rejected_and_all_others_are_done(self, site: Site, central: FakeCentral) -> None:
        them = [central.put(order(f"SO2026112200{n:04}")) for n in range(9)]
        site.sign_in(LI)
        site.settle_down()
        keys = [site.give(it) for it in them]
        central.poison.add(keys[4])
        site.settle_down()
        assert central.effects == dict.fromkeys(set(keys) - {keys[4]}, 1)
        assert [(s.command.key, s.result.status) for s in site.outbox.attention()] == [(keys[4], ResultStatus.REJECTED)]

    def test_bisecting_costs_a_logarithm_not_a_call_for_each(self, site: Site, central: FakeCentral) -> None:
        them = [central.put(order(f"SO2026112200{n:04}")) for n in range(50)]
        site.sign_in(LI)
        site.settle_down()
        keys = [site.give(it) for it in them]
        central.poison.add(keys[31])
        central.calls.clear()
        site.settle_down()
        assert central.calls.count("push") <= 20
        assert site.outbox.unsent() == 0

    def test_a_small_batch_limit_of_the_central_is_kept(self, site: Site, central: FakeCentral) -> None:
        central.batch_limit = 2
        them = [central.put(order(f"SO2026112200{n:04}")) for n in range(5)]
        site.sign_in(LI)
        site.settle_down()
        for it in them:
            site.give(it)
        before = len(central.sent_under)
        site.engine.step()
        assert len(central.sent_under) - before == 2
        site.settle_down()
        assert site.outbox.unsent() == 0

    def test_a_client_too_old_stops_pushing_keeps_the_queue_and_looks_again_later(
        self, site: Site, central: FakeCentral
    ) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        done = site.give(it)
        central.faults.append(Fault.CLIENT_TOO_OLD)
        assert site.engine.step() == LAST_S
        assert site.engine.connection.link is Link.CLIENT_TOO_OLD
        assert site.outbox.unsent() == 1
        site.settle_down()
        assert central.effects == {done: 1}

    def test_chained_offline_commands_apply_in_their_order(self, site: Site, central: FakeCentral) -> None:
        it = central.put(stopped())
        site.sign_in(LI)
        site.settle_down()
        first = site.give(it)
        second = site.give(it, Op.RELEASE, args=Args(holds=(it.holds[0].id,)))
        site.settle_down()
        assert central.effects == {first: 1, second: 1}
        assert central.applied_to[second].version == central.applied_to[first].version + 1
        assert site.agrees()


class TestConflicts:
    def test_a_conflict_holds_back_that_order_until_a_decision_while_others_flow(
        self, site: Site, central: FakeCentral
    ) -> None:
        moved, other = central.put(order()), central.put(order("SO20261122000099"))
        site.sign_in(LI)
        site.settle_down()
        central.change(moved.id, status=Status.PICKING)
        lost = site.give(moved)
        site.engine.step()
        assert [s.command.key for s in site.outbox.attention()] == [lost]
        later, free = site.give(moved, reason=Reason.FRAUD), site.give(other)
        site.settle_down()
        assert central.effects == {free: 1}
        assert site.outbox.unsent() == 1
        assert site.outbox.decide(lost, "kept", LI.id)
        site.settle_down()
        assert central.effects == {free: 1, later: 1}

    def test_a_conflict_is_told_with_the_order_as_it_is_and_as_it_was_seen(
        self, site: Site, central: FakeCentral
    ) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        central.change(it.id, status=Status.PACKED)
        site.give(it)
        site.settle_down()
        (told,) = site.outbox.attention()
        assert told.seen is not None
        assert told.seen.status is Status.WAITING
        assert told.result.order is not None
        assert told.result.order.status is Status.PACKED
        assert site.agrees()

    def test_what_follows_a_conflict_in_the_same_batch_is_blocked_and_shown(
        self, site: Site, central: FakeCentral
    ) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        central.change(it.id, status=Status.PACKING)
        first, second = site.give(it), site.give(it, reason=Reason.FRAUD)
        site.settle_down()
        assert [(s.command.key, s.result.status) for s in site.outbox.attention()] == [
            (first, ResultStatus.CONFLICT),
            (second, ResultStatus.BLOCKED),
        ]
        assert central.effects == {}

    def test_a_refusal_of_the_rules_is_rejected_and_kept(self, site: Site, central: FakeCentral) -> None:
        it = central.put(stopped(Reason.PAYMENT_CHECK))
        site.sign_in(LI)
        site.settle_down()
        site.give(it, Op.RELEASE)
        site.settle_down()
        (told,) = site.outbox.attention()
        assert told.result.status is ResultStatus.REJECTED
        assert told.result.refusal == Refusal.NOT_PERMITTED


class TestPeople:
    def test_another_persons_commands_are_never_sent_under_my_token(self, site: Site, central: FakeCentral) -> None:
        it, other = central.put(order()), central.put(order("SO20261122000099"))
        site.sign_in(LI)
        site.settle_down()
        central.faults.append(Fault.LOST_REQUEST)
        hers = site.give(it)
        site.engine.step()
        site.login.sign_out()
        site.sign_in(MEI)
        mine = site.give(other)
        site.settle_down()
        assert central.effects == {mine: 1}
        assert site.outbox.waits_for_others(MEI.id) == 1
        site.sign_in(LI)
        site.settle_down()
        assert central.effects == {mine: 1, hers: 1}
        assert all(c.issued_by == sender for sender, c in central.sent_under)

    def test_a_switch_of_person_between_two_looks_sends_nothing_under_the_wrong_name(
        self, site: Site, central: FakeCentral
    ) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        site.give(it)
        site.engine._identity = SwitchedAfterTheFirstLook(site)
        assert site.engine.step() == 0.0
        assert central.sent_under == []

    def test_orders_of_one_scope_never_land_in_the_cache_of_another(self, site: Site, central: FakeCentral) -> None:
        central.put(order())
        central.put(order("SO20261122000099", warehouse=SOUTH))
        site.sign_in(ZHANG)
        site.settle_down()
        assert len(site.cache.ids(ListQuery(view="all"))) == 2
        site.sign_in(LI)
        assert len(site.cache.ids(ListQuery(view="all"))) == 0
        site.settle_down()
        assert len(site.cache.ids(ListQuery(view="all"))) == 1
        assert site.agrees()

    def test_a_role_that_changes_in_mid_session_is_told_and_gets_its_own_cache(
        self, site: Site, central: FakeCentral
    ) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        wider = msgspec.structs.replace(LI, warehouses=(EAST, SOUTH))
        central.people[LI.id] = wider
        central.put(order("SO20261122000099", warehouse=SOUTH))
        central.forget_sessions()
        done = site.give(it)
        site.settle_down()
        assert UserChanged(wider) in site.events
        assert site.agrees()
        assert len(site.cache.ids(ListQuery(view="all"))) == 2
        assert central.effects == {done: 1}

    def test_a_result_that_comes_late_does_not_turn_an_order_back(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        site.give(it)
        central.faults.append(Fault.LOST_ANSWER)
        site.engine.step()
        site.sign_in(MEI)  # in the same scope, and so with the same cache
        central.change(it.id, status=Status.PICKING)
        site.settle_down()
        site.sign_in(LI)
        site.settle_down()
        assert site.outbox.unsent() == 0
        assert site.agrees()

    def test_my_command_waits_behind_somebody_elses_on_the_same_order(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        first = site.give(it)
        site.sign_in(MEI)
        second = site.give(it, reason=Reason.FRAUD)
        site.settle_down()
        assert central.effects == {}
        for user in (LI, MEI):
            site.sign_in(user)
            site.settle_down()
        assert central.effects == {first: 1, second: 1}


class TestPulling:
    def test_changes_arrive_and_the_cursor_moves_with_them(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        central.change(it.id, status=Status.PICKING)
        site.events.clear()
        site.settle_down()
        assert site.agrees()
        assert OrdersChanged((it.id,)) in site.events
        assert site.cache.fact("cursor") == f"{central.epoch}.{central.seq}"

    def test_a_closed_order_leaves_the_cache(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        central.change(it.id, status=Status.CLOSED)
        site.settle_down()
        assert site.cache.order(it.id) is None

    def test_a_long_feed_is_pulled_page_by_page(
        self, site: Site, central: FakeCentral, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sync.engine.CHANGES_LIMIT", 3)
        site.sign_in(LI)
        site.settle_down()
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
        site.sign_in(LI)
        site.settle_down()
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
        site.sign_in(LI)
        site.settle_down()
        central.restore_from_backup([msgspec.structs.replace(it, version=2)])
        site.settle_down()
        assert site.agrees()
        assert site.cache.fact("epoch") == central.epoch

    def test_pending_marks_survive_a_rebuilt_cache(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        site.give(it)
        site.cache.clear()
        site.sign_in(MEI)  # in the same scope, and so with the same cache; Li's command cannot be sent
        site.settle_down()
        (rowid,) = site.cache.ids(ListQuery(view="stopped"))
        assert site.cache.rows([rowid], frozenset())[0].pending == 1

    def test_an_order_known_only_from_a_result_does_not_enter_the_cache(self, site: Site, central: FakeCentral) -> None:
        site.sign_in(LI)
        site.settle_down()
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
        site.sign_in(LI)
        site.settle_down()
        honest = central.changes

        def stuck(token: str, cursor: str, limit: int) -> object:
            return msgspec.structs.replace(honest(token, cursor, limit), more=True)

        monkeypatch.setattr(central, "changes", stuck)
        assert site.engine.step() == POLL_S


class TestWaiting:
    def test_it_polls_often_without_hints_and_seldom_with_them(self, site: Site) -> None:
        site.sign_in(LI)
        site.settle_down()
        assert site.engine.step() == POLL_S
        site.hints = True
        assert site.engine.step() == POLL_WITH_HINTS_S

    def test_failures_in_a_row_wait_longer_and_success_starts_over(self, site: Site, central: FakeCentral) -> None:
        site.sign_in(LI)
        site.settle_down()
        central.faults.extend([Fault.LOST_REQUEST] * 40)
        waits = [site.engine.step() or 0.0 for _ in range(40)]
        assert max(waits) <= LAST_S
        assert sum(waits[20:]) > sum(waits[:20])
        site.settle_down()
        central.faults.append(Fault.LOST_REQUEST)
        assert (site.engine.step() or 0.0) <= 1.0

    def test_the_number_of_unsent_commands_is_told_with_every_change(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        site.give(it)
        site.engine.announce_queue()
        site.settle_down()
        told = [e.connection.unsent for e in site.events if isinstance(e, ConnectionChanged)]
        assert 1 in told
        assert told[-1] == 0

    def test_the_search_index_follows_by_itself(self, site: Site, central: FakeCentral) -> None:
        central.put(order())
        site.sign_in(LI)
        site.settle_down()
        assert len(site.cache.ids(ListQuery(view="all", text="家居"))) == 1

    def test_a_full_disk_is_told_and_tried_again(self, site: Site, central: FakeCentral) -> None:
        site.sign_in(LI)
        site.settle_down()
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
        site.sign_in(LI)
        site.settle_down()
        site.cache.close()
        assert site.engine.step() == 0.0


def test_the_fake_central_refuses_a_key_with_another_payload(central: FakeCentral) -> None:
    """The fake must be as strict as the real one, or the tests above prove nothing."""
    it = central.put(order())
    wish = command(it)
    session = central.session_of(LI)
    central.push(session, [wish])
    (again,) = central.push(session, [msgspec.structs.replace(wish, reason=Reason.FRAUD)])
    assert again.problem is not None
    assert again.problem.type == Kind.KEY_REUSED.uri
    assert central.effects == {wish.key: 1}
