"""What the list says."""

import msgspec
import pytest

from desktop.orders.presenter import (
    COLUMNS,
    blank,
    cell,
    chips,
    face,
    header,
    heading,
    hint,
    marks,
    spoken_row,
    title,
    visible_columns,
)
from desktop.words import Words
from sync.domain.exceptions import Node, Reason
from sync.domain.order import CarrierId, OrderId, Status, UserId, WarehouseId
from sync.events import Link
from sync.store.listing import Group, ListQuery, Row
from tests.desktop.conftest import HOUR, MINUTE, NOW

ROW = Row(
    rowid=1,
    id=OrderId("o-1"),
    number="SO26114712",
    customer="和木家居",
    city="苏州",
    warehouse=WarehouseId("W-SUZ"),
    carrier=CarrierId("C-DEB"),
    status=Status.PICKING,
    due_at=NOW - 5 * MINUTE,
    total=123456,
    kinds=(Reason.BAD_ADDRESS, Reason.STOCK_OUT),
    holds=2,
    pending=1,
    raised_at=NOW - HOUR,
    attention=True,
    version=4,
)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("due", "5 min late"),
        ("number", "SO26114712"),
        ("kinds", "Address, Stock"),
        ("customer", "和木家居 · 苏州"),
        ("warehouse", "Suzhou"),
        ("carrier", "Deppon"),
        ("status", "Picking"),
        ("total", "¥1,234.56"),
        ("raised", "1 h 00"),
    ],
)
def test_each_cell_has_its_text(en: Words, column: str, text: str) -> None:
    assert cell(ROW, column, en, NOW) == text  # type: ignore[arg-type]  # parametrised


def test_a_line_has_a_face_ready_to_be_painted(en: Words) -> None:
    shown = face(ROW, en, NOW)
    assert (shown.due.text, shown.status.label) == ("5 min late", "Picking")
    assert [b.label for b in shown.kinds] == ["Address", "Stock"]
    assert shown.marks == marks(ROW, en, NOW)
    assert shown.texts == {
        "number": "SO26114712",
        "warehouse": "Suzhou",
        "carrier": "Deppon",
        "total": "¥1,234.56",
        "raised": "1 h 00",
        "claimed": "",
        "node": "",
    }


def test_an_order_without_an_exception_has_no_age(en: Words) -> None:
    assert cell(msgspec.structs.replace(ROW, raised_at=None), "raised", en, NOW) == ""


def test_the_tooltip_says_what_the_cell_has_no_room_for(en: Words) -> None:
    assert hint(ROW, "due", en, NOW) == "Promised for 16:21"
    assert hint(ROW, "kinds", en, NOW) == "Wrong address\nOut of stock"
    assert hint(ROW, "number", en, NOW) == "Needs your decision\n1 command not settled yet"
    assert hint(ROW, "customer", en, NOW) == "和木家居 · 苏州"


def test_a_hold_is_marked_where_no_kind_says_so_already(en: Words) -> None:
    assert [b.icon for b in marks(ROW, en, NOW)] == ["scales", "paper-plane-tilt"]
    held_by_hand = msgspec.structs.replace(ROW, kinds=(), attention=False, pending=0)
    assert [b.title for b in marks(held_by_hand, en, NOW)] == ["2 holds"]


def test_a_screen_reader_hears_the_whole_row(en: Words) -> None:
    said = spoken_row(ROW, en, NOW)
    assert said.startswith("5 min late, SO26114712, Address, Stock")
    assert said.endswith("Needs your decision, 1 command not settled yet")


def test_chips_are_the_kinds_that_occur_most_frequent_first_and_the_chosen_ones(en: Words) -> None:
    shown = chips({Reason.STOCK_OUT: 3, Reason.BAD_ADDRESS: 1200}, {Reason.FRAUD}, en)
    assert [(c.kind, c.count, c.chosen) for c in shown] == [
        (Reason.BAD_ADDRESS, "1,200", False),
        (Reason.STOCK_OUT, "3", False),
        (Reason.FRAUD, "0", True),
    ]


def test_the_heading_counts_the_orders(en: Words, zh: Words) -> None:
    assert title(ListQuery(), 1, en) == ("Stopped orders", "1 order")
    assert title(ListQuery(view="all"), 2300, zh) == ("全部未完成订单", "2,300 单")


@pytest.mark.parametrize(
    ("query", "link", "text"),
    [
        (ListQuery(text="x"), Link.ONLINE, "Nothing matches"),
        (ListQuery(kinds=frozenset({Reason.FRAUD})), Link.PULLING, "Nothing matches"),
        (ListQuery(), Link.PULLING, "Fetching orders"),
        (ListQuery(), Link.CONNECTING, "Fetching orders"),
        (ListQuery(), Link.ONLINE, "Nothing is stopped"),
        (ListQuery(view="all"), Link.OFFLINE, "No open orders"),
        (ListQuery(view="attention"), Link.ONLINE, "Nothing to decide"),
        (ListQuery(view="pending"), Link.ONLINE, "Everything is sent"),
    ],
)
def test_an_empty_list_says_why(en: Words, query: ListQuery, link: Link, text: str) -> None:
    assert blank(query, link, en).title == text


def test_columns_go_in_the_order_in_which_they_are_missed_least() -> None:
    everything = sum(c.width for c in COLUMNS)
    assert len(visible_columns(everything)) == len(COLUMNS)
    assert "node" not in visible_columns(everything - 1)
    assert visible_columns(everything, ("number", "total")) == ("number", "total")
    assert visible_columns(10) == ("due", "number", "kinds", "customer")


def test_who_has_an_order_and_where_it_stopped_have_columns(en: Words) -> None:
    kept = msgspec.structs.replace(ROW, claimed_by=UserId("u-wang"), node=Node("payment"))
    assert (cell(kept, "claimed", en, NOW), cell(kept, "node", en, NOW)) == ("Wang", "payment check")
    assert (cell(ROW, "claimed", en, NOW), cell(ROW, "node", en, NOW)) == ("", "")


def test_an_order_that_is_put_away_or_noted_is_marked_until_it_wakes(en: Words) -> None:
    plain = msgspec.structs.replace(ROW, attention=False, pending=0, snoozed_until=NOW + HOUR, notes=2)
    assert [b.title for b in marks(plain, en, NOW)] == ["Snoozed until 17:26", "2 notes"]
    assert [b.icon for b in marks(plain, en, NOW + HOUR)] == ["note"]


def test_a_group_says_whose_orders_it_holds_and_how_many(en: Words) -> None:
    assert heading(Group("和木家居", 1), "customer", en) == "和木家居  ·  1 order"
    assert heading(Group("payment", 2300), "node", en) == "payment check  ·  2,300 orders"
    assert heading(Group("", 2), "node", en) == "No open exception  ·  2 orders"


def test_a_heading_of_several_that_sort_says_its_place(en: Words) -> None:
    plans = {plan.id: plan for plan in COLUMNS}
    query = ListQuery(sort=("customer", True), then=(("total", False),))
    assert header(plans["customer"], query, en) == "Customer ↑1"
    assert header(plans["total"], query, en) == "Total ↓2"
    assert header(plans["due"], query, en) == header(plans["due"], ListQuery(), en) == "Due in"
    assert header(plans["kinds"], query, en) == "Exceptions"
