"""Money, times and names as people write them."""

from dataclasses import replace

import pytest

from desktop.words import Words
from sync.domain.commands import Op, Outcome, Target
from sync.domain.exceptions import Node, Reason
from sync.domain.order import CarrierId, Place, Status
from tests.desktop.conftest import HOUR, MINUTE, NOW

DAY = 24 * HOUR


@pytest.mark.parametrize(("fen", "text"), [(0, "¥0.00"), (5, "¥0.05"), (123456, "¥1,234.56"), (-100050, "−¥1,000.50")])
def test_money_is_yuan_with_two_decimals(fen: int, text: str) -> None:
    assert Words.money(fen) == text


def test_a_time_of_today_is_a_clock_time_and_another_day_has_its_date(en: Words, zh: Words) -> None:
    assert en.clock(NOW) == en.moment(NOW, NOW) == "16:26"
    assert en.moment(NOW - DAY, NOW) == "21 Nov 16:26"
    assert zh.moment(NOW - DAY, NOW) == "11月21日 16:26"


@pytest.mark.parametrize(
    ("ms", "english", "chinese"),
    [
        (10, "1 min", "1分钟"),
        (59 * MINUTE, "59 min", "59分钟"),
        (65 * MINUTE, "1 h 05", "1小时05分"),
        (26 * HOUR, "1 d 2 h", "1天2小时"),
    ],
)
def test_a_length_of_time_has_its_two_largest_units(en: Words, zh: Words, ms: int, english: str, chinese: str) -> None:
    assert (en.span(ms), zh.span(ms)) == (english, chinese)


def test_how_long_ago(en: Words) -> None:
    assert en.ago(NOW - 30_000, NOW) == "just now"
    assert en.ago(NOW - 5 * MINUTE, NOW) == "5 min ago"


@pytest.mark.parametrize(
    ("left", "tone", "text"),
    [(-90 * MINUTE, "danger", "1 h 30 late"), (30 * MINUTE, "warn", "30 min"), (31 * MINUTE, "neutral", "31 min")],
)
def test_a_due_time_has_a_sign_and_a_word_for_its_urgency(en: Words, left: int, tone: str, text: str) -> None:
    due = en.due(NOW + left, NOW)
    assert (due.tone, due.text) == (tone, text)
    assert len({en.due(NOW + x, NOW).icon for x in (-MINUTE, MINUTE, DAY)}) == 3
    assert due.title.startswith("Promised for ")


def test_names_of_places_follow_the_language(en: Words, zh: Words) -> None:
    assert (en.warehouse("W-SUZ"), zh.warehouse("W-SUZ")) == ("Suzhou", "苏州仓")
    assert (en.carrier(CarrierId("C-DEB")), zh.carrier(None)) == ("Deppon", "尚无承运商")
    assert en.warehouse("W-NEW") == "W-NEW"
    assert en.target(Target(kind="warehouse", id="W-HGH")) == "Hangzhou"
    assert en.target(Target(kind="carrier", id="C-DEB")) == "Deppon"


@pytest.mark.parametrize(
    ("node", "text"),
    [
        ("carrier:C-DEB", "carrier Deppon"),
        ("warehouse:W-SUZ", "warehouse Suzhou"),
        ("payment", "payment check"),
        ("robot:7", "robot:7"),
        ("unheard_of", "unheard_of"),
    ],
)
def test_where_an_exception_was_raised(en: Words, node: str, text: str) -> None:
    assert en.node(Node(node)) == text


@pytest.mark.parametrize(
    ("person", "name"), [("u-wang", "Wang"), ("demo-wms", "Demo WMS"), ("li.na", "li.na"), ("u-li-na", "Li Na")]
)
def test_an_id_whose_name_is_not_known_is_made_readable(en: Words, person: str, name: str) -> None:
    assert en.who(person) == name


def test_who_did_it(en: Words) -> None:
    assert en.who("central") == "Central"
    assert en.who("li.na") == "li.na"
    assert replace(en, people={"li.na": "李娜"}).who("li.na") == "李娜"


def test_where_the_goods_are_names_only_what_is_known(en: Words) -> None:
    assert en.place(Place(zone="A3", bench="4")) == "zone A3 · bench 4"
    assert en.place(Place()) == ""


def test_a_refusal_that_nobody_knows_is_shown_as_it_came(en: Words) -> None:
    assert en.refusal("closed") == "The order is closed."
    assert en.refusal("on_fire") == "on_fire"


@pytest.mark.parametrize("words", ["en", "zh"])
def test_every_value_of_the_domain_has_a_word(words: str, request: pytest.FixtureRequest) -> None:
    said: Words = request.getfixturevalue(words)
    assert all(said.reason(r) and said.kind(r).label for r in Reason)
    assert all(said.status(s).label for s in Status)
    assert all(said.op(o) for o in Op)
    assert all(said.outcome(o) for o in Outcome)


def test_a_file_has_a_size_that_people_read(en: Words) -> None:
    assert [en.size(count) for count in (340, 12_800, 3_400_000)] == ["340 B", "12 KB", "3.4 MB"]
