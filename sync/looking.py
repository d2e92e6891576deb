"""What can be seen of the orders on this workstation? Read from the cache with what is under way projected over it.

Every method may be called from any thread; none asks the central.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from sync.bulk import Foreseen, Request, foresee
from sync.caches import Caches
from sync.client.login import Login
from sync.decisions import Histories, OpenCase, open_cases
from sync.domain.apply import Refusal
from sync.domain.commands import ORGANISING, Command
from sync.domain.exceptions import Node
from sync.domain.order import ON_THE_FLOOR, CommandKey, Order, OrderId
from sync.domain.permissions import Action, User, actions, organising
from sync.errors import StoreClosed, StoreDamaged, StoreError
from sync.news import messages_of, views_of
from sync.store.listing import Counts, Listing, ListQuery, Moment, Row
from sync.store.orders import OrderCache
from sync.store.outbox import Outbox, Settled
from sync.store.projection import Left, Seen, project
from sync.wire.codec import decode
from sync.wire.colleagues import PREVIOUS_LIMIT, Message, SharedView
from sync.wire.messages import Directory, Result

T = TypeVar("T")
_HEARD = "heard"
_NOWHERE = Directory(warehouses=(), carriers=())


class Looking:
    """The reading half of ``Desk``."""

    _caches: Caches
    _login: Login
    _outbox: Outbox
    _now: Callable[[], int]
    _report: Callable[[BaseException], None]

    @property
    def _cache(self) -> OrderCache:
        return self._caches.of(self._login.user)

    def _look(self, read: Callable[[OrderCache], T]) -> T:
        return self._caches.look(lambda: self._login.user, read)

    def _look_at_lists(self, read: Callable[[OrderCache], T]) -> T:
        """As ``_look``, with the marks of all that was queued before. A file that takes none hides no list."""

        def marked(cache: OrderCache) -> T:
            try:
                cache.mark_noted()
            except (StoreDamaged, StoreClosed):
                raise
            except StoreError as fault:
                self._report(fault)
            return read(cache)

        return self._look(marked)

    def order(self, order_id: OrderId) -> Seen | None:
        """The order as it stands on the screen; None when this cache does not hold it."""
        epoch = self._epoch()
        truth = self._look(lambda cache: cache.order(order_id))
        return None if truth is None else self._project(truth, epoch)

    def _epoch(self) -> str:
        """The central's history that the cache shows. Read before its orders: they may be of a newer one, never of an
        older one.
        """
        return self._look(lambda cache: cache.fact("epoch")) or self._outbox.get_fact("epoch") or ""

    def _project(self, truth: Order, epoch: str) -> Seen:
        unsettled = self._outbox.unsettled(truth.id)
        return project(truth, unsettled, self._left_at(unsettled), epoch)

    def _left_at(self, unsettled: Iterable[Command]) -> Left:
        return self._outbox.left_at([c.after for c in unsettled if c.after is not None])

    def seen_all(self, ids: Sequence[OrderId]) -> dict[OrderId, Seen]:
        """As ``order``, for many at once; those that this cache does not hold are left out."""
        epoch = self._epoch()
        return self._projected(self._look(lambda cache: cache.orders(ids)).values(), epoch)

    def _projected(self, truths: Iterable[Order], epoch: str) -> dict[OrderId, Seen]:
        held = {truth.id: truth for truth in truths}
        waiting = self._outbox.under_way(list(held))
        left = self._left_at(command for commands in waiting.values() for command in commands)
        return {i: project(truth, waiting.get(i, ()), left, epoch) for i, truth in held.items()}

    def foresee(self, request: Request, rowids: Sequence[int]) -> tuple[Foreseen, ...]:
        """What the request would do to the orders of these rows, in their order; for a few hundred at a time."""
        user = self._login.user
        if user is None:
            return ()
        epoch = self._epoch()
        rows = self._look(lambda cache: cache.orders_at(rowids))
        seen = self._projected(rows.values(), epoch)
        return self._foreseen(request, [rows[i].id for i in rowids if i in rows], seen, user)

    def foresee_orders(self, request: Request, ids: Sequence[OrderId]) -> tuple[Foreseen, ...]:
        """As ``foresee``, by the orders' ids."""
        user = self._login.user
        return () if user is None else self._foreseen(request, ids, self.seen_all(ids), user)

    def _foreseen(
        self, request: Request, ids: Sequence[OrderId], seen: Mapping[OrderId, Seen], user: User
    ) -> tuple[Foreseen, ...]:
        now, offered = self._now(), request.op not in ORGANISING or self._offers("organise")
        found = (foresee(request, seen[i], user, now) for i in ids if i in seen)
        if offered:
            return tuple(found)
        return tuple(msgspec.structs.replace(f, expected=Refusal.NOT_OFFERED) for f in found)

    def find_by_tail(self, digits: str) -> tuple[Seen, ...]:
        """Open orders whose number ends with these digits (four or more)."""
        epoch = self._epoch()
        return tuple(self._project(order, epoch) for order in self._look(lambda cache: cache.by_tail(digits)))

    def ids(self, query: ListQuery) -> "array[int]":
        """Row ids of a list in its order; fast, but not for the Qt thread with 200,000 orders."""
        only, moment = self._only(query), self._moment()
        return self._look_at_lists(lambda cache: cache.ids(query, only, moment))

    def listing(self, query: ListQuery) -> Listing:
        """As ``ids``, with the groups of the list where it has some."""
        only, moment = self._only(query), self._moment()
        return self._look_at_lists(lambda cache: cache.listing(query, only, moment))

    def first_lines(self, query: ListQuery, count: int) -> Listing | None:
        """The first lines of a list, within milliseconds; None where ``listing`` is as fast."""
        return self._look_at_lists(lambda cache: cache.first_lines(query, count))

    def warm_lists(self) -> None:
        """Read ahead what filters, sorting and search will need; when there is time."""
        self._look_at_lists(lambda cache: cache.warm())

    def view_counts(self, queries: Sequence[ListQuery]) -> tuple[int, ...]:
        """How many orders each of these lists has; one pass over the orders for all of them."""
        asked, moment = [(query, self._only(query)) for query in queries], self._moment()
        return self._look_at_lists(lambda cache: cache.view_counts(asked, moment))

    def nodes(self) -> tuple[Node, ...]:
        """Where the stopped orders have their exceptions, most first."""
        return tuple(Node(node) for node in self._look_at_lists(lambda cache: cache.nodes()))

    def previous_here(self, order_id: OrderId) -> tuple[Order, ...]:
        """As ``previous``, of the open orders that this workstation holds; for when the central does not answer."""
        order = self._look(lambda cache: cache.order(order_id))
        return () if order is None else self._look(lambda cache: cache.previous(order, PREVIOUS_LIMIT))

    def to_pull(self) -> tuple[Order, ...]:
        """Orders under way on the floor that are held, as they stand on the screen; what waits to be sent counts."""
        pending = tuple(self._outbox.pending())
        found = {order.id: order for order in self._look(lambda cache: cache.held_on_the_floor())}
        found |= {i: seen.order for i in pending if (seen := self.order(i)) is not None}
        return tuple(order for order in found.values() if order.status in ON_THE_FLOOR and order.holds)

    def _only(self, query: ListQuery) -> frozenset[OrderId] | None:
        """The orders of a view that the outbox defines."""
        if query.view == "attention":
            return self._outbox.attention_orders()
        return frozenset(self._outbox.pending()) if query.view == "pending" else None

    def _moment(self) -> Moment:
        now, user = self._now(), self._login.user
        local = datetime.fromtimestamp(now / 1000).astimezone()
        ends = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return Moment(me=None if user is None else user.id, now=now, day_ends=int(ends.timestamp() * 1000))

    def rows(self, rowids: Sequence[int]) -> list[Row]:
        """The rows of these ids; under a millisecond for a screenful."""
        attention = self._outbox.attention_orders()
        return self._look_at_lists(lambda cache: cache.rows(rowids, attention))

    def counts(self) -> Counts:
        listed, total, kinds = self._look_at_lists(lambda cache: cache.counts())
        attention, pending = len(self._outbox.attention()), len(self._outbox.pending())
        me = None if self._login.user is None else self._login.user.id
        mine, snoozed = self._look_at_lists(lambda cache: cache.organised(me))
        return Counts(
            stopped=listed, all=total, attention=attention, pending=pending, kinds=kinds, mine=mine, snoozed=snoozed
        )

    def actions(self, seen: Seen) -> tuple[Action, ...]:
        """Every verb for this order and the signed-in person; empty when nobody is."""
        user = self._login.user
        return () if user is None else actions(user, seen.order)

    def organising(self, seen: Seen) -> tuple[Action, ...]:
        """As ``actions``, for the verbs that organise work."""
        user = self._login.user
        return () if user is None else organising(user, seen.order)

    def attention(self) -> tuple[Settled, ...]:
        """What waits for a person's decision, oldest first."""
        return self._outbox.attention()

    def cases(self) -> tuple[OpenCase, ...]:
        """What ``attention`` holds, each with the order as it is now and what waits behind the decision."""
        epoch, attention, waiting = self._epoch(), self._outbox.attention(), self._outbox.held_back()
        truths = self._look(lambda cache: cache.orders([s.command.order_id for s in attention]))
        histories = Histories(epoch, self._outbox.get_fact("epoch") or "")
        return open_cases(attention, waiting, truths, self._login.user, self._outbox.left_at, histories)

    def decided(self, newest: int) -> tuple[Settled, ...]:
        """What persons decided last on this workstation, newest first."""
        return self._outbox.decided(newest)

    def result(self, key: CommandKey) -> Result | None:
        found = self._outbox.find(key)
        return None if found is None else found[1]

    def messages(self) -> tuple[Message, ...]:
        """What the signed-in person was told and has not expired, oldest first."""
        user, now = self._login.user, self._now()
        if user is None:
            return ()
        return tuple(m for m in self._look(lambda cache: messages_of(cache, user)) if m.expires_at > now)

    def unheard(self) -> tuple[Message, ...]:
        """Those of ``messages`` from others that nobody heard on this workstation yet."""
        heard, user = self.recall(_HEARD).split(), self._login.user
        return tuple(m for m in self.messages() if m.id not in heard and user is not None and m.sender != user.id)

    def hear_message(self, message_id: str) -> None:
        """The signed-in person has heard this one."""
        kept = [i for i in self.recall(_HEARD).split() if i in {m.id for m in self.messages()}]
        self.keep(_HEARD, " ".join(dict.fromkeys((*kept, message_id))))

    def shared_views(self) -> tuple[SharedView, ...]:
        """The views that supervisors share, as last heard from the central, by name."""
        return self._look(views_of)

    def recall(self, name: str) -> str:
        """What ``keep`` was given for the signed-in person on this workstation; empty where there is nothing."""
        return self._outbox.get_fact(self._kept(name)) or ""

    def keep(self, name: str, value: str) -> None:
        """Remember how this person likes the screen, for ever."""
        self._outbox.put_fact(self._kept(name), value)

    def _kept(self, name: str) -> str:
        return f"screen:{'' if self._login.user is None else self._login.user.id}:{name}"

    def _offers(self, feature: str) -> bool:
        """Whether the central has this, as far as is known: one that was never met is taken to have it."""
        told = self._look(lambda cache: cache.fact("features"))
        return told is None or feature in told.split(",")

    def directory(self) -> Directory:
        """The places' names as last heard from the central; empty before the first time."""
        stored = self._look(lambda cache: cache.fact("directory"))
        return _NOWHERE if stored is None else decode(stored, Directory)
