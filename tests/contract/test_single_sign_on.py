"""Does an ID token of the company's provider sign in whom it names, once, and nobody else?"""

from collections.abc import Callable, Iterator

import httpx
import pytest

from sync.server.app import assemble
from sync.server.identity import Identity
from sync.server.oidc import Provider, Verifier
from sync.wire.messages import Meta, Session
from tests.contract.provider import CLIENT, NONCE, Key, OpenIdProvider, rsa_key, running_provider
from tests.contract.world import CHEAP, Stage, World, problem_type, read


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    with running_provider() as made:
        yield made


@pytest.fixture
def joined(central: World, provider: OpenIdProvider, shared_stage: Stage) -> Iterator[World]:
    """The central, with the provider's tokens taken."""
    known = Provider(issuer=provider.issuer, client_id=CLIENT)
    identity = Identity(central.storage, central.clock, hasher=CHEAP, verifier=Verifier(known, central.clock, pause=0))
    with shared_stage.central(assemble(central.storage, clock=central.clock, identity=identity)):
        yield central


def sign_in(central: World, token: str, nonce: str = NONCE, device: str = "ws-1") -> httpx.Response:
    body = {"grant": "oidc", "id_token": token, "nonce": nonce, "device": device, "language": "en"}
    return central.http.post("/v1/session", json=body)


def test_the_central_says_where_to_sign_in(joined: World, provider: OpenIdProvider) -> None:
    offered = read(joined.http.get("/v1/meta"), Meta).single_sign_on
    assert offered is not None
    assert (offered.issuer, offered.client_id) == (provider.issuer, CLIENT)


def test_a_genuine_token_signs_in_the_person_whose_badge_it_names(joined: World, provider: OpenIdProvider) -> None:
    session = read(sign_in(joined, provider.id_token(badge="300")), Session)
    assert session.user.name == "王主管"
    headers = {"authorization": f"Bearer {session.access_token}"}
    assert joined.http.get("/v1/orders", headers=headers).status_code == 200


def test_a_token_signs_in_once(joined: World, provider: OpenIdProvider) -> None:
    token = provider.id_token()
    assert sign_in(joined, token).status_code == 200
    again = sign_in(joined, token, device="thief")
    assert (again.status_code, problem_type(again)) == (401, "bad-credentials")


STRANGER = rsa_key()
NOT_GENUINE: dict[str, Callable[[OpenIdProvider], str]] = {
    "expired": lambda p: p.id_token(exp=p.claims()["iat"] - 61),
    "from tomorrow": lambda p: p.id_token(iat=p.claims()["iat"] + 86400),
    "for another program": lambda p: p.id_token(aud="payroll"),
    "issued to another program": lambda p: p.id_token(aud=[CLIENT, "payroll"], azp="payroll"),
    "of another issuer": lambda p: p.id_token(iss="https://evil.example"),
    "of another sign-in": lambda p: p.id_token(nonce="another"),
    "without a nonce": lambda p: p.id_token(nonce=None),
    "without an expiry": lambda p: p.id_token(exp=None),
    "without a badge": lambda p: p.id_token(badge=None),
    "with a badge that is none": lambda p: p.id_token(badge=["100"]),
    "signed by a stranger": lambda p: p.id_token(signed_by=STRANGER),
    "of an unknown key": lambda p: p.id_token(name="k9", signed_by=STRANGER),
    "signed with a shared secret": lambda p: p.id_token(signed_by=Key(b"s" * 32, "HS256")),
    "not signed": lambda p: p.id_token(signed_by=Key(b"", "none")),
    "cut": lambda p: p.id_token()[:-9],
    "no token": lambda _: "x.y.z",
    "empty": lambda _: "",
}


@pytest.mark.parametrize("made", NOT_GENUINE.values(), ids=NOT_GENUINE)
def test_a_token_is_refused(joined: World, provider: OpenIdProvider, made: Callable[[OpenIdProvider], str]) -> None:
    answer = sign_in(joined, made(provider))
    assert (answer.status_code, problem_type(answer)) == (401, "bad-credentials")


@pytest.mark.parametrize("nonce", ["", "another"])
def test_a_token_with_the_wrong_nonce_is_refused(joined: World, provider: OpenIdProvider, nonce: str) -> None:
    assert sign_in(joined, provider.id_token(), nonce=nonce).status_code == 401


def test_a_person_without_an_account_is_told_so(joined: World, provider: OpenIdProvider) -> None:
    answer = sign_in(joined, provider.id_token(badge="999"))
    assert (answer.status_code, problem_type(answer)) == (401, "bad-credentials")
    assert "register" in answer.json()["detail"]


def test_new_keys_of_the_provider_are_fetched_and_old_ones_fetched_once(
    joined: World, provider: OpenIdProvider
) -> None:
    provider.asked.clear()
    for _ in range(2):
        assert sign_in(joined, provider.id_token(sub=str(len(provider.asked)))).status_code == 200
        joined.clock.forward(seconds=1)
    assert provider.asked == ["/.well-known/openid-configuration", "/keys"]
    before = provider.keys
    provider.rotate()
    assert sign_in(joined, provider.id_token()).status_code == 200
    provider.keys = before


def test_a_provider_that_calls_itself_otherwise_is_not_believed(joined: World, provider: OpenIdProvider) -> None:
    provider.says_issuer = "https://evil.example"
    assert sign_in(joined, provider.id_token()).status_code == 401
    provider.says_issuer = None


def test_a_provider_that_does_not_answer_is_a_passing_trouble(central: World, shared_stage: Stage) -> None:
    known = Provider(issuer="http://127.0.0.1:9", client_id=CLIENT)
    identity = Identity(central.storage, central.clock, hasher=CHEAP, verifier=Verifier(known, central.clock))
    with shared_stage.central(assemble(central.storage, clock=central.clock, identity=identity)):
        answer = sign_in(central, "a.b.c")
    assert (answer.status_code, problem_type(answer)) == (503, "unavailable")


def test_a_central_without_a_provider_takes_no_tokens(central: World, provider: OpenIdProvider) -> None:
    answer = sign_in(central, provider.id_token())
    assert (answer.status_code, problem_type(answer)) == (401, "bad-credentials")
    assert read(central.http.get("/v1/meta"), Meta).single_sign_on is None
