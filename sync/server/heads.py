"""How much does the central take of somebody who has not said what they want? A head of 64 KiB, within half a minute.

The parser itself has no bound: without one, anybody who reaches the port could fill the memory with one endless header,
or keep all connections busy with requests that never begin.
"""

import asyncio
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sync.server.texts import problem
from sync.wire.codec import encode
from sync.wire.problems import MEDIA_TYPE, STATUS, Kind

LARGEST_HEAD = 64 * 1024
"""Bytes of request line and headers, give or take what one read from the socket brings."""
LONGEST_HEAD_S = 30.0
"""From a new connection, or from the first byte of a request on an old one, to the end of its headers."""


class BoundedHeads(HttpToolsProtocol):
    """Uvicorn's connection that does not wait for ever, and answers with a problem where there is no request at all."""

    _is_reading = False
    _read = 0
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_here()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_reading, self._read = True, 0
        self._expect_head()

    def on_headers_complete(self) -> None:
        self._head_is_here()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_reading:
            self._read += len(data)
            if self._read > LARGEST_HEAD:
                self._refuse(Kind.TOO_LARGE)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP; in place of uvicorn's plain text."""
        self._refuse(Kind.MALFORMED, "where", what=msg)

    def _refuse(self, kind: Kind, about: str = "", **values: Any) -> None:
        """Answer and hang up; nobody knows yet in which language."""
        self._head_is_here()
        body = encode(problem(kind, "en", about, **values))
        status = HTTPStatus(STATUS[kind])
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
        )
        self.transport.write(f"{head}cache-control: no-store\r\nconnection: close\r\n\r\n".encode() + body)
        self.transport.close()

    def _expect_head(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(LONGEST_HEAD_S, self.transport.close)

    def _head_is_here(self) -> None:
        self._is_reading = False
        if self._late is not None:
            self._late.cancel()
            self._late = None
