"""What floor mode says: one order in big digits, and the one sentence that counts."""

from dataclasses import replace

import msgspec
import pytest

from desktop.floor.presenter import board
from desktop.notices.presenter import Notice
from desktop.words import Words
from sync.domain.order import CommandKey, Order, OrderId, Place
from sync.events import Connection, Link
from tests.desktop.conftest import NOW
from voice.dialogue.state import Mode
from voice.view import VoiceView

ONLINE = Connection(link=Link.ONLINE)
STOPPED = Notice(CommandKey("k"), None, "hand-palm", "ok", "4712 is stopped", "Nothing left the shelf.")


def test_the_last_four_digits_stand_apart_from_the_rest_of_the_number(en: Words, order: Order) -> None:
    shown = board(order, None, None, ONLINE, en, NOW)
    assert shown.digits == order.tail
    assert shown.before + shown.digits == order.number
    assert order.customer.company in shown.customer


def test_each_cause_stands_once_with_its_sign(en: Words, order: Order) -> None:
    causes = board(order, None, None, ONLINE, en, NOW).causes
    assert len({badge.label for badge in causes}) == len(causes) == len({e.kind for e in order.open_exceptions})
    assert all(badge.icon for badge in causes)


def test_without_an_order_one_is_asked_for(en: Words) -> None:
    shown = board(None, None, None, ONLINE, en, NOW)
    assert (shown.digits, shown.customer, shown.place, shown.causes) == ("", "", "", ())
    assert shown.said.label == "Say an order number"


def test_a_question_comes_before_what_happened_last(en: Words, order: Order) -> None:
    asking = VoiceView(state=Mode.CONFIRM, listening=True, asked="Intercept 4712?", heard="intercept 4712")
    shown = board(order, STOPPED, asking, ONLINE, en, NOW)
    assert (shown.said.label, shown.heard) == ("Intercept 4712?", "intercept 4712")
    over = board(order, STOPPED, VoiceView(listening=True, asked="Intercept 4712?"), ONLINE, en, NOW)
    assert (over.said.label, over.said.title, over.said.tone) == ("4712 is stopped", "Nothing left the shelf.", "ok")


def test_with_nothing_told_the_status_of_the_order_stands_there(en: Words, order: Order) -> None:
    assert board(order, None, None, ONLINE, en, NOW).said.label == en.status(order.status).label


@pytest.mark.parametrize(("unsent", "part"), [(0, ""), (3, "3")])
def test_the_connection_stands_with_the_number_of_unsent_commands(en: Words, unsent: int, part: str) -> None:
    shown = board(None, None, None, Connection(link=Link.OFFLINE, unsent=unsent), en, NOW).link
    assert shown.label.startswith("Offline")
    assert part in shown.label
    assert shown.tone == "warn"


def test_the_place_is_said_where_it_is_known(en: Words, order: Order) -> None:
    assert board(msgspec.structs.replace(order, place=Place()), None, None, ONLINE, en, NOW).place == ""
    assert board(order, None, None, ONLINE, en, NOW).place == en.place(order.place)


def test_no_other_orders_number_stands_above_a_question(en: Words, order: Order) -> None:
    asking = VoiceView(state=Mode.CONFIRM, listening=True, asked="Intercept 8365?", order_id=OrderId("another"))
    shown = board(order, None, asking, ONLINE, en, NOW)
    assert (shown.before, shown.digits, shown.customer) == ("", "", "")
    assert shown.said.label == "Intercept 8365?"
    same = replace(asking, order_id=order.id)
    assert board(order, None, same, ONLINE, en, NOW).digits == order.tail
    assert board(None, None, asking, ONLINE, en, NOW).digits == ""
    done = replace(asking, state=Mode.ASLEEP)
    assert board(order, None, done, ONLINE, en, NOW).digits == order.tail
