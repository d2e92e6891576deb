"""The company's accounts on a desk in memory: offered, and back from the browser, when a test says so."""

import threading
from functools import cached_property

from sync.client.company import Browser
from sync.domain.permissions import User
from sync.errors import ProviderRefused, SignInCancelled
from tests.patience import PATIENCE_S

PIN = "4712"


class CompanyAccounts:
    """That half of ``FakeDesk``; whoever comes back from the browser is badge 2001."""

    company_accounts = False

    @cached_property
    def came_back(self) -> threading.Event:
        return threading.Event()

    @cached_property
    def cancelled(self) -> threading.Event:
        return threading.Event()

    def sign_in(self, badge: str, pin: str, language: str) -> User:
        raise NotImplementedError

    def offers_company_accounts(self) -> bool:
        return self.company_accounts

    def sign_in_by_company_account(self, browser: Browser, language: str) -> User:
        self.cancelled.clear()
        if not browser.open("https://login.example/authorize?state=s"):
            raise ProviderRefused("no browser")
        if self.came_back.wait(PATIENCE_S) and not self.cancelled.is_set():
            return self.sign_in("2001", PIN, language)
        raise SignInCancelled("cancelled")

    def cancel_sign_in(self) -> None:
        self.cancelled.set()
        self.came_back.set()
