"""Does an ID token of the company's provider sign in whom it names, once, and nobody else?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from sync.client.api import CentralApi
from sync.client.company import CompanyAccounts
from sync.client.login import Login
from sync.errors import CentralUnreachable, ProviderRefused
from sync.server.app import assemble
from sync.server.identity import Identity
from sync.server.oidc import Provider, Verifier
from sync.wire.messages import Meta, Session
from tests.contract.provider import CLIENT, NONCE, Key, OpenIdProvider, rsa_key, running_provider
from tests.contract.world import CHEAP, PEOPLE, Stage, World, problem_type, read
from tests.sync.client.browsing import Browser
from tests.sync.client.certificates import make_certificate
from tests.sync.store.test_tokens import Facts


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


class AtWork:
    """A workstation at a central whose people have accounts at a provider with a company's certificate."""

    def __init__(self, central: World, stage: Stage, folder: Path) -> None:
        certificate = make_certificate(folder / "tls", "200101", "490101")
        self._central, self._stage = central, stage
        self._server_side, self.trust = certificate.server(), certificate.trusted()
        self.facts = Facts()

    @contextmanager
    def open(self) -> Iterator[tuple[CompanyAccounts, Login, OpenIdProvider, Browser]]:
        central = self._central
        with running_provider(self._server_side) as provider, Browser(self.trust) as browser:
            known = Provider(issuer=provider.issuer, client_id=CLIENT)
            verifier = Verifier(known, central.clock, trust=self.trust, pause=0)
            identity = Identity(central.storage, central.clock, hasher=CHEAP, verifier=verifier)
            with self._stage.central(assemble(central.storage, clock=central.clock, identity=identity)):
                api = CentralApi(str(central.http.base_url), language=lambda: "en")
                login = Login(api, self.facts, "ws-1", central.clock, CHEAP)
                yield CompanyAccounts(api, login, self.facts, verify=self.trust), login, provider, browser
                api.close()


@pytest.fixture
def at_work(central: World, shared_stage: Stage, tmp_path: Path) -> AtWork:
    return AtWork(central, shared_stage, tmp_path)


def test_a_person_signs_in_at_the_workstation_by_the_browser_alone(at_work: AtWork) -> None:
    with at_work.open() as (company, login, provider, browser):
        assert company.are_offered()
        provider.badge = "300"
        user = company.sign_in(browser, "en")
        assert user.name == PEOPLE["300"].name
        assert login.user == user
        assert login.token(user)


def test_a_person_whom_the_central_does_not_know_is_told_so(at_work: AtWork) -> None:
    with at_work.open() as (company, login, provider, browser):
        provider.badge = "999"
        with pytest.raises(ProviderRefused, match="register"):
            company.sign_in(browser, "en")
        assert login.user is None


def test_what_was_offered_is_remembered_for_the_time_without_a_network(at_work: AtWork) -> None:
    gone = CentralApi("http://127.0.0.1:1", language=lambda: "en")
    with at_work.open() as (company, login, _, browser):
        assert company.are_offered()
        there = company._central.url
        gone.url = there  # the same central, behind a cable that is out
        away = CompanyAccounts(gone, login, at_work.facts, verify=at_work.trust)
        gone.hang_up()
        assert away.are_offered()
        with pytest.raises(CentralUnreachable):
            away.sign_in(browser, "en")
        assert browser.opened == []
    gone.close()
    assert not CompanyAccounts(gone, login, Facts()).are_offered()
