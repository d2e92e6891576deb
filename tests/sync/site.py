"""One workstation of the tests: its folder, its person, its events, and an engine that is turned by hand."""

import random
from pathlib import Path

import msgspec
from argon2 import PasswordHasher

from sync.caches import Caches
from sync.client.login import Login
from sync.domain.commands import Command, Op
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order, OrderId
from sync.domain.permissions import User
from sync.engine import Engine
from sync.events import CommandSettled, ConnectionChanged, Event, Link
from sync.store.orders import OrderCache
from sync.store.projection import Seen, project
from sync.wire.codec import scope_hash
from sync.workstation import Workstation
from tests.fakes import Clock, FakeCentral
from tests.sync.samples import command

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Argon2 with its cost taken out."""


class Site:
    """A workstation at a central. ``restart`` opens it again from nothing but its files."""

    def __init__(self, folder: Path, central: FakeCentral, clock: Clock, device: str = "desk-1") -> None:
        self.folder, self.central, self.clock, self.device = folder, central, clock, device
        self.events: list[Event] = []
        self.hints = False
        self._person: User | None = None
        self._open()

    def _open(self) -> None:
        self.workstation = Workstation(self.folder, self.clock, use_keyring=False)
        self.outbox = self.workstation.outbox
        self.login = Login(self.central, self.outbox, self.device, self.clock, QUICK, self.workstation.tokens)
        self.caches = Caches(self.workstation, self.central.url, self.outbox.pending, lambda: None)
        self.engine = Engine(
            self.central,
            self.login,
            self.outbox,
            self.caches.of,
            self.events.append,
            now=self.clock,
            chance=random.Random(7),
            hints_alive=lambda: self.hints,
        )

    def close(self) -> None:
        self.caches.close()
        self.workstation.close()

    def restart(self) -> None:
        self.close()
        self.reopen()

    def reopen(self) -> None:
        """After ``close``, and after whatever a test did to the files."""
        self._open()

    def sign_in(self, user: User) -> None:
        self.login.sign_in(user.id, self.central.pin, user.language)

    def works_for(self, user: User) -> None:
        """This person signs in, and what there is to do is done."""
        self.sign_in(user)
        self.settle_down()

    @property
    def cache(self) -> OrderCache:
        return self.caches.of(self.login.user)

    @property
    def links(self) -> list[Link]:
        """The link states told so far, each once in a row."""
        told = [e.connection.link for e in self.events if isinstance(e, ConnectionChanged)]
        return [link for i, link in enumerate(told) if i == 0 or told[i - 1] is not link]

    @property
    def settled(self) -> list[CommandSettled]:
        return [e for e in self.events if isinstance(e, CommandSettled)]

    def settle_down(self, most: int = 100) -> int:
        """Turn the engine until it waits for more than a moment; the number of turns that took."""
        for turn in range(1, most + 1):
            wait = self.engine.step()
            if wait is None or wait > 1:
                return turn
            self.clock.forward(int(wait * 1000))
        raise AssertionError(f"the engine was still busy after {most} turns")

    def seen(self, order_id: OrderId) -> Seen:
        truth = self.cache.order(order_id)
        assert truth is not None
        return project(truth, self.outbox.unsettled(order_id))

    def give(
        self, of: Order, op: Op = Op.INTERCEPT, *, reason: Reason | None = Reason.DAMAGED, **changes: object
    ) -> CommandKey:
        """Queue a command on the order as this workstation shows it, by whoever is signed in."""
        who = self.login.user
        assert who is not None
        seen = self.seen(of.id)
        wish = command(seen.order, op, issued_by=who.id, issued_at=self.clock(), device=self.device)
        wish = msgspec.structs.replace(wish, base=seen.base, after=seen.after, **changes)
        if op in {Op.INTERCEPT, Op.CARRIER_INTERCEPT}:
            wish = msgspec.structs.replace(wish, reason=reason)
        return self.add(wish, seen.truth)

    def add(self, wish: Command, seen: Order | None = None) -> CommandKey:
        added = self.outbox.add(lambda n: msgspec.structs.replace(wish, n=n), seen)
        self.cache.mark_pending((wish.order_id,), self.outbox.pending)
        return added.key

    def agrees(self) -> bool:
        """Whether the cache holds just what the central would send this person."""
        who = self.login.user
        assert who is not None
        theirs = self.central.scope(who)
        mine = {o.id: self.cache.order(o.id) for o in theirs}
        count, digest = self.cache.checksum()
        return (
            count == len(theirs)
            and digest == scope_hash([(o.id, o.version) for o in theirs])
            and all(mine[o.id] == o for o in theirs)
        )
