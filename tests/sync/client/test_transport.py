"""Do calls find their way through the company's proxy, and say so when it does not let them?"""

import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from sync.client.api import CentralApi
from sync.client.transport import proxy_for, without_password
from sync.client.trust import system_trust
from sync.errors import CertificateRefused, ProxyRefused, SyncError
from sync.wire.codec import encode
from sync.wire.messages import Meta
from tests.sync.client.asking import META
from tests.sync.client.certificates import Certificate, make_certificate
from tests.sync.client.proxying import ForwardProxy
from tests.sync.client.scripted import ScriptedServer, answer

NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxy_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls") / "good", "200101", "490101")


@pytest.fixture(scope="module")
def secure(good: Certificate) -> Iterator[ScriptedServer]:
    with ScriptedServer(answer(encode(META)), tls=good.server(), repeat_last=True) as server:
        yield server


def meta(url: str, proxy: str = "", verify: ssl.SSLContext | None = None) -> Meta:
    api = CentralApi(url, language=lambda: "en", proxy=proxy, verify=verify)
    try:
        return api.meta()
    finally:
        api.close()


def told(url: str, proxy: str, verify: ssl.SSLContext | None = None) -> SyncError:
    with pytest.raises(SyncError) as raised:
        meta(url, proxy, verify)
    return raised.value


class TestThroughAProxy:
    def test_https_goes_through_a_tunnel(self, secure: ScriptedServer, good: Certificate) -> None:
        with ForwardProxy() as proxy:
            assert meta(secure.url, f"http://{proxy.place}", good.trusted()) == META
            assert proxy.asked == [f"CONNECT {urlsplit(secure.url).netloc}"]

    def test_the_certificate_is_the_centrals_and_is_checked_behind_the_proxy(self, secure: ScriptedServer) -> None:
        with ForwardProxy() as proxy:
            assert isinstance(told(secure.url, f"http://{proxy.place}"), CertificateRefused)

    def test_http_goes_through_it_too(self) -> None:
        with ScriptedServer(answer(encode(META))) as server, ForwardProxy() as proxy:
            assert meta(server.url, f"http://{proxy.place}") == META
            assert proxy.asked == [f"GET {server.url}/v1/meta"]

    def test_a_proxy_with_name_and_password_lets_us_in(self, secure: ScriptedServer, good: Certificate) -> None:
        with ForwardProxy("desk", "p@ss") as proxy:
            assert meta(secure.url, f"http://desk:p%40ss@{proxy.place}", good.trusted()) == META

    def test_without_them_it_says_so(self, secure: ScriptedServer, good: Certificate) -> None:
        with ForwardProxy("desk", "secret") as proxy, ScriptedServer(answer(encode(META))) as plain:
            for url in (secure.url, plain.url):
                error = told(url, f"http://desk:wrong@{proxy.place}", good.trusted())
                assert type(error) is ProxyRefused
                assert "wrong" not in str(error)
            assert plain.asked == []

    @pytest.mark.parametrize("address", ["proxy.example:3128", "ftp://proxy", "http://", "http://[::", "http://:p@"])
    def test_an_address_that_is_none_is_told_by_the_calls(self, secure: ScriptedServer, address: str) -> None:
        assert isinstance(told(secure.url, address), ProxyRefused)


class TestWhichProxy:
    CENTRAL = "https://central.example"

    def test_none_by_default(self) -> None:
        assert proxy_for(self.CENTRAL) is None

    @pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
    def test_the_environment_names_it(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        monkeypatch.setenv(name, "http://proxy.example:3128")
        assert proxy_for(self.CENTRAL) == "http://proxy.example:3128"
        assert proxy_for("http://127.0.0.1:8642") is None

    def test_the_scheme_may_be_missing_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "proxy.example:3128")
        assert proxy_for(self.CENTRAL) == "http://proxy.example:3128"

    def test_exceptions_count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
        monkeypatch.setenv("NO_PROXY", "example")
        assert proxy_for(self.CENTRAL) is None

    def test_the_setting_counts_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
        assert proxy_for(self.CENTRAL, "http://other:1") == "http://other:1"
        assert proxy_for(self.CENTRAL, "direct") is None

    def test_a_call_takes_the_way_that_the_environment_names(
        self, secure: ScriptedServer, good: Certificate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """By a name that is not loopback's usual one, for those are never asked through a proxy."""
        port = urlsplit(secure.url).port
        with ForwardProxy() as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.place}")
            assert isinstance(told(f"https://127.0.0.2:{port}", "", good.trusted()), SyncError)
            assert proxy.asked == [f"CONNECT 127.0.0.2:{port}"]

    def test_a_password_is_not_shown(self) -> None:
        assert without_password("http://desk:secret@proxy:1") == "http://…@proxy:1"
        assert without_password("http://proxy:1") == "http://proxy:1"


class TestCompanyCertificates:
    def test_a_company_root_in_the_systems_store_is_trusted(
        self, secure: ScriptedServer, good: Certificate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """OpenSSL's name for the system's store, as on Linux; Windows and macOS ask their own."""
        monkeypatch.setenv("SSL_CERT_FILE", str(good.certificate))
        assert meta(secure.url, verify=system_trust()) == META
        monkeypatch.delenv("SSL_CERT_FILE")
        assert isinstance(told(secure.url, "", system_trust()), CertificateRefused)
