"""Signing in with the company's account: only where it is offered, in the browser, and given up at any time."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from sync.errors import ProviderRefused, SignInCancelled, SignInLocked, WorkstationRevoked
from sync.events import Link
from tests.gui.fakes import FakeDesk
from tests.gui.hands import Hands

pytestmark = pytest.mark.gui
OFFER = "Sign in with company account"


class Opened(QObject):
    """The system's browser: what it was asked to show."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[str] = []

    @Slot(QUrl)
    def show_page(self, url: QUrl) -> None:
        self.pages.append(url.toString())


@pytest.fixture
def browser() -> Iterator[Opened]:
    opened = Opened()
    QDesktopServices.setUrlHandler("https", opened, "show_page")  # type: ignore[arg-type]  # text is what PySide6 takes
    yield opened
    QDesktopServices.unsetUrlHandler("https")


@pytest.fixture
def desk(desk: FakeDesk) -> FakeDesk:
    desk.company_accounts = True
    return desk


def begin(hands: Hands, browser: Opened) -> None:
    page = hands.window.sign_in
    hands.until(page.by_company.isVisible)
    hands.click(page.by_company)
    hands.until(lambda: browser.pages)


def test_it_is_offered_in_the_pages_language(hands: Hands, browser: Opened) -> None:
    page = hands.window.sign_in
    hands.until(page.by_company.isVisible)
    assert page.by_company.text() == OFFER
    hands.click(hands.button("中文", page))
    hands.until(lambda: page.by_company.text() == "使用公司账号登录")


def test_it_is_not_offered_where_the_central_does_not(hands: Hands, desk: FakeDesk) -> None:
    desk.company_accounts = False
    hands.window.sign_in.open()
    hands.quiet()
    assert not hands.window.sign_in.by_company.isVisible()


def test_the_browser_leads_to_the_list(hands: Hands, desk: FakeDesk, browser: Opened) -> None:
    begin(hands, browser)
    assert browser.pages == ["https://login.example/authorize?state=s"]
    assert hands.reads("go on in the browser", hands.window.sign_in)
    desk.came_back.set()
    hands.until(hands.window.workbench.isVisible)


def test_waiting_can_be_stopped_and_begun_again(hands: Hands, desk: FakeDesk, browser: Opened) -> None:
    begin(hands, browser)
    page = hands.window.sign_in
    assert page.by_company.text() == "Stop waiting for the browser"
    hands.click(page.by_company)
    hands.until(lambda: hands.reads("Waiting for the browser was stopped", page))
    assert page.by_company.text() == OFFER
    desk.came_back.clear()
    hands.click(page.by_company)
    hands.until(lambda: len(browser.pages) == 2)
    desk.came_back.set()
    hands.until(hands.window.workbench.isVisible)


def test_badge_and_pin_wait_meanwhile(hands: Hands, desk: FakeDesk, browser: Opened) -> None:
    begin(hands, browser)
    page = hands.window.sign_in
    page.badge.setText("2001")
    page.pin.setText("4712")
    page._edited()
    assert not page.submit.isEnabled()
    hands.click(page.by_company)
    hands.until(page.submit.isEnabled)


def test_closing_the_window_stops_waiting(hands: Hands, desk: FakeDesk, browser: Opened, qtbot: QtBot) -> None:
    begin(hands, browser)
    hands.window.close()
    assert desk.cancelled.is_set()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (SignInLocked("locked", 45.0), "Too many wrong tries. Try again at"),
        (SignInLocked("locked"), "Wait a minute"),
        (SignInCancelled("late", late=True), "Five minutes have passed"),
        (ProviderRefused("says no: not today"), "says no: not today"),
        (WorkstationRevoked("out"), "taken out of use"),
    ],
)
def test_each_reason_has_its_own_words(hands: Hands, fault: Exception, words: str) -> None:
    page = hands.window.sign_in
    page.show_error(fault)
    hands.until(lambda: hands.reads(words, page))


def test_a_revoked_workstation_says_what_to_do_and_lets_one_sign_in(hands: Hands, desk: FakeDesk) -> None:
    hands.sign_in("2001")
    desk.go_away(Link.WORKSTATION_REVOKED)
    advice = hands.window.workbench.advice
    hands.until(lambda: advice.isVisible() and hands.reads("Ask IT to allow it again", advice))
    hands.click(hands.button("Sign in", advice))
    hands.until(hands.window.sign_in.isVisible)


def test_somebody_else_can_sign_in_over_them(hands: Hands) -> None:
    hands.sign_in("1001")
    assert hands.reads("Operator", hands.window.workbench.top)
    hands.window.workbench.top._switch.trigger()
    hands.until(hands.window.sign_in.isVisible)
    assert hands.desk.user is not None  # nobody was signed out
    hands.sign_in("2001")
    assert hands.reads("Supervisor", hands.window.workbench.top)
