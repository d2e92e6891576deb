"""Does the engine lose nothing, send nothing twice, and know what to do after every fault?"""

import msgspec
import pytest

from sync.client.backoff import LAST_S
from sync.domain.apply import Refusal
from sync.domain.commands import Args, Op
from sync.domain.exceptions import Reason
from sync.domain.order import Status
from sync.events import Link
from sync.wire.messages import ResultStatus
from sync.wire.problems import Kind
from tests.fakes import FakeCentral, Fault
from tests.sync.samples import LI, command, order, stopped
from tests.sync.site import Site


class TestPushing:
    def test_commands_go_out_before_changes_come_in(self, site: Site, central: FakeCentral) -> None:
        it = central.put(stopped())
        site.works_for(LI)
        central.calls.clear()
        site.give(it)
        site.engine.step()
        assert central.calls == ["push", "changes"]

    def test_an_applied_command_shows_at_once_without_waiting_for_the_feed(
        self, site: Site, central: FakeCentral
    ) -> None:
        it = central.put(order())
        site.works_for(LI)
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
        site.works_for(LI)
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
        site.works_for(LI)
        done = site.give(it)
        central.faults.append(Fault.LOST_ANSWER)
        site.engine.step()
        site.restart()
        site.works_for(LI)
        assert central.effects == {done: 1}
        assert [s.result.status for s in site.settled] == [ResultStatus.APPLIED]

    def test_the_central_says_how_long_to_wait_and_is_obeyed(self, site: Site, central: FakeCentral) -> None:
        site.works_for(LI)
        central.faults.append(Fault.UNAVAILABLE)
        assert site.engine.step() == 7.0

    def test_one_poisoned_command_is_rejected_and_all_others_are_done(self, site: Site, central: FakeCentral) -> None:
        them = [central.put(order(f"SO2026112200{n:04}")) for n in range(9)]
        site.works_for(LI)
        keys = [site.give(it) for it in them]
        central.poison.add(keys[4])
        site.settle_down()
        assert central.effects == dict.fromkeys(set(keys) - {keys[4]}, 1)
        assert [(s.command.key, s.result.status) for s in site.outbox.attention()] == [(keys[4], ResultStatus.REJECTED)]

    def test_bisecting_costs_a_logarithm_not_a_call_for_each(self, site: Site, central: FakeCentral) -> None:
        them = [central.put(order(f"SO2026112200{n:04}")) for n in range(50)]
        site.works_for(LI)
        keys = [site.give(it) for it in them]
        central.poison.add(keys[31])
        central.calls.clear()
        site.settle_down()
        assert central.calls.count("push") <= 20
        assert site.outbox.unsent() == 0

    def test_a_small_batch_limit_of_the_central_is_kept(self, site: Site, central: FakeCentral) -> None:
        central.batch_limit = 2
        them = [central.put(order(f"SO2026112200{n:04}")) for n in range(5)]
        site.works_for(LI)
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
        site.works_for(LI)
        done = site.give(it)
        central.faults.append(Fault.CLIENT_TOO_OLD)
        assert site.engine.step() == LAST_S
        assert site.engine.connection.link is Link.CLIENT_TOO_OLD
        assert site.outbox.unsent() == 1
        site.settle_down()
        assert central.effects == {done: 1}

    def test_chained_offline_commands_apply_in_their_order(self, site: Site, central: FakeCentral) -> None:
        it = central.put(stopped())
        site.works_for(LI)
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
        site.works_for(LI)
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
        site.works_for(LI)
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
        site.works_for(LI)
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
        site.works_for(LI)
        site.give(it, Op.RELEASE)
        site.settle_down()
        (told,) = site.outbox.attention()
        assert told.result.status is ResultStatus.REJECTED
        assert told.result.refusal == Refusal.NOT_PERMITTED


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
