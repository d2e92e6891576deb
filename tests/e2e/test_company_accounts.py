"""Does the whole way through a company's sign-in work: browser, provider, central, and back out again?

The same tests over our small provider, with which the fast tests work, and over one that is none of ours.
"""

import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from sync.client.api import CentralApi
from sync.client.company import CompanyAccounts
from sync.client.login import Login
from sync.errors import Answered, ProviderRefused
from sync.server.app import assemble, wall_clock
from sync.server.identity import Identity
from sync.server.oidc import Provider, Verifier
from sync.server.storage.sqlite import SqliteStorage
from sync.wire.problems import Kind
from tests.contract.provider import CLIENT, OpenIdProvider, running_provider
from tests.contract.world import CHEAP, PEOPLE, START, furnish, stage
from tests.e2e.company.browsing import Typing
from tests.sync.client.browsing import Browser
from tests.sync.client.certificates import Certificate, make_certificate
from tests.sync.store.test_tokens import Facts

HERE = Path(__file__).parents[2]


class Company(Protocol):
    """A provider that runs, and people with browsers."""

    issuer: str
    clock: Callable[[], int]

    def browser(self, badge: str, says_yes: bool, lost: Callable[[], None]) -> Browser:
        """The browser of somebody who has an account there; ``lost`` is called when it leads nowhere."""
        ...


class Ours:
    clock: Callable[[], int] = staticmethod(lambda: START)

    def __init__(self, provider: OpenIdProvider, trust: ssl.SSLContext) -> None:
        self._provider, self._trust = provider, trust
        self.issuer = provider.issuer

    def browser(self, badge: str, says_yes: bool, lost: Callable[[], None]) -> Browser:  # noqa: ARG002 - nobody gets lost there
        self._provider.badge = badge
        self._provider.refusal = None if says_yes else {"error": "access_denied"}
        return Browser(self._trust)


class Theirs:
    clock: Callable[[], int] = staticmethod(wall_clock)

    def __init__(self, issuer: str, trust: ssl.SSLContext) -> None:
        self.issuer, self._trust = issuer, trust

    def browser(self, badge: str, says_yes: bool, lost: Callable[[], None]) -> Browser:
        return Typing(self._trust, badge, says_yes, lost)


@contextmanager
def _ours(tls: Certificate, _: Path) -> Iterator[Company]:
    with running_provider(tls.server()) as provider:
        yield Ours(provider, tls.trusted())


@contextmanager
def _theirs(tls: Certificate, folder: Path) -> Iterator[Company]:
    command = [sys.executable, "-m", "tests.e2e.company", str(folder), str(tls.certificate), str(tls.key)]
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Theirs(process.stdout.readline().strip(), tls.trusted())
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("company") / "tls", "200101", "490101")


@pytest.fixture(scope="module", params=[_ours, _theirs], ids=["ours", "django-oauth-toolkit"])
def company(
    request: pytest.FixtureRequest, tls: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    with request.param(tls, tmp_path_factory.mktemp("provider")) as made:
        yield made


class Desk(NamedTuple):
    api: CentralApi
    login: Login
    accounts: CompanyAccounts
    company: Company

    def browser(self, badge: str, *, says_yes: bool = True) -> Browser:
        return self.company.browser(badge, says_yes, self.accounts.cancel)


@pytest.fixture
def desk(company: Company, tls: Certificate, tmp_path: Path) -> Iterator[Desk]:
    """A workstation at a central that takes the company's ID tokens."""
    storage = SqliteStorage(tmp_path / "central.db")
    verifier = Verifier(Provider(issuer=company.issuer, client_id=CLIENT), company.clock, trust=tls.trusted())
    identity = Identity(storage, company.clock, hasher=CHEAP, verifier=verifier)
    furnish(storage, identity)
    with stage(storage) as on, on.central(assemble(storage, clock=company.clock, identity=identity)):
        api, facts = CentralApi(on.running.url, language=lambda: "en"), Facts()
        login = Login(api, facts, "ws-1", company.clock, CHEAP)
        yield Desk(api, login, CompanyAccounts(api, login, facts, verify=tls.trusted()), company)
        api.close()
    storage.close()


def test_a_person_comes_in_stays_in_and_goes_out(desk: Desk) -> None:
    with desk.browser("300") as browser:
        user = desk.accounts.sign_in(browser, "en")
    assert (user.name, browser.saw[0].status_code) == (PEOPLE["300"].name, 200)
    assert "Done" in browser.saw[0].text
    first = desk.login.token(user)
    assert desk.api.orders(first, None, 1).orders == ()
    desk.login.renew(first)
    second = desk.login.token(user)
    assert second != first
    assert desk.api.directory(second).people
    desk.login.sign_out()
    assert desk.login.user is None
    with pytest.raises(Answered) as ended:
        desk.api.directory(second)
    assert ended.value.problem.type == Kind.SIGN_IN_AGAIN.uri


def test_a_person_who_says_no_there_is_not_in_here(desk: Desk) -> None:
    with desk.browser("300", says_yes=False) as browser, pytest.raises(ProviderRefused, match="says no"):
        desk.accounts.sign_in(browser, "en")
    assert "Failed" in browser.saw[0].text
    assert desk.login.user is None


def test_a_person_without_an_account_here_is_told_so(desk: Desk) -> None:
    with desk.browser("999") as browser, pytest.raises(ProviderRefused, match="register"):
        desk.accounts.sign_in(browser, "en")
    assert desk.login.user is None


def test_two_people_follow_each_other_at_one_workstation(desk: Desk) -> None:
    for badge in ("100", "300"):
        with desk.browser(badge) as browser:
            assert desk.accounts.sign_in(browser, "en").id == PEOPLE[badge].id
    assert {desk.login.absent(PEOPLE["100"].id)[0].id} == {PEOPLE["100"].id}
