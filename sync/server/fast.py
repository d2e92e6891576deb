"""How is the commonest question, ``GET /v1/changes``, answered with the least work? Past the framework, if all is well.

After every command each workstation asks at once. Whatever is not plain (a wait, a scope, a wrong parameter, a stale
cursor, no token) goes the long way, which also finds the words for what is wrong: both ways answer alike. Where the
database fails, the answer is that of the long way, without asking it a second time.
"""

import re
from collections.abc import Iterable
from typing import Any

from litestar import Litestar, Request
from litestar.enums import ScopeType
from litestar.types import HTTPScope, Receive, Scope, Send

from sync.server.access import too_old
from sync.server.answers import answered
from sync.server.central import Central
from sync.server.errors import Answer
from sync.server.feed import parse_cursor, view_of
from sync.server.identity import Caller
from sync.server.pages import Asked, Page
from sync.wire.messages import PAGE_LIMIT

_USUAL = 500
_PLAIN = re.compile(rb"cursor=([0-9A-Za-z._-]+)(?:&limit=([0-9]{1,4}))?")
"""Query strings without anything to decode; taking one apart in general costs a sixth of the whole answer."""


class FastChanges:
    """An ASGI application around the central's own."""

    def __init__(self, app: Litestar, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            page = await self._plain(scope) if scope["type"] == ScopeType.HTTP else None
        except Exception as wrong:  # noqa: BLE001 - told to the caller and logged, as the framework does
            scope.setdefault("path_template", self._path)
            request: Request[Any, Any, Any] = Request(scope, receive, send)
            await answered(request, wrong).to_asgi_response(app=None, request=request)(scope, receive, send)
            return
        if page is None:
            await self._app(scope, receive, send)
            return
        scope.setdefault("path_template", self._path)  # as the framework does
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(page.body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": page.body, "more_body": False})

    async def _plain(self, scope: HTTPScope) -> Page | None:
        """The page, or None when the request needs the long way."""
        if scope["path"] != self._path or scope["method"] != "GET":
            return None
        central: Central = self._app.state["central"]
        asked = _asked(scope["query_string"])
        token = _token(scope["headers"], central.settings.oldest_client)
        if asked is None or token is None:
            return None
        caller = await central.callers.ask(token)
        wanted = None if caller is None else _wanted(caller, *asked)
        if wanted is None:
            return None
        try:
            return await central.pages.after(wanted)
        except Answer:
            return None


def _asked(query: bytes) -> tuple[str, int] | None:
    """Cursor and limit, when nothing else is asked for, and in the usual order."""
    plain = _PLAIN.fullmatch(query)
    if plain is None:
        return None
    limit = int(plain[2] or _USUAL)
    return (plain[1].decode(), limit) if 1 <= limit <= PAGE_LIMIT else None


def _token(headers: Iterable[tuple[bytes, bytes]], oldest: str) -> str | None:
    """The bearer token, when there is one and the client is not too old."""
    told = dict(headers)
    scheme, _, token = told.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or too_old(told.get(b"user-agent", b"").decode("latin-1"), oldest):
        return None
    return token.strip() or None


def _wanted(caller: Caller, text: str, limit: int) -> Asked | None:
    scope = caller.user.warehouses
    cursor = parse_cursor(text)
    if cursor is None or cursor.view != view_of(caller.user, scope):
        return None
    return Asked(caller.user.role, scope, cursor, limit)
