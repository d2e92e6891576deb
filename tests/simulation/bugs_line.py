"""Which mistakes of a workstation between its stores and the central must the simulation find?"""

# ruff: noqa: ARG002 - each mistake is given all that any of them needs

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

import sync.client.api as client
from sync import engine
from sync.domain.commands import Command
from sync.domain.order import UserId
from sync.domain.permissions import User
from sync.errors import Answered, MalformedAnswer
from sync.store import database, migrations, recovery
from sync.store.files import set_aside
from sync.store.second_record import SecondRecord
from sync.wire.codec import BadBodyError, decode, encode
from sync.wire.messages import CommandBatch, Result, ResultBatch, ResultStatus
from sync.wire.problems import Kind
from tests.simulation.central import Central
from tests.simulation.seeded import Reach, Seeded
from tests.sync.samples import NOW


class ByPosition(Seeded):
    answer = "results are matched to commands by position, not by key"

    def spoil(self, kind: str, store: Any, reach: Reach) -> None:
        if kind == "api":
            store.__dict__["push"] = lambda token, commands: self._push(store, token, commands)

    def _push(self, api: Any, token: str, commands: Sequence[Command]) -> tuple[Result, ...]:
        body = api._call("POST", "/v1/commands", token=token, body=encode(CommandBatch(commands=tuple(commands))))
        try:
            results = decode(body, ResultBatch).results
        except BadBodyError as wrong:
            raise MalformedAnswer(str(wrong)) from wrong
        if len(results) != len(commands):
            raise MalformedAnswer("cut")
        return tuple(msgspec.structs.replace(r, key=c.key) for r, c in zip(results, commands, strict=True))


class TooManyIsRefusal(Seeded):
    answer = "“too many requests” is taken for a refusal"

    def spoil_central(self, central: Central, chance: Any) -> None:
        self.put(engine, "_POISON", engine._POISON | {Kind.TOO_MANY.uri})


class BisectDropsNeighbours(Seeded):
    answer = "one poisoned command takes its whole batch along"

    def spoil(self, kind: str, store: Any, reach: Reach) -> None:
        if kind == "api":
            honest = store.push

            def push(token: str, commands: Sequence[Command]) -> tuple[Result, ...]:
                try:
                    answer: tuple[Result, ...] = honest(token, commands)
                except Answered as fault:
                    if fault.problem.type not in engine._POISON or len(commands) < 2:
                        raise
                    refused = ResultStatus.REJECTED
                    return tuple(Result(key=c.key, status=refused, at=NOW, problem=fault.problem) for c in commands)
                return answer

            store.__dict__["push"] = push


class CountIgnored(Seeded):
    answer = "an answer that lacks some of what it counts is taken"

    def spoil_central(self, central: Central, chance: Any) -> None:
        self.put(client, "_counted", lambda *_: None)


class RetryAfterIgnored(Seeded):
    answer = "Retry-After is not looked at"

    def spoil(self, kind: str, store: Any, reach: Reach) -> None:
        if kind == "engine":
            honest = store._backoff.failed
            store._backoff.__dict__["failed"] = lambda **_: honest()


class RefreshTokenReused(Seeded):
    answer = "a refresh token is used more than once"

    def spoil(self, kind: str, store: Any, reach: Reach) -> None:
        if kind == "login":
            first: dict[UserId, str] = {}
            honest = store._renewal.renew
            store._renewal.__dict__["renew"] = lambda who, token: honest(who, first.setdefault(who, token))


class OneCacheForAll(Seeded):
    answer = "one cache for all roles and scopes"

    def spoil(self, kind: str, store: Any, reach: Reach) -> None:
        if kind == "workstation":

            def cache_path(_url: str, _user: User | None) -> Path:
                return Path(store.folder / "cache-of-all.db")

            store.__dict__["cache_path"] = cache_path


class NothingSalvaged(Seeded):
    answer = "a damaged outbox is begun anew"

    def spoil_central(self, central: Central, chance: Any) -> None:
        def begin_anew(queue: Any) -> None:
            queue._record.close()
            for path in (queue._path, queue._record.path):
                set_aside(path)
            queue._record = SecondRecord(queue._record.path, queue._key)

        self.put(recovery.OpenedQueue, "_rebuild", begin_anew)


class MigrationForgets(Seeded):
    answer = "a migration leaves what is unsent behind"

    def spoil_central(self, central: Central, chance: Any) -> None:
        name, step = migrations.outbox.steps[1]

        def forgetful(db: Any) -> None:
            step(db)
            db.execute("DELETE FROM commands WHERE status IS NULL")

        steps = (migrations.outbox.steps[0], (name, forgetful), *migrations.outbox.steps[2:])
        self.put(migrations, "outbox", msgspec.structs.replace(migrations.outbox, steps=steps))


class NewerFileTaken(Seeded):
    answer = "a file of a newer release is opened as if it were one's own"

    def spoil_central(self, central: Central, chance: Any) -> None:
        def applied(connection: database.Connection, ladder: migrations.Ladder) -> list[str]:
            known = [name for name, _ in ladder.steps]
            return [name for name in honest(connection, ladder) if name in known]

        honest = self.put(database, "_applied", applied)
