"""A desk without disk and network, and a voice without sound: the same surfaces, driven by the test's hand."""

import threading
from array import array
from collections.abc import Callable, Sequence

import msgspec

from sync.decisions import Recorded
from sync.domain.apply import Applied, Refusal, apply
from sync.domain.commands import Args, Command, Op
from sync.domain.exceptions import Node, Reason
from sync.domain.order import CommandKey, Order, OrderId, Status
from sync.domain.permissions import Action, User, actions, refusal
from sync.errors import Answered, CentralUnreachable, NotSignedIn, Refused, SignInRefused
from sync.events import (
    CommandQueued,
    CommandSettled,
    Connection,
    ConnectionChanged,
    Event,
    Link,
    OrdersChanged,
    QueueSalvaged,
    UserChanged,
)
from sync.service import Wish
from sync.store.listing import Counts, ListQuery, Row
from sync.store.projection import Seen, project
from sync.store.salvaged import Salvage
from sync.wire.messages import (
    Directory,
    History,
    HistoryEntry,
    ReassignOptions,
    Result,
    ResultStatus,
)
from sync.wire.problems import Problem
from tests.gui.fake_accounts import CompanyAccounts
from tests.gui.fake_many import FakeMany
from tests.gui.fake_options import options_for
from tests.gui.lifelike import DIRECTORY, OPERATOR, SUPERVISOR
from tests.gui.listed import fits, sort_key
from tests.gui.organised import Organised
from tests.sync.looks import assert_names_what_was_seen

NOW = 1_763_800_000_000
PIN = "4712"
BADGES = {"1001": OPERATOR, "2001": SUPERVISOR}


class FakeDesk(FakeMany, Organised, CompanyAccounts):
    """``sync.service.Desk`` in memory. ``central`` is the truth over there; the cache follows while online.

    Commands are settled as soon as they are given while ``online``; offline they wait for ``come_back``.
    """

    def __init__(self, orders: Sequence[Order] = (), now: Callable[[], int] = lambda: NOW) -> None:
        super().__init__()
        self._now = now
        self._lock = threading.RLock()
        self._listeners: list[Callable[[Event], None]] = []
        self.central: dict[OrderId, Order] = {order.id: order for order in orders}
        self._cache: dict[OrderId, Order] = dict(self.central)
        self._rowids = {order.id: number for number, order in enumerate(orders, 1)}
        self._by_rowid = {number: order_id for order_id, number in self._rowids.items()}
        self._commands: dict[CommandKey, Command] = {}
        self._seen: dict[CommandKey, Order | None] = {}
        self._results: dict[CommandKey, Result] = {}
        self._withdrawn: set[CommandKey] = set()
        self.decisions: dict[CommandKey, str] = {}
        self.user: User | None = None
        self.language = "zh"
        """In which the central answers."""
        self.online = True
        self.connection = Connection(link=Link.SIGNED_OUT)
        self.sign_in_fault: Exception | None = None
        self.salvage: Salvage | None = None
        self.submit_fault: Exception | None = None
        self.link = Link.ONLINE

    # -- listeners

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)

    def _announce(self) -> None:
        link = self.link if self.user else Link.SIGNED_OUT
        self.connection = Connection(link=link, unsent=len(self._unsettled()))
        self.tell(ConnectionChanged(self.connection))

    # -- who

    def sign_in(self, badge: str, pin: str, language: str) -> User:
        if self.sign_in_fault is not None:
            raise self.sign_in_fault
        if badge not in BADGES or pin != PIN:
            raise SignInRefused("badge or PIN wrong")
        self.user, self.language = BADGES[badge], language
        self.tell(UserChanged(self.user))
        self._announce()
        self.tell(OrdersChanged())
        if self.salvage is not None:
            told, self.salvage = self.salvage, None
            self.tell(QueueSalvaged(told))
        return self.user

    def now(self) -> int:
        return self._now()

    def sign_out(self) -> None:
        self.user = None
        self.tell(UserChanged(None))
        self._announce()

    # -- write

    def submit(self, wish: Wish) -> CommandKey:
        assert_names_what_was_seen(wish)
        if self.submit_fault is not None:
            raise self.submit_fault
        if self.user is None:
            raise NotSignedIn("sign in first")
        with self._lock:
            command = self._command(wish, self.user)
            self._refuse_early(self.user, command)
            self._commands[command.key] = command
            self._seen[command.key] = self._cache.get(command.order_id)
        self.tell(CommandQueued(command.key, command.order_id))
        self._announce()
        self.tell(OrdersChanged((command.order_id,)))
        if self.online:
            self.settle()
        return command.key

    def _command(self, wish: Wish, user: User) -> Command:
        n = len(self._commands) + 1
        return Command(
            key=CommandKey(f"k-{n:04d}"),
            device="desk-7",
            n=n,
            order_id=wish.order_id,
            op=wish.op,
            args=wish.args,
            reason=wish.reason,
            base=wish.base,
            after=wish.after,
            issued_by=user.id,
            issued_at=self._now(),
            heard=wish.heard,
        )

    def _refuse_early(self, user: User, command: Command) -> None:
        seen = self.order(command.order_id)
        if seen is None:
            return
        refused = refusal(user, seen.truth, command)
        if refused is None and command.op is not Op.UNDO:
            trial = apply(seen.order, command, self._now())
            refused = trial if isinstance(trial, Refusal) else None
        if refused is not None:
            raise Refused(refused)

    def undo(self, key: CommandKey) -> CommandKey | None:
        command, result = self._commands[key], self._results.get(key)
        if result is None:
            self._withdrawn.add(key)
            self._announce()
            self.tell(OrdersChanged((command.order_id,)))
            return None
        return self.submit(Wish(order_id=command.order_id, op=Op.UNDO, base=result.version, args=Args(undo=key)))

    def acknowledge(self, key: CommandKey, decision: str) -> None:
        self.decide(key, decision)

    def decide(self, key: CommandKey, decision: str, wish: Wish | None = None) -> Recorded:
        if key in self.decisions:
            return Recorded(False)
        given = None if wish is None else self.submit(wish)
        self.decisions[key] = decision
        self.tell(OrdersChanged((self._commands[key].order_id,)))
        return Recorded(True, given)

    def _unsettled(self, order_id: OrderId | None = None) -> tuple[Command, ...]:
        return tuple(
            c
            for key, c in self._commands.items()
            if key not in self._results and key not in self._withdrawn and order_id in {None, c.order_id}
        )

    # -- the central, by the test's hand

    def settle(self) -> None:
        """The central does all that waits."""
        for command in self._unsettled():
            result = self._settled(command)
            with self._lock:
                self._results[command.key] = result
                if result.order is not None:
                    self.central[command.order_id] = result.order
                    self._cache[command.order_id] = result.order
            self._announce()
            self.tell(CommandSettled(command.order_id, result))
            self.tell(OrdersChanged((command.order_id,)))

    def _settled(self, command: Command) -> Result:
        order, now = self.central[command.order_id], self._now()
        before = self._results.get(command.after) if command.after else None
        if before is not None and before.status is not ResultStatus.APPLIED:
            return Result(key=command.key, status=ResultStatus.BLOCKED, at=now, order=order)
        base = command.base if before is None else before.version
        user = next((u for u in BADGES.values() if u.id == command.issued_by), OPERATOR)
        if base != order.version:
            return Result(
                key=command.key,
                status=ResultStatus.CONFLICT,
                at=now,
                version=order.version,
                order=order,
                actions=actions(user, order),
            )
        done = apply(order, command, now)
        if not isinstance(done, Applied):
            return Result(key=command.key, status=ResultStatus.REJECTED, at=now, refusal=done.value, order=order)
        after = msgspec.structs.replace(done.order, version=order.version + 1, updated_at=now)
        return Result(
            key=command.key,
            status=ResultStatus.APPLIED,
            at=now,
            version=after.version,
            outcome=done.outcome,
            order=after,
        )

    def move(self, order_id: OrderId, status: Status) -> None:
        """Someone at the central moves the order; this workstation learns of it only while online."""
        order = self.central[order_id]
        self.central[order_id] = msgspec.structs.replace(order, status=status, version=order.version + 1)
        if self.online:
            self._cache[order_id] = self.central[order_id]
            self.tell(OrdersChanged((order_id,)))

    def add(self, order: Order) -> None:
        """A new order comes in."""
        with self._lock:
            self.central[order.id] = self._cache[order.id] = order
            self._rowids.setdefault(order.id, len(self._rowids) + 1)
            self._by_rowid[self._rowids[order.id]] = order.id
        self.tell(OrdersChanged((order.id,)))

    def go_away(self, link: Link = Link.OFFLINE) -> None:
        """The central stops answering."""
        self.online, self.link = False, link
        self._announce()

    def come_back(self) -> None:
        """The central answers again: first what waits is sent, then the cache follows."""
        self.online, self.link = True, Link.ONLINE
        self.settle()
        with self._lock:
            self._cache = dict(self.central)
        self._announce()
        self.tell(OrdersChanged())

    # -- look

    def order(self, order_id: OrderId) -> Seen | None:
        truth = self._cache.get(order_id)
        return None if truth is None else project(truth, self._unsettled(order_id))

    def find_by_tail(self, digits: str) -> tuple[Seen, ...]:
        return tuple(seen for i in self._cache if (seen := self.order(i)) and seen.order.number.endswith(digits))

    def ids(self, query: ListQuery) -> "array[int]":
        with self._lock:
            held = [self._row(rowid) for rowid, order_id in self._by_rowid.items() if order_id in self._cache]
            rows = [row for row in held if fits(row, query, self._cache[row.id], self._now())]
        column, ascending = query.sort
        rows.sort(key=lambda row: sort_key(row, column), reverse=not ascending)
        return array("q", [row.rowid for row in rows])

    def rows(self, rowids: Sequence[int]) -> list[Row]:
        with self._lock:
            return [self._row(rowid) for rowid in rowids if self._by_rowid.get(rowid) in self._cache]

    def _row(self, rowid: int) -> Row:
        seen = self.order(self._by_rowid[rowid])
        assert seen is not None
        order = seen.order
        return Row(
            rowid=rowid,
            id=order.id,
            number=order.number,
            customer=order.customer.company,
            city=order.customer.city,
            warehouse=order.warehouse,
            carrier=order.carrier,
            status=order.status,
            due_at=order.due_at,
            total=order.total,
            kinds=tuple(kind for kind in Reason if kind in {e.kind for e in order.open_exceptions}),
            holds=len(order.holds),
            pending=len(seen.pending),
            raised_at=min((e.raised_at for e in order.open_exceptions), default=None),
            attention=any(s.command.order_id == order.id for s in self.attention()),
            version=order.version,
            claimed_by=None if order.claim is None else order.claim.by,
            snoozed_until=None if order.snooze is None else order.snooze.until,
            notes=len(order.notes),
            node=next((e.node for e in order.open_exceptions), Node("")),
        )

    def counts(self) -> Counts:
        orders = [seen.order for i in tuple(self._cache) if (seen := self.order(i))]
        stopped = [o for o in orders if o.open_exceptions or o.holds]
        kinds: dict[object, int] = {}
        for order in stopped:
            for exception in order.open_exceptions:
                kinds[exception.kind] = kinds.get(exception.kind, 0) + 1
        pending = {c.order_id for c in self._unsettled()}
        return Counts(
            stopped=len(stopped),
            all=len(orders),
            attention=len(self.attention()),
            pending=len(pending),
            kinds=kinds,  # type: ignore[arg-type]  # the keys are reasons
        )

    def actions(self, seen: Seen) -> tuple[Action, ...]:
        return () if self.user is None else actions(self.user, seen.order)

    def result(self, key: CommandKey) -> Result | None:
        return self._results.get(key)

    def directory(self) -> Directory:
        return DIRECTORY

    # -- ask the central

    def history(self, order_id: OrderId) -> History:
        order = self._there(order_id)
        entries = [
            HistoryEntry(at=order.created_at, version=1, who="shop", device="", action="ingested"),
            *(
                HistoryEntry(at=e.raised_at, version=2, who="central", device="", action="exception", reason=e.kind)
                for e in order.exceptions
            ),
            *(
                HistoryEntry(
                    at=c.issued_at,
                    version=r.version or 3,
                    who=c.issued_by,
                    device=c.device,
                    action=c.op.value,
                    outcome=r.outcome or "",
                    reason=c.reason,
                    heard=c.heard,
                    key=key,
                )
                for key, r in self._results.items()
                if (c := self._commands[key]).order_id == order_id and r.status is ResultStatus.APPLIED
            ),
        ]
        return History(entries=tuple(entries), count=len(entries))

    def reassign_options(self, order_id: OrderId) -> ReassignOptions:
        return options_for(self._there(order_id), self.language)

    def _there(self, order_id: OrderId) -> Order:
        self._reach()
        if order_id not in self.central:
            raise Answered(Problem(type="not-found", title="No such order", status=404))
        return self.central[order_id]

    def _reach(self) -> None:
        if not self.online:
            raise CentralUnreachable("no route to the central")
