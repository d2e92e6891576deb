"""Does what one end writes arrive at the other, and does a bad body say where it is bad?"""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.commands import Args, Command, Heard
from sync.domain.exceptions import Reason
from sync.domain.order import Order
from sync.wire.codec import BadBodyError, decode, decode_order, encode, fingerprint, scope_hash
from sync.wire.messages import BadgeGrant, CommandBatch, IngestEvent, Meta, RefreshGrant, SessionRequest, StatusMoved
from sync.wire.problems import RETRYABLE, STATUS, Kind, Problem
from tests.sync.domain.strategies import commands, orders, quick
from tests.sync.samples import command, order

spoken = Heard(
    transcript="拦截 四七一二", alternatives=("拦截 四七一一",), confidence=0.9, noise_db=-40.5, language="zh"
)


@quick
@given(it=orders())
def test_an_order_survives_the_way(it: Order) -> None:
    assert decode_order(encode(it)) == it
    assert decode_order(encode(it).decode()) == it


@quick
@given(data=st.data())
def test_a_command_survives_the_way(data: st.DataObject) -> None:
    wish = data.draw(commands(data.draw(orders())))
    heard = msgspec.structs.replace(wish, heard=spoken, args=Args(note="急 ü 🚚"))
    assert decode(encode(CommandBatch(commands=(wish, heard))), CommandBatch).commands == (wish, heard)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"commands": [{"key": 7}]}', "$.commands[0].key"),
        (b'{"commands": 7}', "$.commands"),
        (b"{}", "commands"),
        (b'{"commands": [', "truncated"),
        (b"\xff\xfe", "byte"),
        (b"", "truncated"),
        (b"nonsense", "byte"),
    ],
)
def test_a_bad_body_names_the_place(body: bytes, place: str) -> None:
    with pytest.raises(BadBodyError, match=place.replace("$", r"\$").replace("[", r"\[").replace(".", r"\.")):
        decode(body, CommandBatch)


def test_an_unknown_word_of_an_enumeration_names_the_place() -> None:
    body = encode(order()).replace(b'"status":"waiting"', b'"status":"lost"')
    with pytest.raises(BadBodyError, match=r"lost.*\$\.status"):
        decode_order(body)


def test_nesting_without_end_is_a_bad_body_and_no_crash() -> None:
    for opening in (b"[", b'{"x":'):
        with pytest.raises(BadBodyError):
            decode(b'{"later":' + opening * 100_000, Meta)


@quick
@given(body=st.binary(max_size=200))
def test_no_bytes_do_worse_than_a_bad_body(body: bytes) -> None:
    with pytest.raises(BadBodyError):
        decode(body, CommandBatch)


def test_fields_of_a_later_version_are_passed_over() -> None:
    body = encode(order()).replace(b'{"id"', b'{"later": {"x": [1]}, "id"', 1)
    assert decode_order(body) == order()


def test_unions_are_told_apart_by_their_tag() -> None:
    grants: list[SessionRequest] = [
        BadgeGrant(badge="1", pin="2", device="d"),
        RefreshGrant(refresh_token="r", device="d"),
    ]
    for grant in grants:
        assert decode(encode(grant), SessionRequest) == grant  # type: ignore[arg-type]  # a union is no type to mypy
    event: type[StatusMoved] = IngestEvent  # type: ignore[assignment]  # as above
    moved = decode(b'{"event": "status", "status": "picking"}', event)
    assert isinstance(moved, StatusMoved)


class TestFingerprint:
    @quick
    @given(data=st.data())
    def test_it_is_the_same_for_the_same_command_however_it_travelled(self, data: st.DataObject) -> None:
        wish = data.draw(commands(data.draw(orders())))
        assert fingerprint(decode(encode(wish), Command)) == fingerprint(wish)

    @pytest.mark.parametrize(
        "change",
        [
            {"reason": Reason.FRAUD},
            {"base": 2},
            {"order_id": "other"},
            {"issued_at": 1},
            {"n": 2},
            {"args": Args(note="x")},
            {"heard": spoken},
        ],
    )
    def test_it_differs_with_any_part(self, change: dict[str, object]) -> None:
        wish = command(order())
        assert fingerprint(msgspec.structs.replace(wish, **change)) != fingerprint(wish)


class TestScopeHash:
    @quick
    @given(pairs=st.lists(st.tuples(st.text("ab:1\n", max_size=4), st.integers(0, 9)), unique_by=lambda p: p[0]))
    def test_order_of_arrival_does_not_matter(self, pairs: list[tuple[str, int]]) -> None:
        assert scope_hash(pairs) == scope_hash(pairs[::-1])

    def test_any_difference_does(self) -> None:
        assert len({scope_hash(p) for p in ([], [("a", 1)], [("a", 2)], [("b", 1)], [("a", 1), ("b", 1)])}) == 5


class TestProblems:
    def test_every_kind_has_a_stable_type_and_a_status(self) -> None:
        assert set(STATUS) == set(Kind)
        assert len({kind.uri for kind in Kind}) == len(Kind)
        assert all(kind.uri.endswith(f"/{kind.value}") for kind in Kind)

    def test_what_may_be_tried_again_is_the_fault_of_nobody_at_the_desk(self) -> None:
        assert all(STATUS[kind] == 429 or STATUS[kind] >= 500 for kind in RETRYABLE)

    def test_a_problem_survives_the_way(self) -> None:
        told = Problem(type=Kind.CONFLICT.uri, title="moved on", status=409, speak="已经变了")
        assert decode(encode(told), Problem) == told
