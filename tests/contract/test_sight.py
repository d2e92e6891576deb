"""Who sees an order and what of it: through every door, and only for as long as they may?"""

import pytest

from sync.domain.apply import UNDO_WINDOW_MS
from sync.domain.commands import Args, Command, Heard, Op, Outcome, Target
from sync.domain.exceptions import Reason
from sync.domain.order import Status, UserId
from sync.domain.permissions import Role, User
from sync.wire.codec import encode
from sync.wire.messages import History, Result, ResultStatus
from sync.wire.problems import Kind
from tests.contract.world import CUSTOMER, EAST, PIN, WEST, World, read

AWAY = Args(to=Target(kind="warehouse", id=WEST))
DOORS = ("history", "reassign-options", "previous", "attachments/x")


def moved_away(central: World) -> tuple[str, Command]:
    """An order that an operator of the east has sent to the west, where the goods are."""
    order_id = central.put().id
    central.stop("A1", Reason.STOCK_OUT)
    move = central.east.command(order_id, Op.REASSIGN, base=2, args=AWAY)
    (moved,) = central.east.send(move)
    assert moved.outcome is Outcome.REASSIGNED
    return order_id, move


def undo_of(central: World, order_id: str, move: Command) -> Command:
    return central.east.command(order_id, Op.UNDO, after=move.key, args=Args(undo=move.key))


class TestAnOrderThatWasMovedAway:
    def test_is_out_of_its_movers_sight_at_every_door(self, central: World) -> None:
        order_id, _ = moved_away(central)
        for door in DOORS:
            assert central.east.get(f"orders/{order_id}/{door}").status_code == 404
        assert central.west.get(f"orders/{order_id}/history").status_code == 200

    def test_takes_no_command_of_its_mover_but_the_way_back(self, central: World) -> None:
        order_id, move = moved_away(central)
        for op, args in ((Op.NOTE, Args(note="x")), (Op.CLAIM, Args()), (Op.INTERCEPT, Args())):
            (refused,) = central.east.send(central.east.command(order_id, op, base=3, args=args))
            assert (refused.status, refused.order) == (ResultStatus.REJECTED, None)
            assert refused.problem is not None
            assert refused.problem.type == Kind.NOT_FOUND.uri
        (back,) = central.east.send(undo_of(central, order_id, move))
        assert (back.outcome, central.order(order_id).warehouse) == (Outcome.UNDONE, EAST)
        assert central.east.get(f"orders/{order_id}/history").status_code == 200

    def test_comes_back_for_ten_minutes_and_then_says_nothing_more(self, central: World) -> None:
        order_id, move = moved_away(central)
        central.clock.forward(seconds=UNDO_WINDOW_MS / 1000 + 1)
        (late,) = central.east.send(undo_of(central, order_id, move))
        assert (late.status, late.refusal, late.order) == (ResultStatus.REJECTED, "undo_expired", None)
        assert central.order(order_id).warehouse == WEST

    def test_is_nothing_to_whoever_guesses_at_it(self, central: World) -> None:
        order_id, move = moved_away(central)
        (guess,) = central.east.send(undo_of(central, order_id, undo_of(central, order_id, move)))
        assert (guess.status, guess.refusal, guess.order) == (ResultStatus.REJECTED, None, None)


NAMED = f"rang {CUSTOMER.contact} at {CUSTOMER.phone}"


def test_the_trail_names_no_customer_to_an_operator(central: World) -> None:
    order_id = central.put().id
    words = Heard(transcript=NAMED, alternatives=(NAMED, "rang"))
    boss = central.boss
    boss.send(boss.command(order_id, Op.NOTE, base=1, args=Args(note=NAMED), heard=words))

    def last(who: str) -> str:
        return read(getattr(central, who).get(f"orders/{order_id}/history"), History).entries[-1].__repr__()

    assert CUSTOMER.phone in last("boss")
    for personal in (CUSTOMER.phone, CUSTOMER.contact):
        assert personal not in last("east")
    assert "rang *" in last("east")


@pytest.mark.parametrize("again", ["sent again", "asked for"])
def test_a_kept_result_shows_no_more_than_todays_role(central: World, again: str) -> None:
    order_id = central.put().id
    stop = central.boss.command(order_id, base=1)
    (first,) = central.boss.send(stop)
    assert first.order is not None
    assert first.order.customer.phone == CUSTOMER.phone
    lesser = User(id=UserId("u-boss"), name="王主管", role=Role.OPERATOR, warehouses=(EAST,))
    central.identity.add_account(lesser, "300", PIN)
    central.boss.renew()
    if again == "sent again":
        (told,) = central.boss.send(stop)
    else:
        told = read(central.boss.get(f"commands/{stop.key}"), Result)
    assert told.order is not None
    assert told.order.customer.phone != CUSTOMER.phone
    assert (told.outcome, told.version) == (first.outcome, first.version)


def test_a_kept_conflict_tells_no_more_than_todays_role_of_what_others_wrote(central: World) -> None:
    order_id = central.put().id
    named = Args(note=f"{CUSTOMER.contact} rang twice")
    central.boss.send(central.boss.command(order_id, base=1, args=named))
    late = central.boss.command(order_id, base=1)
    (first,) = central.boss.send(late)
    assert CUSTOMER.contact in first.since[0].detail
    lesser = User(id=UserId("u-boss"), name="王主管", role=Role.OPERATOR, warehouses=(EAST,))
    central.identity.add_account(lesser, "300", PIN)
    (told,) = central.boss.renew().send(late)
    assert told.status is first.status
    assert CUSTOMER.contact not in encode(told).decode()
    assert "rang twice" in told.since[0].detail


def test_a_kept_result_is_the_same_bytes_to_whoever_still_may(central: World) -> None:
    order_id = central.put(status=Status.WAITING).id
    for who in (central.boss, central.east):
        command = who.command(order_id, base=central.order(order_id).version, reason=Reason.FRAUD)
        (first,) = who.send(command)
        assert who.send(command) == (first,) == (read(who.get(f"commands/{command.key}"), Result),)
