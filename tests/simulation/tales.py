"""What must come together for a rare mistake to show? Each act is a short tale of a workstation and those around it."""

from typing import TYPE_CHECKING

import msgspec

from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from sync.domain.order import Order, OrderId
from sync.domain.permissions import Role
from tests.simulation import fate
from tests.simulation.central import ORDERS
from tests.simulation.people import Act, give, somebody_signs_in
from tests.simulation.seat import Seat
from tests.simulation.weather import Fault
from tests.sync.samples import LI, MEI, ZHANG, exception, hold

if TYPE_CHECKING:
    from tests.simulation.world import World


def _begin(world: "World", seat: Seat) -> None:
    """Somebody is at the desk, which is allowed to work, and has the newest."""
    world.central.allow(seat.desk.device)
    if seat.desk.user is None:
        somebody_signs_in(world, seat)
    _rest(seat)


def _rest(seat: Seat, most: int = 6) -> None:
    for _ in range(most):
        if seat.step() != 0.0:
            return


def _steps(seat: Seat, count: int) -> None:
    for _ in range(count):
        seat.step()


def stopped_again(world: "World", of: OrderId) -> None:
    """A source holds the order once more, whatever its state."""
    name, kind = f"t{world.chance.getrandbits(32)}", world.chance.choice(list(Reason))

    def held(now: Order) -> Order:
        cause = exception(kind, name)
        holds = (*now.holds[-3:], hold(kind, f"h-{name}", exception=cause.id))
        return msgspec.structs.replace(now, exceptions=(*now.exceptions[-3:], cause), holds=holds)

    world.central.change(of, held)


def goes_on_though_no_answer_came(world: "World", seat: Seat) -> None:
    """The first command was done, of which nobody heard; the second follows it, and in between a source was quicker."""
    of = world.chance.choice(ORDERS).id
    _begin(world, seat)
    if give(world, seat, of, Op.INTERCEPT):
        world.weather.coming.append(Fault.LOST_ANSWER)
        seat.step()
        give(world, seat, of, Op.INTERCEPT)
        stopped_again(world, of)
        _steps(seat, 2)


def loses_a_role(world: "World", seat: Seat) -> None:
    """What a supervisor gave is still here when she is none any more."""
    world.people[ZHANG.id] = ZHANG
    world.central.grant(ZHANG)
    seat.sign_in(ZHANG)
    _begin(world, seat)
    for order in ORDERS:
        give(world, seat, order.id, Op.RELEASE)
    world.people[ZHANG.id] = msgspec.structs.replace(ZHANG, role=Role.OPERATOR)
    world.central.grant(world.people[ZHANG.id])
    _steps(seat, 3)


def is_stolen(world: "World", seat: Seat) -> None:
    """What was given on a workstation is still on it when IT takes it out of use."""
    _begin(world, seat)
    give(world, seat, world.chance.choice(ORDERS).id, Op.INTERCEPT)
    world.central.revoke(seat.desk.device)
    _steps(seat, 3)


def hears_of_it_late(world: "World", seat: Seat) -> None:
    """The answer to what one gave comes while another is at the desk, who has seen the order change since."""
    of = world.chance.choice(ORDERS).id
    one, other = world.chance.sample((LI, MEI), 2)
    seat.sign_in(one)
    _begin(world, seat)
    if give(world, seat, of, Op.INTERCEPT):
        world.weather.coming.append(Fault.LOST_ANSWER)
        seat.step()
        stopped_again(world, of)
        seat.sign_in(other)
        _steps(seat, 4)


def works_while_all_is_fetched_anew(world: "World", seat: Seat) -> None:
    """A page that was fetched ahead shows orders as they were before what has just been done to them."""
    _begin(world, seat)
    stopped_again(world, world.chance.choice(ORDERS).id)
    world.central.prune()
    _steps(seat, 2)
    for order in ORDERS:
        give(world, seat, order.id, Op.INTERCEPT)
    _steps(seat, 3)


def history_forks(world: "World", seat: Seat) -> None:
    """A command was given on a state that the restored central never had; its version means another one there."""
    of = world.chance.choice(ORDERS).id
    _begin(world, seat)
    fate.back_up(world, seat)
    stopped_again(world, of)
    _rest(seat)
    if give(world, seat, of, Op.INTERCEPT):
        fate.restore(world, seat)
        stopped_again(world, of)
        _steps(seat, 3)


def answers_come_in_another_order(world: "World", seat: Seat) -> None:
    """Of two commands in one batch the one is done, and the other one meets a conflict."""
    one, other = (order.id for order in world.chance.sample(ORDERS, 2))
    _begin(world, seat)
    stopped_again(world, other)
    give(world, seat, one, Op.INTERCEPT)
    give(world, seat, other, Op.INTERCEPT)
    world.weather.coming.append(Fault.SWAPPED)
    _steps(seat, 2)


ACTS: dict[str, tuple[int, Act]] = {
    act.__name__: (2, act)
    for act in (
        goes_on_though_no_answer_came, loses_a_role, is_stolen, hears_of_it_late, works_while_all_is_fetched_anew,
        history_forks, answers_come_in_another_order,
    )
}  # fmt: skip
"""What is told, and how often."""
