"""How does an error become an answer? Everything that goes wrong leaves as ``application/problem+json``."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import ExceptionHandlersMap

from sync.server.access import speaks
from sync.server.errors import Answer, ProviderUnavailable, StorageUnavailable, Unstorable
from sync.server.logs import request_id
from sync.server.texts import problem
from sync.wire.codec import encode
from sync.wire.problems import MEDIA_TYPE, STATUS, Kind, Problem

AnyRequest = Request[Any, Any, Any]

_log = logging.getLogger(__name__)

_KIND_OF_STATUS = {
    HTTPStatus.NOT_FOUND: Kind.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: Kind.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Kind.TOO_LARGE,
    HTTPStatus.SERVICE_UNAVAILABLE: Kind.UNAVAILABLE,
}
_RETRY_UNAVAILABLE_SECONDS = 2


def answer(
    request: AnyRequest, kind: Kind, about: str = "", *, headers: Mapping[str, str] | None = None, **values: str
) -> Response[bytes]:
    """A problem as a response, in the caller's language."""
    body = problem(kind, speaks(request), about, **values)
    if request_id():
        body = msgspec.structs.replace(body, instance=f"urn:request:{request_id()}")
    sent = {"cache-control": "no-store", **(headers or {})}  # a 404 or 410 might be kept on the way otherwise
    if STATUS[kind] is HTTPStatus.UNAUTHORIZED:
        sent["www-authenticate"] = "Bearer"
    return Response(encode(body), status_code=STATUS[kind], media_type=MEDIA_TYPE, headers=sent)


def _told(request: AnyRequest, error: Answer) -> Response[bytes]:
    headers = {} if error.retry_after is None else {"retry-after": str(error.retry_after)}
    return answer(request, error.kind, error.about, headers=headers, **error.values)


def _http(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    status = HTTPStatus(error.status_code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status not in _KIND_OF_STATUS:
        return _unforeseen(request, error)
    kind = _KIND_OF_STATUS.get(status, Kind.MALFORMED)
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    if kind is Kind.MALFORMED:
        return answer(request, kind, "where", headers=headers, what=_what(error))
    return answer(request, kind, headers=headers)


def _what(error: HTTPException) -> str:
    """Where a body or parameter is wrong, e.g. ``commands[0].key: Expected `str`, got `int```."""
    extra = error.extra if isinstance(error.extra, list) else []
    places = [f"{item.get('key', '')}: {item.get('message', '')}" for item in extra if isinstance(item, dict)]
    return "; ".join(places) or error.detail


def _unavailable(request: AnyRequest, error: StorageUnavailable | ProviderUnavailable) -> Response[bytes]:
    _log.warning("unavailable: %s", error)
    return answer(request, Kind.UNAVAILABLE, headers={"retry-after": str(_RETRY_UNAVAILABLE_SECONDS)})


def _unreadable(request: AnyRequest, error: Exception) -> Response[bytes]:
    return answer(request, Kind.MALFORMED, "where", what=type(error).__name__)


def _unstorable(request: AnyRequest, error: Unstorable) -> Response[bytes]:
    return answer(request, Kind.MALFORMED, "where", what=str(error))


def _unforeseen(request: AnyRequest, error: Exception) -> Response[bytes]:
    route = request.scope.get("path_template") or "other"  # an address may hold a customer's name: that of a file
    _log.error("%s %s failed", request.method, route, exc_info=error)
    return answer(request, Kind.INTERNAL)


HANDLERS: ExceptionHandlersMap = {
    Answer: _told,
    HTTPException: _http,
    StorageUnavailable: _unavailable,
    ProviderUnavailable: _unavailable,
    Unstorable: _unstorable,
    OverflowError: _unreadable,
    RecursionError: _unreadable,
    UnicodeError: _unreadable,
    Exception: _unforeseen,
}


def answered(request: AnyRequest, error: Exception) -> Response[bytes]:
    """The answer to a request that failed outside of the framework."""
    known = next(kind for kind in type(error).__mro__ if kind in HANDLERS)
    response: Response[bytes] = HANDLERS[known](request, error)
    return response


_ALWAYS = (Kind.MALFORMED, Kind.UNAVAILABLE, Kind.INTERNAL)
FOR_STAFF = (Kind.SIGN_IN_AGAIN, Kind.CLIENT_TOO_OLD)


def documented(
    body: Any, what: str, *kinds: Kind, media_type: str = "application/json", status: int = 200
) -> dict[int, ResponseSpec]:
    """The answers of a route for the OpenAPI document: the good one and every kind of problem."""
    specs = {status: ResponseSpec(body, generate_examples=False, description=what, media_type=media_type)}
    told: dict[int, list[str]] = {}
    for kind in (*_ALWAYS, *kinds):
        told.setdefault(int(STATUS[kind]), []).append(kind.value)
    for code, names in told.items():
        specs[code] = ResponseSpec(
            Problem, generate_examples=False, description="Problem: " + ", ".join(names), media_type=MEDIA_TYPE
        )
    return specs
