"""Who signs ID tokens in a test? A small OpenID provider on loopback, with real keys, discovery and JWKS."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.contract.world import START

CLIENT = "exception-desk"
NONCE = "n-0S6_WzA2Mj"


class OpenIdProvider:
    """Keys by id; ``id_token`` signs what a test wants to be signed."""

    def __init__(self) -> None:
        self.issuer = ""
        self.keys: dict[str, Any] = {"k1": rsa.generate_private_key(public_exponent=65537, key_size=2048)}
        self.asked: list[str] = []
        self.says_issuer: str | None = None

    def rotate(self) -> None:
        self.keys = {"k2": ec.generate_private_key(ec.SECP256R1())}

    def documents(self) -> dict[str, Any]:
        discovery = {"issuer": self.says_issuer or self.issuer, "jwks_uri": f"{self.issuer}/keys"}
        return {"/.well-known/openid-configuration": discovery, "/keys": {"keys": [*map(self._public, self.keys)]}}

    def _public(self, name: str) -> dict[str, Any]:
        key = self.keys[name].public_key()
        algorithm = RSAAlgorithm if isinstance(key, rsa.RSAPublicKey) else ECAlgorithm
        return {**json.loads(algorithm.to_jwk(key)), "kid": name, "use": "sig"}

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = START // 1000
        plain = {"iss": self.issuer, "aud": CLIENT, "sub": "42", "iat": now, "exp": now + 300, "nonce": NONCE}
        return {name: value for name, value in (plain | {"badge": "100"} | changes).items() if value is not None}

    def id_token(self, *, key: str | None = None, signed_by: Any = None, algorithm: str = "", **changes: Any) -> str:
        name = key or next(iter(self.keys))
        secret = signed_by if signed_by is not None else self.keys[name]
        fitting = algorithm or ("ES256" if isinstance(secret, ec.EllipticCurvePrivateKey) else "RS256")
        return jwt.encode(self.claims(**changes), secret, algorithm=fitting, headers={"kid": name})


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
