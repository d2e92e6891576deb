"""Does signing in with the company's account hold to RFC 6749, 7636, 8252 and 9207, and end whatever happens?"""

import socket
import ssl
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import jwt
import pytest

from sync.client.provider import Proof, ProviderSignIn
from sync.errors import ProviderRefused, ProviderUnreachable, SignInCancelled, SyncError
from sync.wire.messages import SingleSignOn
from tests.contract.provider import CLIENT, OpenIdProvider, running_provider
from tests.patience import PATIENCE_S
from tests.sync.client.browsing import Browser
from tests.sync.client.certificates import Certificate, make_certificate


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls") / "good", "200101", "490101")


@pytest.fixture(scope="module")
def trust(good: Certificate) -> ssl.SSLContext:
    return good.trusted()


@pytest.fixture(scope="module")
def there(good: Certificate) -> Iterator[OpenIdProvider]:
    with running_provider(good.server()) as made:
        yield made


@pytest.fixture
def provider(there: OpenIdProvider) -> Iterator[OpenIdProvider]:
    """The provider in its ordinary state."""
    issuer = there.issuer
    there.asked.clear()
    yield there
    there.issuer, there.says_issuer, there.refusal, there.answers = issuer, None, None, {}


@pytest.fixture
def browser(trust: ssl.SSLContext) -> Iterator[Browser]:
    with Browser(trust) as made:
        yield made


class Person:
    """Whoever is at the workstation: one attempt with a browser."""

    def __init__(
        self, provider: OpenIdProvider, browser: Browser, trust: ssl.SSLContext, patience_s: float = 20
    ) -> None:
        self.attempt = ProviderSignIn(
            SingleSignOn(issuer=provider.issuer, client_id=CLIENT),
            browse=browser.open,
            words=browser.words,
            verify=trust,
            patience_s=patience_s,
        )

    def refused(self) -> SyncError:
        with pytest.raises(SyncError) as told:
            self.attempt.run()
        return told.value


@pytest.fixture
def person(provider: OpenIdProvider, browser: Browser, trust: ssl.SSLContext) -> Person:
    return Person(provider, browser, trust)


class TestTheWay:
    def test_it_ends_with_a_token_for_this_very_sign_in(self, person: Person, provider: OpenIdProvider) -> None:
        proof = person.attempt.run()
        claims = jwt.decode(proof.id_token, options={"verify_signature": False})
        assert isinstance(proof, Proof)
        assert (claims["nonce"], claims["aud"]) == (proof.nonce, CLIENT)
        assert [urlsplit(path).path for path in provider.asked] == [
            "/.well-known/openid-configuration",
            "/authorize",
            "/token",
        ]

    def test_the_browser_is_asked_as_the_standards_say(self, person: Person, browser: Browser) -> None:
        person.attempt.run()
        asked = dict(parse_qsl(urlsplit(browser.opened[0]).query))
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        assert len(asked["code_challenge"]) == 43
        assert len(asked["state"]) >= 32 <= len(asked["nonce"])
        back = urlsplit(asked["redirect_uri"])
        assert (back.scheme, back.hostname, back.path) == ("http", "127.0.0.1", "/callback")

    def test_no_two_sign_ins_share_a_secret(
        self, provider: OpenIdProvider, browser: Browser, trust: ssl.SSLContext
    ) -> None:
        for _ in range(2):
            Person(provider, browser, trust).attempt.run()
        first, second = (parse_qs(urlsplit(url).query) for url in browser.opened)
        for name in ("state", "nonce", "code_challenge"):
            assert first[name] != second[name]

    def test_the_person_reads_that_the_page_can_be_closed(self, person: Person, browser: Browser) -> None:
        person.attempt.run()
        browser.__exit__(None, None, None)
        page = browser.saw[0]
        assert "Done &lt;b&gt;" in page.text
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in page.headers["content-security-policy"]


class TestNo:
    def test_a_person_who_says_no_in_the_browser(
        self, person: Person, provider: OpenIdProvider, browser: Browser
    ) -> None:
        provider.refusal = {"error": "access_denied", "error_description": "not today"}
        assert isinstance(error := person.refused(), ProviderRefused)
        assert "not today" in str(error)
        browser.__exit__(None, None, None)
        assert "Failed" in browser.saw[0].text

    @pytest.mark.parametrize("named", ["https://evil.example", ""])
    def test_an_answer_that_is_not_this_providers_is_not_redeemed(
        self, person: Person, provider: OpenIdProvider, named: str
    ) -> None:
        provider.answers = {"iss": named}
        assert isinstance(person.refused(), ProviderRefused)
        assert "/token" not in provider.asked

    def test_an_answer_without_a_code(self, person: Person, provider: OpenIdProvider) -> None:
        provider.refusal = {"code": ""}
        assert isinstance(person.refused(), ProviderRefused)

    def test_a_code_that_somebody_else_used(self, person: Person, provider: OpenIdProvider) -> None:
        provider.answers = {"code": "another"}
        assert "that code is not yours" in str(person.refused())

    def test_a_provider_that_calls_itself_otherwise(self, person: Person, provider: OpenIdProvider) -> None:
        provider.says_issuer = "https://evil.example"
        assert isinstance(person.refused(), ProviderRefused)

    def test_a_provider_without_tls_is_not_asked(self, browser: Browser, trust: ssl.SSLContext) -> None:
        with running_provider() as plain:
            assert "https" in str(Person(plain, browser, trust).refused())
            assert plain.asked == []

    def test_a_workstation_without_a_browser(self, provider: OpenIdProvider, trust: ssl.SSLContext) -> None:
        with Browser(trust, opens=False) as none:
            assert isinstance(Person(provider, none, trust).refused(), ProviderRefused)


class TestNobody:
    def test_a_provider_that_is_not_there(self, browser: Browser, trust: ssl.SSLContext) -> None:
        gone = OpenIdProvider()
        gone.issuer = "https://127.0.0.1:1"
        assert isinstance(Person(gone, browser, trust).refused(), ProviderUnreachable)

    def test_a_provider_whose_certificate_is_not_trusted(self, provider: OpenIdProvider, browser: Browser) -> None:
        error = Person(provider, browser, ssl.create_default_context()).refused()
        assert type(error) is ProviderUnreachable
        assert "certificate" in str(error)

    def test_a_provider_that_has_no_configuration(
        self, provider: OpenIdProvider, browser: Browser, trust: ssl.SSLContext
    ) -> None:
        provider.issuer += "/elsewhere"
        assert isinstance(Person(provider, browser, trust).refused(), ProviderUnreachable)

    def test_a_person_who_does_not_come_back(self, provider: OpenIdProvider, trust: ssl.SSLContext) -> None:
        class Away(Browser):
            def _go(self, url: str) -> None:
                """Went for a coffee."""

        with Away(trust) as away:
            error = Person(provider, away, trust, patience_s=0.05).refused()
        assert isinstance(error, SignInCancelled)
        assert error.late

    def test_cancelling_at_the_workstation_ends_it_at_once(
        self, provider: OpenIdProvider, trust: ssl.SSLContext
    ) -> None:
        looked = threading.Event()

        class Looking(Browser):
            def _go(self, url: str) -> None:
                assert url
                looked.set()

        with Looking(trust) as looking:
            person = Person(provider, looking, trust)

            def cancel() -> None:
                looked.wait(PATIENCE_S)
                person.attempt.cancel()

            canceller = threading.Thread(target=cancel)
            canceller.start()
            error = person.refused()
            canceller.join()
        assert isinstance(error, SignInCancelled)
        assert not error.late


class TestStrangersAtThePort:
    """Other pages and programs of this machine can reach the port; they neither get in nor end the wait."""

    def test_only_the_right_redirect_is_heeded(self, provider: OpenIdProvider, trust: ssl.SSLContext) -> None:
        answers: list[int] = []

        class Meddled(Browser):
            def _go(self, url: str) -> None:
                asked = dict(parse_qsl(urlsplit(url).query))
                back, state = asked["redirect_uri"], asked["state"]
                with httpx.Client(trust_env=False) as http:
                    answers.append(http.get(f"{back}?code=stolen&state=guess").status_code)
                    answers.append(http.get(f"{back}?code=stolen").status_code)
                    answers.append(http.get(back.replace("/callback", f"/other?state={state}")).status_code)
                    rebound = {"host": "evil.example"}
                    answers.append(http.get(f"{back}?code=stolen&state={state}", headers=rebound).status_code)
                super()._go(url)

        with Meddled(trust) as browser:
            proof = Person(provider, browser, trust).attempt.run()
        assert proof.id_token
        assert answers == [404, 404, 404, 404]

    def test_a_connection_in_reserve_holds_nothing_up(self, provider: OpenIdProvider, trust: ssl.SSLContext) -> None:
        reserve: list[socket.socket] = []

        class Hasty(Browser):
            def _go(self, url: str) -> None:
                back = urlsplit(dict(parse_qsl(urlsplit(url).query))["redirect_uri"])
                reserve.append(socket.create_connection((back.hostname or "", back.port or 0)))
                super()._go(url)

        with Hasty(trust) as browser:
            assert Person(provider, browser, trust).attempt.run().id_token
        reserve[0].close()
