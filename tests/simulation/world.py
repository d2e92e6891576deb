"""Several workstations, their people, one central, and everything that may happen to them: one step at a time."""

import random
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec

import sync.server.rules.commands as rules
from sync import engine, service
from sync.domain.apply import Applied, Refusal
from sync.domain.commands import Command
from sync.domain.order import CommandKey, Order, OrderId
from sync.domain.permissions import User, refusal
from sync.events import Link
from sync.keys import new_key
from tests.fakes import Clock
from tests.simulation import fate, people, screens, tales
from tests.simulation.central import PEOPLE, Central
from tests.simulation.fate import SKEWS
from tests.simulation.promises import Promises
from tests.simulation.seat import Seat
from tests.simulation.seeded import HONEST, Seeded
from tests.simulation.weather import Fault, Weather
from tests.sync.samples import LI, NOW

ACTS = people.ACTS | fate.ACTS
TALES_FROM = 1_000_000
"""Seeds from here on also know ``tales``; the walks of the others are what they always were."""
SCREENS_FROM = 300_000_000
"""Seeds from here on also know ``screens``."""
THINGS = ACTS | tales.ACTS | screens.ACTS
ALWAYS = {"step", "submit", "decide", "somebody_signs_in"}
IN_MEMORY = Path("/dev/shm")
STORMS = (0.03, 0.1, 0.15, 0.3)


class Step(msgspec.Struct, frozen=True, array_like=True):
    """One thing that happens: what, to which seat, and the chance that decides all of its details."""

    act: str
    seat: int
    chance: int
    fault: Fault | None = None
    """What befalls the next call, whatever the weather."""


def plan(seed: int, steps: int, seats: int) -> list[Step]:
    """So many steps of a walk. Each seed leaves out some acts and repeats others, so that walks differ in kind."""
    chance = random.Random(seed)
    known = ACTS if seed < TALES_FROM else ACTS | tales.ACTS if seed < SCREENS_FROM else THINGS
    weights = {
        name: weight * (1 if name in ALWAYS else chance.choice((0, 1, 1, 2, 4))) for name, (weight, _) in known.items()
    }
    names = chance.choices(list(weights), list(weights.values()), k=steps)
    return [Step(name, chance.randrange(seats), chance.getrandbits(32)) for name in names]


class World:
    """One run. ``walk`` does so many random steps, ``heal`` calms the weather and asserts that all comes right.

    What a step does depends on its own chance only: others may be left out and it stays what it was.
    """

    def __init__(
        self, seed: int, *, seats: int = 3, storminess: float | None = None, bug: Seeded = HONEST, steady: bool = False
    ) -> None:
        """``steady`` leaves out what the seed brings by itself: faults of the network and kills."""
        drawn = random.Random(-1 - seed)
        self.seed, self.steps = seed, 0
        self.folder = Path(tempfile.mkdtemp(prefix="desks-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None))
        self.clock = Clock(NOW)
        self.chance = random.Random(seed)
        storm = drawn.choice(STORMS) if storminess is None else storminess
        kinds = drawn.sample(list(Fault), drawn.randint(3, len(Fault)))
        self.weather = Weather(0.0 if steady else storm, kinds, 0.0 if steady else drawn.choice((0.0, 0.005, 0.02)))
        self.central = Central(self.folder, self.clock, random.Random(seed + 2))
        self.met: dict[CommandKey, Order] = {}
        """The state that each applied command met."""
        self.broken: list[str] = []
        """What the central did and must not do; told by the next step, for the central answers 500 to an assertion."""
        self.stumbles_over: set[OrderId] = set()
        self.people = {user.id: user for user in PEOPLE}
        self._bug = bug
        self.may_restore = bug.may_restore
        self._before: list[tuple[dict[str, Any], str, Any]] = []
        self._keys = random.Random(seed + 3)
        self._put(vars(rules), "apply", self._observed)
        self._put(vars(service), "new_key", lambda now: new_key(now, self._keys.getrandbits(74)))
        self._put(vars(engine), "PAGE_LIMIT", 2)
        self._put(vars(engine), "CHANGES_LIMIT", 3)
        bug.spoil_central(self.central, random.Random(seed + 4))
        self.seats: list[Seat] = []
        self.promises = Promises(self.central, self.seats, self.met)
        try:
            self._take_seats(seats)
        except BaseException:
            self.close()
            raise

    def _take_seats(self, seats: int) -> None:
        for n in range(seats):
            seat = Seat(
                self.folder / f"desk-{n}", self.central, self.clock, self.weather,
                seed=self.seed + 10 + n, skew=SKEWS[n % len(SKEWS)], bug=self._spoil,
            )  # fmt: skip
            self.seats.append(seat)
        for n, seat in enumerate(self.seats):
            seat.sign_in(PEOPLE[n % len(PEOPLE)])

    def _put(self, where: dict[str, Any], name: str, what: Any) -> None:
        self._before.append((where, name, where[name]))
        where[name] = what

    def _spoil(self, kind: str, store: object) -> None:
        self._bug.spoil(kind, store, self.weather.reach)

    def _observed(self, at: Order, command: Command, now: int) -> Applied | Refusal:
        if command.order_id in self.stumbles_over:
            raise LookupError("the central stumbles")
        done: Applied | Refusal = self._before[0][2](at, command, now)
        if isinstance(done, Applied):
            self.met[command.key] = at
            who = self.people[command.issued_by]
            wrong = {
                f"{command.device} was revoked": command.device in self.central.revoked,
                f"the account of {who.id} was closed": who.id in self.central.closed,
                f"{who.id} was not permitted to": refusal(who, at, command) is not None,
            }
            self.broken += [f"{what}, and yet it was done: {command.op}" for what, is_so in wrong.items() if is_so]
        return done

    def close(self) -> None:
        """Whatever refuses to close keeps nothing else open, or changed for the next run."""
        with ExitStack() as left:
            left.callback(shutil.rmtree, self.folder)
            left.callback(self.central.close)
            for seat in self.seats:
                left.callback(seat.close)
            for where, name, what in self._before:
                left.callback(where.__setitem__, name, what)
            left.callback(self._bug.mend)

    # -- what happens

    def walk(self, steps: int) -> None:
        self.replay(plan(self.seed, steps, len(self.seats)))

    def replay(self, story: Iterable[Step]) -> None:
        for told in story:
            self.do(told)

    def do(self, told: Step) -> None:
        self.steps += 1
        self.chance.seed(told.chance)
        self.weather.chance.seed(told.chance + 1)
        if told.fault is not None:
            self.weather.coming.append(told.fault)
        seat = self.seats[told.seat]
        THINGS[told.act][1](self, seat)
        assert not self.broken, self.broken[0]
        self.promises.check(seat)

    # -- and in the end

    def heal(self, most: int = 60) -> None:
        """Calm weather, everybody signs in where something of theirs waits: all settles, all caches agree."""
        self.weather.clear()
        self.stumbles_over.clear()
        for seat in self.seats:
            seat.wire.late.clear()
            self.central.allow(seat.desk.device)
        for user in PEOPLE:
            if user.id in self.central.closed:
                self.central.grant(self.people[user.id])
        for seat in self.seats:
            self._finish_all(seat, most)
            if seat.commands_waiting():  # a new history was met only now, and unsettled what one left for another
                self._finish_all(seat, most)
            assert not seat.commands_waiting(), "liveness: the queue is not empty after healing"
        for seat in self.seats * 2:
            self._finish(seat, LI, most)
            self.promises.check(seat)
        self.promises.check_the_end(LI.id, self.people)
        self._go_on_for_an_hour(most)

    def _finish_all(self, seat: Seat, most: int) -> None:
        """Everybody once, and again where something waits: what one left may wait for another."""
        for _ in range(3 if seat.commands_waiting() else 1):
            for user in PEOPLE:
                self._finish(seat, user, most)

    def _finish(self, seat: Seat, user: User, most: int) -> None:
        self.clock.forward(120_000)
        seat.sign_in(user)
        self._come_to_rest(seat, most)

    def _come_to_rest(self, seat: Seat, most: int) -> None:
        for _ in range(most + 4 * len(seat.commands_waiting())):
            wait = seat.step()
            while seat.desk.attention():
                people.decide(self, seat)
                wait = 0.0
            if wait is None or wait > 1:
                return
        raise AssertionError("liveness: the engine was still busy after healing")

    def _go_on_for_an_hour(self, most: int) -> None:
        """Whoever is signed in stays so."""
        for _ in range(4):
            self.clock.forward(15 * 60_000)
            for seat in self.seats[:1]:
                self._come_to_rest(seat, most)
                link = seat.desk.connection.link
                assert link is Link.ONLINE, f"liveness: {link} after a quiet quarter of an hour"
