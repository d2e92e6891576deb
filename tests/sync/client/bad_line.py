"""A server on loopback whose line misbehaves as told: it cuts, stalls, lies about the length, answers late or never."""

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests.patience import PATIENCE_S


class BadLine(ThreadingHTTPServer):
    """``behaviour`` is one word for each request, then it behaves; ``asked`` the ranges that were asked for."""

    daemon_threads = True

    def __init__(self, body: bytes, name: str = "model.zip", tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour: list[str] = []
        self.asked: list[str | None] = []
        self.body = body
        self.name = name
        self.ending = threading.Event()
        self._scheme = "https" if tls else "http"
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, name="bad-line")

    @property
    def home(self) -> str:
        """The folder, as the setting of a mirror names it."""
        return f"{self._scheme}://127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{self.home}/{self.name}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever does not trust the certificate hangs up: that is what is tried."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ending.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    server: BadLine

    def do_GET(self) -> None:
        line = self.server
        wanted = self.headers.get("Range")
        line.asked.append(wanted)
        if self.path != f"/{line.name}":
            self.send_error(404)
            return
        how = line.behaviour.pop(0) if line.behaviour else "well"
        if how == "busy":
            self.send_error(503)
            return
        body, begin = line.body, 0
        if wanted and self.headers.get("If-Range") == '"1"' and how != "no ranges":
            begin = int(wanted.removeprefix("bytes=").removesuffix("-"))
        self.send_response(206 if begin else 200)
        self.send_header("ETag", '"1"')
        if how not in {"no length", "endless"}:
            told = len(body) - begin + (1000 if how == "promises more" else 0)
            self.send_header("Content-Length", str(told))
        self.end_headers()
        part = body[begin:]
        if how in {"cuts", "stalls"}:
            part = part[: max(1, len(part) // 3)]
        self.wfile.write(part)
        if how == "endless":
            self.wfile.write(body)
        if how == "stalls":
            self.wfile.flush()
            line.ending.wait(PATIENCE_S)
        self.close_connection = True

    def log_message(self, *_arguments: object) -> None:
        """Silent."""
