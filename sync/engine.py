"""What does the workstation do next with the central? Push, pull, index, wait: one small step at a time.

No thread, socket or clock of its own: ``sync.running`` turns it, tests turn it by hand. A step that fails waits and is
tried again for ever; what a person must do something about is told as a ``Connection``.
"""

import functools
import logging
import random
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from sync import checking
from sync.checking import Checking
from sync.client.backoff import LAST_S, Backoff
from sync.client.readahead import Snapshot
from sync.domain.commands import Command, Op
from sync.domain.order import CommandKey, OrderId, UserId
from sync.domain.permissions import User
from sync.errors import (
    Answered,
    CentralUnreachable,
    MalformedAnswer,
    NotSignedIn,
    StoreClosed,
    StoreFull,
    SyncError,
    WorkstationRevoked,
)
from sync.events import CommandSettled, Connection, ConnectionChanged, Event, Link, OrdersChanged, UserChanged
from sync.news import Colleagues, News
from sync.portions import Portions
from sync.relay import Absent, Relay
from sync.reviewing import Reviewing
from sync.store.orders import OrderCache
from sync.store.outbox import Outbox
from sync.stumbling import Stumbling
from sync.tidying import Tidying
from sync.waking import Waking
from sync.wire.codec import encode
from sync.wire.messages import BATCH_LIMIT, PAGE_LIMIT, ChangesPage, Directory, Meta, Result, ResultStatus
from sync.wire.problems import Kind, Problem

_log = logging.getLogger(__name__)
POLL_S = 3.0
POLL_WITH_HINTS_S = 25.0
FULL_S = 5.0
"""How long to wait at least until a full disk is tried again."""
INDEX_SLICE = 1000
CHANGES_LIMIT = 500
_POISON = {Kind.MALFORMED.uri, Kind.TOO_LARGE.uri, Kind.KEY_REUSED.uri, Kind.REFUSED.uri}
"""Problems that a batch has because of one of its commands, and always will."""


class Central(checking.Central, Colleagues, Protocol):
    """What the engine asks of the central."""

    def meta(self) -> Meta: ...
    def directory(self, token: str) -> Directory: ...
    def orders(self, token: str, after: OrderId | None, limit: int) -> Snapshot: ...
    def changes(self, token: str, cursor: str, limit: int) -> ChangesPage: ...
    def push(self, token: str, commands: Sequence[Command]) -> tuple[Result, ...]: ...
    def result(self, token: str, key: CommandKey) -> Result: ...


class Identity(Protocol):
    """Who is signed in, and the token of that person."""

    @property
    def user(self) -> User | None: ...
    def token(self, of: User | None = None) -> str: ...
    def renew(self, refused: str) -> None: ...


class Signed(Identity, Absent, Protocol):
    """Who is signed in, and who was before."""


class Engine:
    """The loop's body. ``step`` belongs to one thread; everything else here may be read from any."""

    def __init__(
        self,
        central: Central,
        identity: Signed,
        outbox: Outbox,
        cache: Callable[[User], OrderCache],
        tell: Callable[[Event], None],
        *,
        now: Callable[[], int],
        chance: random.Random,
        hints_alive: Callable[[], bool] = lambda: False,
    ) -> None:
        self._central = central
        self._identity: Identity = identity
        self._outbox = outbox
        self._cache = cache
        self._tell = tell
        self._now = now
        self._checking = Checking(central, outbox, tell, now)
        self._reviewing = Reviewing(central, outbox, self._store, now)
        self._stumbling = Stumbling(outbox, now, chance)
        self._backoff = Backoff(chance)
        self._hints_alive = hints_alive
        self._most = BATCH_LIMIT
        self._portions = Portions()
        self._person: User | None = None
        self._greeted_for: tuple[User, OrderCache, str] | None = None
        self._pulled = 0
        self._renewed = False
        self._relay = Relay(identity, outbox, central.meta, self._push_for, self._new_history, self._stumbling)
        self.waking = Waking(tell, now)
        self._news = News(central, tell)
        self.tidying: Tidying | None = None
        self._announcing = threading.RLock()
        self.connection = Connection(link=Link.SIGNED_OUT)

    def step(self) -> float | None:
        """Do the next piece of work; seconds until there may be more, 0 for at once, None until woken."""
        self._outbox.keep_second()
        self._stumbling.look_at_the_clock()
        user = self._identity.user
        self._notice(user)
        if user is None:
            self._greeted_for = None
            self._checking.abandon()
            self.waking.nobody()
            self._announce(Link.SIGNED_OUT)
        try:
            again = self._turn_for_others() if user is None else self._turn(user)
        except StoreClosed:
            return 0.0  # it was made anew meanwhile
        except (StoreFull, NotSignedIn, WorkstationRevoked, Answered, CentralUnreachable, MalformedAnswer) as fault:
            self._portions.after(fault)
            if user is None:
                named = fault.retry_after if isinstance(fault, Answered | CentralUnreachable) else None
                return self._backoff.failed(at_least=named)
            return self._after_fault(user, fault)
        if again:
            return 0.0
        pause = self._stumbling.shortest_pause
        if user is None:
            return pause
        self._portions.all_came()
        poll = POLL_WITH_HINTS_S if self._hints_alive() else POLL_S
        return poll if pause is None else min(poll, pause)

    def _turn_for_others(self) -> bool:
        again = self._relay.turn(None)
        self.announce_queue()
        return again or self._tidy()

    def _tidy(self) -> bool:
        return self.tidying is not None and self.tidying.look()

    def _notice(self, user: User | None) -> None:
        """Tell it when the central gave the same person another role or scope."""
        before, self._person = self._person, user
        if before is not None and user is not None and before != user and before.id == user.id:
            self._tell(UserChanged(user))
            self._tell(OrdersChanged())

    def _turn(self, user: User) -> bool:
        cache = self._cache(user)
        self.waking.look(user, cache)
        more = self._work(user, cache)
        self._backoff.succeeded()
        if more or self._relay.turn(user.id):
            return True
        if self.connection.link is Link.OFFLINE:
            self._checking.reconnected()
        stumbles = self._stumbling.troubles(user.id, _review_of(user.id))
        self._announce(Link.STUMBLING if stumbles else Link.ONLINE)
        return cache.index_some(INDEX_SLICE) > 0 or self._checking.is_counting or self._tidy()

    def _work(self, user: User, cache: OrderCache) -> bool:
        """One batch out, one page in; all of it under the token of this user and with this user's cache."""
        token = self._identity.token(user)
        try:
            if self._greeted_for != (user, cache, token):
                self._greet(token, user, cache)
            pushed = self._stumbling.unless_paused(user.id, lambda: self._push(token, user.id, cache))
            more = self._pull(token, cache) or pushed or self._reviewed(token, user.id, cache)
            more = more or self._checking.look(token, cache)
        except Answered as answer:
            if answer.problem.type != Kind.SIGN_IN_AGAIN.uri:
                raise
            if self._renewed:
                raise NotSignedIn("the central does not take a fresh token; sign in again") from answer
            self._identity.renew(token)
            self._renewed = True
            return True
        self._renewed = False
        return more

    # -- what went wrong

    def _after_fault(self, user: User, fault: SyncError) -> float | None:
        self._checking.abandon()
        if isinstance(fault, NotSignedIn):
            return self._after_sign_out(user, fault)
        if isinstance(fault, Answered):
            return self._after_problem(fault)
        if isinstance(fault, WorkstationRevoked):
            self._announce(Link.WORKSTATION_REVOKED, fault.key, str(fault))
            return None
        link = Link.STORE_FULL if isinstance(fault, StoreFull) else Link.OFFLINE
        self._announce(link, fault.key, str(fault))
        wait = fault.retry_after if isinstance(fault, CentralUnreachable) else None
        return self._backoff.failed(at_least=FULL_S if link is Link.STORE_FULL else wait)

    def _after_sign_out(self, user: User, ended: NotSignedIn) -> float | None:
        """Go on at once when it is only somebody else's turn, or the same person's role or scope has changed."""
        if self._identity.user != user:
            return 0.0
        self._announce(Link.SIGN_IN_AGAIN, ended.key, str(ended))
        return None

    def _after_problem(self, answer: Answered) -> float | None:
        kind = answer.problem.type
        if kind == Kind.CLIENT_TOO_OLD.uri:
            self._announce(Link.CLIENT_TOO_OLD, kind, str(answer))
            return LAST_S
        if kind != Kind.CURSOR_GONE.uri:  # of which nobody need hear
            self._announce(Link.OFFLINE, kind, str(answer))
        return self._backoff.failed(at_least=answer.retry_after)

    # -- once per access token: a central that was restored from a backup meanwhile must not get what is queued

    def _greet(self, token: str, user: User, cache: OrderCache) -> None:
        """Learn the places' names, and notice a central whose history does not continue the one we know."""
        if self._greeted_for is None or self._greeted_for[:2] != (user, cache):
            self._announce(Link.CONNECTING)
        meta = self._central.meta()
        if self.tidying is not None:
            self.tidying.hear(meta.retention_days)
        if cache.fact("epoch") not in {None, meta.epoch}:
            cache.clear()
            self._tell(OrdersChanged())
        if self._outbox.meet_epoch(meta.epoch, meta.kept_until):
            _log.info("the central's history is another: what was not kept of the one before is sent again")
            cache.reset_pending(self._outbox.pending)
            self.announce_queue()
        directory = self._central.directory(token)
        features = ",".join(meta.features)
        cache.put_facts({"epoch": meta.epoch, "directory": encode(directory).decode(), "features": features})
        self._most = max(1, min(BATCH_LIMIT, meta.batch_limit))
        self._greeted_for = (user, cache, token)
        self._tell(OrdersChanged())

    # -- out

    def _push(self, token: str, user_id: UserId, cache: OrderCache) -> bool:
        """Send the next batch; True when something was settled. One poisoned command must not block the rest."""
        batch = self._stumbling.next_batch(user_id, self._portions.of(self._most))
        if not batch:
            return False
        try:
            results = self._central.push(token, batch)
        except Answered as answer:
            if answer.problem.type == Kind.INTERNAL.uri:
                self._stumbling.over(user_id, batch)
            if answer.problem.type not in _POISON:
                raise
            if len(batch) > 1:
                self._stumbling.refused(user_id, batch)
                return True
            results = (self._poisoned(batch[0], answer.problem),)
        self._store(results, cache)
        self._stumbling.answered(user_id, batch, self._most)
        return True

    def _reviewed(self, token: str, user_id: UserId, cache: OrderCache) -> bool:
        look = functools.partial(self._reviewing.look, token, user_id, cache)
        return self._stumbling.unless_paused(_review_of(user_id), look)

    def _push_for(self, token: str, person: User) -> bool:
        """The next batch of somebody who is not at the desk; answers go to that person's cache, marks to both."""
        theirs = self._cache(person)
        sent = self._push(token, person.id, theirs)
        if sent and self._person is not None and (mine := self._cache(self._person)) is not theirs:
            mine.reset_pending(self._outbox.pending)
        return sent

    def _new_history(self) -> None:
        self._greeted_for = None
        self.announce_queue()

    def _poisoned(self, command: Command, problem: Problem) -> Result:
        return Result(key=command.key, status=ResultStatus.REJECTED, at=self._now(), problem=problem)

    def _store(self, results: Sequence[Result], cache: OrderCache) -> None:
        """The newer orders into the cache, the answers into the outbox, then the news to whoever listens."""
        cache.put_known([r.order for r in results if r.order is not None])
        settled = self._outbox.settle(results)
        ids = tuple({s.command.order_id for s in settled})
        for s in settled:
            if s.command.op is not Op.DECIDE:  # the person has decided, and waits for no answer
                self._tell(CommandSettled(s.command.order_id, s.result, s.epoch))
        cache.mark_pending(ids, self._outbox.pending)
        self._tell(OrdersChanged(ids))
        self.announce_queue()

    # -- in

    def _pull(self, token: str, cache: OrderCache) -> bool:
        """One page of the feed, or of the snapshot where there is no cursor yet; True when there is more."""
        cursor = cache.fact("cursor")
        if not cursor:
            return self._pull_snapshot(token, cache)
        try:
            page = self._central.changes(token, cursor, self._portions.of(CHANGES_LIMIT))
        except Answered as answer:
            if answer.problem.type == Kind.CURSOR_GONE.uri:
                self._greeted_for = None  # the epoch may be new
                cache.put_facts({"cursor": "", "after": ""})
            raise
        if page.changes or page.next != cursor:
            cache.put_changes(page.changes, {"cursor": page.next}, self._outbox.pending)
        if page.changes:
            self._tell(OrdersChanged(tuple(c.id for c in page.changes)))
        if self._person is not None:
            self._news.look(token, self._person, cache, page.news)
        return page.more and page.next != cursor

    def _pull_snapshot(self, token: str, cache: OrderCache) -> bool:
        """One page, resumable: generation, place and the first page's cursor are stored with each page."""
        after = cache.fact("after") or None
        if after is None:
            self._pulled = 0
            generation = int(cache.fact("generation") or 0) + 1
        else:
            generation = int(cache.fact("generation") or 1)
        page = self._central.orders(token, None if after is None else OrderId(after), self._portions.of(PAGE_LIMIT))
        cursor = page.cursor if after is None else (cache.fact("snapshot_cursor") or page.cursor)
        facts = {"generation": str(generation), "snapshot_cursor": cursor, "after": page.after or ""}
        cache.put_page(page.orders, page.bodies, generation, facts, self._outbox.pending)
        self._pulled += len(page.orders)
        if page.after is None:
            cache.finish_snapshot(generation, {"cursor": cursor, "after": "", "checked_at": ""})
        self._announce(Link.PULLING)
        self._tell(OrdersChanged())
        return True

    # -- news

    def _announce(self, link: Link, problem: str = "", detail: str = "") -> None:
        with self._announcing:
            pulled = self._pulled if link is Link.PULLING else 0
            self._announced(Connection(link=link, problem=problem, detail=detail, pulled=pulled))

    def announce_queue(self) -> None:
        """Tell the new number of unsent commands; called after a submit, from any thread."""
        with self._announcing:
            self._announced(self.connection)

    def _announced(self, about: Connection) -> None:
        """Told while the lock is held, so that listeners hear the states in the order in which they came."""
        waits_for = self._relay.waits_for(None if self._person is None else self._person.id)
        now = msgspec.structs.replace(about, unsent=self._outbox.unsent(), waits_for=waits_for)
        if now != self.connection:
            self.connection = now
            self._tell(ConnectionChanged(now))


def _review_of(user_id: UserId) -> str:
    return f"review of {user_id}"
