"""Which mistakes must the simulation find? Each a switch of the harness, never of the product."""

# ruff: noqa: ARG002 - each mistake is given all that any of them needs

import importlib
import random
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from sync.domain.commands import Command
from sync.domain.permissions import User
from sync.server.rules.commands import settle as honest_settle
from sync.server.storage.base import Writing
from sync.wire.messages import Result, ResultStatus
from tests.simulation.central import Central

_route = importlib.import_module("sync.server.routes.commands")
"""The module; its package has a function of that name."""
Reach = Callable[[str], None]


class Seeded:
    """A mistake. The plain one is none."""

    answer = "nothing is wrong"
    may_restore = True

    def spoil_central(self, central: Central, chance: random.Random) -> None:
        """Make the mistake at the central."""

    def spoil(self, kind: str, store: Any, reach: Reach) -> None:
        """Make it in a workstation's ``outbox`` or ``cache``."""

    def mend(self) -> None:
        """Take back what reaches beyond this run."""


HONEST = Seeded()


class _Rule(Seeded):
    """The central's rule is wrong."""

    may_restore = False

    def spoil_central(self, central: Central, chance: random.Random) -> None:
        vars(_route)["settle"] = self.settle

    def mend(self) -> None:
        vars(_route)["settle"] = honest_settle

    def settle(self, writing: Any, user: User, command: Command, at: int) -> Result:
        raise NotImplementedError


class NoIdempotency(_Rule):
    answer = "no idempotency: a command sent again is done again"

    def settle(self, writing: Any, user: User, command: Command, at: int) -> Result:
        writing._do("DELETE FROM commands WHERE key = ?", command.key)
        return honest_settle(writing, user, command, at)


class NoBase(_Rule):
    answer = "no version guard: the central does not look at the version that the person saw"

    def settle(self, writing: Writing, user: User, command: Command, at: int) -> Result:
        order = writing.order(command.order_id)
        if order is not None and command.base is not None and writing.result(command.key) is None:
            command = msgspec.structs.replace(command, base=order.version)
        return honest_settle(writing, user, command, at)


class ConflictForgotten(_Rule):
    answer = "the central forgets the result of a conflict"

    def settle(self, writing: Any, user: User, command: Command, at: int) -> Result:
        result = honest_settle(writing, user, command, at)
        if result.status is ResultStatus.CONFLICT:
            writing._do("DELETE FROM commands WHERE key = ?", command.key)
        return result


class EffectWithoutResult(_Rule):
    answer = "effect and result in two transactions: the central may die in between"

    def __init__(self) -> None:
        self.chance = random.Random(1)

    def settle(self, writing: Any, user: User, command: Command, at: int) -> Result:
        result = honest_settle(writing, user, command, at)
        if self.chance.random() < 0.1:
            writing._do("DELETE FROM commands WHERE key = ?", command.key)
        return result


class LateCommit(Seeded):
    answer = "feed order by sequence: a step becomes visible after a later one"
    may_restore = False

    def spoil_central(self, central: Central, chance: random.Random) -> None:
        hidden: list[tuple[Any, ...]] = []
        honest = central.change

        def change(*arguments: Any) -> None:
            honest(*arguments)
            db = central.storage._writer
            for row in hidden:
                db.execute("INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            hidden.clear()
            if chance.random() < 0.5:
                hidden.extend(db.execute("SELECT * FROM changes ORDER BY seq DESC LIMIT 1").fetchall())
                db.execute("DELETE FROM changes WHERE seq = ?", (hidden[0][0],))

        central.__dict__["change"] = change


class _Store(Seeded):
    """A step of the workstation's store is wrong: ``wrong`` stands in for ``name`` of the store of this ``kind``."""

    kind = "outbox"
    name = ""

    def spoil(self, kind: str, store: Any, reach: Reach) -> None:
        if kind == self.kind:
            honest = getattr(store, self.name)
            store.__dict__[self.name] = lambda *arguments: self.wrong(store, honest, reach, *arguments)

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        raise NotImplementedError


class DeletedBeforeSending(_Store):
    answer = "taken from the outbox before it is sent"
    name = "next_batch"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        batch = honest(*arguments)
        for command in batch:
            store._connection.execute("DELETE FROM commands WHERE key = ?", (command.key,))
        return batch


class AcceptedBeforeCommit(_Store):
    answer = "accepted before COMMIT: the command is written at the next turn"
    name = "add"

    def spoil(self, kind: str, store: Any, reach: Reach) -> None:
        super().spoil(kind, store, reach)
        if kind == "outbox":
            honest = store.next_batch

            def next_batch(*arguments: Any) -> Any:
                if store._connection.in_transaction:
                    store._connection.execute("COMMIT")
                return honest(*arguments)

            store.__dict__["next_batch"] = next_batch

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        added = honest(*arguments)
        row = store._connection.execute("SELECT * FROM commands WHERE key = ?", (added.key,)).fetchone()
        store._connection.execute("DELETE FROM commands WHERE key = ?", (added.key,))
        store._connection.execute("BEGIN")
        store._connection.execute(f"INSERT INTO commands VALUES ({','.join('?' * len(row))})", row)
        return added


class ConflictNotKept(_Store):
    answer = "the workstation forgets to store a conflict"
    name = "settle"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        return honest([r for r in arguments[0] if r.status is not ResultStatus.CONFLICT])


class ReceivedIsDone(_Store):
    answer = "“already received” is taken for done"
    name = "settle"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, results: Sequence[Result]) -> Any:
        again = {row[0] for row in store._read("SELECT key FROM commands WHERE attempts > 1")}
        done = ResultStatus.APPLIED
        return honest([msgspec.structs.replace(r, status=done) if r.key in again else r for r in results])


class AnotherPersonsToken(_Store):
    answer = "sent under whatever token is at hand"
    name = "next_batch"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        return honest(*arguments) or store.unsettled()[:1]


class DecidedByItself(_Store):
    answer = "a conflict goes away by itself"
    name = "settle"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        settled = honest(*arguments)
        store._connection.execute("UPDATE commands SET decision = 'seen' WHERE status = 'conflict'")
        return settled


class GivesUp(_Store):
    answer = "gives up after three attempts"
    name = "next_batch"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        tired = {row[0] for row in store._read("SELECT key FROM commands WHERE attempts >= 3")}
        return tuple(c for c in honest(*arguments) if c.key not in tired)


class CursorFirst(_Store):
    answer = "the cursor moves before the changes are applied"
    kind = "cache"
    name = "put_changes"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        store.put_facts(arguments[1])
        return honest(*arguments)


class OldEpochKept(_Store):
    answer = "a restored central is taken for the one before: the cache is kept"
    kind = "cache"
    name = "clear"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        return None


BUGS: tuple[type[Seeded], ...] = (
    NoIdempotency, NoBase, ConflictForgotten, EffectWithoutResult, LateCommit, DeletedBeforeSending,
    AcceptedBeforeCommit, ConflictNotKept, ReceivedIsDone, AnotherPersonsToken, DecidedByItself, GivesUp, CursorFirst,
    OldEpochKept,
)  # fmt: skip
