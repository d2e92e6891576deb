"""What befalls the warehouse, its central and its workstations, whatever their people do?"""

from typing import TYPE_CHECKING

import msgspec

from sync.domain.exceptions import Reason
from sync.domain.order import Order, Status
from sync.domain.permissions import Role
from tests.simulation.central import ORDERS, PEOPLE
from tests.simulation.people import Act
from tests.simulation.seat import Seat
from tests.sync.samples import EAST, SOUTH, exception, hold

if TYPE_CHECKING:
    from tests.simulation.world import World

DAY_MS = 24 * 3600 * 1000
SKEWS = (0, DAY_MS, -DAY_MS, 90_000)


def order_changes(world: "World", _: Seat) -> None:
    """ERP and WMS: an order goes on, or another exception stops it."""
    kind = world.chance.choice(list(Reason))
    status = world.chance.choice([Status.WAITING] * 4 + list(Status))
    goes_on, name = world.chance.random() < 0.5, f"x{world.chance.getrandbits(32)}"

    def moved(now: Order) -> Order:
        if goes_on and not now.is_held:
            return msgspec.structs.replace(now, status=status)
        cause = exception(kind, name)
        holds = (*now.holds[-3:], hold(kind, f"h-{name}", exception=cause.id))
        return msgspec.structs.replace(now, exceptions=(*now.exceptions[-3:], cause), holds=holds)

    world.central.change(world.chance.choice(ORDERS).id, moved)


def order_leaves(world: "World", _: Seat) -> None:
    """An order is done with, comes back, or moves to the other warehouse."""

    def moved(now: Order) -> Order:
        if now.status is Status.CLOSED:
            return msgspec.structs.replace(now, status=Status.WAITING)
        other = SOUTH if now.warehouse == EAST else EAST
        leaves = world.chance.random() < 0.5
        return msgspec.structs.replace(now, **({"status": Status.CLOSED} if leaves else {"warehouse": other}))

    world.central.change(world.chance.choice(ORDERS).id, moved)


def time_passes(world: "World", seat: Seat) -> None:
    world.clock.forward(world.chance.choice((1_000, 60_000, 14 * 60_000, 3_600_000)))
    seat.wire.deliver_late()


def clock_jumps(world: "World", seat: Seat) -> None:
    """Somebody sets the workstation's clock."""
    seat.now.by = world.chance.choice(SKEWS)


def central_restarts(world: "World", _: Seat) -> None:
    world.central.restart()


def back_up(world: "World", _: Seat) -> None:
    world.central.back_up()


def restore(world: "World", _: Seat) -> None:
    """Everybody's role, and which workstations are lost, is what it was a moment ago.

    Not while a workstation has a queue of the first release: that one knew of no other history.
    """
    if any(seat.workstation.outbox.get_fact("epoch") is None and seat.commands_waiting() for seat in world.seats):
        return
    if not (world.may_restore and world.central.restore()):
        return
    for user in PEOPLE:
        shut = user.id in world.central.closed
        world.central.grant(world.people[user.id])
        if shut:
            world.central.close_account(user)
    for seat in world.seats:
        device = seat.desk.device
        (world.central.revoke if device in world.central.revoked else world.central.allow)(device)


def prune(world: "World", _: Seat) -> None:
    world.central.prune()


def grant(world: "World", _: Seat) -> None:
    """Somebody loses or gets back a warehouse, a role, or everything."""
    user = world.chance.choice(PEOPLE)
    now = world.people[user.id]
    other = msgspec.structs.replace(
        user,
        role=world.chance.choice((user.role, Role.OPERATOR)),
        warehouses=world.chance.choice((user.warehouses, (SOUTH,), (EAST, SOUTH))),
    )
    world.people[user.id] = user if now != user else other
    world.central.grant(world.people[user.id])
    if world.chance.random() < 0.2:
        world.central.close_account(user)


def revoke(world: "World", seat: Seat) -> None:
    world.central.revoke(seat.desk.device)


def allow(world: "World", _: Seat) -> None:
    for seat in world.seats:
        if seat.desk.device in world.central.revoked:
            world.central.allow(seat.desk.device)


def die(_: "World", seat: Seat) -> None:
    seat.die()


def lose_cache(_: "World", seat: Seat) -> None:
    seat.lose_cache()


def damage_cache(world: "World", seat: Seat) -> None:
    seat.damage_cache(world.chance)


def damage_outbox(world: "World", seat: Seat) -> None:
    seat.damage_outbox(world.chance)


def was_older(world: "World", seat: Seat) -> None:
    """Only in the central's first history: earlier releases did not know that there may be another."""
    if not world.central.restored:
        seat.was_older(world.chance)


def meets_newer(_: "World", seat: Seat) -> None:
    seat.meets_newer()


ACTS: dict[str, tuple[int, Act]] = {
    "order_changes": (8, order_changes), "order_leaves": (2, order_leaves), "time_passes": (4, time_passes),
    "clock_jumps": (1, clock_jumps), "central_restarts": (1, central_restarts), "back_up": (1, back_up),
    "restore": (1, restore), "prune": (1, prune), "grant": (1, grant), "revoke": (1, revoke), "allow": (2, allow),
    "die": (2, die), "lose_cache": (1, lose_cache), "damage_cache": (1, damage_cache),
    "damage_outbox": (1, damage_outbox), "was_older": (1, was_older), "meets_newer": (1, meets_newer),
}  # fmt: skip
"""What may befall, and how often."""
