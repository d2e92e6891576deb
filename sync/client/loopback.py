"""Where does the browser come back to? A port of this machine that takes one redirect, RFC 8252 section 7.3."""

import html
import queue
import secrets
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from sync.errors import SignInCancelled

PATH = "/callback"
_IDLE_S = 10.0
_PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head>
<body style="font: 18px sans-serif; margin: 15vh auto; max-width: 32em; text-align: center">
<h1>{title}</h1><p>{text}</p></body></html>"""
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Connection": "close",
}

Words = Callable[[bool], tuple[str, str]]
"""Title and text of the page that the person sees in the browser: whether it went well."""


class Loopback:
    """Waits on 127.0.0.1 for the redirect that carries ``state``; whatever else comes is answered and not heeded."""

    def __init__(self, state: str, words: Words) -> None:
        self._came: queue.Queue[str | None] = queue.Queue()
        self._server = _Server(state, words, self._came.put)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="desk-sign-in")

    @property
    def uri(self) -> str:
        """The redirect URI of this run."""
        return f"http://{self._server.place}{PATH}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait(self, seconds: float) -> str:
        """The URI that the browser came back with; raises SignInCancelled, also when nobody comes in time."""
        try:
            came = self._came.get(timeout=seconds)
        except queue.Empty:
            raise SignInCancelled("nobody came back from the browser in time", late=True) from None
        if came is None:
            raise SignInCancelled("cancelled at the workstation")
        return came

    def cancel(self) -> None:
        """End ``wait``; from any thread."""
        self._came.put(None)


class _Answers(BaseHTTPRequestHandler):
    server: "_Server"
    timeout = _IDLE_S

    def do_GET(self) -> None:
        if not self.server.is_ours(self.path, self.headers.get("host", "")):
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        query = urlsplit(self.path).query
        title, text = self.server.words("error" not in parse_qs(query))
        body = _PAGE.format(title=html.escape(title), text=html.escape(text)).encode()
        self.send_response(HTTPStatus.OK)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        self.server.came(f"http://{self.server.place}{self.path}")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class calls it so
        """The code in the address is a secret: nothing of it is logged."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    allow_reuse_address = False

    def __init__(self, state: str, words: Words, came: Callable[[str], object]) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.words, self.came = words, came
        self._state = state
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def is_ours(self, path: str, host: str) -> bool:
        """Whether this is the redirect that was asked for, and not another page's guess."""
        parts = urlsplit(path)
        given = parse_qs(parts.query).get("state", [""])[0]
        right = secrets.compare_digest(given.encode(), self._state.encode())
        return right and parts.path == PATH and host == self.place

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Browsers open connections in reserve: they are not waited for."""
        with self._lock:
            waiting = tuple(self._open)
        for connection in waiting:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the browser was quicker
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up early is none of ours to report."""
