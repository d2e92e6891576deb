"""Who may come in? Bearer tokens of people and of services, and clients that are not too old."""

import re
from functools import lru_cache
from typing import Any

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler

from sync.domain.order import WarehouseId
from sync.domain.permissions import User
from sync.server.central import Central, in_thread
from sync.server.errors import Answer
from sync.server.identity import Caller
from sync.server.texts import language_of
from sync.wire.problems import Kind

AnyConnection = ASGIConnection[Any, Any, Any, Any]
StaffRequest = Request[Caller, str, State]
SourceRequest = Request[str, str, State]
OpenRequest = Request[Any, Any, State]

_CLIENT = re.compile(r"\bexception-desk/(\d{1,6}(?:\.\d{1,6}){0,3})")


def central_of(connection: AnyConnection) -> Central:
    """The parts that ``app.create`` put together."""
    central: Central = connection.app.state["central"]
    return central


def speaks(connection: AnyConnection) -> str:
    """The caller's language: what the request accepts, else what the person signed in with."""
    caller = connection.scope.get("user")
    fallback = caller.user.language if isinstance(caller, Caller) else ""
    return language_of(connection.headers.get("accept-language"), fallback)


async def staff(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Let a signed-in person through as ``request.user``; raises Answer SIGN_IN_AGAIN."""
    young_enough(connection)
    caller = await central_of(connection).callers.ask(bearer(connection))
    if caller is None:
        raise Answer(Kind.SIGN_IN_AGAIN)
    language = language_of(connection.headers.get("accept-language"), caller.user.language)
    user = msgspec.structs.replace(caller.user, language=language)
    connection.scope["user"] = msgspec.structs.replace(caller, user=user)


async def unencoded(request: Request[Any, Any, Any]) -> None:
    """Raise Answer UNSUPPORTED for a compressed body: a small one could swell without bound."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Answer(Kind.UNSUPPORTED)


async def source(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Let the service through that owns the ``source`` in the path; raises Answer SIGN_IN_AGAIN or NOT_PERMITTED."""
    name = await in_thread(central_of(connection).identity.source, bearer(connection))
    if name is None:
        raise Answer(Kind.SIGN_IN_AGAIN, "service_token")
    if name != connection.path_params["source"]:
        raise Answer(Kind.NOT_PERMITTED, "other_source")
    connection.scope["user"] = name


def young_enough(connection: AnyConnection) -> None:
    """Raise Answer CLIENT_TOO_OLD for a workstation that says it is older than this central supports."""
    oldest = central_of(connection).settings.oldest_client
    if too_old(connection.headers.get("user-agent", ""), oldest):
        raise Answer(Kind.CLIENT_TOO_OLD, oldest=oldest)


@lru_cache(maxsize=256)
def too_old(agent: str, oldest: str) -> bool:
    """Whether this ``User-Agent`` is a workstation's that is older than ``oldest``; others are not judged."""
    told = _CLIENT.search(agent)
    return told is not None and _numbers(told[1]) < _numbers(oldest)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def bearer(connection: AnyConnection) -> str:
    """The token that the request carries; raises Answer SIGN_IN_AGAIN where there is none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Answer(Kind.SIGN_IN_AGAIN)
    return token.strip()


def scope_of(user: User, asked: str | None) -> tuple[WarehouseId, ...]:
    """The warehouses of a request: all of the user's, or those asked for (comma-separated), which must be his."""
    if not asked:
        return user.warehouses
    wanted = tuple(WarehouseId(part.strip()) for part in asked.split(",") if part.strip())
    if not set(wanted) <= set(user.warehouses):
        raise Answer(Kind.NOT_PERMITTED, "other_scope")
    return wanted
