"""What do colleagues tell each other and share, and what did a customer have before?"""

from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody, PathParameter

from sync.domain.permissions import User
from sync.server.access import StaffRequest, central_of, staff
from sync.server.answers import FOR_STAFF, documented
from sync.server.bodies import Exact
from sync.server.central import Central, in_thread
from sync.server.identity import Caller
from sync.server.rules import colleagues
from sync.wire.codec import encode
from sync.wire.colleagues import Message, Messages, PreviousOrders, PutView, SendMessage, SharedView, SharedViews
from sync.wire.problems import Kind

JSON = "application/json"
_WRITING = (*FOR_STAFF, Kind.NOT_PERMITTED, Kind.REFUSED, Kind.KEY_REUSED, Kind.TOO_LARGE, Kind.UNSUPPORTED)
ViewId = Annotated[str, PathParameter(pattern=r"^[0-9a-f-]{32,36}$", description="Made by whoever shares it.")]


def _send(central: Central, caller: Caller, wanted: SendMessage) -> Message:
    with central.storage.write() as writing:
        user = central.identity.still(writing, caller).user
        return colleagues.send(writing, user, wanted, central.clock())


def _inbox(central: Central, user: User) -> Messages:
    with central.storage.read() as reading:
        return colleagues.inbox(reading, user, central.clock())


def _share(central: Central, caller: Caller, view: str, wanted: PutView) -> SharedView:
    with central.storage.write() as writing:
        user = central.identity.still(writing, caller).user
        return colleagues.share(writing, user, view, wanted, central.clock())


def _unshare(central: Central, caller: Caller, view: str) -> None:
    with central.storage.write() as writing:
        colleagues.unshare(writing, central.identity.still(writing, caller).user, view)


def _shared(central: Central) -> SharedViews:
    with central.storage.read() as reading:
        return colleagues.shared(reading)


def _previous(central: Central, user: User, order_id: str) -> PreviousOrders:
    with central.storage.read() as reading:
        return colleagues.previous(reading, user, order_id)


@post(
    "/messages",
    operation_id="send_message",
    dto=Exact,
    return_dto=None,
    guards=[staff],
    security=[{"staff": []}],
    status_code=200,
    responses=documented(Message, "The message as it is kept", *_WRITING),
)
async def send_message(request: StaffRequest, data: JSONBody[SendMessage]) -> Response[bytes]:
    """Tell a colleague, a warehouse or everybody something for a while. Supervisors only; sent again it is the same."""
    sent = await in_thread(_send, central_of(request), request.user, data)
    return Response(encode(sent), media_type=JSON)


@get(
    "/messages",
    operation_id="messages",
    guards=[staff],
    security=[{"staff": []}],
    responses=documented(Messages, "What has not expired, oldest first", *FOR_STAFF),
)
async def messages(request: StaffRequest) -> Response[bytes]:
    """What the caller was told, and told others."""
    return Response(encode(await in_thread(_inbox, central_of(request), request.user.user)), media_type=JSON)


@get(
    "/views",
    operation_id="views",
    guards=[staff],
    security=[{"staff": []}],
    responses=documented(SharedViews, "All shared views, by name", *FOR_STAFF),
)
async def views(request: StaffRequest) -> Response[bytes]:
    """The lists that supervisors share with everybody."""
    return Response(encode(await in_thread(_shared, central_of(request))), media_type=JSON)


@put(
    "/views/{key:str}",
    operation_id="share_view",
    dto=Exact,
    return_dto=None,
    guards=[staff],
    security=[{"staff": []}],
    responses=documented(SharedView, "The view as it is kept", *_WRITING),
)
async def share_view(request: StaffRequest, key: ViewId, data: JSONBody[PutView]) -> Response[bytes]:
    """Share a view, or change one that is shared. Supervisors only."""
    kept = await in_thread(_share, central_of(request), request.user, key, data)
    return Response(encode(kept), media_type=JSON)


@delete(
    "/views/{key:str}",
    operation_id="unshare_view",
    guards=[staff],
    security=[{"staff": []}],
    status_code=204,
    responses=documented(None, "It is no longer shared", *FOR_STAFF, Kind.NOT_PERMITTED, status=204),
)
async def unshare_view(request: StaffRequest, key: ViewId) -> None:
    """Stop sharing a view; one that is not shared is no fault. Supervisors only."""
    await in_thread(_unshare, central_of(request), request.user, key)


@get(
    "/orders/{order_id:str}/previous",
    operation_id="previous_orders",
    guards=[staff],
    security=[{"staff": []}],
    responses=documented(PreviousOrders, "Newest first, 20 at most", *FOR_STAFF, Kind.NOT_FOUND),
)
async def previous_orders(request: StaffRequest, order_id: FromPath[str]) -> Response[bytes]:
    """Other orders of the same customer that had an exception of the same kind, closed ones too."""
    found = await in_thread(_previous, central_of(request), request.user.user, order_id)
    return Response(encode(found), media_type=JSON)
