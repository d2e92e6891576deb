"""How does a person sign in, stay signed in and sign out?"""

from litestar import Response, delete, post
from litestar.params import JSONBody

from sync.server.access import OpenRequest, StaffRequest, central_of, staff, young_enough
from sync.server.answers import FOR_STAFF, documented
from sync.server.central import in_thread
from sync.wire.codec import encode
from sync.wire.messages import BadgeGrant, Session, SessionRequest
from sync.wire.problems import Kind


@post(
    "/session",
    operation_id="sign_in",
    status_code=200,
    responses=documented(
        Session,
        "Signed in",
        Kind.BAD_CREDENTIALS,
        Kind.SIGN_IN_AGAIN,
        Kind.TOO_MANY,
        Kind.TOO_LARGE,
        Kind.CLIENT_TOO_OLD,
    ),
)
async def sign_in(request: OpenRequest, data: JSONBody[SessionRequest]) -> Response[bytes]:
    """Sign in by badge and PIN, or trade a refresh token for new tokens. Five failures lock a badge for a minute."""
    young_enough(request)
    central = central_of(request)
    if isinstance(data, BadgeGrant):
        async with central.door:
            session = await in_thread(central.identity.by_badge, data)
    else:
        session = await in_thread(central.identity.by_refresh, data)
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
    await in_thread(central_of(request).identity.end, request.user.session_id)
