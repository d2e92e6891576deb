"""What changed since, and is my copy right?"""

import time
from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from sync.domain.order import WarehouseId
from sync.domain.permissions import User
from sync.server.access import StaffRequest, bearer, central_of, scope_of, staff
from sync.server.answers import FOR_STAFF, documented
from sync.server.central import Central, in_thread
from sync.server.errors import Answer
from sync.server.feed import CURSOR, Cursor, parse_cursor, view_of
from sync.server.pages import Asked
from sync.server.routes.orders import Limit, Scope
from sync.wire.codec import encode, scope_hash
from sync.wire.messages import ChangesPage, Checksum
from sync.wire.problems import Kind

JSON = "application/json"
LONGEST_WAIT = 25


def _position(user: User, scope: tuple[WarehouseId, ...], text: str) -> Cursor:
    """The cursor, if it is one of this caller's view. Raises Answer MALFORMED or CURSOR_GONE."""
    cursor = parse_cursor(text)
    if cursor is None:
        raise Answer(Kind.MALFORMED, "bad_cursor")
    if cursor.view != view_of(user, scope):
        raise Answer(Kind.CURSOR_GONE)
    return cursor


async def _awaited(central: Central, user: User, asked: str | None, text: str, limit: int, wait: float) -> bytes:
    """The page after the cursor; an empty one only after ``wait`` seconds, or when the central goes down."""
    scope = scope_of(user, asked)
    wanted = Asked(user.role, scope, _position(user, scope, text), limit)
    if not wait:
        return (await central.pages.after(wanted)).body
    deadline = time.monotonic() + wait
    with central.notifier.subscribe(scope) as waiting:
        page = await central.pages.after(wanted)
        while not page.size and not waiting.closed and (left := deadline - time.monotonic()) > 0:
            if await waiting.grew(left) is not None:
                page = await central.pages.after(wanted)
    return page.body


@get(
    "/changes",
    operation_id="changes",
    guards=[staff],
    security=[{"staff": []}],
    responses=documented(
        ChangesPage, "Steps of the feed, oldest first", *FOR_STAFF, Kind.NOT_PERMITTED, Kind.CURSOR_GONE
    ),
)
async def changes(
    request: StaffRequest,
    cursor: Annotated[
        str,
        QueryParameter(
            pattern=CURSOR,
            description="Opaque: `next` of the answer before, or the snapshot's cursor.",
        ),
    ],
    warehouses: Scope = None,
    limit: Limit = 500,
    wait: Annotated[float, QueryParameter(ge=0, le=LONGEST_WAIT, description="Seconds to wait for a change.")] = 0,
) -> Response[bytes]:
    """What changed in the caller's scope after the cursor. A step that a newer one replaces may be left out."""
    central = central_of(request)
    page = await _awaited(central, request.user.user, warehouses, cursor, limit, wait)
    if wait and await central.callers.ask(bearer(request)) is None:
        raise Answer(Kind.SIGN_IN_AGAIN)  # the right to see it was taken away meanwhile
    return Response(page, media_type=JSON)


def _checksum(central: Central, user: User, asked: str | None) -> Checksum:
    scope = scope_of(user, asked)
    with central.storage.read() as reading:
        cursor = Cursor(reading.epoch(), reading.head(), view_of(user, scope))
        versions = reading.versions(scope)
    return Checksum(count=len(versions), hash=scope_hash(versions), cursor=str(cursor))


@get(
    "/checksum",
    operation_id="checksum",
    guards=[staff],
    security=[{"staff": []}],
    responses=documented(Checksum, "Number and hash of the scope", *FOR_STAFF, Kind.NOT_PERMITTED),
)
async def checksum(request: StaffRequest, warehouses: Scope = None) -> Response[bytes]:
    """Number and hash of the caller's open orders at a cursor, so that a client can prove its cache."""
    found = await in_thread(_checksum, central_of(request), request.user.user, warehouses)
    return Response(encode(found), media_type=JSON)
