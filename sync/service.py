"""What may desktop and voice do? The one door: sign in, look, submit, undo, decide, listen.

Every method may be called from any thread. ``submit`` returns only when the command is durable.
"""

import logging
import random
import threading
from array import array
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from sync.caches import Caches
from sync.client.api import CentralApi
from sync.client.hints import Hints
from sync.client.login import Login
from sync.domain.apply import Refusal, apply
from sync.domain.commands import Args, Command, Heard, Op, malformed
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order, OrderId
from sync.domain.permissions import Action, User, actions, refusal
from sync.engine import Engine, Runner
from sync.errors import Answered, NotSignedIn, Refused, StoreDamaged, StoreError
from sync.events import CommandQueued, Connection, Event, OrdersChanged, UserChanged
from sync.keys import new_key
from sync.store.listing import Counts, ListQuery, Row
from sync.store.orders import OrderCache
from sync.store.outbox import Settled
from sync.store.projection import Seen, project
from sync.wire.codec import decode
from sync.wire.messages import Directory, History, ReassignOptions, Result, ResultStatus
from sync.wire.problems import Kind
from sync.workstation import Workstation

T = TypeVar("T")
_log = logging.getLogger(__name__)
_NOWHERE = Directory(warehouses=(), carriers=())


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks for, on the order as that person saw it: ``base`` or ``after`` from ``Seen``, not both."""

    order_id: OrderId
    op: Op
    base: int | None = None
    after: CommandKey | None = None
    reason: Reason | None = None
    args: Args = Args()
    heard: Heard | None = None


class Desk:
    """One workstation at work. ``start`` begins to sync, ``stop`` ends it and closes what was opened here."""

    def __init__(
        self,
        workstation: Workstation,
        api: CentralApi,
        *,
        now: Callable[[], int],
        chance: random.Random | None = None,
        report: Callable[[BaseException], None] | None = None,
    ) -> None:
        self._workstation = workstation
        self._outbox = workstation.outbox
        self._api = api
        self._now = now
        self._report = report or (lambda fault: _log.error("sync: %s", fault, exc_info=fault))
        self.device = self._outbox.fact("device", lambda: f"desk-{new_key(now())}")
        self._login = Login(api, self._outbox, self.device, now)
        self._listeners: list[Callable[[Event], None]] = []
        self._listening = threading.Lock()
        self._caches = Caches(workstation, api.url, self._outbox.pending, self._refill)
        self._submitting = threading.Lock()
        self.engine = Engine(
            api,
            self._login,
            self._outbox,
            self._caches.of,
            self._tell,
            now=now,
            chance=chance or random.Random(),  # noqa: S311  jitter, not secrets
            hints_alive=lambda: self._hints.alive,
        )
        self._runner = Runner(self.engine, self._mend)
        self._hints = Hints(api, self._login, self._runner.wake)

    # -- life

    def start(self) -> None:
        """Begin to push, pull and listen, in threads of its own."""
        self._runner.start()
        self._hints.start()

    def stop(self) -> None:
        """End the threads at once, then close network and caches. The workstation is closed by whoever opened it."""
        self._api.hang_up()
        self._hints.stop()
        self._runner.stop()
        self._api.close()
        self._caches.close()

    def wake(self) -> None:
        """Sync now instead of at the next turn."""
        self._runner.wake()

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call ``listener`` with every event, on the thread where it happens; the answer ends that."""
        with self._listening:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._listening:
                self._listeners.remove(listener)

        return unsubscribe

    def _tell(self, event: Event) -> None:
        """A listener that fails is reported; what happened has happened, and the others hear of it."""
        with self._listening:
            listeners = tuple(self._listeners)
        for listener in listeners:
            try:
                listener(event)
            except Exception as fault:  # noqa: BLE001  the edge to foreign code: told to the one reporter
                self._report(fault)

    def _mend(self, fault: BaseException) -> None:
        """A damaged cache is built anew; anything else goes to the one reporter."""
        if not (isinstance(fault, StoreDamaged) and self._caches.mend(fault)):
            self._report(fault)

    def _refill(self) -> None:
        """A cache was made anew: show that it is empty, and fill it."""
        self._tell(OrdersChanged())
        self._runner.wake()

    @property
    def _cache(self) -> OrderCache:
        return self._caches.of(self._login.user)

    def _look(self, read: Callable[[OrderCache], T]) -> T:
        return self._caches.look(lambda: self._login.user, read)

    # -- who

    @property
    def user(self) -> User | None:
        return self._login.user

    @property
    def connection(self) -> Connection:
        return self.engine.connection

    def sign_in(self, badge: str, pin: str, language: str) -> User:
        """Blocking; raises SignInRefused, CentralUnreachable (and WrongServer, CertificateRefused)."""
        user = self._login.sign_in(badge, pin, language)
        self._derive(lambda: self._cache.reset_pending(self._outbox.pending))
        self._tell(UserChanged(user))
        self._tell(OrdersChanged())
        self._hints.reconnect()
        self._runner.wake()
        return user

    def sign_out(self) -> None:
        """Blocking, a few seconds at most; the queue stays and is sent when its issuer signs in again."""
        self._login.sign_out()
        self._tell(UserChanged(None))
        self._runner.wake()

    def _signed_in(self) -> User:
        user = self._login.user
        if user is None:
            raise NotSignedIn("sign in first")
        return user

    # -- write

    def submit(self, wish: Wish) -> CommandKey:
        """Accept a command; returns after COMMIT. Raises NotSignedIn, Refused, StoreFull.

        Refused here is only what the central would refuse too; what it alone knows comes back as a result.
        """
        user = self._signed_in()
        key = new_key(self._now())
        with self._submitting:
            seen = self.order(wish.order_id)
            self._refuse_early(user, wish, seen)
            self._outbox.add(
                lambda n: _command(wish, key, n, self.device, user, self._now()),
                None if seen is None else seen.truth,
                self._look(lambda cache: cache.fact("epoch")) or "",
            )
        self._queued(key, wish.order_id)
        return key

    def _refuse_early(self, user: User, wish: Wish, seen: Seen | None) -> None:
        trial = _command(wish, CommandKey(""), 0, self.device, user, self._now())
        wrong = malformed(trial)
        if wrong is not None:
            raise ValueError(f"a wish that means nothing: {wrong}")
        if seen is None:
            return
        expected = seen.pending[-1].expected if wish.after is not None and seen.pending else None
        if isinstance(expected, Refusal):
            raise Refused(expected)  # what is shown is not what the order becomes should the central see it otherwise
        refused = refusal(user, seen.order, trial)
        if refused is None and wish.op is not Op.UNDO:
            result = apply(seen.order, trial, self._now())
            refused = result if isinstance(result, Refusal) else None
        if refused is not None:
            raise Refused(refused)

    def undo(self, key: CommandKey) -> CommandKey | None:
        """Take a command back: None when it had not been sent, else the key of the undo that follows it.

        Raises Refused for another person's command, and for one that did nothing or that another one followed.
        """
        user = self._signed_in()
        command, _ = self._found(key)
        if command.issued_by != user.id:
            raise Refused(Refusal.NOT_YOURS_TO_UNDO)
        with self._submitting:
            withdrawn = self._outbox.withdraw(key)
        if withdrawn:
            self._queued(key, command.order_id)
            return None
        pending = self._outbox.unsettled(command.order_id)
        _, result = self._found(key)
        if pending and pending[-1].key != key:
            raise Refused(Refusal.NOTHING_TO_UNDO)
        if result is None:
            return self.submit(Wish(order_id=command.order_id, op=Op.UNDO, after=key, args=Args(undo=key)))
        if result.status is not ResultStatus.APPLIED:
            raise Refused(Refusal.NOTHING_TO_UNDO)
        return self.submit(Wish(order_id=command.order_id, op=Op.UNDO, base=result.version, args=Args(undo=key)))

    def _found(self, key: CommandKey) -> tuple[Command, Result | None]:
        found = self._outbox.find(key)
        if found is None:
            raise Refused(Refusal.NOTHING_TO_UNDO)
        return found

    def _queued(self, key: CommandKey, order_id: OrderId) -> None:
        """The command is durable: from here on nothing may look like a failure of it."""
        self._derive(lambda: self._cache.mark_pending((order_id,), self._outbox.pending))
        self._tell(CommandQueued(key, order_id))
        self._tell(OrdersChanged((order_id,)))
        self._derive(self.engine.announce_queue)
        self._runner.wake()

    def _derive(self, write: Callable[[], None]) -> None:
        """Write what only follows from the outbox: a fault of the store is mended or reported, and no more."""
        try:
            write()
        except StoreError as fault:
            self._mend(fault)

    def acknowledge(self, key: CommandKey, decision: str) -> None:
        """Record a person's decision about a conflict or rejection."""
        user = self._signed_in()
        found = self._outbox.find(key)
        if found is not None and self._outbox.decide(key, decision, user.id):
            self._tell(OrdersChanged((found[0].order_id,)))
            self._runner.wake()

    # -- look

    def order(self, order_id: OrderId) -> Seen | None:
        """The order as it stands on the screen; None when this cache does not hold it."""
        truth = self._look(lambda cache: cache.order(order_id))
        return None if truth is None else self._project(truth)

    def _project(self, truth: Order) -> Seen:
        return project(truth, self._outbox.unsettled(truth.id))

    def find_by_tail(self, digits: str) -> tuple[Seen, ...]:
        """Open orders whose number ends with these digits (four or more)."""
        return tuple(self._project(order) for order in self._look(lambda cache: cache.by_tail(digits)))

    def ids(self, query: ListQuery) -> "array[int]":
        """Row ids of a list in its order; fast, but not for the Qt thread with 200,000 orders."""
        only = None
        if query.view == "attention":
            only = self._outbox.attention_orders()
        elif query.view == "pending":
            only = frozenset(self._outbox.pending())
        return self._look(lambda cache: cache.ids(query, only))

    def rows(self, rowids: Sequence[int]) -> list[Row]:
        """The rows of these ids; under a millisecond for a screenful."""
        attention = self._outbox.attention_orders()
        return self._look(lambda cache: cache.rows(rowids, attention))

    def counts(self) -> Counts:
        listed, total, kinds = self._look(lambda cache: cache.counts())
        attention, pending = len(self._outbox.attention()), len(self._outbox.pending())
        return Counts(stopped=listed, all=total, attention=attention, pending=pending, kinds=kinds)

    def actions(self, seen: Seen) -> tuple[Action, ...]:
        """Every verb for this order and the signed-in person; empty when nobody is."""
        user = self._login.user
        return () if user is None else actions(user, seen.order)

    def attention(self) -> tuple[Settled, ...]:
        """What waits for a person's decision, oldest first."""
        return self._outbox.attention()

    def result(self, key: CommandKey) -> Result | None:
        found = self._outbox.find(key)
        return None if found is None else found[1]

    def directory(self) -> Directory:
        """The places' names as last heard from the central; empty before the first time."""
        stored = self._look(lambda cache: cache.fact("directory"))
        return _NOWHERE if stored is None else decode(stored, Directory)

    # -- ask the central

    def history(self, order_id: OrderId) -> History:
        """The audit trail; blocking; raises CentralUnreachable, Answered, NotSignedIn."""
        return self._ask(lambda token: self._api.history(token, order_id))

    def reassign_options(self, order_id: OrderId) -> ReassignOptions:
        """Where the order could go; blocking; raises CentralUnreachable, Answered, NotSignedIn."""
        return self._ask(lambda token: self._api.reassign_options(token, order_id))

    def _ask(self, call: Callable[[str], T]) -> T:
        """A call under the person's token, renewed once when it is refused."""
        token = self._login.token()
        try:
            return call(token)
        except Answered as answer:
            if answer.problem.type != Kind.SIGN_IN_AGAIN.uri:
                raise
            self._login.renew(token)
            return call(self._login.token())


def _command(wish: Wish, key: CommandKey, n: int, device: str, user: User, at: int) -> Command:
    return Command(
        key=key,
        device=device,
        n=n,
        order_id=wish.order_id,
        op=wish.op,
        args=wish.args,
        reason=wish.reason,
        base=wish.base,
        after=wish.after,
        issued_by=user.id,
        issued_at=at,
        heard=wish.heard,
    )
