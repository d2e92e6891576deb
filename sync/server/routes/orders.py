"""Which orders are there, what happened to one, and where could it go?"""

from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from sync.domain.order import Customer, Order, OrderId
from sync.domain.permissions import Role, User
from sync.server.access import StaffRequest, central_of, scope_of, staff
from sync.server.answers import FOR_STAFF, documented
from sync.server.central import Central, in_thread
from sync.server.errors import Answer
from sync.server.feed import Cursor, view_of
from sync.server.masked import masked
from sync.server.rules import reassign
from sync.server.rules.commands import EXACT
from sync.server.rules.sight import readable, visible
from sync.server.storage.base import Reading
from sync.wire.codec import decode, encode
from sync.wire.messages import PAGE_LIMIT, History, HistoryEntry, OrdersPage, ReassignOptions
from sync.wire.problems import Kind

JSON = "application/json"
PLAIN = r"^[^\x00]*$"
"""A text without NUL, which no name or id holds."""

Scope = Annotated[
    str | None,
    QueryParameter(name="scope", description="Warehouse ids, comma-separated; all of the caller's if absent."),
]
Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_LIMIT, description="At most so many in one answer.")]


class _RawPage(msgspec.Struct):
    """An OrdersPage whose orders are JSON already."""

    orders: list[msgspec.Raw]
    count: int
    after: OrderId | None
    cursor: str


def _page(central: Central, user: User, asked: str | None, after: str, limit: int) -> bytes:
    scope = scope_of(user, asked)
    with central.storage.read() as reading:
        cursor = Cursor(reading.epoch(), reading.head(), view_of(user, scope))
        rows = reading.page(scope, after, limit + 1)
    shown = rows[:limit]
    page = _RawPage(
        orders=[masked(body, user.role) for _, body in shown],
        count=len(shown),
        after=shown[-1][0] if len(rows) > limit else None,
        cursor=str(cursor),
    )
    return encode(page)


@get(
    "/orders",
    operation_id="orders",
    guards=[staff],
    security=[{"staff": []}],
    responses=documented(OrdersPage, "One page of open orders", *FOR_STAFF, Kind.NOT_PERMITTED),
)
async def orders(
    request: StaffRequest,
    warehouses: Scope = None,
    after: Annotated[str, QueryParameter(pattern=PLAIN, description="The `after` of the page before.")] = "",
    limit: Limit = 500,
) -> Response[bytes]:
    """A snapshot by order id, page by page, until `after` is null. Go on with the feed from the FIRST page's cursor."""
    page = await in_thread(_page, central_of(request), request.user.user, warehouses, after, limit)
    return Response(page, media_type=JSON)


def _seen(reading: Reading, user: User, order_id: str) -> Order:
    order = visible(user, reading.order(OrderId(order_id)))
    if order is None:
        raise Answer(Kind.NOT_FOUND, "no_such_order")
    return order


class _RawHistory(msgspec.Struct):
    """A History whose entries are JSON already."""

    entries: list[msgspec.Raw]
    count: int
    after: int | None


def _history(central: Central, user: User, order_id: str, after: int, limit: int) -> bytes:
    with central.storage.read() as reading:
        order = _seen(reading, user, order_id)
        rows = reading.history_page(order.id, after, limit + 1)
    shown = rows[:limit]
    page = _RawHistory(
        entries=[_line(body, order.customer, user.role) for _, body in shown],
        count=len(shown),
        after=shown[-1][0] if len(rows) > limit else None,
    )
    return encode(page)


def _line(body: bytes, customer: Customer, role: Role) -> msgspec.Raw:
    if role is Role.SUPERVISOR:
        return msgspec.Raw(body)
    return msgspec.Raw(encode(readable(decode(body, HistoryEntry), customer, role)))


@get(
    "/orders/{order_id:str}/history",
    operation_id="history",
    guards=[staff],
    security=[{"staff": []}],
    responses=documented(History, "One page of the audit trail, oldest first", *FOR_STAFF, Kind.NOT_FOUND),
)
async def history(
    request: StaffRequest,
    order_id: FromPath[str],
    after: Annotated[int, QueryParameter(ge=0, le=EXACT, description="The `after` of the page before.")] = 0,
    limit: Limit = 500,
) -> Response[bytes]:
    """Who did what to this order, when, from which device and how it was spoken; page by page until `after` is null."""
    page = await in_thread(_history, central_of(request), request.user.user, order_id, after, limit)
    return Response(page, media_type=JSON)


def _options(central: Central, user: User, order_id: str) -> ReassignOptions:
    with central.storage.read() as reading:
        order = _seen(reading, user, order_id)
        return ReassignOptions(options=reassign.candidates(reading, order, user.language), version=order.version)


@get(
    "/orders/{order_id:str}/reassign-options",
    operation_id="reassign_options",
    guards=[staff],
    security=[{"staff": []}],
    responses=documented(ReassignOptions, "Where the order could move to", *FOR_STAFF, Kind.NOT_FOUND),
)
async def reassign_options(request: StaffRequest, order_id: FromPath[str]) -> Response[bytes]:
    """Every other warehouse and carrier, each possible or with a readable reason why not."""
    found = await in_thread(_options, central_of(request), request.user.user, order_id)
    return Response(encode(found), media_type=JSON)
