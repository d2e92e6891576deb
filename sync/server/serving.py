"""What does one process of the central need to serve? Database, settings and certificate, as plain values."""

import contextlib
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from sync.server.app import create
from sync.server.central import Settings
from sync.server.clock import wall_clock
from sync.server.identity import Identity
from sync.server.logs import log_to_stderr
from sync.server.oidc import Provider, Verifier
from sync.server.running import CentralServer
from sync.server.storage.opening import opened

_SWITCH_SECONDS = 0.0005
"""How soon a database thread gets its turn while the event loop is busy; Python's default is ten times that."""


class Serving(msgspec.Struct, frozen=True, kw_only=True):
    """All that a process must be told; crosses to worker processes."""

    database: str
    settings: Settings = Settings()
    certfile: Path | None = None
    keyfile: Path | None = None
    log_level: str = "WARNING"
    provider: Provider | None = None


def allow_many_connections() -> None:
    """As many open files as this process may have: a shell's usual 1,024 are too few for 500 workstations."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - there is none on Windows, nor such a limit

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != hard:
            with contextlib.suppress(ValueError, OSError):  # macOS names a hard limit that it does not grant
                resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def serve(serving: Serving, bound: socket.socket, listening: Callable[[], None]) -> None:
    """Answer on a bound socket until a signal; raises Setup or a StorageError when that cannot begin."""
    log_to_stderr(serving.log_level)
    allow_many_connections()
    sys.setswitchinterval(_SWITCH_SECONDS)
    storage = opened(serving.database)
    try:
        verifier = None if serving.provider is None else Verifier(serving.provider, wall_clock)
        app = create(storage, settings=serving.settings, identity=Identity(storage, wall_clock, verifier=verifier))
        certfile, keyfile = serving.certfile, serving.keyfile
        CentralServer(app, listening=listening, certfile=certfile, keyfile=keyfile).run(sockets=[bound])
    finally:
        storage.close()
