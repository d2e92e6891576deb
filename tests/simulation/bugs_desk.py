"""Which mistakes of a workstation's stores must the simulation find?"""

# ruff: noqa: ARG002 - each mistake is given all that any of them needs

import random
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from sync.decisions import OpenCase
from sync.domain.commands import Command
from sync.domain.order import CommandKey
from sync.keys import new_key
from sync.store.projection import Seen
from sync.wire.messages import Result, ResultStatus
from tests.simulation.central import Central
from tests.simulation.seeded import InStore, Reach, Seeded
from tests.sync.samples import NOW


class DeletedBeforeSending(InStore):
    answer = "taken from the outbox before it is sent"
    name = "next_batch"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        batch = honest(*arguments)
        for command in batch:
            store._connection.execute("DELETE FROM commands WHERE key = ?", (command.key,))
        return batch


class AcceptedBeforeCommit(InStore):
    answer = "accepted before COMMIT: the command is written at the next turn"
    name = "add_all"

    def spoil(self, kind: str, store: Any, reach: Reach) -> None:
        super().spoil(kind, store, reach)
        if kind == "outbox":
            self._late: list[tuple[Any, ...]] = []
            honest = store.next_batch

            def next_batch(*arguments: Any, **named: Any) -> Any:
                for row in self._late:
                    store._connection.execute(f"INSERT INTO commands VALUES ({','.join('?' * len(row))})", row)
                self._late.clear()
                return honest(*arguments, **named)

            store.__dict__["next_batch"] = next_batch

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        added = honest(*arguments)
        for command in added:
            found = store._connection.execute("SELECT * FROM commands WHERE key = ?", (command.key,))
            self._late += found.fetchall()
            store._connection.execute("DELETE FROM commands WHERE key = ?", (command.key,))
        return added


class ConflictNotKept(InStore):
    answer = "the workstation forgets to store a conflict"
    name = "settle"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        return honest([r for r in arguments[0] if r.status is not ResultStatus.CONFLICT])


class ReceivedIsDone(InStore):
    answer = "“already received” is taken for done"
    name = "settle"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, results: Sequence[Result]) -> Any:
        again = {row[0] for row in store._read("SELECT key FROM commands WHERE attempts > 1")}
        done = ResultStatus.APPLIED
        return honest([msgspec.structs.replace(r, status=done) if r.key in again else r for r in results])


class AnotherPersonsToken(InStore):
    answer = "sent under whatever token is at hand"
    name = "next_batch"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        return honest(*arguments) or store.unsettled()[:1]


class DecidedByItself(InStore):
    answer = "a conflict goes away by itself"
    name = "settle"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        settled = honest(*arguments)
        store._connection.execute("UPDATE commands SET decision = 'seen' WHERE status = 'conflict'")
        return settled


class GivesUp(InStore):
    answer = "gives up after three attempts"
    name = "next_batch"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        tired = {row[0] for row in store._read("SELECT key FROM commands WHERE attempts >= 3")}
        return tuple(c for c in honest(*arguments) if c.key not in tired)


class CursorFirst(InStore):
    answer = "the cursor moves before the changes are applied"
    kind = "cache"
    name = "put_changes"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        store.put_facts(arguments[1])
        reach("between the cursor and the changes")
        return honest(*arguments)


class OldEpochKept(InStore):
    answer = "a restored central is taken for the one before: the cache is kept"
    kind = "cache"
    name = "clear"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        return None


class RemovesIgnored(InStore):
    answer = "what the feed removes stays in the cache"
    kind = "cache"
    name = "put_changes"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        return honest([c for c in arguments[0] if c.op != "remove"], *arguments[1:])


class _OlderTaken(InStore):
    kind = "cache"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        for what in arguments[0]:
            store._writer.execute("UPDATE orders SET version = 0 WHERE id = ?", (what.id,))
        return honest(*arguments)


class OlderOfResultTaken(_OlderTaken):
    answer = "the cache takes an older version from a command's result"
    name = "put_known"


class OlderOfPageTaken(_OlderTaken):
    answer = "the cache takes an older version from a page of the snapshot"
    name = "put_page"


class CursorOfEachPage(InStore):
    answer = "the cursor is that of the snapshot's last page, not of its first"
    kind = "cache"
    name = "fact"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        return None if arguments[0] == "snapshot_cursor" else honest(*arguments)


class TakenBackAndSent(InStore):
    answer = "a command that was taken back is sent all the same"
    name = "withdraw"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        done = honest(*arguments)
        if done:
            sql = "UPDATE commands SET status = NULL, settled_at = NULL, decision = NULL WHERE key = ?"
            store._connection.execute(sql, arguments[:1])
        return done


class NewKeyOnRetry(InStore):
    answer = "what is sent again gets a new key"
    name = "next_batch"

    def spoil(self, kind: str, store: Any, reach: Reach) -> None:
        super().spoil(kind, store, reach)
        if kind == "outbox":
            self._known: dict[CommandKey, CommandKey] = {}
            honest = store.settle

            def settle(results: Sequence[Result]) -> Any:
                return honest([msgspec.structs.replace(r, key=self._known.get(r.key, r.key)) for r in results])

            store.__dict__["settle"] = settle

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        batch = honest(*arguments)
        again = {row[0] for row in store._read("SELECT key FROM commands WHERE attempts > 1")}
        return tuple(self._renamed(c) if c.key in again else c for c in batch)

    def _renamed(self, command: Command) -> Command:
        key = new_key(NOW)
        self._known[key] = command.key
        return msgspec.structs.replace(command, key=key)


class ConflictNotWaitedFor(InStore):
    answer = "later commands on an order go out while a conflict on it waits for a person"
    name = "next_batch"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        db = store._connection
        db.execute("UPDATE commands SET decision = '?' WHERE status = 'conflict' AND decision IS NULL")
        batch = honest(*arguments)
        db.execute("UPDATE commands SET decision = NULL WHERE decision = '?'")
        return batch


class SentToAnotherHistory(InStore):
    answer = "what waits is sent to a restored central without a look at the state it was given on"
    name = "meet_epoch"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        met = honest(*arguments)
        store._connection.execute("UPDATE commands SET epoch = ? WHERE status IS NULL", arguments[:1])
        return met


class LostEffectsNotSentAgain(InStore):
    answer = "what a restored central has lost is not sent again"
    name = "meet_epoch"

    def wrong(self, store: Any, honest: Callable[..., Any], reach: Reach, *arguments: Any) -> Any:
        return honest(arguments[0], 0)


class ScreenTakenForPresent(Seeded):
    answer = "a version that an old screen shows is taken for one of the restored central"

    def spoil_central(self, central: Central, chance: random.Random) -> None:
        for what in (Seen, OpenCase):
            self.put(what, "sight", property(lambda _: None))
