"""Does the central offer the company's accounts, and how does one sign in with them? One attempt at a time."""

import ssl
import threading
from typing import Protocol

from sync.client.lease import Facts
from sync.client.login import Login
from sync.domain.permissions import User
from sync.errors import Answered, CentralUnreachable, MalformedAnswer, SignInCancelled
from sync.wire.codec import encode
from sync.wire.messages import Meta, SingleSignOn

_NOT_OFFERED = ""


class Browser(Protocol):
    """The system's browser, as the desktop opens it."""

    def open(self, url: str) -> bool:
        """Show the page; whether that could be done. From any thread."""
        ...

    def words(self, went_well: bool) -> tuple[str, str]:
        """Title and text of the page that the person sees there at the end."""
        ...


class Central(Protocol):
    url: str

    def meta(self) -> Meta: ...


class _Attempt(Protocol):
    def cancel(self) -> None: ...


class CompanyAccounts:
    """Thread-safe. ``sign_in`` blocks for as long as the person is in the browser, at most five minutes."""

    def __init__(
        self, central: Central, login: Login, facts: Facts, *, proxy: str = "", verify: ssl.SSLContext | None = None
    ) -> None:
        """``proxy`` and ``verify`` as for the central: the provider is asked the same way."""
        self._central = central
        self._login = login
        self._facts = facts
        self._proxy, self._verify = proxy, verify
        self._lock = threading.Lock()
        self._attempt: _Attempt | None = None

    def are_offered(self) -> bool:
        """Blocking; what was heard last when the central does not answer now."""
        try:
            return self._offer() is not None
        except (CentralUnreachable, Answered, MalformedAnswer):
            return bool(self._facts.get_fact(self._fact))

    def sign_in(self, browser: Browser, language: str) -> User:
        """Raises SignInCancelled, ProviderRefused, ProviderUnreachable, and what ``Login.sign_in_by`` raises."""
        from sync.client.provider import ProviderSignIn  # noqa: PLC0415  its libraries are slow to load, and seldom needed

        offered = self._offer()
        if offered is None:
            raise SignInCancelled("the central does not offer company accounts any more")
        with self._lock:
            if self._attempt is not None:
                raise SignInCancelled("another sign-in is under way in the browser")
            attempt = ProviderSignIn(
                offered, browse=browser.open, words=browser.words, proxy=self._proxy, verify=self._verify
            )
            self._attempt = attempt
        try:
            proof = attempt.run()
        finally:
            with self._lock:
                self._attempt = None
        return self._login.sign_in_by(proof.id_token, proof.nonce, language)

    def cancel(self) -> None:
        """End the attempt that is under way, if any; from any thread."""
        with self._lock:
            if self._attempt is not None:
                self._attempt.cancel()

    def _offer(self) -> SingleSignOn | None:
        offered = self._central.meta().single_sign_on
        told = _NOT_OFFERED if offered is None else encode(offered).decode()
        if (self._facts.get_fact(self._fact) or _NOT_OFFERED) != told:
            self._facts.put_fact(self._fact, told)
        return offered

    @property
    def _fact(self) -> str:
        return f"single_sign_on:{self._central.url}"
