"""What does a refused person learn about who was there before?"""

from sync.domain.commands import Args, Heard
from sync.domain.exceptions import Node, Reason
from sync.domain.order import CommandKey, Status
from sync.wire.messages import SINCE_LIMIT, ExceptionRaised, ResultStatus, Session
from tests.contract.world import CUSTOMER, Person, World, read, uuid7


def test_a_conflict_tells_who_did_what_and_when_since_the_state_that_was_seen(central: World) -> None:
    order_id = central.put().id
    central.clock.forward(seconds=60)
    spoken = Heard(transcript="拦截订单四七一二", language="zh")
    there = Person(central.http, read(central.sign_in("300", device="ws-9"), Session))
    first = there.command(order_id, base=1, device="ws-9", reason=Reason.FRAUD, heard=spoken)
    there.send(first)
    central.stop("A1", Reason.PAYMENT_CHECK)
    (late,) = central.east.send(central.east.command(order_id, base=1))
    assert late.status is ResultStatus.CONFLICT
    theirs, its = late.since
    assert (theirs.who, theirs.device, theirs.action, theirs.outcome) == ("王主管", "ws-9", "intercept", "stopped")
    assert (theirs.at, theirs.version, theirs.reason, theirs.key) == (central.clock(), 2, Reason.FRAUD, first.key)
    assert theirs.heard is None
    assert (its.action, its.version, its.reason) == ("exception", 3, Reason.PAYMENT_CHECK)


def test_a_conflict_says_nothing_of_what_changed_nothing(central: World) -> None:
    order_id = central.put().id
    central.boss.send(central.boss.command(order_id, base=9))
    central.move("A1", Status.HANDED_OVER)
    central.boss.send(central.boss.command(order_id, base=2))
    (late,) = central.east.send(central.east.command(order_id, base=1))
    assert [entry.action for entry in late.since] == ["moved"]


def test_a_blocked_command_tells_what_came_after_the_one_that_it_follows(central: World) -> None:
    order_id = central.put().id
    first = central.east.command(order_id, base=1)
    central.east.send(first)
    central.stop("A1", Reason.PAYMENT_CHECK)
    (blocked,) = central.east.send(central.east.command(order_id, reason=Reason.FRAUD, after=first.key))
    assert [entry.action for entry in blocked.since] == ["exception"]
    (alone,) = central.east.send(central.east.command(order_id, after=CommandKey(uuid7())))
    assert (alone.status, alone.since) == (ResultStatus.BLOCKED, ())


def test_the_customers_name_in_what_others_wrote_stays_hidden_from_an_operator(central: World) -> None:
    order_id = central.put().id
    note = Args(note=f"{CUSTOMER.contact} rang")
    central.boss.send(central.boss.command(order_id, base=1, args=note))
    (late,) = central.east.send(central.east.command(order_id, base=1))
    assert [entry.detail for entry in late.since] == ["*** rang"]
    (boss,) = central.boss.send(central.boss.command(order_id, base=1))
    assert boss.since[0].detail == f"{CUSTOMER.contact} rang"


def test_of_a_long_history_only_the_newest_steps_are_told(central: World) -> None:
    order_id = central.put().id
    for number in range(SINCE_LIMIT + 3):
        raised = ExceptionRaised(external_id=f"x{number}", kind=Reason.DUPLICATE, node=Node("orders"))
        central.event("A1", raised)
    (late,) = central.east.send(central.east.command(order_id, base=1))
    assert len(late.since) == SINCE_LIMIT
    assert late.since[-1].version == late.version


def test_the_stored_answer_is_told_again_word_for_word(central: World) -> None:
    order_id = central.put().id
    central.move("A1", Status.PICKING)
    late = central.east.command(order_id, base=1)
    (first,) = central.east.send(late)
    central.stop("A1", Reason.PAYMENT_CHECK)
    assert central.east.send(late) == (first,)
    assert [entry.action for entry in first.since] == ["moved"]
