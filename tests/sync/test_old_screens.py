"""A wish on an order as it was seen before the central was restored: does it ever hit a state that nobody saw?"""

from collections.abc import Callable

import msgspec
import pytest

from sync.bulk import Request
from sync.domain.apply import Refusal
from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order, Status
from sync.domain.organise import claim_args
from sync.keys import new_key
from sync.service import Wish
from sync.store.projection import Sight, alike
from sync.wire.messages import ResultStatus
from tests.sync.samples import LI, MEI, customer, order
from tests.sync.work import Work

Give = Callable[[Work, Wish], CommandKey]


def alone(work: Work, wish: Wish) -> CommandKey:
    return work.desk.submit(wish)


def among_many(work: Work, wish: Wish) -> CommandKey:
    (taken,) = work.desk.submit_all([(new_key(work.clock()), wish)])
    return taken.key


GIVE = pytest.mark.parametrize("give", [alone, among_many])


def restored(work: Work, *orders: Order) -> None:
    """The central goes back to a backup that knows nothing of the last minute, and its tokens have ended."""
    central = work.central
    central.kept_until = work.clock.now - 60_000
    central.results.clear()
    central.effects.clear()
    central.restore_from_backup(orders)
    central.forget_sessions()


def looked_at(work: Work, it: Order) -> Wish:
    """What a person is about to ask for, with the order before their eyes."""
    work.central.put(it)
    work.sign_in()
    seen = work.desk.order(it.id)
    assert seen is not None
    return work.wish(it, seen=seen.sight)


@GIVE
def test_the_same_version_with_another_state_asks_the_person(work: Work, give: Give) -> None:
    wish = looked_at(work, order())
    restored(work, order(status=Status.PACKED))
    work.turn()
    key = give(work, wish)
    work.turn()
    assert work.status(key) is ResultStatus.CONFLICT
    assert work.central.effects[key] == 0
    (case,) = work.desk.cases()
    assert case.now is not None
    assert case.now.status is Status.PACKED
    assert wish.seen is not None
    assert case.settled.seen == wish.seen.order


@GIVE
def test_the_same_state_is_the_same_over_there(work: Work, give: Give) -> None:
    wish = looked_at(work, order())
    restored(work, order())
    work.turn()
    key = give(work, wish)
    work.turn()
    assert work.status(key) is ResultStatus.APPLIED


@GIVE
def test_a_version_that_the_new_history_reaches_only_later_is_another_one(work: Work, give: Give) -> None:
    work.central.put(order())
    wish = looked_at(work, order(total=2))
    assert wish.base == 2
    restored(work, order())
    work.turn()
    key = give(work, wish)
    work.central.change(order().id, status=Status.PACKED)
    work.turn()
    assert work.status(key) is ResultStatus.CONFLICT
    assert work.central.effects[key] == 0


@GIVE
def test_while_the_copy_is_being_fetched_anew_nothing_is_taken_for_granted(work: Work, give: Give) -> None:
    wish = looked_at(work, order())
    restored(work, order(status=Status.PACKED))
    work.turn()
    work.desk._cache.clear()
    key = give(work, wish)
    work.turn()
    assert work.status(key) is ResultStatus.CONFLICT
    assert work.central.effects[key] == 0


def test_a_copy_that_is_made_anew_in_one_history_delays_nothing(work: Work) -> None:
    wish = looked_at(work, order())
    work.desk._cache.clear()
    key = work.desk.submit(wish)
    assert [c.key for c in work.workstation.outbox.next_batch(LI.id, 9)] == [key]
    work.turn()
    assert work.status(key) is ResultStatus.APPLIED


def test_an_order_that_closed_meanwhile_is_for_the_central_to_judge(work: Work) -> None:
    wish = looked_at(work, order())
    work.central.change(order().id, status=Status.CLOSED)
    work.turn()
    assert work.desk.order(order().id) is None
    key = work.desk.submit(wish)
    work.turn()
    assert key in work.central.results


def conflict(work: Work) -> tuple[CommandKey, Order]:
    """A question on the order as the central told it."""
    it = work.central.put(order())
    work.sign_in()
    key = work.submit(it)
    work.central.change(it.id, total=1)
    work.turn()
    (case,) = work.desk.cases()
    assert case.now is not None
    return key, case.now


def test_a_decision_on_an_old_screen_asks_again(work: Work) -> None:
    key, now = conflict(work)
    (case,) = work.desk.cases()
    wish = Wish(order_id=now.id, op=Op.INTERCEPT, base=case.base, reason=Reason.DAMAGED, seen=case.sight)
    restored(work, order(version=now.version, status=Status.PACKED))
    work.turn()
    recorded = work.desk.decide(key, "retried", wish)
    work.turn()
    assert recorded.key is not None
    assert work.status(recorded.key) is ResultStatus.CONFLICT
    assert work.central.effects[recorded.key] == 0


def test_a_question_shows_the_order_of_the_present_history_however_low_its_version(work: Work) -> None:
    _, now = conflict(work)
    assert now.version == 2
    restored(work, order(status=Status.PACKED))
    work.turn()
    (case,) = work.desk.cases()
    assert case.now is not None
    assert (case.now.status, case.base) == (Status.PACKED, 1)
    assert case.epoch == work.central.epoch
    wish = Wish(order_id=now.id, op=Op.INTERCEPT, base=case.base, reason=Reason.DAMAGED, seen=case.sight)
    recorded = work.desk.decide(case.settled.command.key, "retried", wish)
    work.turn()
    assert recorded.key is not None
    assert work.status(recorded.key) is ResultStatus.APPLIED


def test_what_goes_by_no_state_is_sent_as_before(work: Work) -> None:
    it = order()
    looked_at(work, it)
    restored(work, order(status=Status.PACKED))
    work.turn()
    key = work.desk.submit(Wish(order_id=it.id, op=Op.CLAIM, base=1, args=claim_args(it)))
    work.turn()
    assert work.status(key) is ResultStatus.APPLIED


def test_an_order_that_changed_since_is_for_the_central_to_judge(work: Work) -> None:
    wish = looked_at(work, order())
    work.central.change(order().id, total=1)
    work.turn()
    key = work.desk.submit(wish)
    work.turn()
    assert work.status(key) is ResultStatus.CONFLICT
    assert key in work.central.results


def test_what_is_foreseen_for_many_names_what_was_seen(work: Work) -> None:
    it = work.central.put(order())
    work.sign_in()
    (foreseen,) = work.desk.foresee_orders(Request(op=Op.INTERCEPT, reason=Reason.FRAUD), [it.id])
    assert not isinstance(foreseen.expected, Refusal)
    assert foreseen.wish.seen == Sight(foreseen.seen.truth, work.central.epoch)


def test_an_address_that_is_another_is_another_state() -> None:
    """A release of an address hold goes by what the address was."""
    assert not alike(order(), order(customer=customer(street="中山路1号")))


def test_whoever_must_look_again_is_waited_for(work: Work) -> None:
    wish = looked_at(work, order())
    restored(work, order(status=Status.PACKED))
    work.turn()
    key = work.desk.submit(wish)
    work.sign_in(MEI.id)
    assert work.status(key) is None
    assert list(work.desk.connection.waits_for) == [LI.name]
    work.sign_in()
    assert work.status(key) is ResultStatus.CONFLICT


def test_what_was_seen_before_any_history_was_known_is_looked_at_again(work: Work) -> None:
    """As a question of an earlier release that stands on the screen while the central is restored."""
    wish = looked_at(work, order())
    restored(work, order(status=Status.PACKED))
    work.turn()
    key = work.desk.submit(msgspec.structs.replace(wish, seen=Sight(order())))
    work.turn()
    assert work.status(key) is ResultStatus.CONFLICT
    assert work.central.effects[key] == 0


def test_a_question_of_an_earlier_release_is_of_the_present_history(work: Work) -> None:
    conflict(work)
    work.workstation.outbox._connection.execute("UPDATE commands SET epoch = ''")
    (case,) = work.desk.cases()
    assert case.sight is not None
    assert case.sight.epoch == work.central.epoch
