"""When should a client ask for changes? Server-sent events: hints only, the feed is the truth."""

import time
from collections.abc import AsyncIterator
from typing import Annotated

from litestar import get
from litestar.params import HeaderParameter
from litestar.response import Stream

from sync.domain.order import WarehouseId
from sync.server.access import StaffRequest, bearer, central_of, scope_of, staff
from sync.server.answers import FOR_STAFF, documented
from sync.server.central import Central, in_thread
from sync.server.feed import Cursor, view_of
from sync.server.identity import Caller
from sync.server.routes.orders import Scope
from sync.wire.problems import Kind

EVENT_STREAM = "text/event-stream"
_HEARTBEAT = b": heartbeat\n\n"


def _hint(cursor: Cursor) -> bytes:
    return f'id: {cursor}\nevent: changes\ndata: {{"next":"{cursor}"}}\n\n'.encode()


def _here(central: Central, caller: Caller, scope: tuple[WarehouseId, ...]) -> Cursor:
    with central.storage.read() as reading:
        return Cursor(reading.epoch(), reading.head(), view_of(caller.user, scope))


async def _hints(
    central: Central, caller: Caller, scope: tuple[WarehouseId, ...], token: str, last: str | None
) -> AsyncIterator[bytes]:
    """Hints until the token ends, the session ends or the central goes down."""
    with central.notifier.subscribe(scope) as waiting, central.metrics.streams.track_inprogress():
        here = await in_thread(_here, central, caller, scope)
        yield _HEARTBEAT if last == str(here) else _hint(here)
        beat = central.settings.heartbeat_seconds
        checked = time.monotonic()
        while True:
            seq = await waiting.grew(beat)
            if waiting.closed:
                return
            if seq is None or time.monotonic() - checked >= beat:  # however much there is to tell
                if await central.callers.ask(token) is None:
                    return
                checked = time.monotonic()
            yield _HEARTBEAT if seq is None else _hint(Cursor(here.epoch, seq, here.view))


@get(
    "/events",
    operation_id="events",
    guards=[staff],
    security=[{"staff": []}],
    media_type=EVENT_STREAM,
    responses=documented(
        str,
        "A stream of `changes` events whose id is a cursor, with a comment every 15 seconds",
        *FOR_STAFF,
        Kind.NOT_PERMITTED,
        media_type=EVENT_STREAM,
    ),
)
async def events(
    request: StaffRequest,
    warehouses: Scope = None,
    last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID")] = None,
) -> Stream:
    """Tells when the feed grew in the caller's scope; one event at once unless `Last-Event-ID` is up to date."""
    caller, central = request.user, central_of(request)
    stream = _hints(central, caller, scope_of(caller.user, warehouses), bearer(request), last_event_id)
    return Stream(stream, media_type=EVENT_STREAM, headers={"x-accel-buffering": "no"})
