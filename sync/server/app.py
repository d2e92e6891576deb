"""What is the central as one application? ``create`` puts storage, rules and routes together."""

import asyncio
import contextlib
import logging
import secrets
import uuid
from collections.abc import AsyncIterator, Callable
from functools import cache
from typing import Any

import msgspec
from litestar import Litestar, Response, Router, get
from litestar.datastructures import ResponseHeader, State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, Reference, SecurityScheme

from sync.server.access import unencoded
from sync.server.answers import HANDLERS
from sync.server.central import DAY_MS, Central, Settings, in_thread
from sync.server.clock import wall_clock
from sync.server.errors import StorageUnavailable
from sync.server.feed import InProcessNotifier
from sync.server.gather import Batched
from sync.server.identity import Identity
from sync.server.metrics import Metrics
from sync.server.pages import Pages
from sync.server.routes import ROUTES
from sync.server.routes.health import healthz, metrics, readyz
from sync.server.rules.commands import EXACT, UUID7
from sync.server.storage.base import Storage
from sync.wire.messages import API_VERSION, BATCH_LIMIT

__all__ = ["PREFIX", "assemble", "create", "document", "new_order_id", "prune", "wall_clock"]

_log = logging.getLogger(__name__)

PREFIX = f"/v{API_VERSION}"
_HOUSEKEEPING_SECONDS = 3600
_LINKS = (
    ("/orders", "get", "changes", {"cursor": "$response.body#/cursor"}),
    ("/changes", "get", "changes", {"cursor": "$response.body#/next"}),
    ("/checksum", "get", "changes", {"cursor": "$response.body#/cursor"}),
    ("/sources/{source}/orders/{external_id}", "put", "history", {"order_id": "$response.body#/id"}),
    ("/views/{key}", "put", "unshare_view", {"key": "$response.body#/id"}),
)
"""Where an answer leads: path and verb, the operation that follows, and what of the answer it takes."""
_SIGN_INS_AT_ONCE = 2


def new_order_id() -> str:
    """A UUIDv7 (RFC 9562): orders taken later sort later, which keeps pages of the database together."""
    bits = (wall_clock() << 80) | secrets.randbits(80)
    bits = bits & ~(0xF << 76) | (0x7 << 76)
    return str(uuid.UUID(int=bits & ~(0x3 << 62) | (0x2 << 62)))


@cache
def document() -> bytes:
    """The OpenAPI 3.1 document as JSON."""
    bearer: dict[str, SecurityScheme | Reference] = {
        "staff": SecurityScheme(type="http", scheme="bearer", description="Access token of POST /v1/session."),
        "service": SecurityScheme(type="http", scheme="bearer", description="Service token of one source."),
    }
    config = OpenAPIConfig(
        title="Exception Desk central order API",
        version=str(API_VERSION),
        description="Money is fen (1/100 CNY); times are Unix milliseconds, UTC. Errors are RFC 9457 problems.",
        components=Components(security_schemes=bearer),
        use_handler_docstrings=True,
    )
    described = Litestar([Router(PREFIX, route_handlers=ROUTES)], openapi_config=config, logging_config=None)
    return msgspec.json.encode(_sharpened(described.openapi_schema.to_schema()))


def _sharpened(schema: dict[str, Any]) -> dict[str, Any]:
    """The document with what the types alone do not say: how a key looks, how large a batch or a number may be, and
    where answers lead.
    """
    _bound_numbers(schema)
    schemas = schema["components"]["schemas"]
    schemas["Command"]["properties"]["key"] = {"type": "string", "format": "uuid", "pattern": UUID7}
    schemas["CommandBatch"]["properties"]["commands"]["maxItems"] = BATCH_LIMIT
    for path, verb, following, parameters in _LINKS:
        answer = schema["paths"][PREFIX + path][verb]["responses"]["200"]
        answer.setdefault("links", {})[following] = {"operationId": following, "parameters": parameters}
    return schema


def _bound_numbers(part: Any) -> None:
    if isinstance(part, dict):
        if part.get("type") == "integer":
            part.setdefault("minimum", -EXACT)
            part.setdefault("maximum", EXACT)
        for inner in part.values():
            _bound_numbers(inner)
    elif isinstance(part, list):
        for inner in part:
            _bound_numbers(inner)


@get("/openapi.json", include_in_schema=False)
async def openapi() -> Response[bytes]:
    """The published contract."""
    return Response(await in_thread(document), media_type="application/vnd.oai.openapi+json")


def assemble(
    storage: Storage,
    *,
    settings: Settings | None = None,
    clock: Callable[[], int] = wall_clock,
    identity: Identity | None = None,
    new_id: Callable[[], str] = new_order_id,
) -> Central:
    """The parts of a central over a storage."""
    someone = identity or Identity(storage, clock)
    return Central(
        storage=storage,
        notifier=InProcessNotifier(),
        identity=someone,
        clock=clock,
        new_id=new_id,
        settings=settings or Settings(),
        door=asyncio.Semaphore(_SIGN_INS_AT_ONCE),
        callers=Batched(someone.callers),
        pages=Pages(storage),
        metrics=Metrics(),
    )


def create(
    storage: Storage,
    *,
    settings: Settings | None = None,
    clock: Callable[[], int] = wall_clock,
    identity: Identity | None = None,
    new_id: Callable[[], str] = new_order_id,
) -> Litestar:
    """The application over a storage, which stays the caller's to close. ``app.state["central"]`` is its Central."""
    central = assemble(storage, settings=settings, clock=clock, identity=identity, new_id=new_id)
    return Litestar(
        [Router(PREFIX, route_handlers=[*ROUTES, openapi]), healthz, readyz, metrics],
        state=State({"central": central}),
        exception_handlers=HANDLERS,
        openapi_config=None,
        logging_config=None,
        request_max_body_size=central.settings.body_limit,
        response_headers=[ResponseHeader(name="cache-control", value="no-store")],
        before_request=unencoded,
        lifespan=[_alive],
    )


@contextlib.asynccontextmanager
async def _alive(app: Litestar) -> AsyncIterator[None]:
    """Feed the notifier from the storage, and tidy up once an hour."""
    central: Central = app.state["central"]
    unwatch = central.storage.watch(central.notifier.publish)
    tidying = asyncio.create_task(_tidy(central))
    try:
        yield
    finally:
        tidying.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await tidying
        unwatch()


async def _tidy(central: Central) -> None:
    while True:
        try:
            await in_thread(prune, central)
        except StorageUnavailable as busy:
            _log.warning("tidying waits an hour: %s", busy)
        await asyncio.sleep(_HOUSEKEEPING_SECONDS)


def prune(central: Central) -> None:
    """Forget what is older than the retention."""
    now = central.clock()
    with central.storage.write() as writing:
        writing.prune(
            feed_before=now - central.settings.retention_days * DAY_MS,
            results_before=now - central.settings.results_days * DAY_MS,
            now=now,
        )
