"""A real server on loopback whose answers are scripted byte by byte, to be as broken as a test needs."""

import http.server
import ssl
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Self

Answer = Callable[["Handler"], None]


class Handler(http.server.BaseHTTPRequestHandler):
    """Gives the next scripted answer to whatever is asked, and notes what was asked."""

    protocol_version = "HTTP/1.1"
    server: "ScriptedServer"

    def _answer(self) -> None:
        length = int(self.headers.get("content-length", 0))
        self.body = self.rfile.read(length)
        self.server.asked.append(self)
        script = self.server.script
        (script.popleft() if len(script) > 1 or not self.server.repeat_last else script[0])(self)

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815  names that http.server calls

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class calls it so
        """Tests are quiet."""


class ScriptedServer(http.server.ThreadingHTTPServer):
    """``script`` is used up answer by answer; with ``repeat_last`` the last one stays."""

    daemon_threads = True

    def __init__(self, *script: Answer, tls: ssl.SSLContext | None = None, repeat_last: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: deque[Answer] = deque(script)
        self.repeat_last = repeat_last
        self.asked: list[Handler] = []
        self.scheme = "http"
        if tls is not None:
            self.scheme = "https"
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up, or refused the certificate, is what these tests are about."""


def answer(body: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> Answer:
    """A whole and honest answer; ``retry_after="3"`` becomes a header."""

    def send(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("content-type", kind)
        handler.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


def cut(body: bytes, promised: int) -> Answer:
    """An answer that ends before the length it promised."""

    def send(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(promised))
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return send


def raw(data: bytes) -> Answer:
    """Bytes that are no HTTP at all."""

    def send(handler: Handler) -> None:
        handler.wfile.write(data)
        handler.close_connection = True

    return send


def chunks(*parts: bytes, kind: str = "application/json", then: Callable[[Handler], None] | None = None) -> Answer:
    """A chunked answer, written part by part; ``then`` may keep the connection open as long as it likes."""

    def send(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("content-type", kind)
        handler.send_header("transfer-encoding", "chunked")
        handler.end_headers()
        for part in parts:
            handler.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
        if then is not None:
            then(handler)
        handler.close_connection = True

    return send


def hangs_up(handler: Handler) -> None:
    handler.close_connection = True
