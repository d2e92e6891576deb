"""What is the least that 500 hints and pulls can cost? A bare server: one event loop, no rules, no database."""

import asyncio

import uvloop

_PAGE = (
    b'{"changes":[{"id":"o1","version":2,"seq":%d,"op":"put","order":{"note":"' + b"x" * 1500 + b'"}}],'
    b'"next":"e.%d.v","more":false,"count":1}'
)
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
_STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"


class Bare:
    """Counts the commands and hints every stream at each."""

    def __init__(self) -> None:
        self._seq = 0
        self._streams: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: requests one after the other, until the other end leaves."""
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            await self._answer(head, reader, writer)
        self._streams.discard(writer)
        writer.close()

    async def _answer(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if head.startswith(b"POST"):
            await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
            self._seq += 1
            for stream in self._streams:
                stream.write(b"id: e.%d.v\nevent: changes\n\n" % self._seq)
            writer.write(_HEAD % 2 + b"{}")
        elif b"/v1/events" in head:
            self._streams.add(writer)
            writer.write(_STREAM + b"id: e.%d.v\nevent: changes\n\n" % self._seq)
        else:
            page = _PAGE % (self._seq, self._seq)
            writer.write(_HEAD % len(page) + page)


async def main() -> None:
    bare = Bare()
    server = await asyncio.start_server(bare.serve, "127.0.0.1", 0)
    print(f"listening on http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
