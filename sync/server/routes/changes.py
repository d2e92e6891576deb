"""What changed since, and is my copy right?"""

import time
from typing import Annotated, Literal

import msgspec
from litestar import Response, get
from litestar.params import QueryParameter

from sync.domain.order import OrderId, WarehouseId
from sync.domain.permissions import User
from sync.server.access import StaffRequest, central_of, scope_of, staff
from sync.server.answers import FOR_STAFF, documented
from sync.server.central import Central, in_thread
from sync.server.errors import Answer
from sync.server.feed import Cursor, parse_cursor, view_of
from sync.server.masked import masked
from sync.server.routes.orders import Limit, Scope
from sync.server.storage.base import FeedRow
from sync.wire.codec import encode, scope_hash
from sync.wire.messages import ChangesPage, Checksum
from sync.wire.problems import Kind

JSON = "application/json"
LONGEST_WAIT = 25


class _RawChange(msgspec.Struct):
    """A Change whose order is JSON already."""

    id: OrderId
    version: int
    seq: int
    op: Literal["put", "remove"]
    order: msgspec.Raw | None


class _RawPage(msgspec.Struct):
    """A ChangesPage of such changes."""

    changes: list[_RawChange]
    next: str
    more: bool
    count: int


def _position(user: User, scope: tuple[WarehouseId, ...], text: str) -> Cursor:
    """The cursor, if it is one of this caller's view. Raises Answer MALFORMED or CURSOR_GONE."""
    cursor = parse_cursor(text)
    if cursor is None:
        raise Answer(Kind.MALFORMED, "bad_cursor")
    if cursor.view != view_of(user, scope):
        raise Answer(Kind.CURSOR_GONE)
    return cursor


def _shown(row: FeedRow, user: User) -> msgspec.Raw | None:
    return None if row.body is None else masked(row.body, user.role)


def _changes(central: Central, user: User, scope: tuple[WarehouseId, ...], since: Cursor, limit: int) -> _RawPage:
    with central.storage.read() as reading:
        head = reading.head()
        if since.epoch != reading.epoch() or not reading.pruned() <= since.seq <= head:
            raise Answer(Kind.CURSOR_GONE)
        rows = reading.changes(scope, since.seq, limit + 1)
    more = len(rows) > limit
    rows = rows[:limit]
    reached = rows[-1].seq if more else head
    return _RawPage(
        changes=[_RawChange(row.order_id, row.version, row.seq, row.op, _shown(row, user)) for row in rows],
        next=str(Cursor(since.epoch, reached, since.view)),
        more=more,
        count=len(rows),
    )


async def _awaited(central: Central, user: User, asked: str | None, text: str, limit: int, wait: float) -> bytes:
    """The page after the cursor; an empty one only after ``wait`` seconds, or when the central goes down."""
    scope = scope_of(user, asked)
    since = _position(user, scope, text)
    deadline = time.monotonic() + wait
    with central.notifier.subscribe(scope) as waiting:
        page = await in_thread(_changes, central, user, scope, since, limit)
        while not page.changes and not waiting.closed and (left := deadline - time.monotonic()) > 0:
            if await waiting.grew(left) is not None:
                page = await in_thread(_changes, central, user, scope, since, limit)
    return encode(page)


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
    cursor: Annotated[str, QueryParameter(description="`next` of the answer before, or the snapshot's cursor.")],
    warehouses: Scope = None,
    limit: Limit = 500,
    wait: Annotated[float, QueryParameter(ge=0, le=LONGEST_WAIT, description="Seconds to wait for a change.")] = 0,
) -> Response[bytes]:
    """What changed in the caller's scope after the cursor. A step that a newer one replaces may be left out."""
    page = await _awaited(central_of(request), request.user.user, warehouses, cursor, limit, wait)
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
