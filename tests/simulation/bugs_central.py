"""Which mistakes of the central must the simulation find?"""

# ruff: noqa: ARG002 - each mistake is given all that any of them needs

import importlib
import random
from typing import Any

import msgspec

import sync.server.rules.commands as rules
from sync.domain.commands import Command
from sync.domain.order import Order
from sync.domain.permissions import User
from sync.server.storage.base import Reading, Writing
from sync.server.storage.writing import SqlWriting
from sync.wire.messages import Result, ResultStatus
from tests.simulation.central import Central
from tests.simulation.seeded import Seeded

_route = importlib.import_module("sync.server.routes.commands")
"""The module; its package has a function of that name."""
honest_settle = rules.settle


class _Rule(Seeded):
    """The central's rule is wrong."""

    may_restore = False

    def spoil_central(self, central: Central, chance: random.Random) -> None:
        self.put(_route, "settle", self.settle)

    def settle(self, writing: Any, user: User, device: str, command: Command, at: int) -> Result:
        raise NotImplementedError


class NoIdempotency(_Rule):
    answer = "no idempotency: a command sent again is done again"

    def settle(self, writing: Any, user: User, device: str, command: Command, at: int) -> Result:
        writing._do("DELETE FROM commands WHERE key = ?", command.key)
        return honest_settle(writing, user, device, command, at)


class NoBase(_Rule):
    answer = "no version guard: the central does not look at the version that the person saw"

    def settle(self, writing: Writing, user: User, device: str, command: Command, at: int) -> Result:
        order = writing.order(command.order_id)
        if order is not None and command.base is not None and writing.result(command.key) is None:
            command = msgspec.structs.replace(command, base=order.version)
        return honest_settle(writing, user, device, command, at)


class ConflictForgotten(_Rule):
    answer = "the central forgets the result of a conflict"

    def settle(self, writing: Any, user: User, device: str, command: Command, at: int) -> Result:
        result = honest_settle(writing, user, device, command, at)
        if result.status is ResultStatus.CONFLICT:
            writing._do("DELETE FROM commands WHERE key = ?", command.key)
        return result


class EffectWithoutResult(_Rule):
    answer = "effect and result in two transactions: the central may die in between"

    def __init__(self) -> None:
        super().__init__()
        self.chance = random.Random(1)

    def settle(self, writing: Any, user: User, device: str, command: Command, at: int) -> Result:
        result = honest_settle(writing, user, device, command, at)
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


class ChainUnguarded(Seeded):
    answer = "a chained command is done although the order was touched since the one that it follows"
    may_restore = False

    def spoil_central(self, central: Central, chance: random.Random) -> None:
        self._honest = self.put(rules, "_blocked", self._blocked)

    def _blocked(self, reading: Reading, user: User, command: Command, order: Order, at: int) -> Result | None:
        prior = None if command.after is None else reading.result(command.after)
        if prior is not None and prior.status is ResultStatus.APPLIED:
            return None
        blocked: Result | None = self._honest(reading, user, command, order, at)
        return blocked


class ChainUnlinked(Seeded):
    answer = "a chained command is done although the one that it follows was not"
    may_restore = False

    def spoil_central(self, central: Central, chance: random.Random) -> None:
        self.put(rules, "_blocked", lambda *_: None)


class PermissionOnlyAtTheDesk(Seeded):
    answer = "permission is looked at by the workstation only"

    def spoil_central(self, central: Central, chance: random.Random) -> None:
        self.put(rules, "permission_refusal", lambda *_: None)


class RevokedGoesOn(Seeded):
    answer = "a revoked workstation may go on until its token ends"

    def spoil_central(self, central: Central, chance: random.Random) -> None:
        self.put(SqlWriting, "end_sessions_of", lambda *_: 0)


class ResultsPruned(Seeded):
    answer = "results are forgotten together with the feed"
    may_restore = False

    def spoil_central(self, central: Central, chance: random.Random) -> None:
        def prune() -> None:
            with central.storage.write() as writing:
                writing.prune(feed_before=central.now() + 1, results_before=central.now() + 1, now=central.now())

        central.__dict__["prune"] = prune


class EpochKept(Seeded):
    answer = "a restored central goes on with the history of before"

    def spoil_central(self, central: Central, chance: random.Random) -> None:
        self.put(SqlWriting, "renew_epoch", lambda *_: 0)
