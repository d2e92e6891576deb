"""What many orders will come to, in numbers and words."""

from typing import Any

import msgspec
import pytest

from desktop.bulk.presenter import (
    Item,
    complete,
    hold_options,
    item,
    people_options,
    preview,
    reason_options,
    renewed,
    settled,
    shown,
    snooze_options,
    standing,
    taken,
    target_options,
    told,
    verb_offered,
)
from desktop.words import Words
from sync.bulk import Foreseen, Request, Taken, foresee
from sync.domain.apply import Refusal
from sync.domain.commands import Op, Outcome, Target
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order, OrderId, Status, UserId, WarehouseId
from sync.domain.permissions import Role, User
from sync.store.projection import project
from sync.wire.messages import Person, Result, ResultStatus
from sync.wire.problems import Problem
from tests.desktop.conftest import DIRECTORY, NOW

BOSS = User(id=UserId("li.na"), name="李娜", role=Role.SUPERVISOR, warehouses=(WarehouseId("W-SUZ"),))
STOP = Request(op=Op.INTERCEPT, reason=Reason.DAMAGED)


def ahead(of: Order, request: Request = STOP, **changes: Any) -> Foreseen:
    return foresee(request, project(msgspec.structs.replace(of, **changes), ()), BOSS, NOW)


def result(status: ResultStatus = ResultStatus.APPLIED, **more: Any) -> Result:
    return Result(key=CommandKey("k1"), status=status, at=NOW, **more)


@pytest.fixture
def ready(order: Order) -> Item:
    return item(ahead(order))


def test_a_preview_counts_outcomes_and_refusals_most_first(en: Words, order: Order) -> None:
    items = [item(ahead(order)), item(ahead(order)), item(ahead(order, status=Status.PACKED))]
    items += [item(ahead(order, status=Status.HANDED_OVER)), item(ahead(order, Request(op=Op.CARRIER_INTERCEPT)))]
    told_ = preview(items, Op.INTERCEPT, en)
    assert (told_.title, told_.able, told_.confirm, told_.typed) == ("5 orders", 3, "Intercept: 3 orders", "")
    assert [line.text for line in told_.lines] == [
        "2 × stopped",
        "1 × stop requested",
        "1 × refused: Already handed to the carrier.",
        "1 × refused: Still in the warehouse: intercept it here.",
    ]


def test_what_moves_goods_wants_its_number_typed_unless_nothing_can_be_done(en: Words, order: Order) -> None:
    free = [item(ahead(order, Request(op=Op.RELEASE)))]
    assert preview(free, Op.RELEASE, en).typed == "1"
    assert preview([item(ahead(order, Request(op=Op.RELEASE), holds=()))], Op.RELEASE, en).typed == ""


def test_a_wish_goes_from_ready_to_accepted_to_done(en: Words, ready: Item) -> None:
    assert told(ready, en).text == "will probably be: stopped"
    accepted = taken(ready, Taken(ready.order_id, CommandKey("k1")))
    assert (accepted.state, accepted.key) == ("accepted", "k1")
    assert told(accepted, en).text == "accepted, waiting for the central"
    done = settled(accepted, result(outcome=Outcome.STOPPED))
    assert (done.state, told(done, en).text, told(done, en).tone) == ("done", "stopped", "ok")
    pulled = told(settled(accepted, result(outcome=Outcome.REQUESTED)), en)
    assert (pulled.text, pulled.tone) == ("stop requested", "warn")
    undone = settled(accepted, result(outcome=Outcome.UNDONE))
    assert (undone.state, told(undone, en).text) == ("undone", "taken back")


def test_what_is_refused_or_fails_says_why(en: Words, ready: Item) -> None:
    refused = taken(ready, Taken(ready.order_id, CommandKey("k1"), Refusal.ALREADY_HELD))
    assert (refused.state, told(refused, en).text) == ("refused", "Already held for this reason.")
    late = settled(ready, result(outcome=Outcome.TOO_LATE))
    assert (late.state, told(late, en).text) == ("failed", "too late")
    conflict = settled(ready, result(ResultStatus.CONFLICT))
    assert (conflict.open_case, told(conflict, en).text) == ("k1", "The order changed before your command arrived")
    rejected = settled(ready, result(ResultStatus.REJECTED, refusal="not_permitted"))
    assert told(rejected, en).text == "Your role may not do this: ask a supervisor."
    said = Problem(type="x", title="x", status=422, detail="the carrier is closed")
    assert told(settled(ready, result(ResultStatus.REJECTED, problem=said)), en).text == "the carrier is closed"
    bare = settled(ready, result())
    assert (bare.state, bare.why) == ("failed", "applied")


def test_what_failed_is_asked_anew_on_the_order_as_it_is(order: Order, ready: Item) -> None:
    failed = settled(ready, result(ResultStatus.CONFLICT))
    again = renewed(failed, ahead(order, version=9))
    assert (again.state, again.wish.base, again.open_case) == ("ready", 9, "k1")
    gone = renewed(failed, None)
    assert (gone.state, gone.why) == ("failed", "closed")


def test_standing_counts_by_filter_and_knows_what_can_still_be_done(en: Words, ready: Item) -> None:
    accepted = taken(ready, Taken(ready.order_id, CommandKey("k1")))
    failed = settled(accepted, result(ResultStatus.CONFLICT))
    done = settled(accepted, result(outcome=Outcome.STOPPED))
    items = [ready, accepted, failed, done]
    now = standing(items, Op.INTERCEPT, en)
    assert now.told == "1 done · 1 waiting for the central · 1 not done"
    assert (now.given, now.all, now.failed, now.undoable) == (3, 4, True, True)
    assert now.counts == {"all": 4, "done": 1, "waiting": 2, "failed": 1}
    assert standing(items, Op.NOTE, en).undoable is False
    assert standing([ready], Op.INTERCEPT, en).undoable is False
    assert [shown(items, f) for f in ("all", "done", "waiting", "failed")] == [[0, 1, 2, 3], [3], [0, 1], [2]]


def test_what_can_be_chosen_has_its_words(en: Words, zh: Words, order: Order) -> None:
    assert len(reason_options(en)) == len(Reason)
    holds = hold_options([ahead(order), ahead(order, holds=order.holds[:1])], en)
    assert [(o.value, o.label) for o in holds] == [
        (Reason.BAD_ADDRESS, "Wrong address (2)"),
        (Reason.FRAUD, "Suspected fraud (1)"),
    ]
    assert [(o.value, o.label) for o in target_options(DIRECTORY, zh)] == [
        (Target(kind="warehouse", id="W-SUZ"), "苏州仓"),
        (Target(kind="warehouse", id="W-HGH"), "杭州仓"),
        (Target(kind="carrier", id="C-DEB"), "德邦"),
    ]
    named = (("li.na", "x"), ("w", "王"))
    people = tuple(Person(id=UserId(i), name=n, role=Role.OPERATOR, warehouses=()) for i, n in named)
    known = msgspec.structs.replace(DIRECTORY, people=people)
    assert [o.label for o in people_options(known, BOSS, en)] == ["李娜 (me)", "王"]


def test_orders_are_put_away_until_times_that_people_think_in(en: Words) -> None:
    """Saturday, 22 November 2025, 16:26 in China."""
    assert [o.label for o in snooze_options(NOW, en)] == [
        "For an hour, until 17:26",
        "For four hours, until 20:26",
        "Until tomorrow morning, 23 Nov 08:00",
        "Until Monday morning, 24 Nov 08:00",
    ]


@pytest.mark.parametrize(
    ("request_", "ready_"),
    [
        (Request(op=Op.INTERCEPT), False),
        (STOP, True),
        (Request(op=Op.REASSIGN), False),
        (Request(op=Op.ASSIGN, person=UserId("w")), True),
        (Request(op=Op.SNOOZE), False),
        (Request(op=Op.NOTE, note="  "), False),
        (Request(op=Op.RELEASE), True),
        (Request(op=Op.CLAIM), True),
    ],
)
def test_a_request_is_foreseen_only_when_it_is_complete(request_: Request, ready_: bool) -> None:
    assert complete(request_) is ready_


def test_only_supervisors_are_offered_to_assign() -> None:
    operator = msgspec.structs.replace(BOSS, role=Role.OPERATOR)
    assert [verb_offered(Op.ASSIGN, user) for user in (BOSS, operator)] == [True, False]
    assert verb_offered(Op.NOTE, operator)


def test_an_order_keeps_its_id_number_and_customer(ready: Item) -> None:
    assert (ready.order_id, ready.number, ready.customer) == (OrderId("o-1"), "SO26114712", "苏州和木家居有限公司")
