"""What can be chosen before a command, and why it cannot be when it cannot."""

import msgspec
import pytest

from desktop.verbs.presenter import (
    consequence,
    hold_choices,
    likely_reason,
    question,
    reason_choices,
    target_choices,
    verbs,
)
from desktop.words import Words
from sync.domain.apply import Refusal
from sync.domain.commands import Op, Target
from sync.domain.exceptions import Reason
from sync.domain.order import Order, Place, Status, UserId
from sync.domain.permissions import Action, Role, User, actions
from sync.wire.messages import ReassignOption, ReassignOptions
from tests.desktop.conftest import NOW

OPERATOR = User(id=UserId("zhang"), name="张伟", role=Role.OPERATOR, warehouses=())
SUPERVISOR = User(id=UserId("li.na"), name="李娜", role=Role.SUPERVISOR, warehouses=())


def scoped(user: User, order: Order) -> User:
    return msgspec.structs.replace(user, warehouses=(order.warehouse,))


def test_three_verbs_with_their_keys(en: Words, order: Order) -> None:
    shown = verbs(actions(scoped(SUPERVISOR, order), order), en)
    assert [(v.label, v.shortcut, v.enabled) for v in shown] == [
        ("Intercept", "I", True),
        ("Reassign", "T", True),
        ("Release", "R", True),
    ]


def test_a_verb_that_is_refused_says_why(en: Words, order: Order) -> None:
    fraud_only = msgspec.structs.replace(order, holds=order.holds[1:])
    release = verbs(actions(scoped(OPERATOR, order), fraud_only), en)[2]
    assert (release.enabled, release.why_not) == (False, "Your role may not do this: ask a supervisor.")


def test_with_the_carrier_the_carrier_intercept_takes_the_first_place(en: Words, order: Order) -> None:
    gone = msgspec.structs.replace(order, status=Status.HANDED_OVER)
    assert verbs(actions(scoped(SUPERVISOR, order), gone), en)[0].op is Op.CARRIER_INTERCEPT
    asked = msgspec.structs.replace(gone, return_requested=True)
    first = verbs(actions(scoped(SUPERVISOR, order), asked), en)[0]
    assert (first.op, first.enabled) == (Op.CARRIER_INTERCEPT, False)


def test_nobody_signed_in_has_no_verbs(en: Words) -> None:
    assert verbs((), en) == ()
    assert [v.op for v in verbs((Action(op=Op.RELEASE, refusal=Refusal.CLOSED),), en)] == [Op.RELEASE]


@pytest.mark.parametrize("op", [Op.INTERCEPT, Op.CARRIER_INTERCEPT, Op.RELEASE, Op.REASSIGN])
@pytest.mark.parametrize("words", ["en", "zh"])
def test_every_verb_has_its_question(op: Op, words: str, order: Order, request: pytest.FixtureRequest) -> None:
    asked = question(order, op, request.getfixturevalue(words))
    assert "4712" in asked.title
    assert asked.subject == "SO26114712 · 苏州和木家居有限公司"
    assert asked.consequence
    assert asked.confirm


@pytest.mark.parametrize("status", list(Status))
def test_an_intercept_says_what_will_happen_at_every_stage(en: Words, order: Order, status: Status) -> None:
    told = consequence(msgspec.structs.replace(order, status=status), Op.INTERCEPT, en)
    assert ("tote T-117" in told) == (status in {Status.PICKING, Status.PACKING, Status.PACKED})
    somewhere = msgspec.structs.replace(order, status=Status.PICKING, place=Place())
    assert consequence(somewhere, Op.INTERCEPT, en).endswith("pull the tote.")


def test_each_reason_has_its_own_key_and_a_held_one_cannot_be_given(en: Words, order: Order) -> None:
    choices = reason_choices(order, Op.INTERCEPT, en)
    assert len({c.key for c in choices}) == len(Reason)
    assert {c.reason for c in choices if not c.enabled} == {Reason.BAD_ADDRESS, Reason.FRAUD}
    assert all(c.why_not for c in choices if not c.enabled)
    assert all(c.enabled for c in reason_choices(order, Op.CARRIER_INTERCEPT, en))


def test_the_likely_reason_is_an_open_exception_that_does_not_hold_yet(order: Order) -> None:
    assert likely_reason(order, Op.INTERCEPT) is None
    assert likely_reason(order, Op.CARRIER_INTERCEPT) is Reason.BAD_ADDRESS


def test_holds_say_who_placed_them_and_whether_this_person_may_lift_them(en: Words, order: Order) -> None:
    mine = hold_choices(order, OPERATOR, en, NOW)
    assert [(c.label, c.detail, c.enabled) for c in mine] == [
        ("Wrong address", "Central, 1 h 00 ago", True),
        ("Suspected fraud", "li.na, 5 min ago", False),
    ]
    assert mine[1].why_not == "Your role may not do this: ask a supervisor."
    assert all(c.enabled for c in hold_choices(order, SUPERVISOR, en, NOW))


def test_candidates_that_are_possible_stand_first_and_the_others_say_why_not(en: Words) -> None:
    options = ReassignOptions(
        version=4,
        options=(
            ReassignOption(to=Target(kind="warehouse", id="W-SUZ"), name="x", possible=False, why_not="full"),
            ReassignOption(to=Target(kind="carrier", id="C-NEW"), name="New Carrier", possible=True),
            ReassignOption(to=Target(kind="warehouse", id="W-HGH"), name="x", possible=True),
        ),
    )
    shown = target_choices(options, en)
    assert [(c.name, c.detail, c.enabled) for c in shown] == [
        ("New Carrier", "Carrier", True),
        ("Hangzhou", "Warehouse", True),
        ("Suzhou", "full", False),
    ]
