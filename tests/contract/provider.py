"""Who signs people in, in a test? A small OpenID provider on loopback: real keys, discovery, codes with PKCE, TLS."""

import base64
import hashlib
import json
import secrets
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.contract.world import START

CLIENT = "exception-desk"
NONCE = "n-0S6_WzA2Mj"


class Key(NamedTuple):
    """A private key as PEM, and the algorithm that it signs with."""

    pem: bytes
    algorithm: str


def rsa_key() -> Key:
    return Key(_made("RSA", "rsa_keygen_bits:2048"), "RS256")


def elliptic_key() -> Key:
    return Key(_made("EC", "ec_paramgen_curve:P-256"), "ES256")


def _made(kind: str, option: str) -> bytes:
    command = ["openssl", "genpkey", "-algorithm", kind, "-pkeyopt", option]
    return subprocess.run(command, capture_output=True, check=True).stdout


class OpenIdProvider:
    """Keys by id; ``id_token`` signs what a test wants to be signed."""

    def __init__(self) -> None:
        self.issuer = ""
        self.keys = {"k1": rsa_key()}
        self.asked: list[str] = []
        self.says_issuer: str | None = None
        self.badge = "100"
        self.refusal: dict[str, str] | None = None
        self.answers: dict[str, str] = {}
        self.given: dict[str, dict[str, str]] = {}

    def rotate(self) -> None:
        self.keys = {"k2": elliptic_key()}

    def documents(self) -> dict[str, Any]:
        discovery = {
            "issuer": self.says_issuer or self.issuer,
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "authorization_response_iss_parameter_supported": True,
        }
        return {"/.well-known/openid-configuration": discovery, "/keys": {"keys": [*map(self._public, self.keys)]}}

    def _public(self, name: str) -> dict[str, Any]:
        key = self.keys[name]
        kind = RSAAlgorithm if key.algorithm == "RS256" else ECAlgorithm
        private: Any = kind(kind.SHA256).prepare_key(key.pem)
        return {**json.loads(kind.to_jwk(private.public_key())), "kid": name, "use": "sig"}

    def authorized(self, asked: dict[str, str]) -> str:
        """Where the browser is sent once the person has signed in: back, with a code for what was asked."""
        code = secrets.token_urlsafe(8)
        self.given[code] = asked
        back = self.refusal or {"code": code}
        answer = {**back, "state": asked["state"], "iss": self.issuer, **self.answers}
        return f"{asked['redirect_uri']}?{urlencode({k: v for k, v in answer.items() if v})}"

    def redeemed(self, body: dict[str, str]) -> tuple[int, dict[str, str]]:
        """The tokens for a code: once, for whom it was given, and who can prove to have asked for it."""
        asked = self.given.pop(body.get("code", ""), None)
        digest = hashlib.sha256(body.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        same = asked is not None and all(body[k] == asked[k] for k in ("redirect_uri", "client_id"))
        if (
            asked is None
            or not same
            or (challenge, "S256") != (asked["code_challenge"], asked["code_challenge_method"])
        ):
            return 400, {"error": "invalid_grant", "error_description": "that code is not yours"}
        token = self.id_token(nonce=asked["nonce"], badge=self.badge)
        return 200, {"access_token": "unused", "token_type": "Bearer", "id_token": token}

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = START // 1000
        plain = {"iss": self.issuer, "aud": CLIENT, "sub": "42", "iat": now, "exp": now + 300, "nonce": NONCE}
        return {name: value for name, value in (plain | {"badge": "100"} | changes).items() if value is not None}

    def id_token(self, *, name: str = "", signed_by: Key | None = None, **changes: Any) -> str:
        name = name or next(iter(self.keys))
        key = signed_by or self.keys[name]
        secret: Any = key.pem or None  # PyJWT wants None where nothing is signed, and its types do not know
        return jwt.encode(self.claims(**changes), secret, algorithm=key.algorithm, headers={"kid": name})


@contextmanager
def running_provider(tls: ssl.SSLContext | None = None) -> Iterator[OpenIdProvider]:
    provider = OpenIdProvider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            if self.path.startswith("/authorize?"):
                self.send_response(302)
                self.send_header("location", provider.authorized(dict(parse_qsl(urlsplit(self.path).query))))
                self.send_header("content-length", "0")
                self.end_headers()
                return
            found = provider.documents().get(self.path)
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            status, tokens = provider.redeemed(dict(parse_qsl(body)))
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(tokens).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server gives it
            """Not on the test's output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        provider.issuer = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
