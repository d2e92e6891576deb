"""One order as a person reads it."""

from typing import Any

import msgspec
import pytest

from desktop.detail.presenter import previous, sheet, timeline
from desktop.notices.presenter import Notice, Offer
from desktop.words import Words
from sync.domain.apply import Refusal
from sync.domain.commands import Heard, Op, Outcome
from sync.domain.exceptions import Reason
from sync.domain.order import Attachment, Claim, CommandKey, Note, Order, OrderId, Snooze, UserId
from sync.store.projection import Pending, Seen
from sync.wire.messages import History, HistoryEntry
from tests.desktop.conftest import HOUR, MINUTE, NOW


def seen(order: Order, *pending: Pending) -> Seen:
    return Seen(order=order, truth=order, pending=pending)


def test_the_head_names_the_order_and_how_urgent_it_is(en: Words, order: Order) -> None:
    shown = sheet(seen(order), (), en, NOW, notice=None, attention=False)
    assert (shown.number, shown.customer, shown.status.label) == ("SO26114712", "苏州和木家居有限公司", "Waiting")
    assert (shown.due.text, shown.due.tone) == ("20 min", "warn")


def test_the_address_is_written_largest_first_and_a_city_province_once(en: Words, order: Order) -> None:
    shown = sheet(seen(order), (), en, NOW, notice=None, attention=False)
    assert shown.address == "江苏苏州吴中区建设路 12 号"
    assert shown.contact == "王芳 13812345678"
    shanghai = msgspec.structs.replace(order.customer, province="上海", city="上海", phone="")
    shown = sheet(seen(msgspec.structs.replace(order, customer=shanghai)), (), en, NOW, notice=None, attention=False)
    assert shown.address == "上海吴中区建设路 12 号"
    assert shown.contact == "王芳"


def test_what_is_not_known_is_left_out_or_said(en: Words, order: Order) -> None:
    facts = dict(sheet(seen(order), (), en, NOW, notice=None, attention=False).facts)
    assert facts["Waybill"] == "no waybill yet"
    assert facts["Goods are at"] == "zone A3 · tote T-117 · bench 4"
    assert facts["Ordered"] == "21 Nov 14:26"
    assert "Return" not in facts
    back = msgspec.structs.replace(order, return_requested=True, waybill="DP1")
    facts = dict(sheet(seen(back), (), en, NOW, notice=None, attention=False).facts)
    assert (facts["Return"], facts["Waybill"]) == ("asked of the carrier", "DP1")


def test_open_exceptions_stand_before_solved_ones_and_say_whether_they_hold(en: Words, order: Order) -> None:
    shown = sheet(seen(order), (), en, NOW, notice=None, attention=False).exceptions
    assert [(f.title, f.aside, f.tone) for f in shown] == [
        ("Wrong address", "holds the order", "danger"),
        ("Duplicate order", "solved", "ok"),
    ]
    assert shown[0].detail == "缺少门牌号\naddress check, 1 h 00 ago"
    free = msgspec.structs.replace(order, holds=())
    assert sheet(seen(free), (), en, NOW, notice=None, attention=False).exceptions[0].aside == ""


def test_holds_are_those_that_people_placed(en: Words, order: Order) -> None:
    shown = sheet(seen(order), (), en, NOW, notice=None, attention=False).holds
    assert [(f.title, f.detail) for f in shown] == [("Suspected fraud", "请核对\nli.na, 5 min ago")]


def test_articles_carry_their_money(en: Words, order: Order) -> None:
    shown = sheet(seen(order), (), en, NOW, notice=None, attention=False)
    assert [(a.quantity, a.price, a.amount) for a in shown.articles] == [
        ("2", "¥2,599.00", "¥5,198.00"),
        ("1,200", "¥329.00", "¥394,800.00"),
    ]
    assert shown.total == "¥400,000.00"


def test_pending_commands_say_what_to_expect(en: Words, order: Order) -> None:
    marks = (
        Pending(key=CommandKey("a"), op=Op.INTERCEPT, expected=Outcome.REQUESTED),
        Pending(key=CommandKey("b"), op=Op.RELEASE, expected=Refusal.HOLD_GONE),
        Pending(key=CommandKey("c"), op=Op.RELEASE, expected=Outcome.RELEASED, ahead=True),
        Pending(key=CommandKey("d"), op=Op.DECIDE, expected=Outcome.DECIDED),
    )
    shown = sheet(seen(order, *marks), (), en, NOW, notice=None, attention=False).pending
    assert [(f.title, f.detail, f.tone) for f in shown] == [
        ("Intercept", "Will probably be: stop requested", "info"),
        ("Release", "Will probably be refused: There is no hold to lift.", "warn"),
        ("Release", "Not on the state shown here: what comes of it is known when the central has answered", "warn"),
        ("Decision", "The central will be told what was decided", "info"),
    ]


@pytest.mark.parametrize(("attention", "kept"), [(True, True), (False, False)])
def test_a_notice_that_asks_for_a_decision_goes_once_it_is_made(
    en: Words, order: Order, attention: bool, kept: bool
) -> None:
    asks = Notice(CommandKey("k"), OrderId("o-1"), "scales", "danger", "t", "b", (Offer.DECIDE,))
    shown = sheet(seen(order), (), en, NOW, notice=asks, attention=attention)
    assert (shown.notice is asks) == kept
    other = Notice(CommandKey("k"), OrderId("o-1"), "hand-palm", "ok", "t", "b")
    assert sheet(seen(order), (), en, NOW, notice=other, attention=attention).notice is other


def entry(version: int, action: str, **more: object) -> HistoryEntry:
    given = {"at": NOW - MINUTE, "version": version, "who": "li.na", "device": "", "action": action, **more}
    return HistoryEntry(**given)  # type: ignore[arg-type]  # written out above


def test_the_history_stands_newest_first_with_who_and_how(en: Words) -> None:
    heard = Heard(transcript="intercept order four seven one two")
    history = History(
        count=3,
        entries=(
            entry(1, "ingested", who="erp"),
            entry(2, "exception", who="central", reason=Reason.BAD_ADDRESS, detail="缺少门牌号"),
            entry(3, "intercept", outcome="stopped", reason=Reason.FRAUD, device="desk-7", heard=heard),
        ),
    )
    moments = timeline(history, en, NOW)
    assert [m.title for m in moments] == ["Intercept: stopped", "Exception raised", "Order received"]
    assert moments[0].detail == "Suspected fraud · by li.na · at desk-7"
    assert moments[0].heard == "Said: “intercept order four seven one two”"
    assert moments[1].detail == "Wrong address · 缺少门牌号 · by Central"
    assert moments[2].at == "16:25"
    assert (moments[0].icon, moments[0].tone) == ("hand-palm", "ok")


def test_what_this_program_does_not_know_is_shown_as_it_came(en: Words) -> None:
    moments = timeline(
        History(
            count=3, entries=(entry(1, "teleported", who=""), entry(2, "release"), entry(3, "intercept", outcome="odd"))
        ),
        en,
        NOW,
    )
    assert [(m.title, m.icon) for m in moments] == [
        ("Intercept: odd", "hand-palm"),
        ("Release", "lock-simple-open"),
        ("teleported", "circle"),
    ]
    assert moments[2].detail == ""


def test_what_was_noted_attached_claimed_and_put_away_is_on_the_sheet(en: Words, order: Order) -> None:
    told = msgspec.structs.replace(
        order,
        waybill="DP1",
        notes=(
            Note(id=CommandKey("k1"), by=UserId("wang"), at=NOW - 2 * HOUR, text="first"),
            Note(id=CommandKey("k2"), by=UserId("li.na"), at=NOW, text="second"),
        ),
        attachments=(Attachment(id="a1", name="photo.jpg", media_type="image/jpeg", size=2_400_000),),
        claim=Claim(by=UserId("wang"), at=NOW, given_by=UserId("li.na")),
        snooze=Snooze(until=NOW + HOUR, by=UserId("wang"), at=NOW),
    )
    shown = sheet(seen(told), (), en, NOW, notice=None, attention=False)
    assert [(n.title, n.detail) for n in shown.notes] == [
        ("li.na, just now", "second"),
        ("wang, 2 h 00 ago", "first"),
    ]
    assert [(a.id, a.name, a.size) for a in shown.attachments] == [("a1", "photo.jpg", "2.4 MB")]
    assert ("Claimed by", "wang, asked by li.na") in shown.facts
    assert ("Snoozed until", "17:26") in shown.facts
    assert shown.waybill == "DP1"
    mine = msgspec.structs.replace(told, claim=Claim(by=UserId("wang"), at=NOW))
    assert ("Claimed by", "wang") in sheet(seen(mine), (), en, NOW, notice=None, attention=False).facts


@pytest.mark.parametrize("words", ["en", "zh"])
def test_every_open_exception_says_what_to_do_next(words: str, order: Order, request: pytest.FixtureRequest) -> None:
    spoken: Words = request.getfixturevalue(words)
    for kind in Reason:
        cause = msgspec.structs.replace(order.exceptions[1], kind=kind)
        one = msgspec.structs.replace(order, exceptions=(cause,))
        shown = sheet(seen(one), (), spoken, NOW, notice=None, attention=False)
        assert shown.exceptions[0].step
    solved = sheet(seen(order), (), spoken, NOW, notice=None, attention=False).exceptions[-1]
    assert solved.step == ""


def test_the_history_says_how_a_command_was_given_and_to_whom(en: Words) -> None:
    def entry(n: int, **more: Any) -> HistoryEntry:
        plain: dict[str, Any] = {"at": NOW, "version": n, "who": "wang", "device": "ws-9", "action": "claim"}
        return HistoryEntry(**(plain | {"key": CommandKey(f"k{n}")} | more))

    entries = (
        entry(1),
        entry(2, heard=Heard(transcript="claim it", model="typed")),
        entry(3, heard=Heard(transcript="认领", model="vosk")),
        entry(4, action="assign", person="li.na"),
        entry(5, action="snooze", until=NOW + HOUR),
        entry(6, key=None),
    )
    told = [m.detail for m in reversed(timeline(History(entries=entries, count=6), en, NOW))]
    assert told == [
        "by wang · at ws-9 · on the screen",
        "by wang · at ws-9 · typed as a sentence",
        "by wang · at ws-9 · spoken",
        "to li.na · by wang · at ws-9 · on the screen",
        "until 17:26 · by wang · at ws-9 · on the screen",
        "by wang · at ws-9",
    ]


def decision(about: str, what: str, **more: object) -> HistoryEntry:
    told = entry(2, "decide", outcome="decided", decides=CommandKey(about), decision=what, key=CommandKey("k9"))
    return msgspec.structs.replace(told, **more)


def test_a_decision_is_told_behind_the_command_that_it_is_about(en: Words, zh: Words) -> None:
    asked = entry(2, "intercept", outcome="conflict", key=CommandKey("k1"))
    late = decision("k1", "kept", given_at=NOW - HOUR)
    other = decision("k-of-a-lost-history", "tossed")
    history = History(count=3, entries=(asked, late, other))
    told = [(m.title, m.detail) for m in timeline(history, en, NOW)]
    assert told == [
        ("Decision: tossed", "by li.na · on the screen"),
        ("Decision about “Intercept”: Kept the central's state", "by li.na · on the screen · given 15:26"),
        ("Intercept: conflict", "by li.na · on the screen"),
    ]
    assert timeline(history, zh, NOW)[1].title == "对“拦截”的决定：以中央为准"


def test_previous_orders_say_when_they_came_what_was_wrong_and_how_far_they_are(en: Words, order: Order) -> None:
    (told,) = previous((order,), en, NOW)
    assert (told.title, told.detail, told.aside) == (
        "SO26114712",
        "21 Nov 14:26 · Duplicate order, Wrong address",
        "Waiting",
    )


def test_previous_orders_that_the_central_did_not_tell_of_say_what_is_missing(en: Words, order: Order) -> None:
    known, missing = previous((order,), en, NOW, whole=False)
    assert known.title == "SO26114712"
    assert (missing.title, missing.tone) == ("There may be more", "warn")
    (alone,) = previous((), en, NOW, whole=False)
    assert alone.title == "Not known while offline"
