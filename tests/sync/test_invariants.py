"""Do the promises of the store hold whatever happens, in whatever order? Commands, faults, people and restarts drawn
by hypothesis; the invariants by their numbers in the design.
"""

import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sync.domain.commands import Args, Command, Op, Target
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order, OrderId, Status, WarehouseId
from sync.domain.permissions import User
from sync.errors import Answered, CentralUnreachable, MalformedAnswer
from sync.wire.messages import ResultStatus
from tests.fakes import Clock, FakeCentral, Fault
from tests.sync.samples import ALPHA, BETA, EAST, LI, MEI, NOW, SOUTH, ZHANG, command, exception, hold, order, stopped
from tests.sync.site import Site

PEOPLE = (LI, MEI, ZHANG)
ORDERS = (
    stopped(Reason.BAD_ADDRESS, "SO20261122000001"),
    stopped(Reason.PAYMENT_CHECK, "SO20261122000002"),
    *(order(f"SO2026112200001{n}") for n in range(5)),
    order("SO20261122000004", warehouse=SOUTH),
)
TARGETS = [
    Target(kind="carrier", id=ALPHA),
    Target(kind="carrier", id=BETA),
    Target(kind="warehouse", id=EAST),
    Target(kind="warehouse", id=SOUTH),
]
THEN = ["nothing", "a turn", "the world moves first", "somebody else takes over", "restart", *Fault]
"""What may come right after a command."""
STATUSES = [Status.WAITING] * 6 + list(Status)
HAPPENINGS = ["sessions end", "old feed goes", "time passes", "restart", "sign out"]
LOSSES = ["deleted", "zeroed", "cut"]
ids = st.sampled_from([o.id for o in ORDERS])
OPS = [Op.INTERCEPT] * 3 + [Op.RELEASE, Op.RELEASE, Op.REASSIGN, Op.UNDO, Op.CARRIER_INTERCEPT]
ops = st.sampled_from(OPS)
reasons = st.sampled_from(list(Reason))


def shape(of: Order) -> tuple[object, ...]:
    """What a person sees of an order that a command could depend on; times and versions aside."""
    return (of.status, of.warehouse, of.carrier, of.return_requested, {h.id for h in of.holds})


class Desk(RuleBasedStateMachine):
    """One workstation, three people, one central, and everything that may come between them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="desk-"))
        self.clock = Clock(NOW)
        self.central = FakeCentral(self.clock, PEOPLE)
        for o in ORDERS:
            self.central.put(o)
        self.site = Site(self.folder / "desk", self.central, self.clock)
        self.issued: dict[CommandKey, tuple[Command, Order]] = {}
        self.withdrawn: set[CommandKey] = set()
        self.decided: set[CommandKey] = set()
        self.highest: dict[tuple[Path, str], int] = {}

    def teardown(self) -> None:
        try:
            self.heal()
        finally:
            self.site.close()
            shutil.rmtree(self.folder)

    @property
    def person(self) -> User | None:
        return self.site.login.user

    def unsettled(self) -> list[Command]:
        return list(self.site.outbox.unsettled())

    # -- what people do

    @initialize(user=st.sampled_from(PEOPLE))
    def begin(self, user: User) -> None:
        self.site.sign_in(user)
        self.site.settle_down()

    @rule(user=st.sampled_from(PEOPLE))
    def sign_in(self, user: User) -> None:
        before = self.person
        try:
            self.site.sign_in(user)
        except (CentralUnreachable, MalformedAnswer, Answered):
            assert self.person == before  # whoever was signed in stays signed in

    @rule(of=ids, op=ops, reason=reasons, to=st.sampled_from(TARGETS), then=st.sampled_from(THEN))
    def submit(self, of: OrderId, op: Op, reason: Reason, to: Target, then: str) -> None:
        """A command on what the screen shows, and what happens right after it."""
        if self.person is None:
            self.sign_in(LI)
        if self.person is None or self.site.cache.order(of) is None:
            return
        seen = self.site.seen(of)
        args = {
            Op.RELEASE: Args(holds=tuple(h.id for h in seen.order.holds[:1])),
            Op.REASSIGN: Args(to=to),
            Op.UNDO: Args(undo=seen.after or (seen.order.before.key if seen.order.before else None)),
        }.get(op, Args())
        wish = command(seen.order, op, issued_by=self.person.id, issued_at=self.clock(), reason=reason, args=args)
        wish = msgspec.structs.replace(wish, base=seen.base, after=seen.after)
        self.site.add(wish, seen.truth)
        self.issued[wish.key] = (wish, seen.order)
        self.follow_up(of, then)

    def follow_up(self, of: OrderId, then: str) -> None:
        if then in list(Fault):
            self.central.faults.appendleft(Fault(then))
        if then == "the world moves first":
            self.central.change(of, status=Status.PICKING)
        if then == "somebody else takes over":
            self.sign_in(PEOPLE[(PEOPLE.index(self.person) + 1) % 3] if self.person in PEOPLE else LI)
        if then != "nothing":
            self.site.engine.step()
        if then == "restart":
            self.site.restart()

    @precondition(lambda self: self.unsettled())
    @rule(which=st.integers(0, 9))
    def withdraw(self, which: int) -> None:
        waiting = self.unsettled()
        chosen = waiting[which % len(waiting)]
        if self.site.outbox.withdraw(chosen.key):
            self.withdrawn.add(chosen.key)
            assert chosen.key not in self.central.results  # it was never sent

    @precondition(lambda self: self.person is not None and self.site.outbox.attention())
    @rule()
    def decide(self) -> None:
        first = self.site.outbox.attention()[0].command.key
        assert self.person is not None
        assert self.site.outbox.decide(first, "kept", self.person.id)
        assert not self.site.outbox.decide(first, "retried", self.person.id)
        self.decided.add(first)

    # -- what the world does

    @rule(times=st.integers(1, 4))
    def turn(self, times: int) -> None:
        for _ in range(times):
            self.site.engine.step()

    @rule(of=ids, status=st.sampled_from(STATUSES), to=st.sampled_from([EAST, EAST, SOUTH]))
    def move(self, of: OrderId, status: Status, to: WarehouseId) -> None:
        self.central.change(of, status=status, warehouse=to)

    @rule(of=ids, kind=reasons)
    def raise_exception(self, of: OrderId, kind: Reason) -> None:
        it = self.central.orders_now[of]
        name = f"{it.id}-{it.version}"
        cause = exception(kind, f"e-{name}")
        stop = hold(kind, f"h-{name}", exception=cause.id)
        self.central.change(it.id, exceptions=(*it.exceptions, cause), holds=(*it.holds, stop))

    @rule(faults=st.lists(st.sampled_from(list(Fault)), min_size=1, max_size=3))
    def fail(self, faults: list[Fault]) -> None:
        self.central.faults.extend(faults)

    @rule(what=st.sampled_from(HAPPENINGS))
    def happen(self, what: str) -> None:
        match what:
            case "sessions end":
                self.central.forget_sessions()
            case "old feed goes":
                self.central.prune()
            case "time passes":
                self.clock.forward(16 * 60 * 1000)
            case "restart":
                self.site.restart()
            case _:
                self.site.login.sign_out()

    @rule(how=st.sampled_from(LOSSES))
    def lose_the_cache(self, how: str) -> None:
        who = self.person
        self.site.close()
        for path in (self.folder / "desk").glob("cache-*.db*"):
            if how == "deleted":
                path.unlink()
            else:
                path.write_bytes(bytes(5000) if how == "zeroed" else path.read_bytes()[:5000])
        self.highest.clear()
        self.site.reopen()
        if who is not None:
            self.sign_in(who)

    # -- what must always hold

    @invariant()
    def nothing_is_lost(self) -> None:
        """1, 3 and 8: every command accepted and not taken back is in the outbox, with its result once it has one."""
        pending = {c.key for c in self.unsettled()}
        for key, (wish, _) in self.issued.items():
            found = self.site.outbox.find(key)
            if key in self.withdrawn:
                assert found is None
                continue
            assert found is not None
            assert msgspec.structs.replace(found[0], n=wish.n) == wish
            assert (found[1] is None) == (key in pending)

    @invariant()
    def done_once_and_only_if_applied(self) -> None:
        """2: at most one effect per key, and exactly one when the result says applied."""
        for key in self.issued:
            effects = self.central.effects[key]
            assert effects <= 1
            found = self.site.outbox.find(key)
            if found is not None and found[1] is not None:
                assert effects == (found[1].status is ResultStatus.APPLIED)

    @invariant()
    def applied_to_what_was_seen(self) -> None:
        """4: the state that a command met is the one its issuer had on the screen."""
        for key, met in self.central.applied_to.items():
            assert shape(met) == shape(self.issued[key][1])

    @invariant()
    def first_in_first_out(self) -> None:
        """6: commands on one order take effect in the order in which they were given."""
        numbers: dict[str, int] = {}
        for key in self.central.applied_to:
            wish, _ = self.issued[key]
            found = self.site.outbox.find(key)
            assert found is not None
            assert numbers.get(wish.order_id, 0) < found[0].n
            numbers[wish.order_id] = found[0].n

    @precondition(lambda self: self.person is not None)
    @invariant()
    def versions_never_fall(self) -> None:
        """6."""
        cache = self.site.cache
        for o in ORDERS:
            held = cache.order(o.id)
            if held is not None:
                assert held.version >= self.highest.get((cache.path, o.id), 0)
                self.highest[cache.path, o.id] = held.version

    @precondition(lambda self: self.person is not None)
    @invariant()
    def the_cursor_passes_nothing_by(self) -> None:
        """6: whatever the cursor has passed is in the cache."""
        cursor = self.site.cache.fact("cursor")
        if not cursor:
            return
        reached = int(cursor.rpartition(".")[2])
        assert self.person is not None
        latest = {order_id: seq for seq, order_id, *_ in self.central.feed}
        for o in self.central.scope(self.person):
            if latest.get(o.id, self.central.pruned) <= reached and reached >= self.central.pruned:
                held = self.site.cache.order(o.id)
                assert held is not None
                assert held.version == o.version

    @invariant()
    def what_went_wrong_stays_visible(self) -> None:
        """7: until somebody decided."""
        shown = {s.command.key for s in self.site.outbox.attention()}
        for key in self.issued.keys() - self.withdrawn:
            found = self.site.outbox.find(key)
            wrong = found is not None and found[1] is not None and found[1].status is not ResultStatus.APPLIED
            assert (key in shown) == (wrong and key not in self.decided)

    @invariant()
    def everybody_under_their_own_name(self) -> None:
        """9."""
        assert all(sent.issued_by == sender for sender, sent in self.central.sent_under)

    def hold_it_all(self) -> None:
        self.nothing_is_lost()
        self.done_once_and_only_if_applied()
        self.applied_to_what_was_seen()
        self.first_in_first_out()
        self.what_went_wrong_stays_visible()
        self.everybody_under_their_own_name()
        if self.person is not None:
            self.versions_never_fall()
            self.the_cursor_passes_nothing_by()

    # -- and in the end

    def heal(self) -> None:
        """5: when the network heals, the queue empties within a bound and every cache equals its scope."""
        self.central.faults.clear()
        for _ in range(2 * len(self.issued) + 1):
            for user in PEOPLE:
                self.site.sign_in(user)
                self.site.settle_down(60)
                for told in self.site.outbox.attention():
                    self.site.outbox.decide(told.command.key, "kept", user.id)
                    self.decided.add(told.command.key)
            if not self.site.outbox.unsent():
                break
        assert self.site.outbox.unsent() == 0
        for user in PEOPLE:
            self.site.sign_in(user)
            self.site.settle_down(60)
            assert self.site.agrees()
        self.hold_it_all()


TestInvariants = Desk.TestCase
TestInvariants.settings = settings(
    max_examples=8, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


def one_thing(desk: Desk, chance: random.Random) -> None:
    """Something happens; what matters most happens most."""
    what = chance.choices(list(THINGS), [weight for weight, _ in THINGS.values()])[0]
    THINGS[what][1](desk, chance)


def some_order(chance: random.Random) -> OrderId:
    return chance.choice(ORDERS).id


def some_submit(desk: Desk, chance: random.Random) -> None:
    op, reason = chance.choice(OPS), chance.choice(list(Reason))
    desk.submit(of=some_order(chance), op=op, reason=reason, to=chance.choice(TARGETS), then=chance.choice(THEN))


def some_withdrawal(desk: Desk, chance: random.Random) -> None:
    if desk.unsettled():
        desk.withdraw(which=chance.randrange(10))


def some_decision(desk: Desk, chance: random.Random) -> None:
    if desk.person is not None and desk.site.outbox.attention():
        desk.decide()


def some_move(desk: Desk, chance: random.Random) -> None:
    desk.move(of=some_order(chance), status=chance.choice(STATUSES), to=chance.choice([EAST, EAST, EAST, SOUTH]))


THINGS: dict[str, tuple[int, Callable[[Desk, random.Random], None]]] = {
    "submit": (30, some_submit),
    "turn": (30, lambda desk, chance: desk.turn(times=chance.randint(1, 6))),
    "decide": (16, some_decision),
    "sign in": (8, lambda desk, chance: desk.sign_in(user=chance.choice([LI, LI, LI, *PEOPLE]))),
    "move": (6, some_move),
    "happen": (4, lambda desk, chance: desk.happen(what=chance.choice(HAPPENINGS))),
    "raise": (3, lambda desk, chance: desk.raise_exception(of=some_order(chance), kind=chance.choice(list(Reason)))),
    "fail": (3, lambda desk, chance: desk.fail(faults=chance.choices(list(Fault), k=chance.randint(1, 3)))),
    "withdraw": (3, some_withdrawal),
    "lose": (1, lambda desk, chance: desk.lose_the_cache(how=chance.choice(LOSSES))),
}
"""What may happen, how often, and how."""


@pytest.mark.parametrize("seed", range(10))
def test_a_long_day_at_one_workstation(seed: int) -> None:
    """A hundred and twenty things happen, well mixed; a seed that ever failed stays in the list."""
    chance = random.Random(seed)
    desk = Desk()
    try:
        desk.begin(user=chance.choice(PEOPLE))
        for _ in range(120):
            one_thing(desk, chance)
            desk.hold_it_all()
        assert desk.central.applied_to
    finally:
        desk.teardown()
