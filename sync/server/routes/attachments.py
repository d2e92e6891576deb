"""How do an order's files come in and go out? Whole, as they are, and never as something that a browser would run."""

from urllib.parse import quote

from litestar import Response, get, put
from litestar.params import FromPath

from sync.domain.order import Attachment
from sync.domain.permissions import User
from sync.server.access import SourceRequest, StaffRequest, central_of, source, staff
from sync.server.answers import FOR_STAFF, documented
from sync.server.central import Central, in_thread
from sync.server.rules import attachments
from sync.server.rules.attachments import ANYTHING, LARGEST_FILE
from sync.wire.codec import encode
from sync.wire.messages import Ingested
from sync.wire.problems import Kind

_KINDS = (
    Kind.SIGN_IN_AGAIN, Kind.NOT_PERMITTED, Kind.NOT_FOUND, Kind.REFUSED, Kind.TOO_LARGE, Kind.UNSUPPORTED,
)  # fmt: skip


def _attach(central: Central, name: str, external_id: str, file: str, content: bytes, media_type: str) -> Ingested:
    with central.storage.write() as writing:
        return attachments.attach(writing, name, external_id, file, content, media_type, central.clock())


@put(
    "/sources/{source:str}/orders/{external_id:str}/attachments/{name:str}",
    operation_id="put_attachment",
    guards=[source],
    security=[{"service": []}],
    request_max_body_size=LARGEST_FILE,
    responses=documented(Ingested, "The order's id and version", *_KINDS),
)
async def put_attachment(request: SourceRequest, external_id: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """Keep the request's body as a file of the order, 8 MiB at most; its `Content-Type` is kept with it."""
    content = await request.body()
    media_type = request.headers.get("content-type", ANYTHING)
    done = await in_thread(_attach, central_of(request), request.user, external_id, name, content, media_type)
    return Response(encode(done), media_type="application/json")


def _fetched(central: Central, user: User, order_id: str, attachment_id: str) -> tuple[Attachment, bytes]:
    with central.storage.read() as reading:
        return attachments.fetched(reading, user, order_id, attachment_id)


@get(
    "/orders/{order_id:str}/attachments/{file:str}",
    operation_id="attachment",
    guards=[staff],
    security=[{"staff": []}],
    responses=documented(bytes, "The file as it came", *FOR_STAFF, Kind.NOT_FOUND, media_type=ANYTHING),
)
async def attachment(request: StaffRequest, order_id: FromPath[str], file: FromPath[str]) -> Response[bytes]:
    """A file of an order that the caller sees. Always sent as something to save, whatever it is."""
    found, content = await in_thread(_fetched, central_of(request), request.user.user, order_id, file)
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "x-content-type-options": "nosniff",
    }
    return Response(content, media_type=ANYTHING, headers=headers)
