"""What becomes of a command, whatever goes wrong on the way?"""

import msgspec
import pytest

from sync.domain.commands import Args, Heard, Op, Outcome, Target
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Status, UserId
from sync.wire.messages import CommandBatch, History, Result, ResultStatus
from tests.contract.world import Person, World, problem_type, read, uuid7


def test_an_intercept_of_a_waiting_order_stops_it(central: World) -> None:
    order_id = central.put().id
    (result,) = central.east.send(central.east.command(order_id, base=1))
    assert (result.status, result.outcome, result.version) == (ResultStatus.APPLIED, Outcome.STOPPED, 2)
    assert result.order is not None
    assert [hold.reason for hold in result.order.holds] == [Reason.BAD_ADDRESS]
    assert central.order(order_id).version == 2


@pytest.mark.parametrize(
    ("status", "outcome", "version"),
    [
        (Status.PICKING, Outcome.REQUESTED, 2),
        (Status.PACKED, Outcome.REQUESTED, 2),
        (Status.HANDED_OVER, Outcome.TOO_LATE, 1),
    ],
)
def test_the_three_outcomes_of_an_intercept_are_told_apart(
    central: World, status: Status, outcome: Outcome, version: int
) -> None:
    order_id = central.put(status=status).id
    (result,) = central.east.send(central.east.command(order_id, base=1))
    assert (result.outcome, result.version) == (outcome, version)


def test_a_retry_gets_the_stored_result_and_no_second_effect(central: World) -> None:
    order_id = central.put().id
    command = central.east.command(order_id, base=1)
    (first,) = central.east.send(command)
    central.clock.forward(seconds=60)
    (again,) = central.east.send(command)
    assert again == first
    assert central.order(order_id).version == 2
    assert len(central.order(order_id).holds) == 1


def test_a_conflict_is_stored_too(central: World) -> None:
    order_id = central.put().id
    late = central.east.command(order_id, base=7)
    (first,) = central.east.send(late)
    central.move("A1", Status.PICKING)
    (again,) = central.east.send(late)
    assert first.status is ResultStatus.CONFLICT
    assert again == first


def test_the_same_key_with_another_payload_is_rejected_and_leaves_the_first_result(central: World) -> None:
    order_id = central.put().id
    command = central.east.command(order_id, base=1)
    (first,) = central.east.send(command)
    (other,) = central.east.send(msgspec.structs.replace(command, reason=Reason.FRAUD))
    assert other.status is ResultStatus.REJECTED
    assert other.problem is not None
    assert other.problem.type.endswith("/key-reused")
    assert other.problem.status == 422
    assert central.east.send(command) == (first,)


def test_a_command_on_another_version_is_a_conflict_with_the_order_as_it_is_and_what_is_allowed(central: World) -> None:
    order_id = central.put().id
    central.move("A1", Status.HANDED_OVER)
    (result,) = central.east.send(central.east.command(order_id, base=1))
    assert (result.status, result.version) == (ResultStatus.CONFLICT, 2)
    assert result.order is not None
    assert result.order.status is Status.HANDED_OVER
    assert result.order.customer.phone == "126****1234"
    allowed = {action.op for action in result.actions if action.refusal is None}
    assert Op.CARRIER_INTERCEPT in allowed
    assert Op.RELEASE not in allowed
    assert central.order(order_id).holds == ()


def test_a_chained_command_applies_on_what_its_predecessor_left(central: World) -> None:
    order_id = central.put().id
    first = central.east.command(order_id, base=1)
    undo = central.east.command(order_id, Op.UNDO, after=first.key, args=Args(undo=first.key))
    results = central.east.send(first, undo)
    assert [result.outcome for result in results] == [Outcome.STOPPED, Outcome.UNDONE]
    assert central.order(order_id).holds == ()


def test_a_chained_command_is_blocked_when_something_else_touched_the_order(central: World) -> None:
    order_id = central.put().id
    first = central.east.command(order_id, base=1)
    central.east.send(first)
    central.stop("A1", Reason.PAYMENT_CHECK)
    undo = central.east.command(order_id, Op.UNDO, after=first.key, args=Args(undo=first.key))
    (result,) = central.east.send(undo)
    assert result.status is ResultStatus.BLOCKED
    assert len(central.order(order_id).holds) == 2


def test_a_chained_command_is_blocked_when_its_predecessor_did_not_apply(central: World) -> None:
    order_id = central.put().id
    lost = central.east.command(order_id, base=9)
    follower = central.east.command(order_id, after=lost.key)
    conflict, blocked = central.east.send(lost, follower)
    assert (conflict.status, blocked.status) == (ResultStatus.CONFLICT, ResultStatus.BLOCKED)
    assert (
        central.east.send(central.east.command(order_id, after=CommandKey(uuid7())))[0].status is ResultStatus.BLOCKED
    )


def test_a_chained_command_cannot_follow_a_command_on_another_order(central: World) -> None:
    one, two = central.put("A1").id, central.put("A2").id
    first = central.east.command(one, base=1)
    (_, blocked) = central.east.send(first, central.east.command(two, after=first.key))
    assert blocked.status is ResultStatus.BLOCKED


def test_an_undo_does_not_take_back_what_the_central_did_since(central: World) -> None:
    order_id = central.put().id
    first = central.east.command(order_id, base=1)
    central.east.send(first)
    central.stop("A1", Reason.PAYMENT_CHECK)
    (result,) = central.east.send(central.east.command(order_id, Op.UNDO, base=3, args=Args(undo=first.key)))
    assert (result.status, result.refusal) == (ResultStatus.REJECTED, "nothing_to_undo")
    assert len(central.order(order_id).holds) == 2


def test_an_operator_releases_an_address_hold_but_not_a_payment_hold(central: World) -> None:
    order_id = central.put().id
    central.stop("A1", Reason.BAD_ADDRESS, "x1")
    central.stop("A1", Reason.PAYMENT_CHECK, "x2")
    address, payment = central.order(order_id).holds
    both = central.east.command(order_id, Op.RELEASE, base=3, args=Args(holds=(address.id, payment.id)))
    (refused,) = central.east.send(both)
    assert (refused.status, refused.refusal) == (ResultStatus.REJECTED, "not_permitted")
    assert refused.problem is not None
    assert refused.problem.status == 403
    assert len(central.order(order_id).holds) == 2
    (part,) = central.east.send(central.east.command(order_id, Op.RELEASE, base=3, args=Args(holds=(address.id,))))
    assert part.outcome is Outcome.STILL_HELD
    (rest,) = central.boss.send(central.boss.command(order_id, Op.RELEASE, base=4, args=Args(holds=(payment.id,))))
    assert rest.outcome is Outcome.RELEASED


def test_another_warehouses_order_does_not_exist(central: World) -> None:
    order_id = central.put().id
    real, made_up = central.west.send(
        central.west.command(order_id, base=1), central.west.command("no-such-order", base=1)
    )
    assert real.problem == made_up.problem
    assert real.problem is not None
    assert real.problem.status == 404
    assert (real.status, real.order, real.version) == (ResultStatus.REJECTED, None, None)
    assert central.order(order_id).holds == ()


def test_a_command_issued_by_someone_else_is_rejected_and_its_key_stays_free(central: World) -> None:
    order_id = central.put().id
    mine = central.east.command(order_id, base=1)
    (refused,) = central.boss.send(mine)
    assert refused.problem is not None
    assert refused.problem.status == 403
    (applied,) = central.east.send(mine)
    assert applied.status is ResultStatus.APPLIED


def test_a_malformed_command_is_rejected_alone(central: World) -> None:
    order_id = central.put().id
    senseless = central.east.command(order_id, base=1, reason=None)
    both = central.east.command(order_id, base=1, after=CommandKey(uuid7()))
    results = central.east.send(senseless, both, central.east.command(order_id, base=1))
    assert [result.refusal for result in results] == ["reason_missing", "base_or_after", None]
    assert results[2].status is ResultStatus.APPLIED


def test_a_batch_with_a_key_that_is_no_uuid7_is_refused_as_a_whole(central: World) -> None:
    order_id = central.put().id
    good = central.east.command(order_id, base=1)
    bad = central.east.command(order_id, base=1, key=CommandKey("not-a-key"))
    answer = central.east.post_batch(CommandBatch(commands=(good, bad)))
    assert (answer.status_code, problem_type(answer)) == (400, "malformed")
    assert "$.commands[1].key" in answer.json()["detail"]
    assert central.order(order_id).version == 1


def test_more_than_fifty_commands_are_refused_as_a_whole(central: World) -> None:
    order_id = central.put().id
    many = tuple(central.east.command(order_id, base=1) for _ in range(51))
    assert central.east.post_batch(CommandBatch(commands=many)).status_code == 400
    assert central.order(order_id).version == 1


def test_an_order_moves_to_a_warehouse_that_has_the_goods(central: World) -> None:
    order_id = central.put().id
    central.stop("A1", Reason.STOCK_OUT)
    move = central.east.command(order_id, Op.REASSIGN, base=2, args=Args(to=Target(kind="warehouse", id="W-WEST")))
    (result,) = central.east.send(move)
    assert result.outcome is Outcome.REASSIGNED
    assert central.order(order_id).warehouse == "W-WEST"
    assert central.order(order_id).holds == ()


@pytest.mark.parametrize(
    ("to", "refusal"),
    [
        (Target(kind="warehouse", id="W-WEST"), "target_not_possible"),
        (Target(kind="carrier", id="charlie"), "target_not_possible"),
        (Target(kind="carrier", id="nobody"), "no_such_target"),
        (Target(kind="warehouse", id="W-EAST"), "same_place"),
    ],
)
def test_an_order_does_not_move_where_it_cannot(central: World, to: Target, refusal: str) -> None:
    lines = tuple(msgspec.structs.replace(line, quantity=6) for line in central.order(central.put().id).lines)
    order_id = central.put("A2", lines=lines).id
    (result,) = central.boss.send(central.boss.command(order_id, Op.REASSIGN, base=1, args=Args(to=to)))
    assert (result.status, result.refusal) == (ResultStatus.REJECTED, refusal)
    assert central.order(order_id).version == 1


def test_who_moved_an_order_out_of_sight_can_take_it_back(central: World) -> None:
    order_id = central.put().id
    central.stop("A1", Reason.STOCK_OUT)
    move = central.east.command(order_id, Op.REASSIGN, base=2, args=Args(to=Target(kind="warehouse", id="W-WEST")))
    undo = central.east.command(order_id, Op.UNDO, after=move.key, args=Args(undo=move.key))
    moved, undone = central.east.send(move, undo)
    assert (moved.outcome, undone.outcome) == (Outcome.REASSIGNED, Outcome.UNDONE)
    assert central.order(order_id).warehouse == "W-EAST"


def test_the_fate_of_a_command_is_told_to_its_issuer_only(central: World) -> None:
    order_id = central.put().id
    command = central.east.command(order_id, base=1)
    (result,) = central.east.send(command)
    assert read(central.east.get(f"commands/{command.key}"), Result) == result
    assert central.boss.get(f"commands/{command.key}").status_code == 404
    assert central.east.get(f"commands/{uuid7()}").status_code == 404


def test_the_audit_trail_keeps_who_what_and_how_it_was_spoken(central: World) -> None:
    order_id = central.put().id
    heard = Heard(transcript="拦截四七一二", noise_db=-31.5, language="zh", grammar="g1", model="m1")
    done = central.east.command(order_id, base=1, heard=heard)
    central.east.send(done, central.east.command(order_id, base=1))
    history = read(central.boss.get(f"orders/{order_id}/history"), History)
    assert [(entry.who, entry.action, entry.outcome) for entry in history.entries] == [
        ("erp", "ingested", ""),
        ("陈师傅", "intercept", "stopped"),
        ("陈师傅", "intercept", "conflict"),
    ]
    assert history.entries[1].heard == heard
    assert history.entries[1].key == done.key


def test_what_a_role_need_not_see_is_masked_in_results(central: World) -> None:
    order_id = central.put().id

    def told(person: Person, base: int, reason: Reason) -> str:
        (result,) = person.send(person.command(order_id, base=base, reason=reason))
        assert result.order is not None
        return result.order.customer.contact

    assert told(central.east, 1, Reason.FRAUD) == "周**"
    assert told(central.boss, 2, Reason.DAMAGED) == "周文博"


def test_a_permission_taken_away_counts_at_once(central: World) -> None:
    order_id = central.put().id
    person = central.east
    central.identity.add_account(msgspec.structs.replace(person.user, warehouses=()), "100", "1357")
    (result,) = person.renew().send(person.command(order_id, base=1))
    assert result.status is ResultStatus.REJECTED
    assert central.order(order_id).holds == ()


def test_a_made_up_issuer_is_not_believed(central: World) -> None:
    order_id = central.put().id
    (result,) = central.east.send(central.east.command(order_id, base=1, issued_by=UserId("u-boss")))
    assert result.status is ResultStatus.REJECTED
