"""Who may do what? The table, and that the greyed-out verbs say the same as the central."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.apply import Refusal, apply
from sync.domain.commands import Args, Op, Outcome, Target
from sync.domain.exceptions import Reason
from sync.domain.order import Claim, Order, Snooze, Status
from sync.domain.permissions import GRANTS, User, actions, needs_pull, organising, reassign_reason, refusal
from tests.sync.domain.strategies import orders, quick, reasons
from tests.sync.samples import ALPHA, BETA, LI, MEI, NOW, SOUTH, ZHANG, command, exception, hold, order, stopped

RELEASED_BY_OPERATORS = {Reason.BAD_ADDRESS}
ANOTHER_CARRIER = Target(kind="carrier", id=BETA)


@pytest.mark.parametrize("reason", list(Reason))
def test_an_operator_may_intercept_for_any_reason(reason: Reason) -> None:
    assert refusal(LI, order(), command(order(), reason=reason)) is None
    gone = order(status=Status.HANDED_OVER)
    assert refusal(LI, gone, command(gone, Op.CARRIER_INTERCEPT, reason=reason)) is None


@pytest.mark.parametrize("reason", list(Reason))
def test_an_operator_may_release_only_an_address_hold(reason: Reason) -> None:
    it = stopped(reason)
    expected = None if reason in RELEASED_BY_OPERATORS else Refusal.NOT_PERMITTED
    assert refusal(LI, it, command(it, Op.RELEASE)) is expected
    assert refusal(ZHANG, it, command(it, Op.RELEASE)) is None


def test_release_is_refused_while_a_payment_hold_stands_among_the_named() -> None:
    it = stopped(Reason.BAD_ADDRESS)
    both = msgspec.structs.replace(it, holds=(*it.holds, hold(Reason.PAYMENT_CHECK, "h2")))
    assert refusal(LI, both, command(both, Op.RELEASE)) is Refusal.NOT_PERMITTED
    only = command(both, Op.RELEASE, args=Args(holds=(it.holds[0].id,)))
    assert refusal(LI, both, only) is None


@pytest.mark.parametrize("reason", list(Reason))
def test_an_operator_may_reassign_only_what_a_move_solves(reason: Reason) -> None:
    it = stopped(reason)
    expected = None if reason in {Reason.STOCK_OUT, Reason.WAYBILL_REFUSED} else Refusal.NOT_PERMITTED
    assert refusal(LI, it, command(it, Op.REASSIGN)) is expected
    assert refusal(ZHANG, it, command(it, Op.REASSIGN)) is None


@pytest.mark.parametrize("op", list(Op))
def test_nobody_touches_another_warehouses_order(op: Op) -> None:
    it = stopped(warehouse=SOUTH)
    assert refusal(LI, it, command(it, op)) is Refusal.OTHER_WAREHOUSE
    assert {a.refusal for a in actions(LI, it)} == {Refusal.OTHER_WAREHOUSE}


def test_a_person_takes_back_the_own_move_by_which_the_order_left_the_scope() -> None:
    it = stopped(Reason.STOCK_OUT)
    wish = command(it, Op.REASSIGN, args=Args(to=Target(kind="warehouse", id=SOUTH)))
    moved = apply(it, wish, NOW)
    assert not isinstance(moved, Refusal)
    back = command(moved.order, Op.UNDO, args=Args(undo=wish.key))
    assert refusal(LI, moved.order, back) is None
    assert refusal(MEI, moved.order, back) is Refusal.OTHER_WAREHOUSE
    assert refusal(LI, moved.order, command(moved.order)) is Refusal.OTHER_WAREHOUSE


def test_an_intercept_without_a_reason_counts_as_other() -> None:
    assert refusal(LI, order(), command(order(), reason=None)) is None


def test_every_role_has_a_say_about_every_verb() -> None:
    assert all(set(table) == set(Op) for table in GRANTS.values())


class TestActions:
    def test_they_come_in_a_fixed_order(self) -> None:
        assert [a.op for a in actions(LI, order())] == [Op.INTERCEPT, Op.REASSIGN, Op.RELEASE, Op.CARRIER_INTERCEPT]

    @pytest.mark.parametrize(
        ("of", "user", "expected"),
        [
            (order(), ZHANG, [None, None, Refusal.HOLD_GONE, Refusal.NOT_HANDED_OVER]),
            (stopped(Reason.STOCK_OUT), LI, [None, None, Refusal.NOT_PERMITTED, Refusal.NOT_HANDED_OVER]),
            (stopped(Reason.BAD_ADDRESS), LI, [None, Refusal.NOT_PERMITTED, None, Refusal.NOT_HANDED_OVER]),
            (stopped(status=Status.HANDED_OVER), LI, [None, Refusal.HANDED_OVER, Refusal.HANDED_OVER, None]),
            (
                order(status=Status.HANDED_OVER, return_requested=True),
                LI,
                [None, Refusal.HANDED_OVER, Refusal.HANDED_OVER, Refusal.ALREADY_REQUESTED],
            ),
            (order(status=Status.CLOSED), ZHANG, [Refusal.CLOSED] * 4),
        ],
    )
    def test_each_says_why_it_would_be_refused(self, of: Order, user: User, expected: list[Refusal | None]) -> None:
        assert [a.refusal for a in actions(user, of)] == expected

    @quick
    @given(it=orders(), user=st.sampled_from([LI, ZHANG]), reason=reasons)
    def test_a_verb_that_is_offered_can_be_done_and_one_that_is_not_cannot(
        self, it: Order, user: User, reason: Reason
    ) -> None:
        """The screen's grey and the central's no are the same, whatever the order."""
        free = next((r for r in Reason if all(h.reason is not r for h in it.holds)), reason)
        mine = tuple(h.id for h in it.holds if h.reason in GRANTS[user.role][Op.RELEASE])
        carrier = BETA if it.carrier == ALPHA else ALPHA
        wishes = {
            Op.INTERCEPT: command(it, reason=free),
            Op.CARRIER_INTERCEPT: command(it, Op.CARRIER_INTERCEPT, reason=reason),
            Op.RELEASE: command(it, Op.RELEASE, args=Args(holds=mine or tuple(h.id for h in it.holds))),
            Op.REASSIGN: command(it, Op.REASSIGN, args=Args(to=Target(kind="carrier", id=carrier))),
        }
        for action in actions(user, it):
            wish = wishes[action.op]
            said = refusal(user, it, wish) or apply(it, wish, NOW)
            assert isinstance(said, Refusal) == (action.refusal is not None)


def test_the_reason_of_a_move_is_the_open_exception_that_it_solves() -> None:
    solved = exception(Reason.STOCK_OUT, resolved_at=NOW)
    refused = exception(Reason.WAYBILL_REFUSED, "e2")
    assert reassign_reason(order(exceptions=(solved, refused))) is Reason.WAYBILL_REFUSED
    assert reassign_reason(order(exceptions=(solved,))) is Reason.OTHER


@pytest.mark.parametrize("status", list(Status))
def test_somebody_must_pull_the_tote_exactly_when_an_intercept_can_only_ask(status: Status) -> None:
    result = apply(order(status=status), command(order(status=status)), NOW)
    asked = not isinstance(result, Refusal) and result.outcome is Outcome.REQUESTED
    assert needs_pull(order(status=status)) == asked


CLAIMED_BY_MEI = Claim(by=MEI.id, at=NOW)


def refused(user: User, it: Order) -> dict[Op, Refusal | None]:
    return {action.op: action.refusal for action in organising(user, it)}


def test_an_operator_organises_but_does_not_assign() -> None:
    assert refused(LI, order()) == {
        Op.CLAIM: None,
        Op.UNCLAIM: Refusal.NOT_CLAIMED,
        Op.ASSIGN: Refusal.NOT_PERMITTED,
        Op.SNOOZE: None,
        Op.WAKE: Refusal.NOT_SNOOZED,
        Op.NOTE: None,
    }
    assert refusal(LI, order(), command(order(), Op.ASSIGN)) is Refusal.NOT_PERMITTED


def test_only_a_supervisor_takes_an_order_from_a_colleague() -> None:
    it = order(claim=CLAIMED_BY_MEI, snooze=Snooze(until=NOW + 1, by=MEI.id, at=NOW))
    assert (refused(LI, it)[Op.UNCLAIM], refused(LI, it)[Op.CLAIM]) == (Refusal.CLAIMED_BY_OTHER,) * 2
    assert refused(MEI, it)[Op.UNCLAIM] is None
    assert refused(MEI, it)[Op.CLAIM] is Refusal.ALREADY_YOURS
    assert (refused(ZHANG, it)[Op.UNCLAIM], refused(ZHANG, it)[Op.ASSIGN], refused(ZHANG, it)[Op.WAKE]) == (None,) * 3
    give_back = command(it, Op.UNCLAIM, args=Args(instead_of=MEI.id))
    assert refusal(LI, it, give_back) is Refusal.CLAIMED_BY_OTHER
    assert refusal(MEI, it, give_back) is refusal(ZHANG, it, give_back) is None


@pytest.mark.parametrize(
    ("it", "why"),
    [(order(warehouse=SOUTH), Refusal.OTHER_WAREHOUSE), (order(status=Status.CLOSED), Refusal.CLOSED)],
)
def test_nobody_organises_what_is_closed_or_elsewhere(it: Order, why: Refusal) -> None:
    assert set(refused(LI, it).values()) == {why}
