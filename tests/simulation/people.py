"""What do the people at the workstations do? They sign in, submit, take back, decide, and hand over."""

import functools
import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from sync.domain.commands import Args, Heard, Op, Target
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order, OrderId, Status
from sync.domain.organise import note_args, unclaim_args
from sync.errors import SyncError
from sync.service import Wish
from sync.store.projection import Seen, Sight
from tests.simulation.central import ORDERS, PEOPLE
from tests.simulation.seat import TOO_LONG, Issued, Seat
from tests.sync.samples import ALPHA, BETA, EAST, SOUTH

if TYPE_CHECKING:
    from tests.simulation.world import World

TARGETS = (
    Target(kind="carrier", id=ALPHA), Target(kind="carrier", id=BETA),
    Target(kind="warehouse", id=EAST), Target(kind="warehouse", id=SOUTH),
)  # fmt: skip
OPS = (
    Op.INTERCEPT, Op.INTERCEPT, Op.INTERCEPT, Op.INTERCEPT, Op.RELEASE, Op.RELEASE, Op.RELEASE, Op.REASSIGN,
    Op.REASSIGN, Op.CARRIER_INTERCEPT, Op.CLAIM, Op.UNCLAIM, Op.NOTE,
)  # fmt: skip
WITH_REASON = {Op.INTERCEPT, Op.CARRIER_INTERCEPT}


def step(world: "World", seat: Seat) -> None:
    world.clock.forward(200)
    seat.step()


def submit(world: "World", seat: Seat) -> None:
    if seat.desk.user is None:
        somebody_signs_in(world, seat)
    give(world, seat, world.chance.choice(ORDERS).id, world.chance.choice(OPS))


def give(world: "World", seat: Seat, of: OrderId, op: Op, seen: Seen | None = None) -> bool:
    """Submit a command on the order as it was seen, or as this seat shows it now; whether that was accepted."""
    seen = seen or seat.desk.order(of)
    if seat.desk.user is None or seen is None:
        return False
    wish = wish_for(world, seen.order, op, base=seen.base, after=seen.after, sight=seen.sight)
    return _submitted(world, seat, wish, seen.order)


def wish_for(
    world: "World", shown: Order, op: Op, *, base: int | None, after: CommandKey | None, sight: Sight | None
) -> Wish:
    """What somebody asks for who is shown this, under which lies what the central told."""
    reason = world.chance.choice(list(Reason)) if op in WITH_REASON else None
    args = _args(op, shown, world.chance)
    words = world.chance.choice([0] * 28 + [TOO_LONG // 3, TOO_LONG])
    heard = Heard(transcript="长" * words) if words else None
    return Wish(order_id=shown.id, op=op, base=base, after=after, reason=reason, args=args, heard=heard, seen=sight)


def _args(op: Op, order: Order, chance: random.Random) -> Args:
    if op is Op.RELEASE:
        return Args(holds=tuple(h.id for h in order.holds[:1]))
    if op is Op.REASSIGN:
        return Args(to=chance.choice(TARGETS))
    return {Op.NOTE: note_args("看过"), Op.UNCLAIM: unclaim_args(order)}.get(op, Args())


def _submitted(world: "World", seat: Seat, wish: Wish, seen: Order) -> bool:
    keys: list[CommandKey] = []

    def attempt() -> None:
        try:
            keys.append(seat.desk.submit(wish))
        except (SyncError, ValueError):
            return  # refused before it was ever queued

    if not (seat.mortal(attempt) and keys):
        return False
    found = seat.workstation.outbox.find(keys[0])
    assert found is not None, f"1: {keys[0]} was accepted and is not durable"
    seat.issued[keys[0]] = Issued(found[0], seen)
    if wish.heard is not None and len(wish.heard.transcript) == TOO_LONG:
        seat.too_long.add(keys[0])
    return True


def undo(world: "World", seat: Seat) -> None:
    mine = [k for k, i in seat.issued.items() if seat.desk.user and i.command.issued_by == seat.desk.user.id]
    if not mine:
        return
    key = world.chance.choice(mine[-3:])

    def attempt() -> None:
        try:
            if seat.desk.undo(key) is None:
                seat.withdrawn.add(key)
        except SyncError:
            return

    seat.mortal(attempt)
    seat.withdrawn |= {k for k, (status, _, _) in seat.commands().items() if status == "withdrawn"}


def decide(world: "World", seat: Seat) -> None:
    """Keep it as it is; or first give the same on the new state, or what is left to do."""
    waiting = seat.desk.attention()
    if not waiting or seat.desk.user is None:
        return
    settled = world.chance.choice(waiting[:2])
    decision = "kept" if world.weather.calm else world.chance.choice(("kept", "kept", "retried", "alternative"))
    key, of = settled.command.key, settled.command.order_id
    if decision == "retried" and settled.command.op is not Op.UNDO:
        give(world, seat, of, settled.command.op)
    now = settled.result.order
    if decision == "alternative" and now is not None and now.status is Status.HANDED_OVER:
        give(world, seat, of, Op.CARRIER_INTERCEPT)
    seat.decided.add(key)  # the process may be killed after the COMMIT
    if seat.desk.user is not None:
        seat.mortal(functools.partial(seat.desk.acknowledge, key, decision))


def somebody_signs_in(world: "World", seat: Seat) -> None:
    seat.sign_in(world.chance.choice(PEOPLE))


def hand_over(world: "World", seat: Seat) -> None:
    """Two people take turns at once, each with something unsent, sometimes on the same order."""
    one, other = world.chance.sample(PEOPLE, 2)
    of = world.chance.choice(ORDERS).id
    for user in (one, other, one):
        seat.sign_in(user)
        give(world, seat, of if world.chance.random() < 0.7 else world.chance.choice(ORDERS).id, Op.INTERCEPT)
        if world.chance.random() < 0.5:
            step(world, seat)


def sign_out(_: "World", seat: Seat) -> None:
    seat.mortal(seat.desk.sign_out)


Act = Callable[["World", Seat], None]
ACTS: dict[str, tuple[int, Act]] = {
    "step": (60, step), "submit": (16, submit), "somebody_signs_in": (3, somebody_signs_in),
    "hand_over": (2, hand_over), "sign_out": (1, sign_out), "decide": (5, decide), "undo": (3, undo),
}  # fmt: skip
"""What may be done, and how often."""
