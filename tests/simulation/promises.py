"""Are the ten promises of the design kept? Read from the files of both ends, not from what the program says."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from sync.checking import MISTAKES
from sync.domain.commands import ORGANISING, Outcome
from sync.domain.masking import mask
from sync.domain.order import CommandKey, Order, OrderId, UserId
from sync.domain.permissions import User
from sync.server.feed import view_of
from sync.wire.codec import decode, decode_order
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
        self._at_desk: dict[Seat, User] = {}

    @property
    def epoch(self) -> str:
        return str(self._central.storage.look("SELECT value FROM central WHERE name = 'epoch'")[0][0])

    # -- after every step

    def check(self, seat: Seat) -> None:
        known = seat.commands()
        missing = [key for key in seat.issued if key not in known]
        assert not missing, f"1, 3: accepted and lost: {missing}"
        undecided = [
            key for key, (status, decision, _) in known.items()
            if status in _OPEN_TO_DECISION and decision is not None and key not in seat.decided
        ]  # fmt: skip
        alone = set(undecided) - seat.records() if undecided else ()
        assert not alone, f"7: nobody decided about {alone}"
        assert not seat.broken, seat.broken[0]
        assert not seat.reports, f"reported: {seat.reports}"
        self._check_cache(seat)
        self._check_masks(seat)
        mistakes = seat.workstation.outbox.get_fact(MISTAKES)
        assert not mistakes, f"5: a cache was found wrong {mistakes} times, and filled anew"

    def _check_masks(self, seat: Seat) -> None:
        """Whoever has just come to the desk reads no customer there whom their role is not shown."""
        user = seat.desk.user
        if user is None or self._at_desk.get(seat) == user:
            return
        self._at_desk[seat] = user
        for (body,) in seat.in_cache("SELECT body FROM bodies"):
            order = decode_order(body)
            assert mask(order, user.role) == order, f"§4: {user.id} reads what another role was sent of {order.id}"

    def _check_cache(self, seat: Seat) -> None:
        user = seat.desk.user
        held: dict[OrderId, int] = {OrderId(i): v for i, v in seat.in_cache("SELECT id, version FROM orders")}
        path = seat.workstation.cache_path(self._central.url, user)
        highest = self._highest.setdefault((path, seat.fact("epoch")), {})
        fallen = {i: (highest[i], v) for i, v in held.items() if v < highest.get(i, 0)}
        assert not fallen, f"6: a version fell: {fallen}"
        highest.update(held)
        cursor = seat.fact("cursor").split(".")
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
        sent = [key for key in seat.withdrawn if key in kept]
        assert not sent, f"3: taken back and yet sent: {sent}"
        for key, (status, _, _) in seat.commands().items():
            times = effects.get(key, 0)
            assert times <= 1, f"2: {key} had its effect {times} times"
            if status == "withdrawn":
                continue
            assert (times == 1) == (status == ResultStatus.APPLIED), f"2: {key} is {status} with {times} effects"
            if key in kept:
                assert kept[key].status == status, f"2: {key} is {status} here and {kept[key].status} there"
            elif status == ResultStatus.REJECTED:
                assert self._central.restored or seat.is_too_long(key), (
                    f"2: {key} was refused, and not by the central's rules"
                )
            else:
                assert self._central.restored, f"2: the central forgot the fate of {key}"

    def _check_seen(self, seat: Seat) -> None:
        statuses = seat.commands()
        for key, issued in seat.issued.items():
            relies = issued.command.op not in ORGANISING
            if statuses[key][0] == ResultStatus.APPLIED and key in self._met and relies:
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
        mine = {
            order.id: order for order in map(decode_order, (row[0] for row in seat.in_cache("SELECT body FROM bodies")))
        }
        assert mine == theirs, f"5: the cache differs: {sorted(set(mine) ^ set(theirs)) or _differing(mine, theirs)}"
        waiting = dict(seat.in_cache("SELECT id, pending FROM orders WHERE pending > 0"))
        assert not waiting, f"5: marked as waiting although all is settled: {waiting}"


def _differing(mine: Mapping[OrderId, Order], theirs: Mapping[OrderId, Order]) -> list[OrderId]:
    return sorted(i for i in theirs if mine[i] != theirs[i])
