"""What does the workstation do next with the central? Push, pull, index, wait: one small step at a time.

No thread, socket or clock of its own: ``Runner`` turns it, tests turn it by hand. A step that fails waits and is
tried again for ever; what a person must do something about is told as a ``Connection``.
"""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from sync.client.api import Snapshot
from sync.client.backoff import Backoff
from sync.domain.commands import Command
from sync.domain.order import OrderId, UserId
from sync.domain.permissions import User
from sync.errors import Answered, CentralUnreachable, MalformedAnswer, NotSignedIn, StoreFull
from sync.events import CommandSettled, Connection, ConnectionChanged, Event, Link, OrdersChanged
from sync.store.orders import OrderCache
from sync.store.outbox import Outbox
from sync.wire.codec import encode
from sync.wire.messages import BATCH_LIMIT, PAGE_LIMIT, ChangesPage, Directory, Meta, Result, ResultStatus
from sync.wire.problems import Kind, Problem

_log = logging.getLogger(__name__)
POLL_S = 3.0
POLL_WITH_HINTS_S = 25.0
INDEX_SLICE = 200
CHANGES_LIMIT = 500


class Central(Protocol):
    """What the engine asks of the central."""

    def meta(self) -> Meta: ...
    def directory(self, token: str) -> Directory: ...
    def orders(self, token: str, after: OrderId | None, limit: int) -> Snapshot: ...
    def changes(self, token: str, cursor: str, limit: int) -> ChangesPage: ...
    def push(self, token: str, commands: Sequence[Command]) -> tuple[Result, ...]: ...


class Identity(Protocol):
    """Who is signed in, and the token of that person."""

    @property
    def user(self) -> User | None: ...
    def token(self) -> str: ...
    def renew(self, refused: str) -> None: ...


class Engine:
    """The loop's body. ``step`` belongs to one thread; everything else here may be read from any."""

    def __init__(
        self,
        central: Central,
        identity: Identity,
        outbox: Outbox,
        cache: Callable[[], OrderCache],
        tell: Callable[[Event], None],
        *,
        now: Callable[[], int],
        chance: random.Random,
        hints_alive: Callable[[], bool] = lambda: False,
    ) -> None:
        self._central = central
        self._identity = identity
        self._outbox = outbox
        self._cache = cache
        self._tell = tell
        self._now = now
        self._backoff = Backoff(chance)
        self._hints_alive = hints_alive
        self._limit = BATCH_LIMIT
        self._greeted_for: tuple[UserId, OrderCache] | None = None
        self._pulled = 0
        self._announcing = threading.Lock()
        self.connection = Connection(link=Link.SIGNED_OUT)

    def step(self) -> float | None:
        """Do the next piece of work; seconds until there may be more, 0 for at once, None until woken."""
        user = self._identity.user
        if user is None:
            self._greeted_for = None
            self._announce(Link.SIGNED_OUT)
            return None
        try:
            again = self._work(user)
        except StoreFull as full:
            self._announce(Link.STORE_FULL, full.key, str(full))
            return self._backoff.failed(at_least=5.0)
        except NotSignedIn as ended:
            self._announce(Link.SIGN_IN_AGAIN, ended.key, str(ended))
            return None
        except Answered as answer:
            return self._after_problem(answer)
        except (CentralUnreachable, MalformedAnswer) as fault:
            self._announce(Link.OFFLINE, fault.key, str(fault))
            return self._backoff.failed()
        self._backoff.succeeded()
        if again or self._index():
            return 0.0
        self._announce(Link.ONLINE)
        return POLL_WITH_HINTS_S if self._hints_alive() else POLL_S

    def _work(self, user: User) -> bool:
        token = self._identity.token()
        try:
            if self._greeted_for != (user.id, self._cache()):
                self._greet(token, user)
            pushed = self._push(token, user.id)
            return self._pull(token) or pushed
        except Answered as answer:
            if answer.problem.type != Kind.SIGN_IN_AGAIN.uri:
                raise
            self._identity.renew(token)
            return True

    def _after_problem(self, answer: Answered) -> float | None:
        kind = answer.problem.type
        if kind == Kind.CLIENT_TOO_OLD.uri:
            self._announce(Link.CLIENT_TOO_OLD, kind, str(answer))
            return None
        if kind == Kind.CURSOR_GONE.uri:
            self._cache().put_facts({"cursor": "", "after": ""})
            return 0.0
        self._announce(Link.OFFLINE, kind, str(answer))
        return self._backoff.failed(at_least=answer.retry_after)

    # -- once per sign-in

    def _greet(self, token: str, user: User) -> None:
        """Learn the places' names, and notice a central whose history does not continue the one we know."""
        self._announce(Link.CONNECTING)
        cache = self._cache()
        meta = self._central.meta()
        if cache.fact("epoch") not in {None, meta.epoch}:
            cache.clear()
            self._tell(OrdersChanged())
        directory = self._central.directory(token)
        cache.put_facts({"epoch": meta.epoch, "directory": encode(directory).decode()})
        self._greeted_for = (user.id, cache)
        self._tell(OrdersChanged())

    # -- out

    def _push(self, token: str, user_id: UserId) -> bool:
        """Send the next batch; True when something was settled. One poisoned command must not block the rest."""
        batch = self._outbox.next_batch(user_id, self._limit)
        if not batch:
            self._limit = BATCH_LIMIT
            return False
        try:
            results = self._central.push(token, batch)
        except Answered as answer:
            if answer.problem.type not in {Kind.MALFORMED.uri, Kind.TOO_LARGE.uri}:
                raise
            if len(batch) > 1:
                self._limit = len(batch) // 2
                return True
            results = (self._poisoned(batch[0], answer.problem),)
        self._store(results)
        self._limit = min(BATCH_LIMIT, self._limit * 2)
        return True

    def _poisoned(self, command: Command, problem: Problem) -> Result:
        return Result(key=command.key, status=ResultStatus.REJECTED, at=self._now(), problem=problem)

    def _store(self, results: Sequence[Result]) -> None:
        """The newer orders into the cache, the answers into the outbox, then the news to whoever listens."""
        cache = self._cache()
        cache.put_known([r.order for r in results if r.order is not None])
        settled = self._outbox.settle(results)
        ids = tuple({s.command.order_id for s in settled})
        cache.mark_pending({i: len(self._outbox.unsettled(i)) for i in ids})
        for s in settled:
            self._tell(CommandSettled(s.command.order_id, s.result))
        self._tell(OrdersChanged(ids))
        self._announce(self.connection.link, self.connection.problem, self.connection.detail)

    # -- in

    def _pull(self, token: str) -> bool:
        """One page of the feed, or of the snapshot where there is no cursor yet; True when there is more."""
        cache = self._cache()
        cursor = cache.fact("cursor")
        if not cursor:
            return self._pull_snapshot(token, cache)
        page = self._central.changes(token, cursor, CHANGES_LIMIT)
        if page.changes or page.next != cursor:
            cache.put_changes(page.changes, {"cursor": page.next})
        if page.changes:
            self._tell(OrdersChanged(tuple(c.id for c in page.changes)))
        return page.more

    def _pull_snapshot(self, token: str, cache: OrderCache) -> bool:
        """One page, resumable: generation, place and the first page's cursor are stored with each page."""
        after = cache.fact("after") or None
        if after is None:
            self._pulled = 0
            generation = int(cache.fact("generation") or 0) + 1
        else:
            generation = int(cache.fact("generation") or 1)
        page = self._central.orders(token, None if after is None else OrderId(after), PAGE_LIMIT)
        cursor = page.cursor if after is None else (cache.fact("snapshot_cursor") or page.cursor)
        facts = {"generation": str(generation), "snapshot_cursor": cursor, "after": page.after or ""}
        cache.put_page(page.orders, page.bodies, generation, facts)
        self._pulled += len(page.orders)
        if page.after is None:
            cache.finish_snapshot(generation, {"cursor": cursor, "after": ""})
        self._announce(Link.PULLING)
        self._tell(OrdersChanged())
        return True

    def _index(self) -> bool:
        """A slice of the search index, while nothing more urgent is to be done."""
        return self._cache().index_some(INDEX_SLICE) > 0

    # -- news

    def _announce(self, link: Link, problem: str = "", detail: str = "") -> None:
        unsent = self._outbox.unsent()
        pulled = self._pulled if link is Link.PULLING else 0
        now = Connection(link=link, unsent=unsent, problem=problem, detail=detail, pulled=pulled)
        with self._announcing:
            if now == self.connection:
                return
            self.connection = now
        self._tell(ConnectionChanged(now))

    def announce_queue(self) -> None:
        """Tell the new number of unsent commands; called after a submit, from any thread."""
        self._announce(self.connection.link, self.connection.problem, self.connection.detail)


class Runner:
    """The engine's thread: turns it, sleeps between steps, wakes at once when asked."""

    def __init__(self, engine: Engine, report: Callable[[BaseException], None]) -> None:
        """``report`` gets what the engine did not foresee; the thread goes on after a pause."""
        self._engine = engine
        self._report = report
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="desk-engine", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        """End after the step that is under way, and wait for it."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                delay = self._engine.step()
            except Exception as fault:  # noqa: BLE001  the thread's edge: told to the one reporter, and tried again
                self._report(fault)
                delay = POLL_S
            self._wake.wait(delay)
