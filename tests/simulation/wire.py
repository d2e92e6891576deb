"""The way between a workstation's real HTTP client and the central, with everything that can go wrong on it."""

from collections.abc import Callable
from typing import Any, Protocol

import httpx
import msgspec

from sync.domain.commands import Command
from sync.domain.order import UserId
from sync.wire.codec import decode, encode
from sync.wire.messages import CommandBatch
from sync.wire.problems import MEDIA_TYPE, STATUS, Kind, Problem
from tests.simulation.central import Answer, Central, PowerCut
from tests.simulation.weather import Fault, Killed, Weather

_RETRY_AFTER_S = 7
_PROBLEMS = {Fault.UNAVAILABLE: Kind.UNAVAILABLE, Fault.TOO_MANY: Kind.TOO_MANY}
_STRANGERS = {
    Fault.TIMED_OUT: httpx.Response(408, text="request timeout"),
    Fault.BAD_GATEWAY: httpx.Response(502, text="<h1>bad gateway</h1>"),
    Fault.TOO_MANY_AT_PROXY: httpx.Response(429, text="slow down", headers={"retry-after": str(_RETRY_AFTER_S)}),
    Fault.ANOTHER_SERVER: httpx.Response(200, text="<form>Sign in to the guest network</form>"),
}
_RUBBISH = (b"", b"null", b"{}", b"[]", b'{"results": 7}', b"\x00\xff\xfe", b"[" * 5000, b'{"count": 1e999}')
_ITEMS = ("changes", "orders", "results")


class Listener(Protocol):
    """The workstation, as the wire sees it."""

    def sends(self, token_of: UserId | None, commands: tuple[Command, ...]) -> None:
        """A batch leaves, under this person's token."""
        ...


class Wire(httpx.BaseTransport):
    """One workstation's line. ``told_to_wait`` are the seconds that the newest answer named, None where it named none.

    ``late`` requests arrive after so many others.
    """

    def __init__(self, central: Central, weather: Weather, listener: Listener) -> None:
        self._central = central
        self._weather = weather
        self._listener = listener
        self.late: list[tuple[int, httpx.Request]] = []
        self.told_to_wait: int | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.told_to_wait = None
        self._tell_of(request)
        fault = self._weather.fault()
        if fault is Fault.CLIENT_DIES_BEFORE:
            raise Killed
        if fault is Fault.LOST_REQUEST:
            raise httpx.ConnectError("nobody answers", request=request)
        if fault is Fault.LATE:
            self.late.append((self._weather.chance.randrange(4), request))
            raise httpx.ReadTimeout("no answer yet", request=request)
        if fault in _PROBLEMS or fault in _STRANGERS:
            return self._refused(fault, request)
        return self._arrived(request, fault)

    def forget(self) -> None:
        """The newest answer is not for now: it was fetched ahead."""
        self.told_to_wait = None

    def _tell_of(self, request: httpx.Request) -> None:
        if request.url.path == "/v1/commands":
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            caller = self._central.identity.callers((token,))[token]
            commands = decode(request.content, CommandBatch).commands
            self._listener.sends(None if caller is None else caller.user.id, commands)

    def _refused(self, fault: Fault, request: httpx.Request) -> httpx.Response:
        """An answer that the central's application never saw."""
        if fault in _PROBLEMS:
            answer = _problem(_PROBLEMS[fault])
        else:
            known = _STRANGERS[fault]
            answer = httpx.Response(known.status_code, headers=known.headers, content=known.content)
        answer.request = request
        self.told_to_wait = int(answer.headers.get("retry-after", "0")) or None
        return answer

    def _arrived(self, request: httpx.Request, fault: Fault | None) -> httpx.Response:
        if fault in {Fault.SERVER_DIES_BEFORE_COMMIT, Fault.SERVER_DIES_AFTER_COMMIT}:
            self._central.storage.dies = "before" if fault is Fault.SERVER_DIES_BEFORE_COMMIT else "after"
        if fault is Fault.TWICE:
            self._ask(request)
        answer = self._ask(request)
        self._deliver_overdue()
        if answer is None or fault is Fault.LOST_ANSWER:
            raise httpx.ReadTimeout("no answer", request=request)
        if fault is Fault.CLIENT_DIES_AFTER:
            raise Killed
        spoil: Callable[[bytes], bytes] = {
            Fault.CUT: lambda body: body[: len(body) // 2], Fault.WRONG_COUNT: miscounted,
            Fault.SWAPPED: swapped, Fault.GARBAGE: lambda _: self._weather.chance.choice(_RUBBISH),
        }.get(fault or Fault.LATE, lambda body: body)  # fmt: skip
        headers = [h for h in answer.headers if h[0] != b"content-length"]
        return httpx.Response(answer.status, headers=headers, content=spoil(answer.body), request=request)

    def _ask(self, request: httpx.Request) -> Answer | None:
        """The central's answer; None when it died of the question, after which it was started again."""
        try:
            return self._central.ask(
                request.method,
                request.url.path,
                request.url.query,
                [(k.lower(), v) for k, v in request.headers.raw],
                request.content,
            )
        except PowerCut:
            self._central.restart()
            return None
        finally:
            self._central.storage.dies = ""

    def _deliver_overdue(self) -> None:
        """What was under way for long arrives, behind newer ones."""
        due = [request for others, request in self.late if others <= 0]
        self.late = [(others - 1, request) for others, request in self.late if others > 0]
        for request in due:
            self._ask(request)

    def deliver_late(self) -> None:
        """All that is under way arrives now."""
        late, self.late = self.late, []
        for _, request in late:
            self._ask(request)


def _problem(kind: Kind) -> httpx.Response:
    problem = Problem(type=kind.uri, title=kind.value, status=int(STATUS[kind]), retryable=True)
    headers = {"content-type": MEDIA_TYPE, "retry-after": str(_RETRY_AFTER_S)}
    return httpx.Response(problem.status, headers=headers, content=encode(problem))


def _items(body: bytes) -> tuple[dict[str, Any], str] | None:
    """The answer, and which of its members is a list that holds something."""
    try:
        whole = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None
    name = next((name for name in _ITEMS if isinstance(whole, dict) and whole.get(name)), None)
    return None if name is None else (whole, name)


def miscounted(body: bytes) -> bytes:
    """The same answer short of its last item, which it still counts."""
    found = _items(body)
    if found is None:
        return body[: len(body) // 2]
    whole, name = found
    return msgspec.json.encode(whole | {name: whole[name][:-1]})


def swapped(body: bytes) -> bytes:
    """The same answer with the results of a batch in another order."""
    found = _items(body)
    if found is None or found[1] != "results":
        return body
    whole, name = found
    return msgspec.json.encode(whole | {name: whole[name][::-1]})
