"""How is the central served from the command line? Bind, prepare the database, then one process or several."""

import argparse
import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType

from sync.server import demo
from sync.server.administration import opened_for
from sync.server.clock import wall_clock
from sync.server.demo.simulator import Simulator, orders_of
from sync.server.errors import Setup
from sync.server.identity import Identity
from sync.server.oidc import Provider
from sync.server.running import bind
from sync.server.serving import Serving, serve
from sync.server.workers import Workers

_BACKLOG = 2048


def run(asked: argparse.Namespace) -> int:
    """Answer until SIGTERM or Ctrl+C; raises Setup or a StorageError when that cannot begin."""
    signal.signal(signal.SIGTERM, _leave)
    if asked.end_with_stdin:
        threading.Thread(target=_end_with_stdin, name="orphan-watch", daemon=True).start()
    with bind(asked.host, asked.port) as bound:
        url = _url(asked, bound)
        simulator = _prepared(asked, url)

        def listening() -> None:
            sys.stdout.write(f"listening on {url}\n")
            sys.stdout.flush()
            if simulator is not None:
                simulator.start()

        try:
            _listen(asked, bound, listening)
        finally:
            if simulator is not None:
                simulator.stop()
    return 0


def _prepared(asked: argparse.Namespace, url: str) -> Simulator | None:
    """Bring the database up to date, fill it if asked; the simulator, if there shall be one."""
    with opened_for(asked.database) as storage:
        if asked.workers > 1 and not storage.shared:
            raise Setup("several workers need a PostgreSQL database; an SQLite file is served by one")
        identity = Identity(storage, wall_clock)
        if asked.demo is None:
            return None
        if not demo.is_filled(storage):
            demo.fill(storage, identity, seed=asked.demo, now=wall_clock(), count=asked.orders)
        if asked.pace is None:
            return None
        token = identity.add_service_token(demo.SOURCE)
        known = orders_of(storage, demo.SOURCE)
    return Simulator(url, token, demo.SOURCE, known, seed=asked.demo, clock=wall_clock, pace=asked.pace)


def _leave(_: int, __: FrameType | None) -> None:
    """A stop that was asked for is no failure: uvicorn raises the signal again once all streams are closed."""
    raise SystemExit(0)


def _end_with_stdin() -> None:
    """Read past ``sys.stdin``, whose lock a waiting thread would hold while the program ends."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _url(asked: argparse.Namespace, bound: socket.socket) -> str:
    scheme = "http" if asked.certfile is None else "https"
    host = f"[{asked.host}]" if ":" in asked.host else asked.host
    return f"{scheme}://{host}:{bound.getsockname()[1]}"


def _listen(asked: argparse.Namespace, bound: socket.socket, listening: Callable[[], None]) -> None:
    serving = Serving(
        database=asked.database,
        certfile=asked.certfile,
        keyfile=asked.keyfile,
        log_level=asked.log_level.upper(),
        provider=_provider(asked),
    )
    with contextlib.suppress(KeyboardInterrupt):
        if asked.workers > 1:
            bound.listen(_BACKLOG)
            Workers(serving, bound, asked.workers).run(listening)
        else:
            serve(serving, bound, listening)


def _provider(asked: argparse.Namespace) -> Provider | None:
    if (asked.oidc_issuer is None) != (asked.oidc_client_id is None):
        raise Setup("--oidc-issuer and --oidc-client-id belong together")
    if asked.oidc_issuer is None:
        return None
    return Provider(issuer=asked.oidc_issuer, client_id=asked.oidc_client_id, badge_claim=asked.oidc_claim)
