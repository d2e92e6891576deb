"""What do people do with what stood on the screen a while ago? Meanwhile anything may have happened to it."""

from typing import TYPE_CHECKING

from sync.decisions import Recorded
from sync.domain.commands import Op
from sync.errors import SyncError
from tests.simulation.central import ORDERS
from tests.simulation.fate import back_up, restore
from tests.simulation.people import OPS, Act, give, wish_for
from tests.simulation.seat import Issued, Seat
from tests.simulation.tales import stopped_again

if TYPE_CHECKING:
    from tests.simulation.world import World

_AGAIN = (Op.INTERCEPT, Op.RELEASE, Op.REASSIGN, Op.CARRIER_INTERCEPT)


def opens_an_order(world: "World", seat: Seat) -> None:
    """Somebody looks, and is called away."""
    seen = seat.desk.order(world.chance.choice(ORDERS).id)
    if seen is not None:
        seat.looked_at[seen.order.id] = seen


def acts_on_what_was_open(world: "World", seat: Seat) -> None:
    of, op = world.chance.choice(ORDERS).id, world.chance.choice(OPS)
    seen = seat.looked_at.get(of)
    if seen is not None:
        give(world, seat, of, op, seen)


def opens_the_conflicts(_: "World", seat: Seat) -> None:
    if seat.desk.user is not None:
        seat.cases = seat.desk.cases()


def decides_on_what_was_open(world: "World", seat: Seat) -> None:
    """On the state that the screen of the conflicts showed: the same again, recorded together with the decision."""
    again = [case for case in seat.cases if case.now is not None and case.settled.command.op in _AGAIN]
    if not again or seat.desk.user is None:
        return
    case = world.chance.choice(again)
    command, now = case.settled.command, case.now
    assert now is not None
    wish = wish_for(world, now, command.op, base=case.base, after=case.after, sight=case.sight)
    seat.decided.add(command.key)  # the process may be killed after the COMMIT
    recorded: list[Recorded] = []

    def attempt() -> None:
        try:
            recorded.append(seat.desk.decide(command.key, "retried", wish))
        except (SyncError, ValueError):
            return  # refused before anything was recorded

    if not seat.mortal(attempt) or not recorded or recorded[0].key is None:
        return
    found = seat.workstation.outbox.find(recorded[0].key)
    assert found is not None, f"1: {recorded[0].key} was accepted and is not durable"
    if case.after is None:  # else it stands on what the one before it will have made of the order
        seat.issued[recorded[0].key] = Issued(found[0], now)


def is_looked_at_while_the_central_is_restored(world: "World", seat: Seat) -> None:
    """The person confirms what was asked for before; over there the order became another meanwhile."""
    of = world.chance.choice(ORDERS).id
    back_up(world, seat)
    stopped_again(world, of)
    for _ in range(3):
        seat.step()
    seen = seat.desk.order(of)
    restore(world, seat)
    for _ in range(world.chance.choice((0, 3))):
        seat.step()
    stopped_again(world, of)
    for _ in range(world.chance.choice((1, 4))):
        seat.step()
    if seen is not None:
        give(world, seat, of, Op.INTERCEPT, seen)
    for _ in range(3):
        seat.step()


def central_stumbles(world: "World", _: Seat) -> None:
    """Over every command on one order, as if on data that nobody had thought of; until somebody mends it."""
    world.stumbles_over ^= {world.chance.choice(ORDERS).id}


ACTS: dict[str, tuple[int, Act]] = {
    "opens_an_order": (4, opens_an_order),
    "acts_on_what_was_open": (5, acts_on_what_was_open),
    "opens_the_conflicts": (3, opens_the_conflicts),
    "decides_on_what_was_open": (4, decides_on_what_was_open),
    "is_looked_at_while_the_central_is_restored": (2, is_looked_at_while_the_central_is_restored),
    "central_stumbles": (1, central_stumbles),
}
"""What may be done, and how often."""
