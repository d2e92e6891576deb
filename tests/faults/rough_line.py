"""How does a line misbehave? An add-on of mitmproxy, run by its own Python: every connection as the tests order it.

Orders come on standard input, one a line, and are answered with ``ok``; they hold for whatever passes from then on:
``calm``; ``latency S``; ``bandwidth BYTES_PER_SECOND``; ``slices BYTES``; ``cut BYTES`` and ``reset BYTES``, which end
a connection in order or with RST after so many bytes of answers; ``blackhole up`` and ``blackhole down``, which swallow
what is asked or answered and keep the connection open.
"""

import asyncio
import contextlib
import math
import socket
import struct
import sys
from typing import Any

from mitmproxy import ctx  # type: ignore[import-not-found]  # runs under mitmproxy's own Python

_PACKET = 1400
"""Bytes that a slow line carries at once."""
_RST = struct.pack("ii", 1, 0)
"""``SO_LINGER`` on with no time: closing throws away what is unsent and tells the other end with RST."""


async def _held_back(seconds: float) -> None:
    """So long a message is on the way: a slow line is what this add-on makes."""
    arrived = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(seconds, arrived.set_result, None)
    await arrived


class RoughLine:
    """One order at a time for all connections."""

    def __init__(self) -> None:
        self._order = ["calm"]
        self._answered: dict[str, int] = {}
        """Bytes of answers per connection since the last order."""

    async def running(self) -> None:
        server = ctx.master.addons.get("proxyserver")
        port = next(sock for each in server.running_servers for sock in each.sockets).getsockname()[1]
        asyncio.get_running_loop().add_reader(sys.stdin, self._obey)
        print(f"port {port}", flush=True)

    def _obey(self) -> None:
        line = sys.stdin.readline()
        if not line:
            ctx.master.shutdown()
            return
        self._order = line.split()
        self._answered.clear()
        print("ok", flush=True)

    async def tcp_message(self, flow: Any) -> None:
        message = flow.messages[-1]
        what, *how = self._order
        if what == "latency":
            await _held_back(float(how[0]))
        elif what == "bandwidth":
            message.content = await self._sliced(flow, message, _PACKET, float(how[0]))
        elif what == "slices":
            message.content = await self._sliced(flow, message, int(how[0]))
        elif what == "blackhole" and message.from_client is (how[0] == "up"):
            message.content = b""
        elif what in {"cut", "reset"} and not message.from_client:
            message.content = await self._ended(flow, message.content, int(how[0]), rudely=what == "reset")

    async def _sliced(self, flow: Any, message: Any, size: int, a_second: float = math.inf) -> Any:
        """Send all but the last slice by hand, each in a packet of its own, at so many bytes a second."""
        writer = self._writers(flow)[message.from_client]
        pieces = [message.content[at : at + size] for at in range(0, len(message.content), size)]
        for piece in pieces[:-1]:
            await _held_back(len(piece) / a_second)
            writer.write(piece)
            await writer.drain()
        await _held_back(len(pieces[-1]) / a_second)
        return pieces[-1]

    async def _ended(self, flow: Any, answer: bytes, most: int, *, rudely: bool) -> bytes:
        """What may still pass; when that is not all of it, it is sent here and both ends are closed."""
        passed = self._answered.get(flow.id, 0)
        self._answered[flow.id] = passed + len(answer)
        if passed + len(answer) <= most:
            return answer
        writers = self._writers(flow)
        with contextlib.suppress(ConnectionError):
            writers[False].write(answer[: max(0, most - passed)])
            await writers[False].drain()
        for writer in writers.values():
            if rudely:
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
                writer.transport.abort()
            else:
                writer.close()
        return b""

    @staticmethod
    def _writers(flow: Any) -> dict[bool, Any]:
        """The ways onward, by whether what goes there comes from the client."""
        server = ctx.master.addons.get("proxyserver")
        known = server.connections if hasattr(server, "connections") else server._connections
        transports = next(each.transports for each in known.values() if each.client.id == flow.client_conn.id)
        onward = {transport.id: io.writer for transport, io in transports.items()}
        return {True: onward[flow.server_conn.id], False: onward[flow.client_conn.id]}


addons = [RoughLine()]
