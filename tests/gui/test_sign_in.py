"""Signing in: by keyboard, in either language, with plain words for everything that can go wrong."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from sync.errors import CentralUnreachable, CertificateRefused, MalformedAnswer, NoLease, WrongServer
from sync.events import Link
from sync.store.salvaged import Salvage
from tests.gui.fakes import PIN
from tests.gui.hands import Hands

pytestmark = pytest.mark.gui


def try_to_sign_in(hands: Hands, pin: str = PIN) -> None:
    page = hands.window.sign_in
    QTest.keyClicks(page.badge, "2001")
    QTest.keyClicks(page.pin, pin)
    hands.click(page.submit)


def test_the_page_names_the_central_and_waits_for_badge_and_pin(hands: Hands) -> None:
    page = hands.window.sign_in
    assert page.isVisible()
    assert hands.reads("https://orders.example.cn", page)
    assert not page.submit.isEnabled()
    assert page.pin.echoMode() is QLineEdit.EchoMode.Password


def test_badge_and_pin_lead_to_the_list(hands: Hands) -> None:
    hands.sign_in("2001")
    assert hands.window.workbench.isVisible()
    assert hands.reads("Supervisor", hands.window.workbench.top)


def test_enter_in_the_badge_field_goes_on_to_the_pin(hands: Hands) -> None:
    page = hands.window.sign_in
    QTest.keyClicks(page.badge, "2001")
    QTest.keyClick(page.badge, Qt.Key.Key_Return)
    assert hands.window.focusWidget() is page.pin


def test_a_wrong_pin_is_said_and_typed_again(hands: Hands) -> None:
    try_to_sign_in(hands, "9999")
    hands.until(lambda: hands.reads("Badge or PIN is wrong", hands.window.sign_in))
    assert hands.window.sign_in.pin.text() == ""
    assert hands.window.sign_in.badge.text() == "2001"


def test_who_may_come_in_without_the_central_is_said_in_words(hands: Hands) -> None:
    hands.desk.sign_in_fault = NoLease("the central cannot be reached, and the offline lease of this badge has ended")
    try_to_sign_in(hands)
    page = hands.window.sign_in
    hands.until(lambda: hands.reads("The central does not answer, and this badge needs it", page))
    assert hands.reads("in the last three days", page)
    assert not hands.reads("lease", page)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (CentralUnreachable("timed out"), "The central does not answer"),
        (WrongServer("not the order API"), "This address is not the order central"),
        (CertificateRefused("expired"), "certificate is not trusted"),
        (MalformedAnswer("cut"), "answer cannot be read"),
    ],
    ids=["unreachable", "wrong server", "certificate", "malformed"],
)
def test_each_fault_has_its_own_words_and_its_cause(hands: Hands, fault: Exception, words: str) -> None:
    hands.desk.sign_in_fault = fault
    try_to_sign_in(hands)
    page = hands.window.sign_in
    hands.until(lambda: hands.reads(words, page))
    assert hands.reads(str(fault), page)
    assert page.submit.isEnabled()


def test_after_a_fault_the_same_page_can_be_used_again(hands: Hands) -> None:
    hands.desk.sign_in_fault = CentralUnreachable("timed out")
    try_to_sign_in(hands)
    hands.until(lambda: hands.reads("does not answer", hands.window.sign_in))
    hands.desk.sign_in_fault = None
    hands.click(hands.window.sign_in.submit)
    hands.until(hands.window.workbench.isVisible)


def test_the_fault_changes_its_language_with_the_page(hands: Hands) -> None:
    hands.desk.sign_in_fault = WrongServer("not the order API")
    try_to_sign_in(hands)
    hands.until(lambda: hands.reads("not the order central", hands.window.sign_in))
    hands.click(hands.button("中文", hands.window.sign_in))
    hands.until(lambda: hands.reads("这个地址不是中央订单接口", hands.window.sign_in))


def test_the_pin_can_be_shown(hands: Hands) -> None:
    page = hands.window.sign_in
    QTest.keyClicks(page.pin, "123")
    page.pin.actions()[0].trigger()
    assert page.pin.echoMode() is QLineEdit.EchoMode.Normal


def test_signing_out_leads_back_and_forgets_the_pin(hands: Hands) -> None:
    hands.sign_in("2001")
    bench = hands.window.workbench
    bench.top._sign_out.trigger()
    hands.until(hands.window.sign_in.isVisible)
    assert hands.window.sign_in.pin.text() == ""


def test_a_session_that_ended_offers_to_sign_in_again_and_comes_back(hands: Hands) -> None:
    hands.sign_in("2001")
    hands.desk.go_away(Link.SIGN_IN_AGAIN)
    advice = hands.window.workbench.advice
    hands.until(lambda: advice.isVisible() and hands.reads("Your session has ended", advice))
    hands.click(hands.button("Sign in", advice))
    hands.until(hands.window.sign_in.isVisible)
    hands.sign_in("2001")
    assert hands.window.workbench.isVisible()


def test_whoever_signs_in_first_is_told_that_the_queue_was_damaged(hands: Hands) -> None:
    hands.desk.salvage = Salvage(aside="outbox.damaged-1.db", recovered=3, unsent=1, lost=(7,))
    hands.sign_in("2001")
    hands.until(lambda: "The list of unsent commands was damaged" in hands.toast())
    for part in (
        "3 commands were recovered; unsent: 1.",
        "1 command could not be read anywhere",
        "outbox.damaged-1.db",
    ):
        assert part in hands.toast()
