"""Are the ten promises of the design kept? Read from the files of both ends, not from what the program says."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from sync.domain.commands import Outcome
from sync.domain.masking import mask
from sync.domain.order import CommandKey, Order, OrderId, Status, UserId
from sync.domain.permissions import User
from sync.server.feed import view_of
from sync.wire.codec import decode
from sync.wire.messages import HistoryEntry, Result, ResultStatus
from tests.simulation.central import Central
from tests.simulation.seat import Seat

_OUTCOMES = frozenset(Outcome)
_OPEN_TO_DECISION = {"conflict", "rejected", "blocked", "unknown"}


def shape(of: Order) -> tuple[object, ...]:
    """What of an order a command could depend on; times and versions aside."""
    return (of.status, of.warehouse, of.carrier, of.return_requested, frozenset(h.id for h in of.holds))


class Promises:
    """Asserts; each message begins with the invariant's number in the design."""

    def __init__(self, central: Central, seats: Sequence[Seat], met: Mapping[CommandKey, Order]) -> None:
        self._central, self._seats, self._met = central, seats, met
        self._highest: dict[tuple[Path, str], dict[OrderId, int]] = {}

    @property
    def epoch(self) -> str:
        return str(self._central.storage.look("SELECT value FROM central WHERE name = 'epoch'")[0][0])

    def epoch_of(self, seat: Seat) -> str:
        return seat.cache.fact("epoch") or ""

    # -- after every step

    def check(self, seat: Seat) -> None:
        known = seat.commands()
        missing = [key for key in seat.issued if key not in known]
        assert not missing, f"1, 3: accepted and lost: {missing}"
        undecided = [
            key for key, (status, decision, _) in known.items()
            if status in _OPEN_TO_DECISION and decision is not None and key not in seat.decided
        ]  # fmt: skip
        assert not undecided, f"7: nobody decided about {undecided}"
        assert not seat.strangers, f"9: sent under another person's token: {seat.strangers[:1]}"
        assert not seat.reports, f"reported: {seat.reports}"
        self._check_cache(seat)

    def _check_cache(self, seat: Seat) -> None:
        cache, user = seat.cache, seat.desk.user
        held: dict[OrderId, int] = {OrderId(i): v for i, v in cache._read("SELECT id, version FROM orders")}
        epoch = cache.fact("epoch") or ""
        highest = self._highest.setdefault((cache.path, epoch), {})
        fallen = {i: (highest[i], v) for i, v in held.items() if v < highest.get(i, 0)}
        assert not fallen, f"6: a version fell: {fallen}"
        highest.update(held)
        cursor = (cache.fact("cursor") or "").split(".")
        if user is not None and cursor[0] == self.epoch and cursor[-1] == view_of(user, user.warehouses):
            self._check_cursor(user, held, int(cursor[1]))

    def _check_cursor(self, user: User, held: Mapping[OrderId, int], cursor: int) -> None:
        newest = "SELECT order_id, version, op, warehouse, max(seq) FROM changes GROUP BY order_id"
        for order_id, version, op, warehouse, seq in self._central.storage.look(newest):
            visible = op == "put" and warehouse in user.warehouses
            if seq <= cursor and visible:
                assert held.get(order_id, 0) >= version, f"6: the cursor passed {order_id} version {version}"

    # -- when all has healed

    def check_the_end(self, last: UserId, people: Mapping[UserId, User]) -> None:
        effects = self._effects()
        for seat in self._seats:
            self._check_effects(seat, effects)
            self._check_seen(seat)
            self._check_order(seat)
            self._check_agreement(seat, people[last])

    def _effects(self) -> Counter[CommandKey]:
        rows = self._central.storage.look("SELECT entry FROM history")
        entries = [decode(row[0], HistoryEntry) for row in rows]
        return Counter(e.key for e in entries if e.key is not None and e.outcome in _OUTCOMES)

    def _check_effects(self, seat: Seat, effects: Mapping[CommandKey, int]) -> None:
        kept = {
            CommandKey(key): decode(body, Result)
            for key, body in self._central.storage.look("SELECT key, result FROM commands")
        }
        for key, (status, _, _) in seat.commands().items():
            times = effects.get(key, 0)
            assert times <= 1, f"2: {key} had its effect {times} times"
            if status == "withdrawn":
                assert key not in kept, f"3: {key} was taken back and yet sent"
            elif not self._central.restored:
                assert (times == 1) == (status == ResultStatus.APPLIED), f"2: {key} is {status} with {times} effects"
                found = seat.desk._outbox.find(key)
                assert found is not None
                mine = found[1]
                assert mine is not None
                assert key in kept or not kept_at_central(mine), f"2: the central forgot the fate of {key}"
                assert key not in kept or kept[key].status is mine.status, f"2: two fates of {key}"
            elif status == ResultStatus.APPLIED:
                assert times == 1, f"2: {key} is applied here, and the restored central does not know it"

    def _check_seen(self, seat: Seat) -> None:
        statuses = seat.commands()
        for key, issued in seat.issued.items():
            if statuses[key][0] != ResultStatus.APPLIED or key not in self._met:
                continue
            assert shape(self._met[key]) == shape(issued.seen), f"4: {key} met another state than was seen"

    def _check_order(self, seat: Seat) -> None:
        """First in, first out per order: an effect's number never lies behind that of an earlier effect."""
        if self._central.restored:
            return  # a command that was sent again comes later than it was given
        numbers = {key: (i.command.order_id, i.command.n) for key, i in seat.issued.items()}
        entries = [decode(row[0], HistoryEntry) for row in self._central.storage.look("SELECT entry FROM history")]
        last: dict[OrderId, int] = {}
        for entry in entries:
            if entry.key in numbers and entry.outcome in _OUTCOMES:
                order_id, n = numbers[entry.key]
                assert last.get(order_id, 0) <= n, f"6: {entry.key} overtook an earlier command"
                last[order_id] = n

    def _check_agreement(self, seat: Seat, user: User) -> None:
        """``user`` is who is signed in everywhere now, in today's role and scope."""
        assert seat.desk.user is not None
        theirs = {i: mask(o, user.role) for i, o in self._central.scope(user).items()}
        held = [row[0] for row in seat.cache._read("SELECT id FROM orders")]
        mine = {i: seat.cache.order(i) for i in held}
        assert mine == theirs, f"5: the cache differs: {set(mine) ^ set(theirs)}"
        assert all(o is None or o.status is not Status.CLOSED for o in mine.values())


def kept_at_central(result: Result) -> bool:
    """Whether a result is one that the central stores: not one about the request as such."""
    return result.status is not ResultStatus.REJECTED
