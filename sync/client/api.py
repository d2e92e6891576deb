"""How is the central asked? One method per endpoint; every fault becomes one of the errors of the tree."""

import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from sync.client.deadline import within
from sync.client.faults import named_faults, refuse_problems, whole_body
from sync.client.newer import newer_answers
from sync.client.readahead import ReadAhead, Snapshot
from sync.client.sockets import Sockets
from sync.client.transport import NO_PROXY, new_client
from sync.domain.commands import Command
from sync.domain.order import CommandKey, Order, OrderId
from sync.errors import CentralUnreachable, MalformedAnswer, ProxyRefused, WrongServer
from sync.wire.codec import BadBodyError, decode, encode
from sync.wire.colleagues import (
    Message,
    Messages,
    PreviousOrders,
    PutView,
    SendMessage,
    SharedView,
    SharedViews,
)
from sync.wire.messages import (
    Change,
    ChangesPage,
    Checksum,
    CommandBatch,
    Directory,
    History,
    HistoryEntry,
    Meta,
    ReassignOptions,
    Result,
    ResultBatch,
    Session,
    SessionRequest,
)

T = TypeVar("T")
WAIT_S = 25
"""How long a feed request may wait at the central, by the contract."""
WAIT_MORE_S = 10.0
FILE_DEADLINE_S = 300.0
"""How long a file may take in all: a person sees how far it is, and can stop it."""
DEADLINE_S = 60.0
"""The longest that one call may take, from looking for a connection to the last byte; see ``deadline``."""
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)


class _RawPage(msgspec.Struct, frozen=True, kw_only=True):
    orders: tuple[msgspec.Raw, ...]
    count: int
    after: OrderId | None
    cursor: str


_order = msgspec.json.Decoder(Order)


class CentralApi:
    """The central order API as functions. Thread-safe as ``httpx.Client`` is."""

    def __init__(
        self,
        url: str,
        *,
        language: Callable[[], str],
        verify: ssl.SSLContext | bool | None = None,
        deadline_s: float = DEADLINE_S,
        proxy: str = "",
    ) -> None:
        """``url`` is the central's root; one that is no address is told by the calls, as WrongServer.

        Certificates are checked against the system's trust store. ``proxy`` is as in ``transport.proxy_for``; one that
        makes no sense is told by the calls, as ProxyRefused.
        """
        self.url = url.rstrip("/")
        self.proxy, self.verify = proxy, verify if isinstance(verify, ssl.SSLContext) else None
        self._language = language
        self._deadline_s = deadline_s
        self._sockets = Sockets()
        self._gone = False
        self._has_address = _is_address(self.url)
        self._ahead = ReadAhead(self._orders, _snapshot)
        self._hear_time: Callable[[int], None] = _deaf
        self._wrong_proxy: ProxyRefused | None = None
        try:
            self._open(verify, proxy if self._has_address else NO_PROXY)
        except ProxyRefused as wrong:
            self._wrong_proxy = wrong
            self._open(verify, NO_PROXY)

    def _open(self, verify: ssl.SSLContext | bool | None, proxy: str) -> None:
        self._http = new_client(self.url, timeout=_TIMEOUT, verify=verify, proxy=proxy)
        self._streams = new_client(self.url, timeout=_TIMEOUT, verify=verify, proxy=proxy, keep=0)

    def tell_time_to(self, hear: Callable[[int], None]) -> None:
        """Call ``hear`` with the central's time (Unix ms) whenever an answer has just named it."""
        self._hear_time = hear

    def hang_up(self) -> None:
        """Fail the calls that are under way and all that follow, at once; from any thread, before ``close``."""
        self._gone = True
        self._sockets.hang_up(for_good=True)

    def close(self) -> None:
        self._ahead.close()
        self._http.close()
        self._streams.close()

    # -- endpoints

    def meta(self) -> Meta:
        meta = self._json("GET", "/v1/meta", Meta)
        self._hear_time(meta.server_time)
        return meta

    def session(self, request: SessionRequest) -> Session:
        return self._json("POST", "/v1/session", Session, body=encode(request))

    def end_session(self, token: str) -> None:
        self._call("DELETE", "/v1/session", token=token)

    def directory(self, token: str) -> Directory:
        return self._json("GET", "/v1/directory", Directory, token=token)

    def orders(self, token: str, after: OrderId | None, limit: int) -> Snapshot:
        """One page of the snapshot; the one behind it is fetched meanwhile. For one reader at a time."""
        return self._ahead.orders(token, after, limit)

    def _orders(self, token: str, after: OrderId | None, limit: int) -> bytes:
        params = {"limit": str(limit)} | ({} if after is None else {"after": after})
        return self._call("GET", "/v1/orders", token=token, params=params)

    def changes(self, token: str, cursor: str, limit: int) -> ChangesPage:
        params = {"cursor": cursor, "limit": str(limit)}
        page = self._json("GET", "/v1/changes", ChangesPage, token=token, params=params)
        _counted(len(page.changes), page.count)
        if not all(_is_whole(change) for change in page.changes):
            raise MalformedAnswer("GET /v1/changes: a step comes without its order, or with another one")
        return page

    def changes_after(self, token: str, cursor: str, sockets: Sockets) -> ChangesPage:
        """The first change after the cursor, waited for at the central; ``sockets`` can hang it up."""
        path = f"/v1/changes?cursor={quote(cursor, safe='')}&limit=1&wait={WAIT_S}"
        with self.stream(path, self.headers(token), WAIT_S + WAIT_MORE_S, sockets) as answer:
            content = whole_body(answer)
            refuse_problems(answer, content, self.url)
        try:
            return decode(content, ChangesPage)
        except BadBodyError as wrong:
            raise MalformedAnswer(f"GET /v1/changes: {wrong}") from wrong

    def push(self, token: str, commands: Sequence[Command]) -> tuple[Result, ...]:
        body = encode(CommandBatch(commands=tuple(commands)))
        content = self._call("POST", "/v1/commands", token=token, body=body)
        try:
            batch = decode(content, ResultBatch)
        except BadBodyError as wrong:
            batch = newer_answers(content, wrong)
        _counted(len(batch.results), batch.count)
        if [r.key for r in batch.results] != [c.key for c in commands]:
            raise MalformedAnswer("POST /v1/commands: the results are not those of the commands sent")
        return batch.results

    def result(self, token: str, key: CommandKey) -> Result:
        return self._json("GET", f"/v1/commands/{quote(key, safe='')}", Result, token=token)

    def history(self, token: str, order_id: OrderId) -> History:
        """The whole audit trail of an order, all its pages."""
        path, params = f"/v1/orders/{quote(order_id, safe='')}/history", None
        entries: list[HistoryEntry] = []
        reached = 0
        while True:
            page = self._json("GET", path, History, token=token, params=params)
            _counted(len(page.entries), page.count)
            entries += page.entries
            if page.after is None:
                return History(entries=tuple(entries), count=len(entries))
            if page.after <= reached:
                raise MalformedAnswer(f"GET {path}: the pages of the history go round in a circle")
            reached = page.after
            params = {"after": str(reached)}

    def reassign_options(self, token: str, order_id: OrderId) -> ReassignOptions:
        return self._json(
            "GET", f"/v1/orders/{quote(order_id, safe='')}/reassign-options", ReassignOptions, token=token
        )

    def messages(self, token: str) -> Messages:
        return self._json("GET", "/v1/messages", Messages, token=token)

    def send_message(self, token: str, wanted: SendMessage) -> Message:
        return self._json("POST", "/v1/messages", Message, token=token, body=encode(wanted))

    def views(self, token: str) -> SharedViews:
        return self._json("GET", "/v1/views", SharedViews, token=token)

    def share_view(self, token: str, view: str, wanted: PutView) -> SharedView:
        return self._json("PUT", f"/v1/views/{quote(view, safe='')}", SharedView, token=token, body=encode(wanted))

    def unshare_view(self, token: str, view: str) -> None:
        self._call("DELETE", f"/v1/views/{quote(view, safe='')}", token=token)

    def attachment(
        self, token: str, order_id: OrderId, attachment_id: str, told: Callable[[int], object] = lambda _size: None
    ) -> bytes:
        """The whole file; ``told`` hears how much has come, and may raise to stop it."""
        path = f"/v1/orders/{quote(order_id, safe='')}/attachments/{quote(attachment_id, safe='')}"
        return self._call("GET", path, token=token, told=told, within_s=FILE_DEADLINE_S)

    def previous(self, token: str, order_id: OrderId) -> PreviousOrders:
        return self._json("GET", f"/v1/orders/{quote(order_id, safe='')}/previous", PreviousOrders, token=token)

    def checksum(self, token: str) -> Checksum:
        return self._json("GET", "/v1/checksum", Checksum, token=token)

    # -- one way for all of them

    def headers(self, token: str | None) -> dict[str, str]:
        """Language and token, for calls that are made elsewhere (the event stream)."""
        found = {"Accept-Language": self._language(), "Accept": "application/json"}
        return found | ({} if token is None else {"Authorization": f"Bearer {token}"})

    @contextmanager
    def stream(
        self, path: str, headers: dict[str, str], read_timeout: float, sockets: Sockets, first_s: float = DEADLINE_S
    ) -> Iterator[httpx.Response]:
        """An open answer to read bit by bit, on a connection of its own that ``sockets`` can hang up.

        Until the reader calls ``deadline.let_go`` it must come within ``first_s``. Raises the same errors as the
        endpoints.
        """
        self._refuse_to_ask()
        timeout = httpx.Timeout(5.0, read=read_timeout)
        url = self.url + path
        with (
            within(first_s),
            named_faults(self.url),
            self._streams.stream(
                "GET", url, headers=headers, timeout=timeout, extensions={"trace": sockets.trace}
            ) as answer,
        ):
            if not answer.is_success:
                refuse_problems(answer, whole_body(answer), self.url)
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
        told: Callable[[int], object] = lambda _size: None,
        within_s: float = 0.0,
    ) -> bytes:
        headers = self.headers(token) | ({} if body is None else {"Content-Type": "application/json"})
        traced = {"trace": self._sockets.trace}
        url = self.url + path
        self._refuse_to_ask()
        with (
            within(max(self._deadline_s, within_s)),
            named_faults(self.url),
            self._http.stream(method, url, headers=headers, content=body, params=params, extensions=traced) as answer,
        ):
            content = whole_body(answer, told)
        refuse_problems(answer, content, self.url)
        return content

    def _refuse_to_ask(self) -> None:
        if self._gone:
            raise CentralUnreachable(f"{self.url}: hung up")
        if self._wrong_proxy is not None:
            raise ProxyRefused(str(self._wrong_proxy))
        if not self._has_address:
            raise WrongServer(f"{self.url!r} is no address of a server, such as https://central.example")


def _snapshot(content: bytes, after: OrderId | None) -> Snapshot:
    """The page that was to begin after this order; raises MalformedAnswer."""
    try:
        page = decode(content, _RawPage)
        orders = tuple(_order.decode(raw) for raw in page.orders)
    except (BadBodyError, msgspec.DecodeError, RecursionError) as wrong:
        raise MalformedAnswer(f"GET /v1/orders: {wrong}") from wrong
    _counted(len(page.orders), page.count)
    if page.after is not None and page.after == after:
        raise MalformedAnswer("GET /v1/orders: the page after an order names the same order again")
    bodies = tuple(bytes(raw) for raw in page.orders)
    return Snapshot(orders=orders, bodies=bodies, after=page.after, cursor=page.cursor)


def _deaf(_central: int) -> None:
    """Nobody asked for the time."""


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and " " not in url
    except ValueError:
        return False


def _is_whole(change: Change) -> bool:
    order = change.order
    if change.op == "remove":
        return True
    return order is not None and (order.id, order.version) == (change.id, change.version)


def _counted(got: int, said: int) -> None:
    if got != said:
        raise MalformedAnswer(f"the answer holds {got} items and says {said}: it was cut on the way")
