"""Which request was that, how long did it take, and how did it end? Ids in answers and logs, and figures per route."""

import itertools
import logging
import re
import secrets
import time
from collections.abc import Iterable
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from sync.server.logs import of_request
from sync.server.metrics import Metrics

_log = logging.getLogger(__name__)
_NO_METHOD = "none"
"""WORKAROUND for Litestar 2.25: its own answer to OPTIONS names the verb only that was registered first; its 405 names
all. Nothing is lost: no browser asks from elsewhere."""
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")


_process = secrets.token_hex(4)
_count = itertools.count(secrets.randbits(31))


def _chosen(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The caller's ``X-Request-Id`` if it is a plain one, else a new id: unique, and no secret."""
    for name, value in headers:
        if name == b"x-request-id" and _GIVEN.fullmatch(value.decode("latin-1")):
            return value.decode("latin-1")
    return f"{_process}{next(_count) & 0xFFFFFFFF:08x}"


class Observed:
    """An ASGI application around the whole central."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            await self._observe(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _observe(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        chosen = _chosen(scope["headers"])
        of_request(chosen)
        began = time.perf_counter()
        status = 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", chosen.encode())]
            await send(message)

        method = scope["method"]
        if method == "OPTIONS":
            scope["method"] = _NO_METHOD  # type: ignore[typeddict-item] # none that a client can send
        try:
            await self._app(scope, receive, told)
        finally:
            seconds = time.perf_counter() - began
            route = _route(scope)
            self._metrics.answered(route, method, status, seconds)
            _log.info("%s %s %d %.1f ms", method, route, status, seconds * 1000)


def _route(scope: Any) -> str:
    """The template of the address, so that ids neither fill the figures nor the logs."""
    return str(scope.get("path_template") or "other")
