"""Who gets in, for how long, and how is guessing made hard?"""

import re

import httpx
import pytest

from sync.wire.messages import Session
from tests.contract.world import PIN, World, problem_type, read


def refresh(central: World, token: str, device: str = "ws-1") -> httpx.Response:
    return central.http.post("/v1/session", json={"grant": "refresh", "refresh_token": token, "device": device})


def enters(central: World, token: str) -> bool:
    return central.http.get("/v1/orders", headers={"authorization": f"Bearer {token}"}).status_code == 200


def test_badge_and_pin_open_a_session_of_fifteen_minutes(central: World) -> None:
    session = read(central.sign_in("100"), Session)
    assert session.user.name == "陈师傅"
    assert session.user.language == "en"
    assert session.expires_at == central.clock.now + 15 * 60 * 1000
    central.clock.forward(seconds=899)
    assert enters(central, session.access_token)
    central.clock.forward(seconds=1)
    assert not enters(central, session.access_token)


@pytest.mark.parametrize(
    ("badge", "pin"), [("100", "0000"), ("999", PIN), ("", ""), ("100", "1357\x00"), ("１００", PIN)]
)
def test_a_wrong_badge_and_a_wrong_pin_look_alike(central: World, badge: str, pin: str) -> None:
    answer = central.sign_in(badge, pin)
    assert (answer.status_code, problem_type(answer)) == (401, "bad-credentials")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_refresh_token_is_traded_for_new_ones(central: World) -> None:
    first = read(central.sign_in("100"), Session)
    central.clock.forward(seconds=1200)
    second = read(refresh(central, first.refresh_token), Session)
    assert enters(central, second.access_token)
    assert second.refresh_token != first.refresh_token
    assert second.user == first.user


def test_a_refresh_whose_answer_was_lost_can_be_repeated(central: World) -> None:
    first = read(central.sign_in("100"), Session)
    refresh(central, first.refresh_token)
    central.clock.forward(seconds=20)
    again = read(refresh(central, first.refresh_token), Session)
    assert enters(central, again.access_token)


def test_a_refresh_token_used_again_later_ends_the_session_of_thief_and_owner(central: World) -> None:
    first = read(central.sign_in("100"), Session)
    owner = read(refresh(central, first.refresh_token), Session)
    central.clock.forward(seconds=31)
    stolen = refresh(central, first.refresh_token)
    assert (stolen.status_code, problem_type(stolen)) == (401, "sign-in-again")
    assert not enters(central, owner.access_token)
    assert refresh(central, owner.refresh_token).status_code == 401


def test_a_refresh_token_works_on_its_own_workstation_only_and_for_72_hours(central: World) -> None:
    session = read(central.sign_in("100"), Session)
    assert refresh(central, session.refresh_token, device="ws-2").status_code == 401
    central.clock.forward(seconds=72 * 3600)
    assert refresh(central, session.refresh_token).status_code == 401


def test_signing_out_ends_access_and_refresh(central: World) -> None:
    session = read(central.sign_in("100"), Session)
    headers = {"authorization": f"Bearer {session.access_token}"}
    answer = central.http.delete("/v1/session", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert not enters(central, session.access_token)
    assert refresh(central, session.refresh_token).status_code == 401


def test_five_failures_lock_the_badge_for_a_minute_even_for_the_right_pin(central: World) -> None:
    for _ in range(5):
        assert central.sign_in("100", "0000").status_code == 401
    locked = central.sign_in("100")
    assert (locked.status_code, problem_type(locked), locked.headers["retry-after"]) == (429, "too-many-requests", "60")
    assert locked.json()["retryable"] is True
    assert central.sign_in("200").status_code == 200
    central.clock.forward(seconds=60)
    assert central.sign_in("100").status_code == 200


def test_a_success_forgets_the_failures(central: World) -> None:
    for _ in range(2):
        for _ in range(4):
            assert central.sign_in("100", "0000").status_code == 401
        assert central.sign_in("100").status_code == 200


def test_an_unknown_badge_is_locked_like_a_known_one(central: World) -> None:
    for _ in range(5):
        central.sign_in("999", "0000")
    assert central.sign_in("999").status_code == 429


@pytest.mark.parametrize("header", ["", "Bearer", "Basic eDp5", "Bearer wrong", "bearer \u00e9"])
def test_without_a_good_token_nobody_enters(central: World, header: str) -> None:
    for path in ("orders", "changes?cursor=x", "events", "checksum", "directory", "commands/k", "orders/o/history"):
        answer = central.http.get(f"/v1/{path}", headers={b"authorization": header.encode("latin-1")})
        assert (answer.status_code, problem_type(answer)) == (401, "sign-in-again"), path


def test_tokens_and_pins_are_stored_as_hashes_only(central: World) -> None:
    session = read(central.sign_in("100"), Session)
    with central.storage.read() as reading:
        account = reading.account("100")
    assert account is not None
    assert re.match(r"\$argon2id\$", account.pin_hash)
    secrets = (session.access_token, session.refresh_token, central.service_token)
    with central.storage.read() as reading:
        assert not reading.accesses(secrets)
        assert all(reading.refresh(secret) is None for secret in secrets)


def test_a_service_token_does_not_let_a_person_in_and_the_other_way_round(central: World) -> None:
    assert not enters(central, central.service_token)
    answer = central.ingest("PUT", "A1", {}, token=central.east.session.access_token)
    assert answer.status_code == 401


def test_a_client_that_is_too_old_is_told_so_but_may_ask_what_is_spoken_here(central: World) -> None:
    old = {**central.east.headers, "user-agent": "exception-desk/0.0.9 (test)"}
    answer = central.http.get("/v1/orders", headers=old)
    assert (answer.status_code, problem_type(answer)) == (426, "client-too-old")
    assert "0.1.0" in answer.json()["detail"]
    assert central.http.get("/v1/meta", headers=old).status_code == 200
    young = {**central.east.headers, "user-agent": "exception-desk/0.10"}
    assert central.http.get("/v1/orders", headers=young).status_code == 200
