"""What does every route need? The central's parts, put together once in ``app.create``."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from sync.server.feed import Notifier
from sync.server.gather import Batched
from sync.server.identity import Caller, Identity
from sync.server.metrics import Metrics
from sync.server.pages import Pages
from sync.server.storage.base import Storage
from sync.server.threads import in_thread

__all__ = ["DAY_MS", "Central", "Settings", "in_thread"]

DAY_MS = 24 * 60 * 60 * 1000


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator of the central may choose. Seconds, days and bytes."""

    name: str = "Exception Desk central"
    oldest_client: str = "0.1.0"
    retention_days: int = 30
    results_days: int = 90
    heartbeat_seconds: float = 15.0
    body_limit: int = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Central:
    """The parts of one central; ``clock`` gives Unix ms, ``new_id`` the id of a new order.

    ``door`` lets few people sign in at once: Argon2 would keep all threads busy when a shift begins.
    ``callers`` knows the people behind access tokens, ``pages`` the feed.
    """

    storage: Storage
    notifier: Notifier
    identity: Identity
    clock: Callable[[], int]
    new_id: Callable[[], str]
    settings: Settings
    door: asyncio.Semaphore
    callers: Batched[str, Caller | None]
    pages: Pages
    metrics: Metrics
