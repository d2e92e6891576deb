"""Do claims, snoozes and notes of many people go together, and with the commands that move an order?"""

import pytest

from sync.domain.commands import Args, Op, Outcome
from sync.domain.exceptions import ExceptionId, Reason
from sync.domain.order import Claim, UserId
from sync.domain.organise import snooze_args
from sync.wire.messages import Directory, History, Meta, ResultStatus
from tests.contract.world import START, World, read

EAST_ID, WEST_ID, BOSS_ID = UserId("u-east"), UserId("u-west"), UserId("u-boss")
HOUR = 3_600_000


def note(text: str) -> Args:
    return Args(note=text)


def test_a_claim_is_seen_by_all_and_told_in_the_history(central: World) -> None:
    order_id = central.put().id
    (result,) = central.east.send(central.east.command(order_id, Op.CLAIM, base=1))
    assert (result.status, result.outcome, result.version) == (ResultStatus.APPLIED, Outcome.CLAIMED, 2)
    assert central.order(order_id).claim == Claim(by=EAST_ID, at=START)
    last = read(central.boss.get(f"orders/{order_id}/history"), History).entries[-1]
    assert (last.action, last.outcome, last.who) == ("claim", "claimed", "陈师傅")


def test_a_note_never_conflicts(central: World) -> None:
    order_id = central.put().id
    central.stop("A1")
    (result,) = central.east.send(central.east.command(order_id, Op.NOTE, base=1, args=note("客户下午回电")))
    assert (result.status, result.version) == (ResultStatus.APPLIED, 3)
    assert [n.text for n in central.order(order_id).notes] == ["客户下午回电"]


def test_sent_again_a_note_stands_once(central: World) -> None:
    order_id = central.put().id
    once = central.east.command(order_id, Op.NOTE, base=1, args=note("一次"))
    assert central.east.send(once) == central.east.send(once)
    assert len(central.order(order_id).notes) == 1


def test_a_claim_conflicts_only_when_another_person_has_the_order(central: World) -> None:
    order_id = central.put().id
    central.stop("A1")
    (mine,) = central.east.send(central.east.command(order_id, Op.CLAIM, base=1))
    assert mine.status is ResultStatus.APPLIED
    (late,) = central.boss.send(central.boss.command(order_id, Op.CLAIM, base=1))
    assert late.status is ResultStatus.CONFLICT
    assert late.order is not None
    assert late.order.claim is not None
    (seen,) = central.boss.send(central.boss.command(order_id, Op.CLAIM, base=3))
    assert (seen.status, seen.refusal) == (ResultStatus.REJECTED, "claimed_by_other")


def test_a_colleagues_note_or_claim_does_not_stand_in_the_way_of_an_intercept(central: World) -> None:
    order_id = central.put().id
    central.boss.send(
        central.boss.command(order_id, Op.NOTE, base=1, args=note("看一下")),
        central.boss.command(order_id, Op.CLAIM, base=1),
    )
    (result,) = central.east.send(central.east.command(order_id, base=1))
    assert (result.status, result.outcome, result.version) == (ResultStatus.APPLIED, Outcome.STOPPED, 4)


def test_a_note_does_not_hide_that_something_else_happened_before_it(central: World) -> None:
    order_id = central.put().id
    central.stop("A1", Reason.FRAUD)
    central.boss.send(central.boss.command(order_id, Op.NOTE, base=2, args=note("看一下")))
    (result,) = central.east.send(central.east.command(order_id, base=1))
    assert result.status is ResultStatus.CONFLICT
    assert central.east.send(central.east.command(order_id, base=2))[0].status is ResultStatus.APPLIED


def test_a_chain_goes_on_over_a_note_but_never_from_one(central: World) -> None:
    order_id = central.put().id
    stop = central.east.command(order_id, base=1)
    undo = central.east.command(order_id, Op.UNDO, after=stop.key, args=Args(undo=stop.key))
    written = central.east.command(order_id, Op.NOTE, after=stop.key, args=note("误拦"))
    follower = central.east.command(order_id, after=written.key)
    results = central.east.send(stop, written, undo, follower)
    assert [r.status for r in results] == [ResultStatus.APPLIED] * 3 + [ResultStatus.BLOCKED]
    assert central.order(order_id).holds == ()


def test_a_claim_does_not_vouch_for_a_state_that_its_giver_never_saw(central: World) -> None:
    order_id = central.put().id
    central.stop("A1")
    claim = central.east.command(order_id, Op.CLAIM, base=1)
    _, stop = central.east.send(claim, central.east.command(order_id, after=claim.key))
    assert stop.status is ResultStatus.BLOCKED


def test_a_supervisor_assigns_to_whoever_works_there(central: World) -> None:
    order_id = central.put().id
    given = central.boss.command(order_id, Op.ASSIGN, base=1, args=Args(person=EAST_ID))
    (result,) = central.boss.send(given)
    assert result.outcome is Outcome.ASSIGNED
    assert central.order(order_id).claim == Claim(by=EAST_ID, at=START, given_by=BOSS_ID)
    last = read(central.boss.get(f"orders/{order_id}/history"), History).entries[-1]
    assert last.person == EAST_ID


@pytest.mark.parametrize("person", [WEST_ID, UserId("u-nobody")])
def test_nobody_is_assigned_an_order_of_a_warehouse_where_they_do_not_work(central: World, person: UserId) -> None:
    order_id = central.put().id
    given = central.boss.command(order_id, Op.ASSIGN, base=1, args=Args(person=person, instead_of=None))
    (result,) = central.boss.send(given)
    assert (result.status, result.refusal) == (ResultStatus.REJECTED, "no_such_person")


def test_an_operator_neither_assigns_nor_takes_an_order_from_a_colleague(central: World) -> None:
    order_id = central.put().id
    (refused,) = central.east.send(central.east.command(order_id, Op.ASSIGN, base=1, args=Args(person=EAST_ID)))
    assert (refused.status, refused.refusal) == (ResultStatus.REJECTED, "not_permitted")
    central.boss.send(central.boss.command(order_id, Op.CLAIM, base=1))
    give_back = central.east.command(order_id, Op.UNCLAIM, base=2, args=Args(instead_of=BOSS_ID))
    (other,) = central.east.send(give_back)
    assert (other.status, other.refusal) == (ResultStatus.REJECTED, "claimed_by_other")


def test_a_snooze_ends_with_a_new_exception_and_does_not_hide_one_that_was_not_seen(central: World) -> None:
    order_id = central.put().id
    until = Args(until=START + HOUR)
    (asleep,) = central.east.send(central.east.command(order_id, Op.SNOOZE, base=1, args=until))
    assert asleep.outcome is Outcome.SNOOZED
    assert central.order(order_id).snooze is not None
    central.stop("A1", Reason.FRAUD)
    assert central.order(order_id).snooze is None
    (late,) = central.east.send(central.east.command(order_id, Op.SNOOZE, base=2, args=until))
    assert late.status is ResultStatus.CONFLICT
    seen = snooze_args(central.order(order_id), START + HOUR)
    (again,) = central.east.send(central.east.command(order_id, Op.SNOOZE, base=1, args=seen))
    assert again.outcome is Outcome.SNOOZED


@pytest.mark.parametrize(
    ("op", "args", "why"),
    [
        (Op.NOTE, Args(), "note_missing"),
        (Op.NOTE, note("长" * 1001), "note_too_long"),
        (Op.ASSIGN, Args(), "person_missing"),
        (Op.SNOOZE, Args(until=START), "until_wrong"),
        (Op.SNOOZE, Args(until=1 << 53, known=(ExceptionId("e"),)), "until_wrong"),
    ],
)
def test_what_means_nothing_is_rejected(central: World, op: Op, args: Args, why: str) -> None:
    order_id = central.put().id
    (result,) = central.boss.send(central.boss.command(order_id, op, base=1, args=args))
    assert (result.status, result.refusal) == (ResultStatus.REJECTED, why)
    assert central.order(order_id).version == 1


def test_results_name_only_the_verbs_that_every_client_knows(central: World) -> None:
    order_id = central.put().id
    (result,) = central.east.send(central.east.command(order_id, base=9))
    assert {action.op for action in result.actions} == {
        Op.INTERCEPT,
        Op.REASSIGN,
        Op.RELEASE,
        Op.CARRIER_INTERCEPT,
    }


def test_the_central_says_that_it_offers_this_and_who_works_in_the_callers_warehouses(central: World) -> None:
    assert "organise" in read(central.http.get("/v1/meta"), Meta).features
    assert [p.id for p in read(central.east.get("directory"), Directory).people] == [BOSS_ID, EAST_ID]
    assert len(read(central.boss.get("directory"), Directory).people) == 3
