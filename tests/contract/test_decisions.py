"""Does every decision about a refused command reach the audit trail: who, when, where, how, once, and only there?"""

import msgspec
import pytest

from sync.domain.commands import Args, Command, Decision, Heard, Op, Outcome
from sync.domain.order import CommandKey, Status
from sync.wire.messages import History, HistoryEntry, Result, ResultStatus
from tests.contract.world import START, WEST, Person, World, read, uuid7

SAID = Heard(transcript="keep it", alternatives=("keep",), language="en")


def refused(central: World, who: Person) -> tuple[str, Result]:
    """An order, and an intercept of it that met another state."""
    order_id = central.put().id
    central.move("A1", Status.PICKING)
    (conflict,) = who.send(who.command(order_id, base=1))
    assert conflict.status is ResultStatus.CONFLICT
    return order_id, conflict


def decided(who: Person, order_id: str, about: str, decision: Decision = Decision.KEPT, **parts: object) -> Command:
    args = Args(decides=CommandKey(about), decision=decision)
    return msgspec.structs.replace(who.command(order_id, Op.DECIDE, base=0, args=args), **parts)


def trail(central: World, order_id: str) -> list[HistoryEntry]:
    entries = read(central.boss.get(f"orders/{order_id}/history"), History).entries
    return [entry for entry in entries if entry.action == "decide"]


def test_the_trail_says_who_decided_what_when_where_and_how(central: World) -> None:
    order_id, conflict = refused(central, central.east)
    central.clock.forward(seconds=3600)
    told = decided(central.boss, order_id, conflict.key, heard=SAID, issued_at=START + 5)
    (result,) = central.boss.send(told)
    assert (result.status, result.outcome, result.order) == (ResultStatus.APPLIED, Outcome.DECIDED, None)
    (entry,) = trail(central, order_id)
    assert (entry.who, entry.device, entry.at, entry.given_at) == ("王主管", "ws-1", START + 3_600_000, START + 5)
    assert (entry.decides, entry.decision, entry.gives, entry.heard) == (conflict.key, "kept", None, SAID)


def test_a_decision_names_the_command_that_it_gave(central: World) -> None:
    order_id, conflict = refused(central, central.east)
    given = central.east.command(order_id, base=2)
    args = Args(decides=conflict.key, decision=Decision.RETRIED, gives=given.key)
    told = central.east.command(order_id, Op.DECIDE, base=2, args=args)
    record, done = central.east.send(told, given)
    assert (record.outcome, done.outcome) == (Outcome.DECIDED, Outcome.REQUESTED)
    (entry,) = trail(central, order_id)
    assert (entry.decision, entry.gives) == ("retried", given.key)


def test_sent_again_it_stands_once(central: World) -> None:
    order_id, conflict = refused(central, central.east)
    told = decided(central.east, order_id, conflict.key)
    assert central.east.send(told) == central.east.send(told)
    assert len(trail(central, order_id)) == 1


def test_it_is_no_change_of_the_order(central: World) -> None:
    order_id, conflict = refused(central, central.east)
    before, cursor = central.order(order_id), central.east.orders().cursor
    central.east.send(decided(central.east, order_id, conflict.key))
    assert central.order(order_id) == before
    assert central.east.changes(cursor).changes == ()
    central.move("A1", Status.PACKED)
    (late,) = central.east.send(central.east.command(order_id, base=2))
    assert [step.action for step in late.since] == ["moved"], "nobody is asked about a colleague's decision"


def test_it_is_recorded_when_the_order_has_left_the_persons_sight(central: World) -> None:
    order_id, conflict = refused(central, central.east)
    central.put(warehouse=WEST, status=Status.PICKING)
    (result,) = central.east.send(decided(central.east, order_id, conflict.key))
    assert result.status is ResultStatus.APPLIED
    assert len(trail(central, order_id)) == 1


def test_it_is_recorded_when_the_command_is_of_a_history_that_was_lost(central: World) -> None:
    order_id = central.put().id
    (result,) = central.east.send(decided(central.east, order_id, uuid7()))
    assert result.status is ResultStatus.APPLIED
    assert len(trail(central, order_id)) == 1


def test_nobody_writes_into_the_trail_of_an_order_that_is_not_theirs(central: World) -> None:
    order_id, _ = refused(central, central.east)
    (unknown,) = central.west.send(decided(central.west, order_id, uuid7()))
    (guess,) = central.west.send(central.west.command(order_id, base=1))
    (prepared,) = central.west.send(decided(central.west, order_id, guess.key))
    assert {r.status for r in (unknown, guess, prepared)} == {ResultStatus.REJECTED}
    assert trail(central, order_id) == []


def test_a_decision_about_another_orders_command_is_refused(central: World) -> None:
    _, conflict = refused(central, central.east)
    other = central.put("A2", number="20261122004799").id
    (result,) = central.east.send(decided(central.east, other, conflict.key))
    assert (result.status, trail(central, other)) == (ResultStatus.REJECTED, [])


@pytest.mark.parametrize("args", [Args(), Args(decides=CommandKey("k")), Args(decision=Decision.KEPT)])
def test_a_decision_that_says_nothing_is_malformed(central: World, args: Args) -> None:
    order_id = central.put().id
    (result,) = central.east.send(central.east.command(order_id, Op.DECIDE, base=1, args=args))
    assert (result.status, result.refusal) == (ResultStatus.REJECTED, "decision_missing")


def test_nothing_can_stand_on_a_decision(central: World) -> None:
    order_id, conflict = refused(central, central.east)
    record = decided(central.east, order_id, conflict.key)
    chained = central.east.command(order_id, after=record.key)
    assert [r.status for r in central.east.send(record, chained)] == [ResultStatus.APPLIED, ResultStatus.BLOCKED]


def test_the_trail_names_the_workstation_of_the_session_whatever_the_command_says(central: World) -> None:
    order_id = central.put().id
    central.east.send(central.east.command(order_id, base=1, device="somebody-elses"))
    entry = read(central.boss.get(f"orders/{order_id}/history"), History).entries[-1]
    assert (entry.action, entry.device) == ("intercept", "ws-1")
