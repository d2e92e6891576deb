"""What may desktop and voice do? The one door: sign in, look, submit, undo, decide, listen.

Every method may be called from any thread. ``submit`` returns only when the command is durable.
"""

import logging
import random
import threading
from array import array
from collections.abc import Callable, Sequence

import msgspec

from sync.client.api import CentralApi
from sync.client.hints import Hints
from sync.client.login import Login
from sync.domain.apply import Refusal, apply
from sync.domain.commands import Args, Command, Heard, Op
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order, OrderId
from sync.domain.permissions import Action, User, actions, refusal
from sync.engine import Engine, Runner
from sync.errors import NotSignedIn, Refused, StoreDamaged
from sync.events import CommandQueued, Connection, Event, OrdersChanged, UserChanged
from sync.keys import new_key
from sync.store.listing import Counts, ListQuery, Row
from sync.store.orders import OrderCache
from sync.store.outbox import Settled
from sync.store.projection import Seen, project
from sync.wire.codec import decode
from sync.wire.messages import Directory, History, ReassignOptions, Result
from sync.workstation import Workstation

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
        self._cache = workstation.open_cache(api.url, None)
        self._caches: dict[str, OrderCache] = {str(self._cache.path): self._cache}
        self._submitting = threading.Lock()
        self.engine = Engine(
            api,
            self._login,
            self._outbox,
            lambda: self._cache,
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
        """End the threads, then close network and caches. The workstation is closed by whoever opened it."""
        self._hints.stop()
        self._runner.stop()
        self._api.close()
        for cache in self._caches.values():
            cache.close()

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
        with self._listening:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(event)

    def _mend(self, fault: BaseException) -> None:
        """A damaged cache is built anew; anything else goes to the one reporter."""
        if isinstance(fault, StoreDamaged) and self._workstation.outbox.path.name not in str(fault):
            _log.warning("the cache is damaged and is built anew: %s", fault)
            path = self._cache.path
            self._cache.close()
            self._use(self._workstation.new_cache(path))
            self._runner.wake()
            return
        self._report(fault)

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
        path = str(self._workstation.cache_path(self._api.url, user))
        self._use(self._caches.get(path) or self._workstation.open_cache(self._api.url, user))
        self._tell(UserChanged(user))
        self._tell(OrdersChanged())
        self._runner.wake()
        return user

    def sign_out(self) -> None:
        """Blocking, a few seconds at most; the queue stays and is sent when its issuer signs in again."""
        self._login.sign_out()
        self._tell(UserChanged(None))
        self._runner.wake()

    def _use(self, cache: OrderCache) -> None:
        self._caches[str(cache.path)] = cache
        cache.reset_pending(_per_order(self._outbox.unsettled()))
        self._cache = cache

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
        with self._submitting:
            seen = self.order(wish.order_id)
            self._refuse_early(user, wish, seen)
            key = new_key(self._now())
            self._outbox.add(
                lambda n: _command(wish, key, n, self.device, user, self._now()), None if seen is None else seen.truth
            )
        self._queued(key, wish.order_id)
        return key

    def _refuse_early(self, user: User, wish: Wish, seen: Seen | None) -> None:
        if seen is None:
            return
        trial = _command(wish, CommandKey(""), 0, self.device, user, self._now())
        refused = refusal(user, seen.truth, trial)
        if refused is None and wish.op is not Op.UNDO:
            result = apply(seen.order, trial, self._now())
            refused = result if isinstance(result, Refusal) else None
        if refused is not None:
            raise Refused(refused)

    def undo(self, key: CommandKey) -> CommandKey | None:
        """Take a command back: None when it had not been sent, else the key of the undo that follows it."""
        found = self._outbox.find(key)
        if found is None:
            raise Refused(Refusal.NOTHING_TO_UNDO)
        command, result = found
        if result is None and self._outbox.withdraw(key):
            self._queued(key, command.order_id)
            return None
        after = None if result is not None else key
        base = result.version if result is not None else None
        return self.submit(
            Wish(order_id=command.order_id, op=Op.UNDO, base=base, after=after, args=Args(undo=key), reason=None)
        )

    def _queued(self, key: CommandKey, order_id: OrderId) -> None:
        self._cache.mark_pending({order_id: len(self._outbox.unsettled(order_id))})
        self._tell(CommandQueued(key, order_id))
        self._tell(OrdersChanged((order_id,)))
        self.engine.announce_queue()
        self._runner.wake()

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
        truth = self._cache.order(order_id)
        return None if truth is None else self._project(truth)

    def _project(self, truth: Order) -> Seen:
        return project(truth, self._outbox.unsettled(truth.id))

    def find_by_tail(self, digits: str) -> tuple[Seen, ...]:
        """Open orders whose number ends with these digits (four or more)."""
        return tuple(self._project(order) for order in self._cache.by_tail(digits))

    def ids(self, query: ListQuery) -> "array[int]":
        """Row ids of a list in its order; fast, but not for the Qt thread with 200,000 orders."""
        only = None
        if query.view == "attention":
            only = frozenset(s.command.order_id for s in self._outbox.attention())
        elif query.view == "pending":
            only = frozenset(c.order_id for c in self._outbox.unsettled())
        return self._cache.ids(query, only)

    def rows(self, rowids: Sequence[int]) -> list[Row]:
        """The rows of these ids; under a millisecond for a screenful."""
        return self._cache.rows(rowids, frozenset(s.command.order_id for s in self._outbox.attention()))

    def counts(self) -> Counts:
        listed, total, kinds = self._cache.counts()
        pending = len({c.order_id for c in self._outbox.unsettled()})
        return Counts(stopped=listed, all=total, attention=len(self._outbox.attention()), pending=pending, kinds=kinds)

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
        stored = self._cache.fact("directory")
        return _NOWHERE if stored is None else decode(stored, Directory)

    # -- ask the central

    def history(self, order_id: OrderId) -> History:
        """The audit trail; blocking; raises CentralUnreachable, Answered, NotSignedIn."""
        return self._api.history(self._login.token(), order_id)

    def reassign_options(self, order_id: OrderId) -> ReassignOptions:
        """Where the order could go; blocking; raises CentralUnreachable, Answered, NotSignedIn."""
        return self._api.reassign_options(self._login.token(), order_id)


def _per_order(commands: Sequence[Command]) -> dict[OrderId, int]:
    found: dict[OrderId, int] = {}
    for command in commands:
        found[command.order_id] = found.get(command.order_id, 0) + 1
    return found


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
