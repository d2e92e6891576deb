"""How does the central listen and stop? Uvicorn on a given socket; open streams are let go before it waits for them."""

import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import uvicorn
from litestar import Litestar
from uvicorn._types import ASGIApplication

from sync.server.app import PREFIX
from sync.server.central import Central
from sync.server.errors import Setup
from sync.server.fast import FastChanges
from sync.server.heads import BoundedHeads
from sync.server.observed import Observed

_SHUTDOWN_SECONDS = 5
_START_SECONDS = 30
_IDLE_SECONDS = 75
"""Longer than a workstation's slowest poll, so that it keeps its connection."""


def bind(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 lets the system choose. Raises Setup when the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named so that asyncio knows it is TCP and sends small answers at once: 40 ms otherwise.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":  # elsewhere it would let two centrals share one port
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as wrong:
        bound.close()
        raise Setup(f"cannot listen on {host} port {port}: {wrong.strerror}") from wrong
    return bound


class CentralServer(uvicorn.Server):
    """Uvicorn that tells when it listens, and wakes the waiting readers before it stops.

    Raises Setup when the certificate cannot be used.
    """

    def __init__(
        self, app: Litestar, *, listening: Callable[[], None], certfile: Path | None = None, keyfile: Path | None = None
    ) -> None:
        central: Central = app.state["central"]
        whole = Observed(FastChanges(app, f"{PREFIX}/changes"), central.metrics)
        config = uvicorn.Config(
            cast(ASGIApplication, whole),
            http=BoundedHeads,
            lifespan="on",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=_IDLE_SECONDS,
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
            ssl_certfile=certfile,
            ssl_keyfile=keyfile,
        )
        try:
            config.load()
        except OSError as wrong:
            raise Setup(f"the certificate {certfile} cannot be used: {wrong}") from wrong
        super().__init__(config)
        self._app = app
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        central: Central = self._app.state["central"]
        central.notifier.close()
        await super().shutdown(sockets)


class RunningServer:
    """A central that listens on loopback in a thread of this process, for tests and the demo; a context manager.

    ``url`` is valid between enter and exit. The storage stays the caller's to close, after exit.
    """

    def __init__(self, app: Litestar, *, port: int = 0) -> None:
        self._socket = bind("127.0.0.1", port)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._up = threading.Event()
        self._server = CentralServer(app, listening=self._up.set)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="central", daemon=True)

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        except BaseException as wrong:  # noqa: BLE001 - the thread's edge: kept and raised again in __enter__
            self._failure = wrong
        finally:
            self._up.set()

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._up.wait(_START_SECONDS) or not self._server.started:
            self.stop()
            raise Setup("the central did not start") from self._failure
        return self

    def stop(self) -> None:
        """Stop listening, let open streams go, wait for the thread."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
