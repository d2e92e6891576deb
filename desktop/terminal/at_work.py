"""How does a run without a window come to a desk at work? Store opened, signed in, orders loaded; ended in turn."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from desktop.terminal.site import Site
from sync.client.api import CentralApi
from sync.errors import NotSignedIn
from sync.events import ConnectionChanged, Event, Link
from sync.service import Desk
from sync.workstation import Workstation

READY = frozenset({Link.ONLINE, Link.STUMBLING, Link.OFFLINE, Link.SIGN_IN_AGAIN, Link.CLIENT_TOO_OLD, Link.STORE_FULL})
LOADING_SECONDS = 120.0


def now() -> int:
    """Unix ms, UTC."""
    return time.time_ns() // 1_000_000


def pin(environment: Mapping[str, str], ask: Callable[[], str]) -> str:
    """The PIN from EXCEPTION_DESK_PIN, or from whoever sits there; not from the command line, which others can read."""
    return environment.get("EXCEPTION_DESK_PIN") or ask()


@contextmanager
def desk_at_work(site: Site, badge: str | None, ask: Callable[[], str], told: Callable[[int], None]) -> Iterator[Desk]:
    """A signed-in desk that has loaded what it can; ``told`` hears the number of orders loaded so far.

    Raises NotSignedIn without a badge, and what Workstation, CentralApi and ``Desk.sign_in`` raise.
    """
    if not badge:
        raise NotSignedIn("no badge was given")
    with Workstation(site.folder, now, use_keyring=site.use_keyring) as workstation:
        desk = Desk(workstation, CentralApi(site.server, language=lambda: site.language, proxy=site.proxy), now=now)
        ready = threading.Event()

        def listen(event: Event) -> None:
            if isinstance(event, ConnectionChanged):
                told(event.connection.pulled)
                if event.connection.link in READY:
                    ready.set()

        try:
            desk.sign_in(badge, pin(os.environ, ask), site.language)
            unsubscribe = desk.subscribe(listen)
            desk.start()
            ready.wait(LOADING_SECONDS)
            unsubscribe()
            yield desk
        finally:
            desk.stop()
