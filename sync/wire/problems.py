"""Which errors can the central answer with? RFC 9457 problems with stable types."""

from enum import StrEnum
from http import HTTPStatus

import msgspec

MEDIA_TYPE = "application/problem+json"
_BASE = "https://exception-desk.example/problems/"


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An RFC 9457 problem. ``retryable``: the same request may succeed later.

    ``type`` is stable; ``detail`` says what was wrong and what to do; ``speak`` is short, in the caller's language.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    retryable: bool = False
    speak: str = ""
    instance: str = ""


class Kind(StrEnum):
    """The last part of a problem's type."""

    MALFORMED = "malformed"
    BAD_CREDENTIALS = "bad-credentials"
    SIGN_IN_AGAIN = "sign-in-again"
    NOT_PERMITTED = "not-permitted"
    WORKSTATION_REVOKED = "workstation-revoked"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    REFUSED = "refused"
    CONFLICT = "conflict"
    KEY_REUSED = "key-reused"
    BLOCKED = "blocked"
    CURSOR_GONE = "cursor-gone"
    TOO_LARGE = "too-large"
    UNSUPPORTED = "unsupported-encoding"
    TOO_MANY = "too-many-requests"
    CLIENT_TOO_OLD = "client-too-old"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"

    @property
    def uri(self) -> str:
        return _BASE + self.value


STATUS: dict[Kind, HTTPStatus] = {
    Kind.MALFORMED: HTTPStatus.BAD_REQUEST,
    Kind.BAD_CREDENTIALS: HTTPStatus.UNAUTHORIZED,
    Kind.SIGN_IN_AGAIN: HTTPStatus.UNAUTHORIZED,
    Kind.NOT_PERMITTED: HTTPStatus.FORBIDDEN,
    Kind.WORKSTATION_REVOKED: HTTPStatus.FORBIDDEN,
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
    Kind.REFUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.KEY_REUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.BLOCKED: HTTPStatus.CONFLICT,
    Kind.CURSOR_GONE: HTTPStatus.GONE,
    Kind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Kind.UNSUPPORTED: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Kind.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Kind.CLIENT_TOO_OLD: HTTPStatus.UPGRADE_REQUIRED,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Kind.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
}

RETRYABLE = frozenset({Kind.TOO_MANY, Kind.UNAVAILABLE, Kind.INTERNAL})
