"""Is this ID token genuine, fresh and meant for us? OpenID Connect Core 1.0, 3.1.3.7; keys by discovery.

The workstation runs the authorization code flow with PKCE; what it got from the provider arrives here to be checked.
"""

import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import jwt
import msgspec
import truststore
from jwt.exceptions import PyJWKClientConnectionError

from sync.server.errors import ProviderUnavailable, ServerError

_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures by a private key only: a shared secret or none proves nothing."""
_TIMEOUT_SECONDS = 5.0
_LEEWAY_MS = 60_000
_LARGEST_DOCUMENT = 256 * 1024


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """Whose ID tokens are taken: the issuer's URL, our id there, and the claim that holds a person's badge."""

    issuer: str
    client_id: str
    badge_claim: str = "badge"


class Proven(msgspec.Struct, frozen=True, kw_only=True):
    """What a genuine token says: the person's badge, and until when (Unix ms) it is good."""

    badge: str
    expires_at: int


class NotGenuine(ServerError):
    """The token proves nothing; the message says why, for the log only."""


class _Discovered(msgspec.Struct, frozen=True):
    """The part of the provider's configuration that is needed (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    jwks_uri: str


class Verifier:
    """Checks ID tokens of one provider. Blocking: it may have to fetch the provider's keys."""

    def __init__(
        self, provider: Provider, clock: Callable[[], int], *, trust: ssl.SSLContext | None = None, pause: float = 30.0
    ) -> None:
        """``trust`` replaces the system's trust store.

        Made-up key ids make the provider's keys be fetched at most once in ``pause`` seconds.
        """
        self.provider = provider
        self._clock = clock
        self._trust = trust or truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._pause = pause
        self._lock = threading.Lock()
        self._keys: jwt.PyJWKClient | None = None

    def proven(self, token: str, nonce: str) -> Proven:
        """What the token proves; raises NotGenuine, or ProviderUnavailable when the provider cannot be asked."""
        try:
            key = self._key_client().get_signing_key_from_jwt(token)
            claims = jwt.decode(
                token,
                key,
                algorithms=list(_ALGORITHMS),
                audience=self.provider.client_id,
                issuer=self.provider.issuer,
                options={"require": ["exp", "iat", "aud", "iss", "sub"], "verify_exp": False, "verify_iat": False},
            )
        except PyJWKClientConnectionError as wrong:
            raise ProviderUnavailable(f"the identity provider does not answer: {wrong}") from wrong
        except (jwt.PyJWTError, ValueError, TypeError) as wrong:
            raise NotGenuine(str(wrong)) from wrong
        return self._checked(claims, nonce)

    def _checked(self, claims: dict[str, Any], nonce: str) -> Proven:
        now, badge = self._clock(), claims.get(self.provider.badge_claim)
        expires_at, issued_at = _ms(claims["exp"]), _ms(claims["iat"])
        if expires_at + _LEEWAY_MS <= now or issued_at - _LEEWAY_MS > now:
            raise NotGenuine("the token is not valid now")
        if not nonce or claims.get("nonce") != nonce:
            raise NotGenuine("the token belongs to another sign-in: its nonce differs")
        if claims.get("azp", self.provider.client_id) != self.provider.client_id:
            raise NotGenuine("the token was issued to another program")
        if not isinstance(badge, str) or not badge:
            raise NotGenuine(f"the token has no claim {self.provider.badge_claim}")
        return Proven(badge=badge, expires_at=expires_at + _LEEWAY_MS)

    def _key_client(self) -> jwt.PyJWKClient:
        """The provider's keys: fetched once, and again when a token names a new one."""
        with self._lock:
            if self._keys is None:
                found = self._discover()
                if found.issuer != self.provider.issuer:
                    raise NotGenuine(f"the provider calls itself {found.issuer}")
                self._keys = jwt.PyJWKClient(
                    found.jwks_uri,
                    timeout=int(_TIMEOUT_SECONDS),
                    ssl_context=self._trust,
                    cooldown_duration=self._pause,
                )
            return self._keys

    def _discover(self) -> _Discovered:
        address = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            with urllib.request.urlopen(address, timeout=_TIMEOUT_SECONDS, context=self._trust) as answer:  # noqa: S310 - the issuer is set by whoever runs the central
                return msgspec.json.decode(answer.read(_LARGEST_DOCUMENT), type=_Discovered)
        except (urllib.error.URLError, TimeoutError, msgspec.DecodeError) as wrong:
            raise ProviderUnavailable(f"the identity provider does not answer: {wrong}") from wrong


def _ms(seconds: object) -> int:
    if not isinstance(seconds, int | float):
        raise NotGenuine("the token's times are no numbers")
    return int(seconds * 1000)
