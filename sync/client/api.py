"""How is the central asked? One method per endpoint; every fault becomes one of the errors of the tree."""

import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import httpx
import msgspec
import truststore

from sync.domain.commands import Command
from sync.domain.order import CommandKey, Order, OrderId
from sync.errors import Answered, CentralUnreachable, CertificateRefused, MalformedAnswer, WrongServer
from sync.wire.codec import BadBodyError, decode, encode
from sync.wire.messages import (
    ChangesPage,
    Checksum,
    CommandBatch,
    Directory,
    History,
    Meta,
    ReassignOptions,
    Result,
    ResultBatch,
    Session,
    SessionRequest,
)
from sync.wire.problems import MEDIA_TYPE, Problem

T = TypeVar("T")
DEADLINE_S = 60.0
"""The longest that one call may take from its first byte to its last; httpx limits only each read."""
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
CLIENT_VERSION = "0.1.0"


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A page of ``GET /v1/orders`` with each order's own JSON beside its value, so that it need not be made again."""

    orders: tuple[Order, ...]
    bodies: tuple[str, ...]
    after: OrderId | None
    cursor: str


class _RawPage(msgspec.Struct, frozen=True, kw_only=True):
    orders: tuple[msgspec.Raw, ...]
    count: int
    after: OrderId | None
    cursor: str


_order = msgspec.json.Decoder(Order)


class CentralApi:
    """The central order API as functions. Thread-safe as ``httpx.Client`` is."""

    def __init__(self, url: str, *, language: Callable[[], str], verify: ssl.SSLContext | bool | None = None) -> None:
        """``url`` is the central's root. Certificates are checked against the system's trust store."""
        self.url = url.rstrip("/")
        self._language = language
        trust = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if verify is None else verify
        try:
            self._http = httpx.Client(
                base_url=self.url, timeout=_TIMEOUT, verify=trust, headers={"X-Client-Version": CLIENT_VERSION}
            )
        except (httpx.InvalidURL, ValueError, TypeError) as wrong:
            raise WrongServer(f"{url!r} is no address of a server: {wrong}") from wrong

    def close(self) -> None:
        self._http.close()

    # -- endpoints

    def meta(self) -> Meta:
        return self._json("GET", "/v1/meta", Meta)

    def session(self, request: SessionRequest) -> Session:
        return self._json("POST", "/v1/session", Session, body=encode(request))

    def end_session(self, token: str) -> None:
        self._call("DELETE", "/v1/session", token=token)

    def directory(self, token: str) -> Directory:
        return self._json("GET", "/v1/directory", Directory, token=token)

    def orders(self, token: str, after: OrderId | None, limit: int) -> Snapshot:
        params = {"limit": str(limit)} | ({} if after is None else {"after": after})
        page = self._json("GET", "/v1/orders", _RawPage, token=token, params=params)
        _counted(len(page.orders), page.count)
        try:
            orders = tuple(_order.decode(raw) for raw in page.orders)
        except msgspec.DecodeError as wrong:
            raise MalformedAnswer(f"GET /v1/orders: {wrong}") from wrong
        bodies = tuple(bytes(raw).decode() for raw in page.orders)
        return Snapshot(orders=orders, bodies=bodies, after=page.after, cursor=page.cursor)

    def changes(self, token: str, cursor: str, limit: int) -> ChangesPage:
        params = {"cursor": cursor, "limit": str(limit)}
        page = self._json("GET", "/v1/changes", ChangesPage, token=token, params=params)
        _counted(len(page.changes), page.count)
        return page

    def push(self, token: str, commands: Sequence[Command]) -> tuple[Result, ...]:
        body = encode(CommandBatch(commands=tuple(commands)))
        batch = self._json("POST", "/v1/commands", ResultBatch, token=token, body=body)
        _counted(len(batch.results), batch.count)
        if [r.key for r in batch.results] != [c.key for c in commands]:
            raise MalformedAnswer("POST /v1/commands: the results are not those of the commands sent")
        return batch.results

    def result(self, token: str, key: CommandKey) -> Result:
        return self._json("GET", f"/v1/commands/{key}", Result, token=token)

    def history(self, token: str, order_id: OrderId) -> History:
        return self._json("GET", f"/v1/orders/{order_id}/history", History, token=token)

    def reassign_options(self, token: str, order_id: OrderId) -> ReassignOptions:
        return self._json("GET", f"/v1/orders/{order_id}/reassign-options", ReassignOptions, token=token)

    def checksum(self, token: str) -> Checksum:
        return self._json("GET", "/v1/checksum", Checksum, token=token)

    # -- one way for all of them

    def headers(self, token: str | None) -> dict[str, str]:
        """Language and token, for calls that are made elsewhere (the event stream)."""
        found = {"Accept-Language": self._language(), "Accept": "application/json"}
        return found | ({} if token is None else {"Authorization": f"Bearer {token}"})

    @contextmanager
    def stream(self, path: str, headers: dict[str, str], read_timeout: float) -> Iterator[httpx.Response]:
        """An open answer to read bit by bit; raises the same errors as the endpoints."""
        with (
            _named_faults(self.url),
            self._http.stream("GET", path, headers=headers, timeout=httpx.Timeout(10.0, read=read_timeout)) as answer,
        ):
            yield answer

    def _json(
        self,
        method: str,
        path: str,
        type_: type[T],
        *,
        token: str | None = None,
        body: bytes | None = None,
        params: dict[str, str] | None = None,
    ) -> T:
        content = self._call(method, path, token=token, body=body, params=params)
        try:
            return decode(content, type_)
        except BadBodyError as wrong:
            raise MalformedAnswer(f"{method} {path}: {wrong}") from wrong

    def _call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        body: bytes | None = None,
        params: dict[str, str] | None = None,
    ) -> bytes:
        headers = self.headers(token) | ({} if body is None else {"Content-Type": "application/json"})
        with (
            _named_faults(self.url),
            self._http.stream(method, path, headers=headers, content=body, params=params) as answer,
        ):
            content = _within_deadline(answer, time.monotonic() + DEADLINE_S)
        _refuse_problems(answer, content, self.url)
        return content


def _counted(got: int, said: int) -> None:
    if got != said:
        raise MalformedAnswer(f"the answer holds {got} items and says {said}: it was cut on the way")


def _within_deadline(answer: httpx.Response, deadline: float) -> bytes:
    parts = []
    for part in answer.iter_bytes():
        parts.append(part)
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout(f"no whole answer within {DEADLINE_S:.0f} s")
    return b"".join(parts)


@contextmanager
def _named_faults(url: str) -> Iterator[None]:
    try:
        yield
    except httpx.ConnectError as fault:
        if isinstance(_root(fault), ssl.SSLError):
            raise CertificateRefused(f"{url}: {_root(fault)}") from fault
        raise CentralUnreachable(f"{url}: {fault}") from fault
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as fault:
        raise WrongServer(f"{url}: {fault}") from fault
    except httpx.HTTPError as fault:
        raise CentralUnreachable(f"{url}: {str(fault) or type(fault).__name__}") from fault


def _root(fault: BaseException) -> BaseException:
    while (deeper := fault.__cause__ or fault.__context__) is not None:
        fault = deeper
    return fault


def _refuse_problems(answer: httpx.Response, content: bytes, url: str) -> None:
    if answer.is_success:
        if "json" not in answer.headers.get("content-type", "") and answer.status_code != httpx.codes.NO_CONTENT:
            raise WrongServer(f"{url} answers, but not as a central order API")
        return
    if not answer.headers.get("content-type", "").startswith(MEDIA_TYPE):
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise CentralUnreachable(f"{url}: HTTP {answer.status_code}")
        raise WrongServer(f"{url} answers {answer.status_code}, but not as a central order API")
    try:
        problem = decode(content, Problem)
    except BadBodyError as wrong:
        raise MalformedAnswer(f"HTTP {answer.status_code}: {wrong}") from wrong
    raise Answered(problem, _retry_after(answer))


def _retry_after(answer: httpx.Response) -> float | None:
    text = answer.headers.get("retry-after", "")
    return float(text) if text.isdigit() else None
