"""Several workstations, their people, one central, and everything that may happen to them: one step at a time."""

import random
import shutil
import tempfile
from pathlib import Path

import msgspec

import sync.server.rules.commands as rules
from sync.domain.apply import Applied, Refusal
from sync.domain.commands import Args, Command, Op, Target
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order, Status
from sync.domain.permissions import Role, User
from sync.errors import SyncError
from sync.service import Wish
from tests.fakes import Clock
from tests.simulation.bugs import HONEST, Seeded
from tests.simulation.central import Central
from tests.simulation.promises import Promises
from tests.simulation.seat import Issued, Seat
from tests.simulation.weather import Weather
from tests.sync.samples import ALPHA, BETA, EAST, LI, MEI, NOW, SOUTH, ZHANG, exception, hold, order, stopped

PEOPLE = (LI, MEI, ZHANG)
ORDERS = (
    stopped(Reason.BAD_ADDRESS, "SO20261122000001"),
    stopped(Reason.PAYMENT_CHECK, "SO20261122000002"),
    stopped(Reason.WAYBILL_REFUSED, "SO20261122000003"),
    order("SO20261122000010"),
    order("SO20261122000004", warehouse=SOUTH),
)
TARGETS = (
    Target(kind="carrier", id=ALPHA), Target(kind="carrier", id=BETA),
    Target(kind="warehouse", id=EAST), Target(kind="warehouse", id=SOUTH),
)  # fmt: skip
OPS = (Op.INTERCEPT, Op.INTERCEPT, Op.INTERCEPT, Op.RELEASE, Op.RELEASE, Op.REASSIGN, Op.CARRIER_INTERCEPT)
DAY_MS = 24 * 3600 * 1000
SKEWS = (0, DAY_MS, -DAY_MS, 90_000)
ACTIONS = {
    "step": 60, "submit": 16, "somebody_signs_in": 3, "sign_out": 1, "decide": 5, "undo": 3, "world": 8, "die": 2,
    "lose_cache": 1, "time": 4, "central_restarts": 1, "back_up": 1, "restore": 1, "grant": 1,
}  # fmt: skip


class World:
    """One run. ``walk`` does so many random steps, ``heal`` calms the weather and asserts that all comes right."""

    def __init__(self, seed: int, *, seats: int = 3, storminess: float = 0.15, bug: Seeded = HONEST) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="desks-"))
        self.chance = random.Random(seed)
        self.clock = Clock(NOW)
        self.weather = Weather(random.Random(seed + 1), storminess)
        self.central = Central(self.folder, self.clock, random.Random(seed + 2))
        places: dict[str, tuple[str, ...]] = {"warehouse": (EAST, SOUTH), "carrier": (ALPHA, BETA)}
        self.central.populate(PEOPLE, places, ORDERS)
        self.steps = 0
        self.met: dict[CommandKey, Order] = {}
        """The state that each applied command met."""
        self.people = {user.id: user for user in PEOPLE}
        self._bug = bug
        self._apply = vars(rules)["apply"]
        vars(rules)["apply"] = self._observed
        bug.spoil_central(self.central, self.chance)
        self.seats = [
            Seat(
                self.folder / f"desk-{n}", self.central, self.clock, self.weather,
                seed=seed + 10 + n, skew=SKEWS[n % len(SKEWS)], bug=self._spoil,
            )
            for n in range(seats)
        ]  # fmt: skip
        self.promises = Promises(self.central, self.seats, self.met)
        for n, seat in enumerate(self.seats):
            seat.sign_in(PEOPLE[n % len(PEOPLE)])

    def _spoil(self, kind: str, store: object) -> None:
        self._bug.spoil(kind, store, self.weather.reach)

    def _observed(self, at: Order, command: Command, now: int) -> Applied | Refusal:
        done: Applied | Refusal = self._apply(at, command, now)
        if isinstance(done, Applied):
            self.met[command.key] = at
        return done

    def close(self) -> None:
        vars(rules)["apply"] = self._apply
        self._bug.mend()
        for seat in self.seats:
            seat.close()
        self.central.close()
        shutil.rmtree(self.folder)

    # -- what happens

    def walk(self, steps: int) -> None:
        names, weights = list(ACTIONS), list(ACTIONS.values())
        for _ in range(steps):
            self.do(self.chance.choices(names, weights)[0], self.chance.choice(self.seats))

    def do(self, action: str, seat: Seat) -> None:
        self.steps += 1
        getattr(self, action)(seat)
        self.promises.check(seat)

    def step(self, seat: Seat) -> None:
        self.clock.forward(200)
        seat.step()

    def submit(self, seat: Seat) -> None:
        if seat.desk.user is None:
            self.somebody_signs_in(seat)
        of = self.chance.choice(ORDERS).id
        seen = seat.desk.order(of)
        if seat.desk.user is None or seen is None:
            return
        op = self.chance.choice(OPS)
        reason = self.chance.choice(list(Reason)) if op in {Op.INTERCEPT, Op.CARRIER_INTERCEPT} else None
        args = {
            Op.RELEASE: Args(holds=tuple(h.id for h in seen.order.holds[:1])),
            Op.REASSIGN: Args(to=self.chance.choice(TARGETS)),
        }.get(op, Args())
        wish = Wish(order_id=of, op=op, base=seen.base, after=seen.after, reason=reason, args=args)
        self._submitted(seat, wish, seen.order)

    def _submitted(self, seat: Seat, wish: Wish, seen: Order) -> None:
        keys: list[CommandKey] = []

        def attempt() -> None:
            try:
                keys.append(seat.desk.submit(wish))
            except (SyncError, ValueError):
                return  # refused before it was ever queued

        epoch = self.promises.epoch_of(seat)
        if seat.mortal(attempt) and keys:
            found = seat.workstation.outbox.find(keys[0])
            assert found is not None, f"1: {keys[0]} was accepted and is not durable"
            seat.issued[keys[0]] = Issued(found[0], seen, epoch)

    def undo(self, seat: Seat) -> None:
        mine = [k for k, i in seat.issued.items() if seat.desk.user and i.command.issued_by == seat.desk.user.id]
        if not mine:
            return
        key = self.chance.choice(mine[-3:])

        def attempt() -> None:
            try:
                if seat.desk.undo(key) is None:
                    seat.withdrawn.add(key)
            except SyncError:
                return

        seat.mortal(attempt)
        seat.withdrawn |= {k for k, (status, _, _) in seat.commands().items() if status == "withdrawn"}

    def decide(self, seat: Seat) -> None:
        waiting = seat.desk.attention()
        if waiting and seat.desk.user is not None:
            key = waiting[0].command.key
            seat.decided.add(key)  # the process may be killed after the COMMIT
            seat.mortal(lambda: seat.desk.acknowledge(key, "seen"))

    def somebody_signs_in(self, seat: Seat) -> None:
        seat.sign_in(self.chance.choice(PEOPLE))

    def sign_out(self, seat: Seat) -> None:
        seat.mortal(seat.desk.sign_out)

    def die(self, seat: Seat) -> None:
        seat.die()

    def lose_cache(self, seat: Seat) -> None:
        seat.die(cache_too=True)

    def time(self, seat: Seat) -> None:
        self.clock.forward(self.chance.choice((1_000, 60_000, 14 * 60_000, 3_600_000)))
        seat.wire.deliver_late()

    def world(self, _: Seat) -> None:
        """ERP and WMS: an order goes on, or another exception stops it."""
        kind = self.chance.choice(list(Reason))
        status = self.chance.choice([Status.WAITING] * 4 + list(Status))
        name = f"x{self.steps}"

        def moved(now: Order) -> Order:
            if self.chance.random() < 0.5 and not now.is_held:
                return msgspec.structs.replace(now, status=status)
            cause = exception(kind, name)
            return msgspec.structs.replace(
                now,
                exceptions=(*now.exceptions[-3:], cause),
                holds=(*now.holds[-3:], hold(kind, f"h-{name}", exception=cause.id)),
            )

        self.central.change(self.chance.choice(ORDERS).id, moved)

    def central_restarts(self, _: Seat) -> None:
        self.central.restart()

    def back_up(self, _: Seat) -> None:
        self.central.back_up()

    def restore(self, _: Seat) -> None:
        """A restore takes longer than an access token lives, so that every workstation greets the central anew."""
        if self._bug.may_restore and self.central.restore():
            self.clock.forward(16 * 60_000)
            for user in self.people.values():
                self.central.grant(user)

    def grant(self, _: Seat) -> None:
        """Somebody loses or gets back a warehouse, or a role."""
        user = self.chance.choice(PEOPLE)
        now = self.people[user.id]
        other = msgspec.structs.replace(
            user,
            role=self.chance.choice((user.role, Role.OPERATOR)),
            warehouses=self.chance.choice((user.warehouses, (SOUTH,), (EAST, SOUTH))),
        )
        self.people[user.id] = user if now != user else other
        self.central.grant(self.people[user.id])

    # -- and in the end

    def heal(self, most: int = 400) -> None:
        """Calm weather, everybody signs in where something of theirs waits: all settles, all caches agree."""
        self.weather.clear()
        for seat in self.seats:
            seat.wire.late.clear()
        for seat in self.seats:
            for _ in range(3):
                for user in PEOPLE:
                    self._finish(seat, user, most)
            assert not seat.commands_waiting(), "liveness: the queue is not empty after healing"
        for seat in self.seats:
            self._finish(seat, LI, most)
        for seat in self.seats:
            self._finish(seat, LI, most)
            self.promises.check(seat)
        self.promises.check_the_end(LI.id, self.people)

    def _finish(self, seat: Seat, user: User, most: int) -> None:
        self.clock.forward(120_000)
        seat.sign_in(user)
        for _ in range(most):
            wait = seat.step()
            while seat.desk.attention():
                self.decide(seat)
                wait = 0.0
            if wait is None or wait > 1:
                return
        raise AssertionError("liveness: the engine was still busy after healing")
