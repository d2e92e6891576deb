"""How does a person sign in, stay signed in and sign out?"""

from litestar import Response, delete, post
from litestar.params import JSONBody

from sync.server.access import OpenRequest, StaffRequest, central_of, staff, young_enough
from sync.server.answers import FOR_STAFF, documented
from sync.server.bodies import Exact
from sync.server.central import Central, in_thread
from sync.server.errors import Answer
from sync.wire.codec import encode
from sync.wire.messages import OidcGrant, RefreshGrant, Session, SessionRequest
from sync.wire.problems import Kind


async def _signed_in(central: Central, asked: SessionRequest, address: str) -> Session:
    if isinstance(asked, RefreshGrant):
        return await in_thread(central.identity.by_refresh, asked)
    async with central.door:
        if isinstance(asked, OidcGrant):
            return await in_thread(central.identity.by_id_token, asked, address)
        return await in_thread(central.identity.by_badge, asked, address)


def _address(request: OpenRequest) -> str:
    return request.client.host if request.client is not None else ""


def _grant(asked: SessionRequest) -> str:
    return str(asked.__struct_config__.tag)


@post(
    "/session",
    operation_id="sign_in",
    dto=Exact,
    return_dto=None,
    status_code=200,
    responses=documented(
        Session,
        "Signed in",
        Kind.BAD_CREDENTIALS,
        Kind.WORKSTATION_REVOKED,
        Kind.SIGN_IN_AGAIN,
        Kind.TOO_MANY,
        Kind.TOO_LARGE,
        Kind.UNSUPPORTED,
        Kind.CLIENT_TOO_OLD,
    ),
)
async def sign_in(request: OpenRequest, data: JSONBody[SessionRequest]) -> Response[bytes]:
    """Sign in by badge and PIN or by an ID token, or trade a refresh token in. Five failures lock a badge."""
    young_enough(request)
    central = central_of(request)
    try:
        session = await _signed_in(central, data, _address(request))
    except Answer as refused:
        central.metrics.signed_in(_grant(data), refused.kind)
        raise
    central.metrics.signed_in(_grant(data), "granted")
    return Response(encode(session), media_type="application/json")


@delete(
    "/session",
    operation_id="sign_out",
    guards=[staff],
    security=[{"staff": []}],
    status_code=204,
    responses=documented(None, "Signed out: no token of this session works any more", *FOR_STAFF, status=204),
)
async def sign_out(request: StaffRequest) -> None:
    """End the session of this token."""
    await in_thread(central_of(request).identity.end, request.user)
