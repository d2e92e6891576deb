"""The way between a workstation's real HTTP client and the central, with everything that can go wrong on it."""

from collections.abc import Callable

import httpx

from sync.domain.commands import Command
from sync.domain.order import UserId
from sync.wire.codec import decode, encode
from sync.wire.messages import CommandBatch
from sync.wire.problems import MEDIA_TYPE, STATUS, Kind, Problem
from tests.simulation.central import Answer, Central, PowerCut
from tests.simulation.weather import Fault, Killed, Weather

Listener = Callable[[UserId | None, tuple[Command, ...]], None]
_TROUBLE = {Fault.UNAVAILABLE: Kind.UNAVAILABLE, Fault.TOO_MANY: Kind.TOO_MANY}


class Wire(httpx.BaseTransport):
    """One workstation's line. ``pushed`` hears of every batch that arrives, and under whose token."""

    late: list[httpx.Request]

    def __init__(self, central: Central, weather: Weather, pushed: Listener) -> None:
        self._central = central
        self._weather = weather
        self._pushed = pushed
        self.late = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.deliver_late()
        fault = self._weather.fault()
        if fault is Fault.CLIENT_DIES_BEFORE:
            raise Killed
        if fault is Fault.LOST_REQUEST:
            raise httpx.ConnectError("nobody answers", request=request)
        if fault is Fault.LATE:
            self.late.append(request)
            raise httpx.ReadTimeout("no answer yet", request=request)
        if fault is Fault.BAD_GATEWAY:
            return httpx.Response(502, text="bad gateway", request=request)
        if fault in _TROUBLE:
            return _problem(_TROUBLE[fault], request)
        return self._arrived(request, fault)

    def _arrived(self, request: httpx.Request, fault: Fault | None) -> httpx.Response:
        if fault in {Fault.SERVER_DIES_BEFORE_COMMIT, Fault.SERVER_DIES_AFTER_COMMIT}:
            self._central.storage.dies = "before" if fault is Fault.SERVER_DIES_BEFORE_COMMIT else "after"
        if fault is Fault.TWICE:
            self._ask(request)
        answer = self._ask(request)
        if answer is None or fault is Fault.LOST_ANSWER:
            raise httpx.ReadTimeout("no answer", request=request)
        if fault is Fault.CLIENT_DIES_AFTER:
            raise Killed
        body = answer.body[: len(answer.body) // 2] if fault is Fault.CUT else answer.body
        return httpx.Response(
            answer.status,
            headers=[h for h in answer.headers if h[0] != b"content-length"],
            content=body,
            request=request,
        )

    def _ask(self, request: httpx.Request) -> Answer | None:
        """The central's answer; None when it died of the question, after which it was started again."""
        if request.url.path == "/v1/commands":
            batch = decode(request.content, CommandBatch)
            self._pushed(self._bearer(request), batch.commands)
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

    def _bearer(self, request: httpx.Request) -> UserId | None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        caller = self._central.identity.callers((token,))[token]
        return None if caller is None else caller.user.id

    def deliver_late(self) -> None:
        """What was under way for long arrives now, before anything newer."""
        late, self.late = self.late, []
        for request in late:
            self._ask(request)


def _problem(kind: Kind, request: httpx.Request) -> httpx.Response:
    problem = Problem(type=kind.uri, title=kind.value, status=int(STATUS[kind]), retryable=True)
    headers = {"content-type": MEDIA_TYPE, "retry-after": "7"}
    return httpx.Response(problem.status, headers=headers, content=encode(problem), request=request)
