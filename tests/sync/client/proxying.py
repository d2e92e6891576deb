"""A real forward proxy on loopback: CONNECT tunnels and plain requests, with a name and password where a test wants."""

import base64
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit


class _Passing(BaseHTTPRequestHandler):
    server: "ForwardProxy"
    protocol_version = "HTTP/1.1"

    def do_CONNECT(self) -> None:
        host, _, port = self.path.rpartition(":")
        if not self._let_in():
            return
        with socket.create_connection((host, int(port))) as there:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=_pump, args=(there, self.connection))
            back.start()
            _pump(self.connection, there)
            back.join()
        self.close_connection = True

    def do_GET(self) -> None:
        if not self._let_in():
            return
        parts = urlsplit(self.path)
        with socket.create_connection((parts.hostname or "", parts.port or 80)) as there:
            there.sendall(f"GET {parts.path} HTTP/1.1\r\nhost: {parts.netloc}\r\nconnection: close\r\n\r\n".encode())
            while part := there.recv(4096):
                self.wfile.write(part)
        self.close_connection = True

    def _let_in(self) -> bool:
        self.server.asked.append(f"{self.command} {self.path}")
        wanted = self.server.wanted
        if wanted is None or self.headers.get("proxy-authorization") == wanted:
            return True
        self.send_response(407)
        self.send_header("proxy-authenticate", "Basic")
        self.send_header("content-length", "0")
        self.end_headers()
        return False

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class calls it so
        """Tests are quiet."""


def _pump(of: socket.socket, to: socket.socket) -> None:
    try:
        while part := of.recv(4096):
            to.sendall(part)
        to.shutdown(socket.SHUT_WR)
    except OSError:
        of.close()  # one side has gone: so does the other


class ForwardProxy(ThreadingHTTPServer):
    """``asked`` holds what went through it."""

    daemon_threads = True

    def __init__(self, name: str = "", password: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.asked: list[str] = []
        self.wanted = f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}" if name else None
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
