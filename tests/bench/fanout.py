"""How soon does A's command stand on B's screen when 500 workstations are connected? And how much can a central take?

Every workstation has its own token, one event stream and one connection to pull with, as the product has. The floor is
a bare server on one event loop that hints the same streams and answers every pull with the same bytes.
"""

import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import uvloop

from sync.keys import new_key
from tests.bench.central import SUPERVISOR, now
from tests.bench.measure import Measured
from tests.contract.cluster import DURABLE, running_cluster

WORKSTATIONS = 500
ORDERS = 4_000
BUDGET_MS = 250
BATCH = 50
_PER_ROUND = 6
_CONNECTING = 20
_LONGEST_SECONDS = 30
_DEVICE = "bench"


class Wire:
    """One connection to the central: requests and answers one after the other, written and read by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, url: str) -> "Wire":
        host, _, port = url.removeprefix("http://").partition(":")
        return cls(*await asyncio.open_connection(host, int(port)))

    def close(self) -> None:
        self._writer.close()

    async def ask(self, method: str, path: str, token: str = "", body: bytes = b"") -> bytes:
        """The answer's body; raises RuntimeError unless it is a 200 of known length."""
        self._send(method, path, token, body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        low = head.lower()
        if not head.startswith(b"HTTP/1.1 200") or b"content-length: " not in low:
            raise RuntimeError(head.decode())
        length = int(low.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return await self._reader.readexactly(length)

    def _send(self, method: str, path: str, token: str, body: bytes) -> None:
        about = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n" if body else ""
        who = f"authorization: Bearer {token}\r\n" if token else ""
        self._writer.write(f"{method} {path} HTTP/1.1\r\nhost: central\r\n{who}{about}\r\n".encode() + body)

    async def follow(self, path: str, token: str, hint: Callable[[str], Awaitable[None]]) -> None:
        """Read an event stream until it ends; ``hint`` gets every cursor."""
        self._send("GET", path, token, b"")
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                line = await self._reader.readline()
                if not line:
                    return
                if line.startswith(b"id: "):
                    await hint(line[4:].strip().decode())


class Seen(NamedTuple):
    """When a workstation had a version of an order on its screen."""

    order_id: str
    version: int
    at: float


class Sightings:
    """What all workstations saw since it was last asked."""

    def __init__(self) -> None:
        self._told: list[Seen] = []
        self._wanted = 0
        self._enough = asyncio.Event()

    def add(self, one: Seen) -> None:
        self._told.append(one)
        if len(self._told) == self._wanted:
            self._enough.set()

    async def of(self, count: int) -> list[Seen]:
        """So many sightings; raises what ended a workstation, or TimeoutError."""
        self._wanted = count
        if len(self._told) < count:
            self._enough.clear()
            try:
                await asyncio.wait_for(self._enough.wait(), _LONGEST_SECONDS)
            except TimeoutError:
                for task in _running:
                    if task.done():
                        task.result()
                raise
        told, self._told = self._told, []
        return told


class Workstation:
    """Follows the hints, pulls, and tells what it then sees."""

    def __init__(self, stream: Wire, pulling: Wire, token: str, seen: Sightings) -> None:
        self._stream = stream
        self._pulling = pulling
        self._token = token
        self._seen = seen
        self._cursor = ""
        self.ready = asyncio.Event()

    async def run(self) -> None:
        await self._stream.follow("/v1/events", self._token, self._hint)

    async def _hint(self, cursor: str) -> None:
        if not self._cursor:
            self._cursor = cursor
            self.ready.set()
        elif cursor != self._cursor:
            page = msgspec.json.decode(
                await self._pulling.ask("GET", f"/v1/changes?cursor={self._cursor}&limit=500", self._token)
            )
            at = time.perf_counter()
            self._cursor = page["next"]
            for change in page["changes"]:
                self._seen.add(Seen(change["id"], change["version"], at))

    def close(self) -> None:
        self._stream.close()
        self._pulling.close()


class Figures(msgspec.Struct, kw_only=True):
    """What one central showed."""

    latencies: list[list[float]]
    kilobytes: float
    busy_ms: float
    own_ms: float
    load: float
    single: float
    at_once: float
    batched: float


async def _tokens(url: str, count: int) -> list[str]:
    """As many access tokens: one sign-in, then refreshed again and again."""
    wire = await Wire.open(url)
    badge, pin = SUPERVISOR
    body: dict[str, str] = {"grant": "badge", "badge": badge, "pin": pin, "device": _DEVICE}
    found: list[str] = []
    while len(found) < count:
        session = msgspec.json.decode(await wire.ask("POST", "/v1/session", body=msgspec.json.encode(body)))
        found.append(session["access_token"])
        body = {"grant": "refresh", "refresh_token": session["refresh_token"], "device": _DEVICE}
    wire.close()
    return found


async def _connected(url: str, tokens: list[str], seen: Sightings) -> list[Workstation]:
    made: list[Workstation] = []
    for first in range(0, len(tokens), _CONNECTING):
        some = [
            Workstation(await Wire.open(url), await Wire.open(url), token, seen)
            for token in tokens[first : first + _CONNECTING]
        ]
        for one in some:
            _running.add(asyncio.create_task(one.run()))
        await asyncio.gather(*(one.ready.wait() for one in some))
        made += some
    return made


_running: set[asyncio.Task[None]] = set()


def _intercept(order: dict[str, Any]) -> dict[str, Any]:
    plain = {"key": new_key(now()), "device": _DEVICE, "n": 1, "op": "intercept", "reason": "fraud"}
    return plain | {"order_id": order["id"], "base": order["version"], "issued_by": "u-wang", "issued_at": now()}


async def _push(wire: Wire, token: str, *orders: dict[str, Any]) -> None:
    body = msgspec.json.encode({"commands": [_intercept(order) for order in orders]})
    answer = msgspec.json.decode(await wire.ask("POST", "/v1/commands", token, body))
    refused = [result for result in answer["results"] if result["status"] != "applied"]
    if refused:
        raise RuntimeError(str(refused[0]))


async def _free_orders(wire: Wire, token: str) -> list[dict[str, Any]]:
    """Orders that can be intercepted."""
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        page = msgspec.json.decode(await wire.ask("GET", f"/v1/orders?limit=2000&after={after}", token))
        found += [o for o in page["orders"] if o["status"] != "handed_over" and not o["holds"]]
        after = page["after"]
    return found


async def _figures(url: str, pids: Callable[[], list[int]], rounds: int) -> Figures:
    tokens = await _tokens(url, WORKSTATIONS + 1)
    wire = await Wire.open(url)
    orders = iter(await _free_orders(wire, tokens[-1]))
    before = sum(map(_resident_kb, pids()))
    seen = Sightings()
    workstations = await _connected(url, tokens[:WORKSTATIONS], seen)
    grown = sum(map(_resident_kb, pids())) - before
    latencies = []
    busy, own = sum(map(_busy_s, pids())), time.process_time()
    for turn in range(rounds * _PER_ROUND + 1):
        order = next(orders)
        began = time.perf_counter()
        _, told = await asyncio.gather(_push(wire, tokens[-1], order), seen.of(len(workstations)))
        if {(one.order_id, one.version) for one in told} != {(order["id"], order["version"] + 1)}:
            raise RuntimeError("a workstation saw something else")
        if turn:
            latencies.append([one.at - began for one in told])
    busy, own = sum(map(_busy_s, pids())) - busy, time.process_time() - own
    for one in workstations:
        one.close()
    await asyncio.gather(*_running)
    _running.clear()
    single = await _rate([wire], tokens, orders, 1, 200)
    others = [await Wire.open(url) for _ in range(8)]
    at_once = await _rate(others, tokens, orders, 1, 400)
    batched = await _rate([wire], tokens, orders, BATCH, 1000)
    for each in (wire, *others):
        each.close()
    return Figures(
        latencies=latencies,
        kilobytes=grown / WORKSTATIONS,
        busy_ms=busy * 1000 / (len(latencies) + 1) / WORKSTATIONS,
        own_ms=own * 1000 / (len(latencies) + 1) / WORKSTATIONS,
        load=os.getloadavg()[0],
        single=single,
        at_once=at_once,
        batched=batched,
    )


async def _rate(wires: list[Wire], tokens: list[str], orders: Iterator[Any], size: int, count: int) -> float:
    """Commands per second over these connections, so many in each request."""

    async def push(wire: Wire, token: str) -> None:
        for _ in range(count // size // len(wires)):
            await _push(wire, token, *(next(orders) for _ in range(size)))

    began = time.perf_counter()
    await asyncio.gather(*(push(wire, token) for wire, token in zip(wires, tokens, strict=False)))
    return count / (time.perf_counter() - began)


def _resident_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def _busy_s(pid: int) -> float:
    """Seconds of processor time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _with_children(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(int(child) for child in children)]


@contextlib.contextmanager
def _serving(*command: str) -> Iterator[tuple[str, int]]:
    """URL and process id of a server that prints ``listening on URL``."""
    with subprocess.Popen([sys.executable, "-m", *command], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = next(text for text in process.stdout if text.startswith("listening on "))
            yield line.removeprefix("listening on ").strip(), process.pid
        finally:
            process.terminate()


def _measured(database: str, rounds: int, *more: str) -> Figures:
    demo = ("--demo", "1", "--orders", str(ORDERS))
    with _serving("sync.server", "serve", "--database", database, "--port", "0", *demo, *more) as (url, pid):
        return uvloop.run(_figures(url, lambda: _with_children(pid), rounds))


def _floor(rounds: int) -> list[list[float]]:
    with _serving("tests.bench.bare_fanout") as (url, _):
        return uvloop.run(_bare(url, rounds))


async def _bare(url: str, rounds: int) -> list[list[float]]:
    wire = await Wire.open(url)
    seen = Sightings()
    workstations = await _connected(url, ["x"] * WORKSTATIONS, seen)
    latencies = []
    for turn in range(rounds * _PER_ROUND + 1):
        began = time.perf_counter()
        await wire.ask("POST", "/v1/commands", "x", b"{}")
        told = await seen.of(len(workstations))
        if turn:
            latencies.append([one.at - began for one in told])
    for one in workstations:
        one.close()
    await asyncio.gather(*_running)
    _running.clear()
    wire.close()
    return latencies


def p95(latencies: list[list[float]]) -> tuple[float, ...]:
    """Of each round: within which time 95 of 100 workstations had it."""
    return tuple(statistics.quantiles(row, n=20)[-1] for row in latencies)


def measure(rounds: int) -> list[Measured]:
    """One row per database: the p95 of A's command on B's screen; rates and memory as facts."""
    floor = p95(_floor(rounds))
    rows = []
    with tempfile.TemporaryDirectory() as name:
        rows.append(_row("SQLite", _measured(str(Path(name) / "central.db"), rounds), floor))
    with running_cluster(DURABLE) as cluster:
        rows.append(_row("PostgreSQL", _measured(cluster.create(), rounds), floor))
        two = _measured(cluster.create(), rounds, "--workers", "2")
        rows.append(_row("PostgreSQL, 2 workers", two, floor))
    return rows


def _row(database: str, found: Figures, floor: tuple[float, ...]) -> Measured:
    ours = p95(found.latencies)
    every = sorted(value for row in found.latencies for value in row)
    at = every[int(len(every) * 0.95)] * 1000
    return Measured(
        name="fanout",
        what=f"A's command on B's screen, p95 of {WORKSTATIONS} workstations on {database}",
        floor="a bare event loop that hints the same streams and answers every pull with the same bytes",
        ours_s=ours,
        floor_s=floor,
        facts={
            "p95 of all, ms": f"{at:.0f} ({'within' if at <= BUDGET_MS else 'OVER'} {BUDGET_MS})",
            "median of all, ms": round(statistics.median(every) * 1000),
            "slowest of all, ms": round(every[-1] * 1000),
            "server's processor time per workstation and command, ms": round(found.busy_ms, 2),
            "load generator's processor time per workstation and command, ms": round(found.own_ms, 2),
            "machine": f"{os.cpu_count()} processors, load {found.load:.1f} (the bench alone makes about 2)",
            "commands/s, one client, single": round(found.single),
            "commands/s, eight clients, single": round(found.at_once),
            f"commands/s, one client, batches of {BATCH}": round(found.batched),
            "server memory per workstation (stream + pull connection), KiB": round(found.kilobytes, 1),
        },
    )
