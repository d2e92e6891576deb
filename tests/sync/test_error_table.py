"""Does the workstation do what the contract's error table says, row by row, at a real server on a real socket?"""

import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from sync.client.api import CentralApi
from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, OrderId
from sync.events import Link
from sync.service import Desk, Wish
from sync.wire.codec import decode, encode, scope_hash
from sync.wire.messages import (
    ChangesPage,
    Checksum,
    CommandBatch,
    Directory,
    Result,
    ResultBatch,
    ResultStatus,
    Session,
)
from sync.wire.problems import MEDIA_TYPE, STATUS, Kind
from sync.workstation import Workstation
from tests.fakes import Clock, problem
from tests.sync.client.asking import META
from tests.sync.client.scripted import Answer, Handler, ScriptedServer, answer, cut, hangs_up
from tests.sync.samples import LI, NOW
from tests.sync.site import QUICK

Judge = Callable[[CommandKey], Result]


def applied(key: CommandKey) -> Result:
    return Result(key=key, status=ResultStatus.APPLIED, at=NOW)


def says(kind: Kind, **headers: str) -> Answer:
    return answer(encode(problem(kind)), int(STATUS[kind]), MEDIA_TYPE, **headers)


class Central:
    """Answers as a central with no orders would; ``next`` holds what a path answers first, once each."""

    def __init__(self) -> None:
        self.next: dict[str, deque[Answer]] = defaultdict(deque)
        self.judge: Judge = applied
        self.poison: OrderId | None = None
        self.sent: list[tuple[CommandKey, ...]] = []
        self.asked: list[str] = []
        self._tokens = 0

    def __call__(self, handler: Handler) -> None:
        path = handler.path.partition("?")[0]
        self.asked.append(path)
        if path == "/v1/commands":
            batch = decode(handler.body, CommandBatch).commands
            self.sent.append(tuple(c.key for c in batch))
            if self.poison in {c.order_id for c in batch}:
                says(Kind.MALFORMED)(handler)
                return
        special = self.next[path].popleft() if self.next[path] else None
        (special or self._ordinary(path, handler))(handler)

    def _ordinary(self, path: str, handler: Handler) -> Answer:
        self._tokens += 1
        token = str(self._tokens)
        bodies: dict[str, Callable[[], bytes]] = {
            "/v1/meta": lambda: encode(META),
            "/v1/session": lambda: encode(
                Session(access_token=token, refresh_token=f"r{token}", expires_at=NOW + 900_000, user=LI)
            ),
            "/v1/directory": lambda: encode(Directory(warehouses=(), carriers=())),
            "/v1/orders": lambda: b'{"orders": [], "count": 0, "after": null, "cursor": "e.1"}',
            "/v1/changes": lambda: encode(ChangesPage(changes=(), next="e.1", more=False, count=0)),
            "/v1/checksum": lambda: encode(Checksum(count=0, hash=scope_hash([]), cursor="e.1")),
            "/v1/commands": lambda: self._results(decode(handler.body, CommandBatch)),
        }
        return answer(bodies[path]())

    def _results(self, batch: CommandBatch) -> bytes:
        results = tuple(self.judge(c.key) for c in batch.commands)
        return encode(ResultBatch(results=results, count=len(results)))


class Seat:
    """A desk whose engine is turned by hand, over a real socket."""

    def __init__(self, folder: Path, central: Central, url: str) -> None:
        self.central = central
        self._clock = clock = Clock(NOW)
        self._workstation = Workstation(folder, clock, use_keyring=False)
        self.api = CentralApi(url, language=lambda: "en")
        self.desk = Desk(self._workstation, self.api, now=clock, chance=random.Random(7))
        self.desk._login._hasher = QUICK
        self.desk.sign_in(LI.id, "4712", "en")
        self.turn()
        central.asked.clear()

    def turn(self) -> float | None:
        """Until the engine waits; how long it would. Then that has passed."""
        for _ in range(40):
            wait = self.desk.engine.step()
            if wait != 0.0:
                self._clock.forward(int((wait or 0.0) * 1000))
                return wait
        raise AssertionError("the engine was still busy")

    def give(self, order_id: str = "o-1") -> CommandKey:
        return self.desk.submit(Wish(order_id=OrderId(order_id), op=Op.INTERCEPT, base=1, reason=Reason.DAMAGED))

    def status(self, key: CommandKey) -> ResultStatus | None:
        found = self.desk.result(key)
        return None if found is None else found.status

    @property
    def link(self) -> Link:
        return self.desk.connection.link

    @property
    def in_question(self) -> list[CommandKey]:
        return [settled.command.key for settled in self._workstation.outbox.attention()]

    def close(self) -> None:
        self.desk.stop()
        self._workstation.close()


@pytest.fixture
def central() -> Central:
    return Central()


@pytest.fixture
def seat(tmp_path: Path, central: Central) -> Iterator[Seat]:
    with ScriptedServer(central, repeat_last=True) as server:
        made = Seat(tmp_path / "desk", central, server.url)
        yield made
        made.close()


def wrong_count(handler: Handler) -> None:
    results = tuple(applied(c.key) for c in decode(handler.body, CommandBatch).commands)
    answer(encode(ResultBatch(results=results, count=len(results) + 1)))(handler)


def silent(handler: Handler) -> None:
    handler.rfile.read(1)
    handler.close_connection = True


PASSING: dict[str, tuple[Answer, float]] = {
    "time-out": (silent, 0),
    "hung up": (hangs_up, 0),
    "cut body": (cut(b'{"results": [', 400), 0),
    "wrong count": (wrong_count, 0),
    "408 of a proxy": (answer(b"late", 408, "text/plain"), 0),
    "429": (says(Kind.TOO_MANY, retry_after="7"), 7),
    "500": (says(Kind.INTERNAL), 0),
    "502 of a proxy": (answer(b"<h1>bad gateway</h1>", 502, "text/html", retry_after="9"), 9),
    "503": (says(Kind.UNAVAILABLE, retry_after="5"), 5),
}


@pytest.mark.parametrize(("fault", "least"), PASSING.values(), ids=PASSING)
def test_what_passes_is_tried_again_with_the_same_key(
    seat: Seat, central: Central, fault: Answer, least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    central.next["/v1/commands"].append(fault)
    key = seat.give()
    if fault is silent:
        monkeypatch.setattr(seat.api, "_deadline_s", 0.3)
    wait = seat.turn()
    monkeypatch.undo()
    assert wait is not None
    assert least <= wait <= max(least, 1.0)
    assert (seat.link, seat.status(key)) == (Link.STUMBLING if fault is PASSING["500"][0] else Link.OFFLINE, None)
    seat.turn()
    assert (seat.link, seat.status(key)) == (Link.ONLINE, ResultStatus.APPLIED)
    assert central.sent == [(key,), (key,)]


def test_backoff_grows_to_a_minute_and_never_ends(seat: Seat, central: Central) -> None:
    central.next["/v1/commands"].extend([hangs_up] * 30)
    key = seat.give()
    waits = [seat.turn() or 0.0 for _ in range(30)]
    assert 30 < max(waits) <= 60
    seat.turn()
    assert seat.status(key) is ResultStatus.APPLIED


class TestUnauthorized:
    def test_one_refresh_and_the_work_goes_on(self, seat: Seat, central: Central) -> None:
        central.next["/v1/commands"].append(says(Kind.SIGN_IN_AGAIN))
        key = seat.give()
        seat.turn()
        assert seat.status(key) is ResultStatus.APPLIED
        assert central.asked.count("/v1/session") == 1

    def test_then_sign_in_again_and_the_queue_keeps_accepting(self, seat: Seat, central: Central) -> None:
        central.next["/v1/commands"].append(says(Kind.SIGN_IN_AGAIN))
        central.next["/v1/session"].append(says(Kind.SIGN_IN_AGAIN))
        first = seat.give()
        assert seat.turn() is None
        assert seat.link is Link.SIGN_IN_AGAIN
        second = seat.give("o-2")
        assert seat.desk.connection.unsent == 2
        seat.desk.sign_in(LI.id, "4712", "en")
        seat.turn()
        assert {seat.status(first), seat.status(second)} == {ResultStatus.APPLIED}


def test_a_conflict_waits_for_a_person_and_holds_back_its_order_alone(seat: Seat, central: Central) -> None:
    first = seat.give()
    central.judge = lambda key: (
        Result(key=key, status=ResultStatus.CONFLICT, at=NOW, problem=problem(Kind.CONFLICT))
        if key == first
        else applied(key)
    )
    seat.turn()
    behind, other = seat.give(), seat.give("o-2")
    seat.turn()
    assert seat.in_question == [first]
    assert (seat.status(behind), seat.status(other)) == (None, ResultStatus.APPLIED)
    seat.desk.acknowledge(first, "kept")
    seat.turn()
    assert seat.status(behind) is ResultStatus.APPLIED


@pytest.mark.parametrize("kind", [Kind.NOT_PERMITTED, Kind.REFUSED, Kind.KEY_REUSED])
def test_one_command_that_is_rejected_is_kept_until_acknowledged(seat: Seat, central: Central, kind: Kind) -> None:
    first = seat.give()
    central.judge = lambda key: (
        Result(key=key, status=ResultStatus.REJECTED, at=NOW, problem=problem(kind)) if key == first else applied(key)
    )
    other = seat.give("o-2")
    seat.turn()
    assert (seat.status(first), seat.status(other)) == (ResultStatus.REJECTED, ResultStatus.APPLIED)
    assert seat.in_question == [first]
    seat.desk.acknowledge(first, "kept")
    assert seat.in_question == []


def test_a_poisoned_batch_is_bisected(seat: Seat, central: Central) -> None:
    keys = [seat.give(f"o-{n}") for n in range(8)]
    central.poison = OrderId("o-5")
    seat.turn()
    wanted = [ResultStatus.APPLIED] * 8
    wanted[5] = ResultStatus.REJECTED
    assert [seat.status(key) for key in keys] == wanted
    assert seat.in_question == [keys[5]]


@pytest.mark.parametrize("how", ["410", "new epoch"])
def test_a_feed_that_is_gone_has_the_cache_rebuilt_and_the_outbox_kept(seat: Seat, central: Central, how: str) -> None:
    if how == "new epoch":
        central.next["/v1/meta"].append(answer(encode(msgspec.structs.replace(META, epoch="another"))))
    central.next["/v1/changes"].append(says(Kind.CURSOR_GONE))
    central.next["/v1/commands"].append(hangs_up)
    key = seat.give()
    for _ in range(4):
        seat.turn()
    assert central.asked.count("/v1/orders") == 1
    assert seat.status(key) is ResultStatus.APPLIED


def test_a_client_too_old_stops_pushing_and_keeps_the_queue(seat: Seat, central: Central) -> None:
    central.next["/v1/commands"].append(says(Kind.CLIENT_TOO_OLD))
    key = seat.give()
    assert seat.turn() == 60.0
    assert seat.link is Link.CLIENT_TOO_OLD
    assert (seat.status(key), seat.desk.connection.unsent) == (None, 1)


def test_a_workstation_out_of_use_says_so_and_keeps_the_queue(seat: Seat, central: Central) -> None:
    central.next["/v1/commands"].append(says(Kind.SIGN_IN_AGAIN))
    central.next["/v1/session"].append(says(Kind.WORKSTATION_REVOKED))
    key = seat.give()
    assert seat.turn() is None
    assert seat.link is Link.WORKSTATION_REVOKED
    assert (seat.status(key), seat.desk.connection.unsent) == (None, 1)
