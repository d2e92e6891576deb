"""Who signs ID tokens in a test? A small OpenID provider on loopback, with real keys, discovery and JWKS."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

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

    def rotate(self) -> None:
        self.keys = {"k2": elliptic_key()}

    def documents(self) -> dict[str, Any]:
        discovery = {"issuer": self.says_issuer or self.issuer, "jwks_uri": f"{self.issuer}/keys"}
        return {"/.well-known/openid-configuration": discovery, "/keys": {"keys": [*map(self._public, self.keys)]}}

    def _public(self, name: str) -> dict[str, Any]:
        key = self.keys[name]
        kind = RSAAlgorithm if key.algorithm == "RS256" else ECAlgorithm
        private: Any = kind(kind.SHA256).prepare_key(key.pem)
        return {**json.loads(kind.to_jwk(private.public_key())), "kid": name, "use": "sig"}

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
def running_provider() -> Iterator[OpenIdProvider]:
    provider = OpenIdProvider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            found = provider.documents().get(self.path)
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server gives it
            """Not on the test's output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
