"""What does this central speak, and which places does it know?"""

from litestar import Response, get

from sync.domain.permissions import User
from sync.server.access import OpenRequest, StaffRequest, central_of, staff
from sync.server.answers import FOR_STAFF, documented
from sync.server.central import Central, in_thread
from sync.wire.codec import encode
from sync.wire.messages import API_VERSION, BATCH_LIMIT, FEATURES, Directory, Meta, SingleSignOn

JSON = "application/json"


def _meta(central: Central) -> Meta:
    with central.storage.read() as reading:
        epoch, kept_until = reading.epoch(), reading.kept_until()
    provider = central.identity.provider
    return Meta(
        name=central.settings.name,
        api_min=API_VERSION,
        api_max=API_VERSION,
        oldest_client=central.settings.oldest_client,
        epoch=epoch,
        retention_days=central.settings.retention_days,
        batch_limit=BATCH_LIMIT,
        server_time=central.clock(),
        kept_until=kept_until,
        features=FEATURES,
        single_sign_on=None if provider is None else SingleSignOn(issuer=provider.issuer, client_id=provider.client_id),
    )


def _directory(central: Central, user: User) -> Directory:
    with central.storage.read() as reading:
        places, people = reading.places(), reading.people(user.warehouses)
    return Directory(
        warehouses=tuple(place.name for place in places if place.kind == "warehouse"),
        carriers=tuple(place.name for place in places if place.kind == "carrier"),
        people=people,
    )


@get("/meta", operation_id="meta", responses=documented(Meta, "What this central speaks"))
async def meta(request: OpenRequest) -> Response[bytes]:
    """API range, oldest client supported, epoch, retention, batch limit and server time. Needs no token."""
    return Response(encode(await in_thread(_meta, central_of(request))), media_type=JSON)


@get(
    "/directory",
    operation_id="directory",
    guards=[staff],
    security=[{"staff": []}],
    responses=documented(Directory, "Warehouses, carriers and colleagues", *FOR_STAFF),
)
async def directory(request: StaffRequest) -> Response[bytes]:
    """The places that orders may be at or move to, with their names and spoken forms, and who works there."""
    return Response(encode(await in_thread(_directory, central_of(request), request.user.user)), media_type=JSON)
