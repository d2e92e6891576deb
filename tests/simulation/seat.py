"""A workstation of the simulation: the real desk on real files, whose process can end at any step."""

import functools
import json
import random
import shutil
import ssl
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from sync.client.api import CentralApi
from sync.client.transport import NO_PROXY
from sync.decisions import OpenCase
from sync.domain.commands import Command
from sync.domain.order import CommandKey, Order, OrderId, UserId
from sync.domain.permissions import User
from sync.errors import StoreDamaged, StoreTooNew, SyncError
from sync.service import Desk
from sync.store.orders import OrderCache
from sync.store.projection import Seen
from sync.store.second_record import suspicion
from sync.workstation import Workstation
from tests.fakes import Clock
from tests.simulation.at_once import AtOnce
from tests.simulation.central import BODY_LIMIT, PIN, QUICK, Central
from tests.simulation.earlier import made_newer, made_older, made_present
from tests.simulation.weather import Killed, Weather
from tests.simulation.wire import Wire
from tests.sync.samples import NOW

_STEPS = {
    "outbox": ("add_all", "next_batch", "settle", "decide", "accept", "meet_epoch", "withdraw"),
    "cache": ("put_known", "put_changes", "put_page", "finish_snapshot", "mark_pending", "put_facts", "clear"),
}
_TRUST = ssl.create_default_context()
"""Nothing is encrypted here; made once, for that takes longer than a walk's step."""
_TAKING = ("put_known", "put_changes", "put_page")
_VERSIONS = "SELECT id, version FROM orders"
Bug = Callable[[str, Any], None]
"""Spoils a freshly opened ``outbox``, ``cache``, ``workstation``, ``api``, ``login`` or ``engine``."""


class Issued:
    """A command that ``submit`` accepted, and the order as its issuer saw it."""

    def __init__(self, command: Command, seen: Order) -> None:
        self.command, self.seen = command, seen


class Skewed:
    """A workstation's clock, wrong by ``by`` milliseconds."""

    def __init__(self, clock: Clock, by: int) -> None:
        self._clock, self.by = clock, by

    def __call__(self) -> int:
        return self._clock() + self.by


@cache
def _prepared() -> Path:
    """A folder as the first start leaves it, and the empty cache ``empty.db``; made once, copied for every seat."""
    folder = Path(tempfile.mkdtemp(prefix="desk-template-"))
    with Workstation(folder, lambda: NOW, use_keyring=False) as workstation:
        OrderCache(folder / "empty.db", workstation._key).close()
    (folder / "in-use.lock").unlink(missing_ok=True)
    return folder


def _flip(path: Path, chance: random.Random) -> None:
    """Put something else where 64 of its bytes were."""
    whole = bytearray(path.read_bytes())
    at = chance.randrange(max(1, len(whole) - 64))
    whole[at : at + 64] = chance.randbytes(64)
    path.write_bytes(whole)


TOO_LONG = BODY_LIMIT // 3 + 400
"""So many Chinese characters no request can carry; two of a third of it fill one."""


class Seat:
    """One workstation. ``issued``, ``withdrawn``, ``decided`` and ``too_long`` are what its people know they did."""

    def __init__(
        self, folder: Path, central: Central, clock: Clock, weather: Weather, *, seed: int, skew: int, bug: Bug
    ) -> None:
        self._folder, self._central, self._weather, self._bug = folder, central, weather, bug
        self.now = Skewed(clock, skew)
        self._chance = random.Random(seed)
        self.issued: dict[CommandKey, Issued] = {}
        self.withdrawn: set[CommandKey] = set()
        self.decided: set[CommandKey] = set()
        self.too_long: set[CommandKey] = set()
        self.broken: list[str] = []
        """Promises that were seen to be broken while the seat was at work."""
        self.reports: list[BaseException] = []
        self.looked_at: dict[OrderId, Seen] = {}
        self.cases: tuple[OpenCase, ...] = ()
        """What stood on its screen when somebody last looked."""
        self.damages = 0
        """How often the outbox was damaged and has not been rebuilt since."""
        shutil.copytree(_prepared(), folder)
        self._open()

    def _open(self) -> None:
        self.workstation = Workstation(self._folder, self.now, use_keyring=False)
        if self.workstation.set_aside is not None:
            self.damages -= 1
            assert self.damages >= 0, f"8: {self.workstation.set_aside} was whole"
        self._is_open = True
        try:
            self._begin()
        except BaseException:
            self._is_open = False
            self.workstation.close()
            raise

    def _begin(self) -> None:
        self._instrument("outbox", self.workstation.outbox)
        opened = self.workstation.open_cache

        def open_cache(url: str, user: User | None) -> OrderCache:
            path = self.workstation.cache_path(url, user)
            if not path.exists():
                shutil.copy(self._folder / "empty.db", path)
            cache = opened(url, user)
            self._instrument("cache", cache)
            self._watch(cache)
            return cache

        self.workstation.__dict__["open_cache"] = open_cache
        self._bug("workstation", self.workstation)
        self._api = CentralApi(self._central.url, language=lambda: "zh", verify=_TRUST, proxy=NO_PROXY)
        agent = self._api._http.headers["user-agent"]
        self._api._http.close()
        self._api._ahead._pool.shutdown()
        self.wire = Wire(self._central, self._weather, self)
        self._api._ahead.__dict__["_pool"] = AtOnce(self.wire.forget)
        self._api._http = httpx.Client(transport=self.wire, headers={"user-agent": agent}, trust_env=False)
        self._bug("api", self._api)
        self.desk = Desk(self.workstation, self._api, now=self.now, chance=self._chance, report=self.reports.append)
        self.desk._login._hasher = QUICK
        self._bug("login", self.desk._login)
        self._bug("engine", self.desk.engine)

    def _instrument(self, kind: str, store: Any) -> None:
        """Let the process end before or after each step of the store; a seeded bug lies below."""
        self._bug(kind, store)
        for name in _STEPS[kind]:
            store.__dict__[name] = self._fragile(name, getattr(store, name))

    def _watch(self, cache: Any) -> None:
        """No step of a cache puts an older version of an order in the place of a newer one, not for a moment."""
        for name in _TAKING:
            cache.__dict__[name] = self._forward(name, cache, getattr(cache, name))

    def _forward(self, name: str, cache: Any, step: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(step)
        def forward(*arguments: Any, **named: Any) -> Any:
            before = dict(cache._read(_VERSIONS))
            done = step(*arguments, **named)
            fallen = {i: (before[i], v) for i, v in cache._read(_VERSIONS) if v < before.get(i, 0)}
            if fallen:
                self.broken.append(f"6: a version fell in {name}: {fallen}")
            return done

        return forward

    def _fragile(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(step)
        def fragile(*arguments: Any, **named: Any) -> Any:
            self._weather.reach(f"before {name}")
            done = step(*arguments, **named)
            self._weather.reach(f"after {name}")
            return done

        return fragile

    def sends(self, token_of: UserId | None, commands: tuple[Command, ...]) -> None:
        """A batch leaves: is it this person's, and may it go by now?"""
        sql = """SELECT c.key FROM commands c JOIN commands e ON e.order_id = c.order_id AND e.n < c.n
            WHERE c.op != 'decide' AND e.op != 'decide' AND c.key IN (SELECT value FROM json_each(?1)) AND
            ((e.status IS NULL AND e.key NOT IN (SELECT value FROM json_each(?1)))
            OR (e.status = 'conflict' AND e.decision IS NULL))"""
        overtaking = self.workstation.outbox._read(sql, (json.dumps([c.key for c in commands]),))
        self.broken += [f"6, 7: {key} left although an earlier command on its order waits" for (key,) in overtaking]
        foreign = [c.key for c in commands if token_of is not None and c.issued_by != token_of]
        self.broken += [f"9: {key} was sent under the token of {token_of}" for key in foreign]

    # -- life and death

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self.desk.stop()
            self.workstation.close()

    def die(self, meanwhile: Callable[[Path], object] = lambda _: None) -> None:
        """The process ends; something may happen to its folder; it starts again."""
        self.close()
        meanwhile(self._folder)
        self._open()

    def lose_cache(self) -> None:
        """Somebody tidies up: the disposable files are gone."""

        def tidy(folder: Path) -> None:
            for path in folder.glob("cache-*"):
                path.unlink()

        self.die(tidy)

    def damage_cache(self, chance: random.Random) -> None:
        """A cache is empty, something else, or begins with another page."""

        page = chance.choice((b"", b"not a database at all", chance.randbytes(4096)))

        def spoil(folder: Path) -> None:
            for path in sorted(folder.glob("cache-*.db"))[:2]:
                path.write_bytes(page + path.read_bytes()[4096:] if len(page) == 4096 else page)

        self.die(spoil)

    def damage_outbox(self, chance: random.Random) -> None:
        """A page of the queue's file is not what was written there; all of it is known from its second record."""
        before = self.commands()
        self.close()
        _flip(self._folder / "outbox.db", chance)
        self.damages = 1
        try:
            self._open()
        except StoreDamaged:
            self._open()  # met while it started: looked into at the next start
        if not self._is_whole():
            self.die()
        self.damages = 0
        after = self.commands()
        changed = {key: (was, after.get(key)) for key, was in before.items() if after.get(key) != was}
        assert not changed, f"8: lost or changed when the outbox was salvaged: {changed}"

    def _is_whole(self) -> bool:
        """Otherwise the next start looks into it, as after any read that meets the damage."""
        outbox = self.workstation.outbox
        try:
            whole = bool(outbox._read("PRAGMA integrity_check") == [("ok",)])
        except StoreDamaged:
            return False
        if not whole:
            suspicion(outbox.path).touch()
        return whole

    def was_older(self, chance: random.Random) -> None:
        """Until now this workstation had an earlier release; today it gets this one, with its queue."""
        self.die(lambda folder: made_older(folder, self.workstation._key, chance))

    def meets_newer(self) -> None:
        """Somebody had started a newer release here: this one refuses the file, and leaves it as it is."""

        def newer(folder: Path) -> None:
            made_newer(folder, self.workstation._key)
            try:
                Workstation(folder, self.now, use_keyring=False).close()
            except StoreTooNew:
                made_present(folder, self.workstation._key)
            else:
                raise AssertionError("10: a file of a newer release was taken")

        self.die(newer)

    def mortal(self, act: Callable[[], object]) -> bool:
        """Do it; when the process is killed meanwhile, start again and answer False."""
        try:
            act()
        except Killed:
            self.die()
            return False
        return True

    def sign_in(self, user: User) -> None:
        def attempt() -> None:
            try:
                self.desk.sign_in(user.id, PIN, user.language)
            except SyncError:
                return  # whoever was signed in stays

        self.mortal(attempt)

    def step(self) -> float | None:
        """One step of the engine, as its thread takes it."""
        waits: list[float | None] = []
        self.wire.told_to_wait = None
        user = self.desk.user

        def turn() -> None:
            try:
                waits.append(self.desk.engine.step())
            except StoreDamaged as fault:
                self.desk._mend(fault)

        self.mortal(turn)
        if not waits:
            return 0.0
        told, wait = self._told(), waits[0]
        if told is not None and wait is not None and wait < told and self.desk.user == user:
            self.broken.append(f"told to wait {told} s, it comes again after {wait:.1f} s")
        return wait

    def _told(self) -> int | None:
        """How long the central's newest answer asked to wait; nothing of a line that was opened since."""
        return self.wire.told_to_wait

    # -- what its files hold

    def commands(self) -> dict[CommandKey, tuple[str | None, str | None, int]]:
        """Status, decision and number by key."""
        rows = self.workstation.outbox._read("SELECT key, status, decision, n FROM commands")
        return {CommandKey(key): (status, decision, n) for key, status, decision, n in rows}

    def is_too_long(self, key: CommandKey) -> bool:
        """Whether no request can carry it; also one that was taken a moment before the workstation died."""
        found = None if key in self.too_long else self.workstation.outbox.find(key)
        if found is not None and found[0].heard is not None and len(found[0].heard.transcript) == TOO_LONG:
            self.too_long.add(key)
        return key in self.too_long

    def records(self) -> set[CommandKey]:
        """Of decisions: nobody is asked about those."""
        return {
            CommandKey(key) for (key,) in self.workstation.outbox._read("SELECT key FROM commands WHERE op = 'decide'")
        }

    def commands_waiting(self) -> list[CommandKey]:
        return [key for key, (status, _, _) in self.commands().items() if status is None]

    def in_cache(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the cache that is shown; a damaged one is made anew, as for the screen."""
        return self.desk._look(lambda cache: cache._read(sql))

    def fact(self, name: str) -> str:
        return self.desk._look(lambda cache: cache.fact(name)) or ""
