"""Who is this, says the company? The authorization code flow with PKCE in the system's browser: RFC 6749, 7636, 8252.

The ID token is checked by the central, which trusts nothing of this; here only what protects this very sign-in is.
"""

import secrets
import ssl
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

from sync.client.deadline import within
from sync.client.faults import named_faults, whole_body
from sync.client.loopback import Loopback, Words
from sync.client.transport import new_client
from sync.errors import CentralUnreachable, MalformedAnswer, ProviderRefused, ProviderUnreachable, ProxyRefused
from sync.wire.codec import BadBodyError, decode
from sync.wire.messages import SingleSignOn

T = TypeVar("T")
PATIENCE_S = 300.0
"""How long a person may take in the browser."""
_DEADLINE_S = 20.0
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_SCOPE = "openid profile"


class Proof(msgspec.Struct, frozen=True):
    """What the provider gave for the central."""

    id_token: str
    nonce: str


class _Discovered(msgspec.Struct, frozen=True):
    """The part of the provider's configuration that is needed (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    authorization_response_iss_parameter_supported: bool = False


class _Tokens(msgspec.Struct, frozen=True):
    id_token: str = ""
    error: str = ""
    error_description: str = ""


class ProviderSignIn:
    """One attempt. ``run`` blocks for as long as the person takes; ``cancel`` ends it from another thread."""

    def __init__(
        self,
        offered: SingleSignOn,
        *,
        browse: Callable[[str], bool],
        words: Words,
        proxy: str = "",
        verify: ssl.SSLContext | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """``browse`` opens the browser and says whether it could; ``proxy`` and ``verify`` as for the central."""
        self._offered = offered
        self._browse = browse
        self._proxy, self._verify = proxy, verify
        self._patience_s = patience_s
        self._state, self._nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self._oauth = WebApplicationClient(offered.client_id)
        self._back = Loopback(self._state, words)

    def cancel(self) -> None:
        self._back.cancel()

    def run(self) -> Proof:
        """Raises ProviderUnreachable, ProviderRefused, SignInCancelled, ProxyRefused."""
        with self._back:
            found = self._discover()
            verifier = self._oauth.create_code_verifier(64)
            if not self._browse(self._page(found, verifier)):
                raise ProviderRefused("no browser could be opened on this workstation")
            code = self._code(found, self._back.wait(self._patience_s))
        return self._redeem(found, code, verifier)

    def _discover(self) -> _Discovered:
        issuer = self._offered.issuer
        _secure(issuer)
        status, body = self._ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if status != HTTPStatus.OK:
            raise ProviderUnreachable(f"{issuer} answers {status} instead of its configuration")
        found = _read(body, _Discovered, issuer)
        if found.issuer != issuer:
            raise ProviderRefused(f"{issuer} calls itself {found.issuer}")
        _secure(found.authorization_endpoint)
        _secure(found.token_endpoint)
        return found

    def _page(self, found: _Discovered, verifier: str) -> str:
        return str(
            self._oauth.prepare_request_uri(
                found.authorization_endpoint,
                redirect_uri=self._back.uri,
                scope=_SCOPE,
                state=self._state,
                nonce=self._nonce,
                code_challenge=self._oauth.create_code_challenge(verifier, "S256"),
                code_challenge_method="S256",
            )
        )

    def _code(self, found: _Discovered, came: str) -> str:
        """The code that the browser brought, from this provider and no other (RFC 9207)."""
        # oauthlib wants https here; RFC 8252 section 8.3 has http for loopback, where nothing leaves the machine.
        secure = urlsplit(came)._replace(scheme="https").geturl()
        try:
            given = self._oauth.parse_request_uri_response(secure, state=self._state)
        except OAuth2Error as no:
            raise ProviderRefused(f"{found.issuer} says no: {no.description or no.error}") from no
        named = given.get("iss")
        if named != found.issuer and (named is not None or found.authorization_response_iss_parameter_supported):
            raise ProviderRefused(f"the answer is not {found.issuer}'s")
        return str(given["code"])

    def _redeem(self, found: _Discovered, code: str, verifier: str) -> Proof:
        body = self._oauth.prepare_request_body(code=code, redirect_uri=self._back.uri, code_verifier=verifier)
        status, answer = self._ask("POST", found.token_endpoint, str(body).encode())
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ProviderUnreachable(f"{found.issuer} answers {status}")
        tokens = _read(answer, _Tokens, found.issuer)
        if status != HTTPStatus.OK or not tokens.id_token:
            said = tokens.error_description or tokens.error or "it gave no ID token"
            raise ProviderRefused(f"{found.issuer} says no: {said}")
        return Proof(tokens.id_token, self._nonce)

    def _ask(self, method: str, url: str, body: bytes | None = None) -> tuple[int, bytes]:
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            with (
                new_client(url, timeout=_TIMEOUT, verify=self._verify, proxy=self._proxy) as http,
                within(_DEADLINE_S),
                named_faults(url),
                http.stream(method, url, headers=headers, content=body) as answer,
            ):
                return answer.status_code, whole_body(answer)
        except ProxyRefused:
            raise
        except (CentralUnreachable, MalformedAnswer) as fault:
            raise ProviderUnreachable(str(fault)) from fault


def _secure(url: str) -> None:
    if not url.startswith("https://"):
        raise ProviderRefused(f"{url}: the company's sign-in page must be https")


def _read(body: bytes, type_: type[T], issuer: str) -> T:
    try:
        return decode(body, type_)
    except BadBodyError as wrong:
        raise ProviderRefused(f"{issuer} answers what cannot be read: {wrong}") from wrong
