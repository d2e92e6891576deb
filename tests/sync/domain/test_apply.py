"""Does each command do just what it says, and nothing to what it does not name?"""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.apply import UNDO_WINDOW_MS, Applied, Refusal, apply, hold_id
from sync.domain.commands import ORGANISING, Args, Command, Op, Outcome, Target
from sync.domain.exceptions import Reason
from sync.domain.order import ON_THE_FLOOR, Order, Status
from tests.sync.domain.strategies import as_seen, commands, orders, quick, reasons, targets
from tests.sync.samples import ALPHA, BETA, EAST, LI, MEI, NOW, SOUTH, command, exception, hold, order, stopped


def done(of: Order, op: Op = Op.INTERCEPT, at: int = NOW, **changes: Any) -> Applied:
    result = apply(of, command(of, op, **changes), at)
    assert isinstance(result, Applied)
    return result


def refused(of: Order, op: Op = Op.INTERCEPT, at: int = NOW, **changes: Any) -> Refusal:
    result = apply(of, command(of, op, **changes), at)
    assert isinstance(result, Refusal)
    return result


def undo(of: Order, what: Command, at: int = NOW, **changes: Any) -> Applied | Refusal:
    return apply(of, command(of, Op.UNDO, args=Args(undo=what.key), **changes), at)


class TestIntercept:
    @pytest.mark.parametrize(
        ("status", "outcome"),
        [
            (Status.WAITING, Outcome.STOPPED),
            (Status.PICKING, Outcome.REQUESTED),
            (Status.PACKING, Outcome.REQUESTED),
            (Status.PACKED, Outcome.REQUESTED),
            (Status.HANDED_OVER, Outcome.TOO_LATE),
        ],
    )
    def test_the_outcome_says_how_far_the_goods_have_come(self, status: Status, outcome: Outcome) -> None:
        result = done(order(status=status))
        assert result.outcome is outcome
        assert result.order.is_held == (outcome is not Outcome.TOO_LATE)

    def test_the_hold_says_who_why_and_when(self) -> None:
        it = order()
        wish = command(it, reason=Reason.URGENT, args=Args(note="customer waits"))
        result = apply(it, wish, NOW + 5)
        assert isinstance(result, Applied)
        (placed,) = result.order.holds
        assert (placed.id, placed.reason, placed.note) == (hold_id(wish.key), Reason.URGENT, "customer waits")
        assert (placed.placed_by, placed.placed_at, placed.exception) == (LI.id, NOW + 5, None)

    def test_a_second_reason_is_a_second_hold(self) -> None:
        result = done(stopped(Reason.BAD_ADDRESS), reason=Reason.FRAUD)
        assert [h.reason for h in result.order.holds] == [Reason.BAD_ADDRESS, Reason.FRAUD]

    def test_the_same_reason_again_is_refused(self) -> None:
        assert refused(stopped(Reason.FRAUD), reason=Reason.FRAUD) is Refusal.ALREADY_HELD

    def test_too_late_changes_nothing_at_all(self) -> None:
        it = stopped(status=Status.HANDED_OVER)
        assert done(it).order == it


class TestRelease:
    def test_the_last_hold_frees_the_order_and_solves_its_exception(self) -> None:
        it = stopped(Reason.BAD_ADDRESS)
        result = done(it, Op.RELEASE, at=NOW + 5)
        assert result.outcome is Outcome.RELEASED
        assert result.order.holds == ()
        assert [e.resolved_at for e in result.order.exceptions] == [NOW + 5]

    def test_release_is_not_free_while_another_hold_stands(self) -> None:
        it = msgspec.structs.replace(
            stopped(Reason.BAD_ADDRESS), holds=(*stopped(Reason.BAD_ADDRESS).holds, hold(Reason.PAYMENT_CHECK, "h2"))
        )
        result = done(it, Op.RELEASE, args=Args(holds=(it.holds[0].id,)))
        assert result.outcome is Outcome.STILL_HELD
        assert [h.reason for h in result.order.holds] == [Reason.PAYMENT_CHECK]

    def test_an_exception_with_another_hold_stays_open(self) -> None:
        cause = exception(Reason.FRAUD)
        it = order(
            exceptions=(cause,),
            holds=(hold(Reason.FRAUD, "h1", exception=cause.id), hold(Reason.FRAUD, "h2", exception=cause.id)),
        )
        result = done(it, Op.RELEASE, args=Args(holds=(it.holds[0].id,)))
        assert result.order.open_exceptions == (cause,)

    @pytest.mark.parametrize("named", [("gone",), ("h1", "gone"), ()])
    def test_a_hold_that_is_gone_refuses_the_whole_release(self, named: tuple[str, ...]) -> None:
        it = stopped()
        wish = command(it, Op.RELEASE)
        args = msgspec.convert({"holds": named}, Args)
        assert apply(it, msgspec.structs.replace(wish, args=args), NOW) is Refusal.HOLD_GONE

    def test_what_was_handed_over_cannot_be_released(self) -> None:
        assert refused(stopped(status=Status.HANDED_OVER), Op.RELEASE) is Refusal.HANDED_OVER

    @quick
    @given(data=st.data())
    def test_release_never_lifts_a_hold_that_was_not_named(self, data: st.DataObject) -> None:
        it = data.draw(orders())
        wish = data.draw(commands(it, st.just(Op.RELEASE)))
        result = apply(it, wish, NOW)
        if isinstance(result, Applied):
            kept = [h for h in it.holds if h.id not in wish.args.holds]
            assert list(result.order.holds) == kept
            assert (result.outcome is Outcome.RELEASED) == (not kept)


class TestReassign:
    def test_another_carrier_takes_a_new_waybill_and_solves_the_refused_one(self) -> None:
        it = stopped(Reason.WAYBILL_REFUSED, waybill="SF1")
        result = done(it, Op.REASSIGN, args=Args(to=Target(kind="carrier", id=BETA)))
        assert result.outcome is Outcome.REASSIGNED
        assert (result.order.carrier, result.order.waybill, result.order.warehouse) == (BETA, None, EAST)
        assert result.order.holds == ()
        assert result.order.open_exceptions == ()

    def test_another_warehouse_solves_a_stock_out_and_keeps_the_carrier(self) -> None:
        it = stopped(Reason.STOCK_OUT, waybill="SF1")
        result = done(it, Op.REASSIGN, args=Args(to=Target(kind="warehouse", id=SOUTH)))
        assert (result.order.warehouse, result.order.carrier, result.order.waybill) == (SOUTH, ALPHA, "SF1")
        assert result.order.holds == ()

    def test_a_move_does_not_lift_what_it_does_not_solve(self) -> None:
        it = stopped(Reason.PAYMENT_CHECK)
        result = done(it, Op.REASSIGN, args=Args(to=Target(kind="warehouse", id=SOUTH)))
        assert result.order.holds == it.holds
        assert result.order.open_exceptions == it.open_exceptions

    def test_a_hold_that_a_person_placed_is_not_lifted_by_a_move(self) -> None:
        it = order(holds=(hold(Reason.STOCK_OUT, placed_by=MEI.id),))
        result = done(it, Op.REASSIGN, args=Args(to=Target(kind="warehouse", id=SOUTH)))
        assert result.order.holds == it.holds

    @pytest.mark.parametrize(
        ("status", "to", "why"),
        [
            (Status.WAITING, None, Refusal.NO_SUCH_TARGET),
            (Status.WAITING, Target(kind="carrier", id=""), Refusal.NO_SUCH_TARGET),
            (Status.WAITING, Target(kind="carrier", id=ALPHA), Refusal.SAME_PLACE),
            (Status.WAITING, Target(kind="warehouse", id=EAST), Refusal.SAME_PLACE),
            (Status.PICKING, Target(kind="warehouse", id=SOUTH), Refusal.UNDER_WAY),
            (Status.HANDED_OVER, Target(kind="carrier", id=BETA), Refusal.HANDED_OVER),
            (Status.CLOSED, Target(kind="carrier", id=BETA), Refusal.CLOSED),
        ],
    )
    def test_what_cannot_be_reassigned_says_why(self, status: Status, to: Target | None, why: Refusal) -> None:
        assert refused(order(status=status), Op.REASSIGN, args=Args(to=to)) is why

    @pytest.mark.parametrize("status", sorted(ON_THE_FLOOR))
    def test_the_carrier_can_still_change_on_the_floor(self, status: Status) -> None:
        assert done(order(status=status), Op.REASSIGN).outcome is Outcome.REASSIGNED


class TestCarrierIntercept:
    def test_an_order_with_the_carrier_is_asked_back_once(self) -> None:
        it = order(status=Status.HANDED_OVER)
        result = done(it, Op.CARRIER_INTERCEPT)
        assert result.outcome is Outcome.RETURN_REQUESTED
        assert result.order.return_requested
        assert refused(result.order, Op.CARRIER_INTERCEPT) is Refusal.ALREADY_REQUESTED

    @pytest.mark.parametrize("status", [Status.WAITING, *sorted(ON_THE_FLOOR)])
    def test_an_order_that_is_still_here_is_intercepted_otherwise(self, status: Status) -> None:
        assert refused(order(status=status), Op.CARRIER_INTERCEPT) is Refusal.NOT_HANDED_OVER


class TestUndo:
    @quick
    @given(data=st.data(), reason=reasons, op=st.sampled_from(sorted({*Op} - ORGANISING - {Op.UNDO})), to=targets)
    def test_an_undo_gives_back_the_order_as_it_was(
        self, data: st.DataObject, reason: Reason, op: Op, to: Target
    ) -> None:
        it = data.draw(orders())
        holds = tuple(h.id for h in it.holds if data.draw(st.booleans()))
        wish = command(it, op, reason=reason, args=Args(holds=holds, to=to))
        result = apply(it, wish, NOW)
        if isinstance(result, Applied) and result.outcome is not Outcome.TOO_LATE:
            back = undo(result.order, wish, NOW + UNDO_WINDOW_MS)
            assert back == Applied(as_seen(it), Outcome.UNDONE)

    @pytest.mark.parametrize(
        ("it", "op"),
        [
            (order(), Op.INTERCEPT),
            (stopped(), Op.RELEASE),
            (stopped(Reason.WAYBILL_REFUSED, waybill="SF1"), Op.REASSIGN),
            (order(status=Status.HANDED_OVER), Op.CARRIER_INTERCEPT),
        ],
    )
    def test_every_verb_can_be_taken_back(self, it: Order, op: Op) -> None:
        wish = command(it, op)
        result = apply(it, wish, NOW)
        assert isinstance(result, Applied)
        assert result.order != it
        assert undo(result.order, wish) == Applied(it, Outcome.UNDONE)

    def test_only_the_last_command_can_be_undone(self) -> None:
        it = order()
        first = command(it)
        once = apply(it, first, NOW)
        assert isinstance(once, Applied)
        twice = done(once.order, reason=Reason.FRAUD)
        assert undo(twice.order, first) is Refusal.NOTHING_TO_UNDO
        assert undo(it, first) is Refusal.NOTHING_TO_UNDO

    def test_an_undo_cannot_be_undone(self) -> None:
        it = order()
        wish = command(it)
        once = apply(it, wish, NOW)
        assert isinstance(once, Applied)
        back = undo(once.order, wish)
        assert isinstance(back, Applied)
        assert undo(back.order, wish) is Refusal.NOTHING_TO_UNDO

    def test_only_its_issuer_can_undo_it_and_not_for_ever(self) -> None:
        it = order()
        wish = command(it)
        once = apply(it, wish, NOW)
        assert isinstance(once, Applied)
        assert undo(once.order, wish, issued_by=MEI.id) is Refusal.NOT_YOURS_TO_UNDO
        assert undo(once.order, wish, NOW + UNDO_WINDOW_MS + 1) is Refusal.UNDO_EXPIRED

    def test_what_others_did_since_stays(self) -> None:
        """A payment hold that came later is kept, and so is the waybill; a check solved since is not raised again."""
        it = stopped(Reason.BAD_ADDRESS)
        wish = command(it, Op.RELEASE)
        freed = apply(it, wish, NOW)
        assert isinstance(freed, Applied)
        since = msgspec.structs.replace(
            freed.order, holds=(hold(Reason.PAYMENT_CHECK, "later"),), waybill="SF9", status=Status.PICKING
        )
        back = undo(since, wish)
        assert isinstance(back, Applied)
        assert [h.id for h in back.order.holds] == ["h1", "later"]
        assert (back.order.waybill, back.order.status) == ("SF9", Status.PICKING)

    def test_a_hold_whose_cause_was_solved_since_is_not_put_back(self) -> None:
        two = (exception(Reason.BAD_ADDRESS, "e1"), exception(Reason.DUPLICATE, "e2"))
        holds = tuple(hold(e.kind, f"h-{e.id}", exception=e.id) for e in two)
        it = order(exceptions=two, holds=holds)
        wish = command(it, Op.INTERCEPT)
        held = apply(it, wish, NOW)
        assert isinstance(held, Applied)
        solved = msgspec.structs.replace(
            held.order,
            holds=tuple(h for h in held.order.holds if h.exception != "e2"),
            exceptions=(two[0], msgspec.structs.replace(two[1], resolved_at=NOW + 1)),
        )
        back = undo(solved, wish)
        assert isinstance(back, Applied)
        assert [h.id for h in back.order.holds] == ["h-e1"]


class TestAll:
    @quick
    @given(data=st.data(), at=st.integers(0, 2 * NOW))
    def test_the_rules_are_pure(self, data: st.DataObject, at: int) -> None:
        it = data.draw(orders())
        wish = data.draw(commands(it))
        before = msgspec.json.encode(it), msgspec.json.encode(wish)
        first = apply(it, wish, at)
        assert apply(it, wish, at) == first
        assert (msgspec.json.encode(it), msgspec.json.encode(wish)) == before
        if isinstance(first, Applied):
            assert (first.order.id, first.order.version) == (it.id, it.version)  # the central counts

    @quick
    @given(it=orders(st.just(Status.CLOSED)), op=st.sampled_from(list(Op)))
    def test_a_closed_order_takes_no_command(self, it: Order, op: Op) -> None:
        assert apply(it, command(it, op), NOW) is Refusal.CLOSED

    @quick
    @given(data=st.data())
    def test_an_order_with_a_hold_left_is_never_called_released(self, data: st.DataObject) -> None:
        it = data.draw(orders())
        result = apply(it, data.draw(commands(it)), NOW)
        if isinstance(result, Applied) and result.outcome is Outcome.RELEASED:
            assert not result.order.is_held
