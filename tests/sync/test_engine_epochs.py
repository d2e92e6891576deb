"""What becomes of commands when the central is restored from a backup? None is lost, none hits an unseen state."""

import pytest

from sync.domain.commands import Op
from sync.domain.order import CommandKey, Order, Status
from sync.wire.messages import ResultStatus
from tests.fakes import FakeCentral
from tests.sync.samples import LI, order
from tests.sync.site import Site


@pytest.fixture
def before(site: Site, central: FakeCentral) -> Order:
    """An order that the workstation and the central's backup know."""
    it = central.put(order())
    site.works_for(LI)
    return it


def restored(site: Site, central: FakeCentral, *orders: Order) -> None:
    """The central goes back to a backup that knows nothing of the last minute, and its tokens have ended."""
    central.kept_until = site.clock.now - 60_000
    central.results.clear()
    central.effects.clear()
    central.restore_from_backup(orders)
    central.forget_sessions()


def status(site: Site, key: CommandKey) -> ResultStatus | None:
    found = site.outbox.find(key)
    assert found is not None
    return None if found[1] is None else found[1].status


def given(site: Site, it: Order) -> CommandKey:
    """A command as the desk stores it, with the history that its person saw."""
    site.outbox.meet_epoch(site.cache.fact("epoch") or "", 0)
    key = site.give(it)
    site.outbox._connection.execute("UPDATE commands SET epoch = ?", (site.cache.fact("epoch"),))
    return key


def test_what_was_applied_after_the_backup_is_sent_again(site: Site, central: FakeCentral, before: Order) -> None:
    key = given(site, before)
    site.settle_down()
    assert status(site, key) is ResultStatus.APPLIED
    restored(site, central, before)
    site.settle_down()
    assert status(site, key) is ResultStatus.APPLIED
    assert central.effects[key] == 1
    assert site.agrees()


def test_the_same_version_of_another_history_is_another_state(site: Site, central: FakeCentral, before: Order) -> None:
    key = given(site, before)
    restored(site, central, order(status=Status.PACKED))
    site.settle_down()
    assert status(site, key) is ResultStatus.CONFLICT
    assert central.effects[key] == 0
    assert [s.command.key for s in site.outbox.attention()] == [key]


def test_a_fate_that_the_backup_knows_is_taken_over(site: Site, central: FakeCentral, before: Order) -> None:
    key = given(site, before)
    site.settle_down()
    known = dict(central.results)
    after = central.orders_now[before.id]
    restored(site, central, after)
    central.results.update(known)
    site.settle_down()
    assert status(site, key) is ResultStatus.APPLIED
    assert central.effects[key] == 0


def upgraded(site: Site) -> None:
    """As the queue of an earlier release comes, which knew of no histories."""
    site.outbox._connection.execute("DELETE FROM facts WHERE name = 'epoch'")
    site.outbox._connection.execute("UPDATE commands SET epoch = ''")


@pytest.mark.parametrize("meets_it_before", [True, False])
def test_what_an_earlier_release_had_sent_is_sent_again(
    site: Site, central: FakeCentral, before: Order, meets_it_before: bool
) -> None:
    key = site.give(before)
    site.settle_down()
    upgraded(site)
    if meets_it_before:
        site.restart()
        site.works_for(LI)
    restored(site, central, before)
    site.settle_down()
    assert status(site, key) is ResultStatus.APPLIED
    assert central.effects[key] == 1
    assert site.agrees()


@pytest.mark.parametrize("meets_it_before", [True, False])
def test_what_an_earlier_release_had_not_sent_meets_no_other_state(
    site: Site, central: FakeCentral, before: Order, meets_it_before: bool
) -> None:
    key = site.give(before)
    if not meets_it_before:
        upgraded(site)
    restored(site, central, order(status=Status.PACKED))
    site.settle_down()
    assert status(site, key) is ResultStatus.CONFLICT
    assert central.effects[key] == 0


def test_a_central_that_was_begun_anew_is_another_history_also_where_none_was_named(
    site: Site, central: FakeCentral, before: Order
) -> None:
    key = site.give(before)
    restored(site, central, order(status=Status.PACKED))
    central.kept_until = 0
    site.settle_down()
    assert status(site, key) is ResultStatus.CONFLICT
    assert central.effects[key] == 0


def test_what_an_earlier_release_had_not_sent_goes_out_at_once_in_the_only_history(
    site: Site, central: FakeCentral, before: Order
) -> None:
    key = site.give(before)
    upgraded(site)
    site.restart()
    site.works_for(LI)
    assert status(site, key) is ResultStatus.APPLIED
    assert not site.outbox.meet_epoch(central.epoch, central.kept_until)


def test_what_was_applied_before_the_backup_is_left_alone(site: Site, central: FakeCentral, before: Order) -> None:
    key = given(site, before)
    site.settle_down()
    sent = len(central.sent_under)
    after = central.orders_now[before.id]
    restored(site, central, after)
    central.kept_until = site.clock.now + 1
    site.settle_down()
    assert status(site, key) is ResultStatus.APPLIED
    assert len(central.sent_under) == sent


def test_a_new_command_goes_out_at_once_in_the_new_history(site: Site, central: FakeCentral, before: Order) -> None:
    restored(site, central, before)
    site.settle_down()
    key = site.give(before, Op.INTERCEPT)
    site.settle_down()
    assert status(site, key) is ResultStatus.APPLIED
