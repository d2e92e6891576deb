"""Which parts of the world do several tests replace? A central in memory, its clock, and its faults."""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NoReturn

import msgspec

from sync.client.readahead import Snapshot
from sync.domain.apply import Refusal, apply
from sync.domain.commands import ORGANISING, Command, Op, Outcome, malformed
from sync.domain.masking import mask
from sync.domain.order import CommandKey, Order, OrderId, Status, UserId, WarehouseId
from sync.domain.organise import MEANWHILE, organised
from sync.domain.permissions import User, actions, refusal
from sync.errors import Answered, CentralUnreachable, MalformedAnswer
from sync.wire.codec import encode, fingerprint, scope_hash
from sync.wire.colleagues import Message, Messages, SharedView, SharedViews
from sync.wire.messages import (
    BATCH_LIMIT,
    FEATURES,
    BadgeGrant,
    Change,
    ChangesPage,
    Checksum,
    Directory,
    History,
    Meta,
    PlaceName,
    ReassignOptions,
    RefreshGrant,
    Result,
    ResultStatus,
    Session,
    SessionRequest,
)
from sync.wire.problems import STATUS, Kind, Problem


class Clock:
    """Unix ms that stand still until a test moves them."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def forward(self, ms: int) -> None:
        self.now += ms


class Fault(StrEnum):
    """What may go wrong with one call."""

    LOST_REQUEST = "lost_request"
    LOST_ANSWER = "lost_answer"
    CUT_ANSWER = "cut_answer"
    SIGN_IN_AGAIN = "sign_in_again"
    CURSOR_GONE = "cursor_gone"
    CLIENT_TOO_OLD = "client_too_old"
    UNAVAILABLE = "unavailable"


def problem(kind: Kind) -> Problem:
    return Problem(type=kind.uri, title=kind.value, status=STATUS[kind])


class FakeCentral:
    """The central order API in memory, by the same pure rules; one feed step for each new version of an order.

    ``faults`` befall the next calls, one each; ``poison`` are keys whose batch is refused as a whole, ``stumbles_over``
    keys that no batch with them survives.
    """

    def __init__(self, clock: Clock, people: Sequence[User] = (), pin: str = "4712") -> None:
        self.clock = clock
        self.url = "http://central.test"
        self.epoch = "epoch-1"
        self.people = {user.id: user for user in people}
        self.pin = pin
        self.orders_now: dict[OrderId, Order] = {}
        self.feed: list[tuple[int, OrderId, int, frozenset[WarehouseId]]] = []
        self.seq = 0
        self.pruned = 0
        self.results: dict[CommandKey, tuple[str, Result]] = {}
        self.effects: Counter[CommandKey] = Counter()
        self.applied_to: dict[CommandKey, Order] = {}
        """The state that each applied command met, in the order in which they were applied."""
        self.sent_under: list[tuple[UserId, Command]] = []
        self.tokens: dict[str, UserId] = {}
        self.refreshes: dict[str, UserId] = {}
        self.faults: deque[Fault] = deque()
        self.poison: set[CommandKey] = set()
        self.stumbles_over: set[CommandKey] = set()
        self.stumbled: list[tuple[Command, ...]] = []
        self.calls: list[str] = []
        self.batch_limit = BATCH_LIMIT
        self.kept_until = 0
        self.told: list[Message] = []
        self.shared: list[SharedView] = []
        self.news: int | None = None
        self.features: tuple[str, ...] = FEATURES
        self.proxy, self.verify = "", None
        self._hear_time: Callable[[int], None] = lambda _central: None
        self._issued = 0

    # -- what a client does besides asking

    def headers(self, token: str | None) -> dict[str, str]:
        return {} if token is None else {"Authorization": token}

    def stream(self, path: str, *_: object) -> NoReturn:
        """No events here: the engine has to poll."""
        raise CentralUnreachable(f"no stream at {path}")

    def changes_after(self, _token: str, _cursor: str, _sockets: object) -> NoReturn:
        """Nor requests that wait."""
        raise CentralUnreachable("nobody waits here")

    def tell_time_to(self, hear: Callable[[int], None]) -> None:
        self._hear_time = hear

    def hang_up(self) -> None:
        self.calls.append("hang_up")

    def close(self) -> None:
        self.calls.append("close")

    # -- what happens over there

    def put(self, order: Order) -> Order:
        """Store a new order, or a new state of one with the next version."""
        old = self.orders_now.get(order.id)
        places = {order.warehouse} if old is None else {order.warehouse, old.warehouse}
        counted = order if old is None else msgspec.structs.replace(order, version=old.version + 1)
        self.orders_now[order.id] = counted
        self.seq += 1
        self.feed.append((self.seq, order.id, counted.version, frozenset(places)))
        return counted

    def change(self, order_id: OrderId, **values: object) -> Order:
        return self.put(msgspec.structs.replace(self.orders_now[order_id], **({"since": 0} | values)))

    def forget_sessions(self) -> None:
        """Every access token ends; refresh tokens still work."""
        self.tokens.clear()

    def prune(self) -> None:
        """The feed so far is gone: older cursors get 410."""
        self.feed.clear()
        self.pruned = self.seq

    def restore_from_backup(self, orders: Sequence[Order]) -> None:
        """Another history begins, with these orders."""
        self.epoch += "x"
        self.orders_now = {order.id: order for order in orders}
        self.feed.clear()
        self.pruned = self.seq

    # -- sessions

    def session(self, request: SessionRequest) -> Session:
        self._meet("session")
        if isinstance(request, BadgeGrant):
            user = self.people.get(UserId(request.badge))
            if user is None or request.pin != self.pin:
                raise Answered(problem(Kind.BAD_CREDENTIALS))
            who = user.id
        else:
            found = self.refreshes.pop(request.refresh_token, None) if isinstance(request, RefreshGrant) else None
            if found is None:
                raise Answered(problem(Kind.SIGN_IN_AGAIN))
            who = found
        self._issued += 1
        access, refresh = f"access-{self._issued}", f"refresh-{self._issued}"
        self.tokens[access], self.refreshes[refresh] = who, who
        return Session(
            access_token=access,
            refresh_token=refresh,
            expires_at=self.clock.now + 15 * 60 * 1000,
            user=self.people[who],
        )

    def session_of(self, user: User) -> str:
        """An access token of this person, past every fault."""
        self._issued += 1
        self.tokens[f"access-{self._issued}"] = user.id
        return f"access-{self._issued}"

    def end_session(self, token: str) -> None:
        self._meet("end_session")
        self.tokens.pop(token, None)

    # -- reading

    def meta(self) -> Meta:
        self._meet("meta")
        self._hear_time(self.clock.now)
        return Meta(
            name="fake",
            api_min=1,
            api_max=1,
            oldest_client="0.1.0",
            epoch=self.epoch,
            retention_days=30,
            batch_limit=self.batch_limit,
            server_time=self.clock.now,
            kept_until=self.kept_until,
            features=self.features,
        )

    def directory(self, token: str) -> Directory:
        user = self._meet("directory", token)
        places = tuple(PlaceName(id=w, names={"en": w, "zh": w}, spoken={}) for w in user.warehouses)
        return Directory(warehouses=places, carriers=())

    def orders(self, token: str, after: OrderId | None, limit: int) -> Snapshot:
        user = self._meet("orders", token)
        mine = sorted(self.scope(user), key=lambda o: o.id)
        page = [order for order in mine if after is None or order.id > after][:limit]
        rest = bool(page) and page[-1].id != mine[-1].id
        return Snapshot(
            orders=tuple(page),
            bodies=tuple(encode(order) for order in page),
            after=page[-1].id if rest else None,
            cursor=f"{self.epoch}.{self.seq}",
        )

    def changes(self, token: str, cursor: str, limit: int) -> ChangesPage:
        user = self._meet("changes", token)
        epoch, _, since = cursor.rpartition(".")
        if epoch != self.epoch or int(since) < self.pruned:
            raise Answered(problem(Kind.CURSOR_GONE))
        news = [step for step in self.feed if step[0] > int(since) and step[3] & {*user.warehouses}]
        steps = [told for step in news if (told := self._told(user, *step)) is not None]
        page = steps[:limit]
        reached = page[-1].seq if len(steps) > limit else self.seq
        return ChangesPage(
            changes=tuple(page),
            next=f"{self.epoch}.{reached}",
            more=len(steps) > limit,
            count=len(page),
            news=self.news,
        )

    def _told(self, user: User, seq: int, order_id: OrderId, version: int, _: frozenset[WarehouseId]) -> Change | None:
        """The step as this person hears of it; one that a newer step replaces is left out."""
        order = self.orders_now[order_id]
        if not self._visible(user, order):
            return Change(id=order_id, version=version, seq=seq, op="remove")
        if order.version != version:
            return None
        return Change(id=order_id, version=version, seq=seq, op="put", order=mask(order, user.role))

    @staticmethod
    def _visible(user: User, order: Order) -> bool:
        return order.warehouse in user.warehouses and order.status is not Status.CLOSED

    def scope(self, user: User) -> list[Order]:
        return [mask(o, user.role) for o in self.orders_now.values() if self._visible(user, o)]

    def checksum(self, token: str) -> Checksum:
        user = self._meet("checksum", token)
        pairs: list[tuple[str, int]] = [(o.id, o.version) for o in self.scope(user)]
        return Checksum(count=len(pairs), hash=scope_hash(pairs), cursor=f"{self.epoch}.{self.seq}")

    def history(self, token: str, order_id: OrderId) -> History:
        self._meet(f"history of {order_id}", token)
        return History(entries=(), count=0)

    def messages(self, token: str) -> Messages:
        user = self._meet("messages", token)
        told = tuple(m for m in self.told if m.to.id in {"", user.id} and m.expires_at > self.clock.now)
        return Messages(messages=told, count=len(told))

    def views(self, token: str) -> SharedViews:
        self._meet("views", token)
        return SharedViews(views=tuple(self.shared), count=len(self.shared))

    def tell(self, message: Message) -> None:
        """Somebody says something: the feed grows by a step without an order."""
        self.told.append(message)
        self.news = self.seq = self.seq + 1

    def reassign_options(self, token: str, order_id: OrderId) -> ReassignOptions:
        self._meet("reassign_options", token)
        return ReassignOptions(options=(), version=self.orders_now[order_id].version)

    # -- commands

    def push(self, token: str, commands: Sequence[Command]) -> tuple[Result, ...]:
        late = self._late_fault()
        user = self._meet("push", token)
        if any(command.key in self.poison for command in commands):
            raise Answered(problem(Kind.MALFORMED))
        if any(command.key in self.stumbles_over for command in commands):
            self.stumbled.append(tuple(commands))
            raise Answered(problem(Kind.INTERNAL))
        results = tuple(self._settle(user, command) for command in commands)
        if late is Fault.LOST_ANSWER:
            raise CentralUnreachable("the answer was lost")
        if late is Fault.CUT_ANSWER:
            raise MalformedAnswer("the answer was cut")
        return results

    def result(self, token: str, key: CommandKey) -> Result:
        self._meet("result", token)
        if key not in self.results:
            raise Answered(problem(Kind.NOT_FOUND))
        return self.results[key][1]

    def _settle(self, user: User, command: Command) -> Result:
        self.sent_under.append((user.id, command))
        if command.issued_by != user.id:
            return self._rejected(command, Kind.NOT_PERMITTED)
        known = self.results.get(command.key)
        if known is not None:
            return known[1] if known[0] == fingerprint(command) else self._rejected(command, Kind.KEY_REUSED)
        result = self._decide(user, command)
        self.results[command.key] = (fingerprint(command), result)
        return result

    def _decide(self, user: User, command: Command) -> Result:
        order = self.orders_now.get(command.order_id)
        if malformed(command) is not None or order is None:
            return self._rejected(command, Kind.MALFORMED)
        if command.op is Op.DECIDE:
            self.effects[command.key] += 1
            return Result(key=command.key, status=ResultStatus.APPLIED, at=self.clock.now, outcome=Outcome.DECIDED)
        organises = command.op in ORGANISING
        if not organises and command.after is not None and not self._follows(command, order):
            return self._answer(command, ResultStatus.BLOCKED, user, order, problem=problem(Kind.BLOCKED))
        if not organises and command.base is not None and not order.same_since <= command.base <= order.version:
            return self._answer(command, ResultStatus.CONFLICT, user, order, problem=problem(Kind.CONFLICT))
        refused = refusal(user, order, command)
        done = refused or apply(order, command, self.clock.now)
        if organises and done in MEANWHILE and command.base != order.version:
            return self._answer(command, ResultStatus.CONFLICT, user, order, problem=problem(Kind.CONFLICT))
        if isinstance(done, Refusal):
            return self._answer(command, ResultStatus.REJECTED, user, order, refusal=done.value)
        self.effects[command.key] += 1
        self.applied_to[command.key] = order
        since = order.same_since if organises else 0
        after = order if done.order == order else self.put(msgspec.structs.replace(done.order, since=since))
        return self._answer(command, ResultStatus.APPLIED, user, after, outcome=done.outcome)

    def _follows(self, command: Command, order: Order) -> bool:
        prior = self.results.get(command.after or CommandKey(""))
        if prior is None or prior[1].status is not ResultStatus.APPLIED or organised(prior[1].outcome):
            return False
        return order.same_since <= (prior[1].version or 0) <= order.version

    def _answer(self, command: Command, status: ResultStatus, user: User, order: Order, **more: object) -> Result:
        result = Result(
            key=command.key,
            status=status,
            at=self.clock.now,
            version=order.version,
            order=mask(order, user.role),
            actions=actions(user, order),
        )
        return msgspec.structs.replace(result, **more)

    def _rejected(self, command: Command, kind: Kind) -> Result:
        return Result(key=command.key, status=ResultStatus.REJECTED, at=self.clock.now, problem=problem(kind))

    # -- faults

    def _late_fault(self) -> Fault | None:
        """A fault that comes only after the work is done."""
        if self.faults and self.faults[0] in {Fault.LOST_ANSWER, Fault.CUT_ANSWER}:
            return self.faults.popleft()
        return None

    def _meet(self, call: str, token: str | None = None) -> User:
        self.calls.append(call)
        if self.faults:
            _raise(self.faults.popleft())
        if token is None:
            return next(iter(self.people.values()))
        who = self.tokens.get(token)
        if who is None:
            raise Answered(problem(Kind.SIGN_IN_AGAIN))
        return self.people[who]


def _raise(fault: Fault) -> None:
    if fault in {Fault.LOST_REQUEST, Fault.LOST_ANSWER}:
        raise CentralUnreachable("nobody answers")
    if fault is Fault.CUT_ANSWER:
        raise MalformedAnswer("the answer was cut")
    raise Answered(problem(Kind[fault.name]), retry_after=7.0 if fault is Fault.UNAVAILABLE else None)
