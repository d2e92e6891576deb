"""A workstation of the simulation: the real desk on real files, whose process can end at any step."""

import functools
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from sync.client.api import CentralApi
from sync.domain.commands import Command
from sync.domain.order import CommandKey, Order, UserId
from sync.domain.permissions import User
from sync.errors import SyncError
from sync.service import Desk
from sync.store.orders import OrderCache
from sync.workstation import Workstation
from tests.fakes import Clock
from tests.simulation.central import PIN, QUICK, Central
from tests.simulation.weather import Killed, Weather
from tests.simulation.wire import Wire

_STEPS = {
    "outbox": ("add", "next_batch", "settle", "decide"),
    "cache": ("put_known", "put_changes", "put_page", "finish_snapshot", "mark_pending", "put_facts", "clear"),
}
Bug = Callable[[str, Any], None]
"""Spoils a freshly opened ``outbox`` or ``cache``."""


class Issued:
    """A command that ``submit`` accepted, and the order as its issuer saw it."""

    def __init__(self, command: Command, seen: Order, epoch: str) -> None:
        self.command, self.seen, self.epoch = command, seen, epoch


class Skewed:
    """A workstation's clock, wrong by a constant."""

    def __init__(self, clock: Clock, by: int) -> None:
        self._clock, self._by = clock, by

    def __call__(self) -> int:
        return self._clock() + self._by


class Seat:
    """One workstation. ``issued``, ``withdrawn`` and ``decided`` are what its people know they did."""

    def __init__(
        self, folder: Path, central: Central, clock: Clock, weather: Weather, *, seed: int, skew: int, bug: Bug
    ) -> None:
        self._folder, self._central, self._weather, self._bug = folder, central, weather, bug
        self._now = Skewed(clock, skew)
        self._chance = random.Random(seed)
        self.issued: dict[CommandKey, Issued] = {}
        self.withdrawn: set[CommandKey] = set()
        self.decided: set[CommandKey] = set()
        self.strangers: list[tuple[UserId, Command]] = []
        self.reports: list[BaseException] = []
        self.kills = 0
        self._open()

    def _open(self) -> None:
        self.workstation = Workstation(self._folder, self._now, use_keyring=False)
        assert self.workstation.set_aside is None
        self.workstation.outbox._connection.execute("PRAGMA synchronous = OFF")
        self._instrument("outbox", self.workstation.outbox)
        opened = self.workstation.open_cache

        def open_cache(url: str, user: User | None) -> OrderCache:
            cache = opened(url, user)
            cache._writer.execute("PRAGMA synchronous = OFF")
            self._instrument("cache", cache)
            return cache

        self.workstation.__dict__["open_cache"] = open_cache
        self._api = CentralApi(self._central.url, language=lambda: "zh", verify=False)
        agent = self._api._http.headers["user-agent"]
        self._api._http.close()
        self.wire = Wire(self._central, self._weather, self._heard)
        self._api._http = httpx.Client(transport=self.wire, headers={"user-agent": agent})
        self.desk = Desk(self.workstation, self._api, now=self._now, chance=self._chance, report=self.reports.append)
        self.desk._login._hasher = QUICK

    def _instrument(self, kind: str, store: Any) -> None:
        """Let the process end before or after each step of the store; a seeded bug lies below."""
        self._bug(kind, store)
        for name in _STEPS[kind]:
            store.__dict__[name] = self._fragile(name, getattr(store, name))

    def _fragile(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(step)
        def fragile(*arguments: Any) -> Any:
            self._weather.reach(f"before {name}")
            done = step(*arguments)
            self._weather.reach(f"after {name}")
            return done

        return fragile

    def _heard(self, token_of: UserId | None, commands: tuple[Command, ...]) -> None:
        self.strangers += [(token_of, c) for c in commands if token_of is not None and c.issued_by != token_of]

    def close(self) -> None:
        self.desk.stop()
        self.workstation.close()

    def die(self, *, cache_too: bool = False) -> None:
        """The process ends and starts again; with ``cache_too`` the disposable files are gone."""
        self.kills += 1
        self.close()
        if cache_too:
            for path in self._folder.glob("cache-*"):
                path.unlink()
        self._open()

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
        waits: list[float | None] = [0.0]
        self.mortal(lambda: waits.append(self.desk.engine.step()))
        return waits[-1]

    # -- what its files hold

    def commands(self) -> dict[CommandKey, tuple[str | None, str | None, int]]:
        """Status, decision and number by key."""
        rows = self.workstation.outbox._read("SELECT key, status, decision, n FROM commands")
        return {CommandKey(key): (status, decision, n) for key, status, decision, n in rows}

    def commands_waiting(self) -> list[CommandKey]:
        return [key for key, (status, _, _) in self.commands().items() if status is None]

    @property
    def cache(self) -> OrderCache:
        return self.desk._cache
