"""Is this process alive, can it work, and how does it do? For load balancers and Prometheus; needs no token."""

from litestar import Response, get

from sync.server.access import OpenRequest, central_of
from sync.server.central import Central, in_thread
from sync.server.errors import StorageUnavailable
from sync.server.metrics import CONTENT_TYPE

_TEXT = "text/plain"


@get("/healthz", include_in_schema=False)
async def healthz() -> Response[bytes]:
    """200 as long as the event loop turns."""
    return Response(b"alive\n", media_type=_TEXT)


def _head(central: Central) -> int:
    with central.storage.read() as reading:
        return reading.head()


@get("/readyz", include_in_schema=False)
async def readyz(request: OpenRequest) -> Response[bytes]:
    """200 when the database answers; the usual problem with 503 when it does not, or while stopping."""
    central = central_of(request)
    if central.notifier.closed:
        raise StorageUnavailable("the central is stopping")
    await in_thread(_head, central)
    return Response(b"ready\n", media_type=_TEXT)


@get("/metrics", include_in_schema=False)
async def metrics(request: OpenRequest) -> Response[bytes]:
    """Prometheus' text format, for all worker processes together."""
    central = central_of(request)
    head = await in_thread(_head, central)
    return Response(await in_thread(central.metrics.text, head), headers={"content-type": CONTENT_TYPE})
