"""What may desktop and voice do? The one door: sign in, look, submit, undo, decide, listen.

Every method may be called from any thread. ``submit`` returns only when the command is durable.
"""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from sync.asking import Asking
from sync.bulk import Taken
from sync.caches import Caches
from sync.client.api import CentralApi
from sync.client.company import Browser, CompanyAccounts
from sync.client.hints import Hints
from sync.client.login import Login
from sync.client.skew import CentralClock
from sync.decisions import Recorded, record
from sync.domain.apply import Refusal, apply
from sync.domain.commands import ORGANISING, Args, Command, Heard, Op, malformed
from sync.domain.order import CommandKey, Order, OrderId
from sync.domain.organise import taken_back
from sync.domain.permissions import User, refusal
from sync.engine import Engine
from sync.errors import NotSignedIn, Refused, StoreDamaged, StoreError
from sync.events import CommandQueued, Connection, Event, OrdersChanged, QueueSalvaged, UserChanged
from sync.keys import new_key
from sync.looking import Looking
from sync.running import Runner
from sync.store.outbox import UNKNOWN, Draft
from sync.store.projection import Seen
from sync.tidying import Tidying
from sync.wire.messages import Directory, Result, ResultStatus
from sync.wishes import Wish, to_command
from sync.workstation import Workstation

__all__ = ["Desk", "Wish"]

T = TypeVar("T")
_log = logging.getLogger(__name__)
_NOWHERE = Directory(warehouses=(), carriers=())


class Desk(Looking, Asking):
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
        self._now = CentralClock(now, self._outbox)
        api.tell_time_to(self._now.heard)
        self._report = report or (lambda fault: _log.error("sync: %s", fault, exc_info=fault))
        self.device = self._outbox.fact("device", lambda: f"desk-{new_key(now())}")
        self._login = Login(api, self._outbox, self.device, now, tokens=workstation.tokens)
        self._company = CompanyAccounts(api, self._login, self._outbox, proxy=api.proxy, verify=api.verify)
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
            now=self._now,
            chance=chance or random.Random(),  # noqa: S311  jitter, not secrets
            hints_alive=lambda: self._hints.alive,
        )
        self.engine.tidying = Tidying(self._outbox, self._caches, now)
        self._runner = Runner(self.engine, self._mend)
        self._hints = Hints(api, self._login, self._runner.wake, cursor=self._place)

    # -- life

    def start(self) -> None:
        """Begin to push, pull and listen, in threads of its own."""
        self._runner.start()
        self._hints.start()

    def stop(self) -> None:
        """End the threads at once, then close network and caches. The workstation is closed by whoever opened it."""
        self._company.cancel()
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

    # -- who

    @property
    def user(self) -> User | None:
        return self._login.user

    def now(self) -> int:
        """Unix ms by the central's clock, as far as it is known here; what due times are to be compared with."""
        return self._now()

    @property
    def connection(self) -> Connection:
        return self.engine.connection

    def sign_in(self, badge: str, pin: str, language: str) -> User:
        """Blocking; raises SignInRefused, SignInLocked, WorkstationRevoked, CentralUnreachable and its kinds.

        Whoever was signed in is not signed out by this: their commands go on under their own name.
        """
        return self._arrived(self._login.sign_in(badge, pin, language))

    def offers_company_accounts(self) -> bool:
        """Whether the central lets people sign in with the company's accounts; blocking."""
        return self._company.are_offered()

    def sign_in_by_company_account(self, browser: Browser, language: str) -> User:
        """Blocking while the person is in the browser; raises SignInCancelled, ProviderRefused, ProviderUnreachable
        and what ``sign_in`` raises.
        """
        return self._arrived(self._company.sign_in(browser, language))

    def cancel_sign_in(self) -> None:
        """End the wait for the browser; returns at once."""
        self._company.cancel()

    def _arrived(self, user: User) -> User:
        self._derive(lambda: self._cache.reset_pending(self._outbox.pending))
        self._tell(UserChanged(user))
        self._tell(OrdersChanged())
        salvage = self._workstation.take_salvage()
        if salvage is not None:
            self._tell(QueueSalvaged(salvage))
        self._hints.reconnect()
        self._runner.wake()
        return user

    def sign_out(self) -> None:
        """Blocking, a few seconds at most; the queue stays and is sent when its issuer signs in again."""
        self._login.sign_out()
        self._hints.reconnect()
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
        return self._submit(wish, self._epoch())

    def _submit(self, wish: Wish, epoch: str) -> CommandKey:
        """``epoch`` was read before the order: one of an older history waits for a look at the new state."""
        user = self._signed_in()
        key = new_key(self._now())
        with self._submitting:
            self._outbox.add_all((self._draft(user, wish, key, self.order(wish.order_id), epoch),))
        self._queued(key, wish.order_id)
        return key

    def submit_all(self, wishes: Sequence[tuple[CommandKey, Wish]]) -> tuple[Taken, ...]:
        """Accept many commands under these keys, in one transaction: all that are not refused at once, or none.

        Raises NotSignedIn and StoreFull; what is refused is told for each. For a few hundred at a time.
        """
        user = self._signed_in()
        taken: list[Taken] = []
        drafts: list[Draft] = []
        with self._submitting:
            epoch = self._epoch()
            seen = self.seen_all([wish.order_id for _, wish in wishes])
            for key, wish in wishes:
                try:
                    drafts.append(self._draft(user, wish, key, seen.get(wish.order_id), epoch))
                    taken.append(Taken(wish.order_id, key))
                except Refused as refused:
                    taken.append(Taken(wish.order_id, key, refused.refusal))
            self._outbox.add_all(drafts)
        self._all_queued(tuple(t.order_id for t in taken if t.refusal is None))
        return tuple(taken)

    def _all_queued(self, ids: tuple[OrderId, ...]) -> None:
        if ids:
            self._derive(lambda: self._cache.note_pending(ids, self._outbox.pending))
            self._tell(OrdersChanged(ids))
            self._derive(self.engine.announce_queue)
            self._runner.wake()

    def _refuse_early(self, user: User, wish: Wish, seen: Seen | None) -> None:
        trial = to_command(wish, CommandKey(""), 0, self.device, user, self._now())
        wrong = malformed(trial)
        if wrong is not None:
            raise ValueError(f"a wish that means nothing: {wrong}")
        if wish.op in ORGANISING and not self._offers("organise"):
            raise Refused(Refusal.NOT_OFFERED)
        if seen is None:
            return
        expected = seen.last.expected if wish.after is not None and seen.last else None
        if isinstance(expected, Refusal):
            raise Refused(expected)  # what is shown is not what the order becomes should the central see it otherwise
        refused = refusal(user, seen.order, trial)
        if refused is None and wish.op is not Op.UNDO:
            result = apply(seen.order, trial, self._now())
            refused = result if isinstance(result, Refusal) else None
        if refused is not None:
            raise Refused(refused)

    def undo(self, key: CommandKey, heard: Heard | None = None) -> CommandKey | None:
        """Take a command back: None when it had not been sent, else the key of the undo that follows it.

        ``heard`` is how that was said, where it was spoken. Raises Refused for another person's command, and for one
        that did nothing or that another one followed.
        """
        user, epoch = self._signed_in(), self._epoch()
        command, _ = self._found(key)
        if command.issued_by != user.id:
            raise Refused(Refusal.NOT_YOURS_TO_UNDO)
        with self._submitting:
            withdrawn = self._outbox.withdraw(key)
        if withdrawn:
            self._queued(key, command.order_id)
            return None
        if command.op in ORGANISING:
            return self._take_back(command, heard)
        pending = [c for c in self._outbox.unsettled(command.order_id) if c.op not in ORGANISING]
        _, result = self._found(key)
        if pending and pending[-1].key != key:
            raise Refused(Refusal.NOTHING_TO_UNDO)
        wish = Wish(order_id=command.order_id, op=Op.UNDO, after=key, args=Args(undo=key), heard=heard)
        if result is not None:
            if result.status is not ResultStatus.APPLIED:
                raise Refused(Refusal.NOTHING_TO_UNDO)
            wish = msgspec.structs.replace(wish, after=None, base=result.version)
        return self._submit(wish, epoch)

    def _take_back(self, command: Command, heard: Heard | None) -> CommandKey:
        """Ask for the opposite of a command that organises: it undoes whatever of it still stands."""
        back, seen = taken_back(command), self.order(command.order_id)
        if back is None or seen is None:
            raise Refused(Refusal.NOTHING_TO_UNDO)
        op, args = back
        if args.until is not None and args.until <= self._now():
            raise Refused(Refusal.NOTHING_TO_UNDO)
        return self.submit(Wish(order_id=command.order_id, op=op, base=seen.truth.version, args=args, heard=heard))

    def _found(self, key: CommandKey) -> tuple[Command, Result | None]:
        found = self._outbox.find(key)
        if found is None:
            raise Refused(Refusal.NOTHING_TO_UNDO)
        return found

    def _queued(self, key: CommandKey, order_id: OrderId) -> None:
        """The command is durable: from here on nothing may look like a failure of it."""
        self._derive(lambda: self._cache.note_pending((order_id,), self._outbox.pending))
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
        self.decide(key, decision)

    def decide(self, key: CommandKey, decision: str, wish: Wish | None = None, heard: Heard | None = None) -> Recorded:
        """Record a person's decision, here and at the central, and the command that it leads to: all in one
        transaction. As ``submit``. ``heard`` is how it was said, where the wish does not tell.
        """
        user = self._signed_in()
        found = self._outbox.find(key)
        if found is None:
            return Recorded(False)
        about, given = found[0], None if wish is None else new_key(self._now())
        told = record(about, decision, given, heard if wish is None else wish.heard or heard)
        drafts: list[Draft] = []
        with self._submitting:
            epoch = self._epoch()
            if told is not None and self._offers("decisions"):
                drafts.append(self._built(user, told, new_key(self._now()), None, epoch))
            if wish is not None and given is not None:
                drafts.append(self._draft(user, wish, given, self._given_on(wish), epoch))
            if not self._outbox.decide(key, decision, user.id, *drafts):
                return Recorded(False)
        self._all_queued((about.order_id,))
        if given is not None:
            self._queued(given, about.order_id)
        return Recorded(True, given)

    def _given_on(self, wish: Wish) -> Seen | None:
        """The state that the wish stands on: the central's own when it names a version, whatever waits besides."""
        seen = self.order(wish.order_id)
        return seen if seen is None or wish.after is not None else Seen(order=seen.truth, truth=seen.truth)

    def _draft(self, user: User, wish: Wish, key: CommandKey, seen: Seen | None, epoch: str) -> Draft:
        self._refuse_early(user, wish, seen)
        return self._built(user, wish, key, None if seen is None else seen.truth, epoch)

    def _built(self, user: User, wish: Wish, key: CommandKey, now: Order | None, epoch: str) -> Draft:
        """``now`` is the order as it is, of the history ``epoch``: meant where nobody says what was seen."""
        seen = now if wish.seen is None else wish.seen.order
        if wish.seen is not None:  # what was seen before any history was known need not be of this one
            epoch = wish.seen.epoch or (UNKNOWN if epoch else "")
        return Draft(lambda n: to_command(wish, key, n, self.device, user, self._now()), seen, epoch)

    def _place(self) -> str | None:
        """Where this person's cache stands in the feed."""
        return self._look(lambda cache: cache.fact("cursor"))
