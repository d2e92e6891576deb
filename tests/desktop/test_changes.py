"""A requested change, side by side with the order, and what it comes to."""

from typing import Any

import msgspec

from desktop.detail.changes import Change, requested
from desktop.words import Words
from sync.domain.exceptions import ExceptionId, Node, OrderException, Reason, WantedAddress, WantedChange, WantedLine
from sync.domain.order import Order
from tests.desktop.conftest import NOW


def asking(order: Order, words: Words, **change: Any) -> Change:
    """What an order is asked to become."""
    cause = OrderException(
        id=ExceptionId("e9"),
        kind=Reason.CUSTOMER_CHANGE,
        node=Node("customer"),
        raised_at=NOW,
        change=WantedChange(**change),
    )
    (shown,) = requested(msgspec.structs.replace(order, exceptions=(*order.exceptions, cause)), words)
    return shown


def line(sku: str, quantity: int, price: int, name: str = "x") -> WantedLine:
    return WantedLine(sku=sku, name=name, quantity=quantity, price=price)


def test_an_order_without_a_structured_change_shows_none(en: Words, order: Order) -> None:
    assert requested(order, en) == ()


def test_a_new_address_shows_only_what_differs(en: Words, order: Order) -> None:
    who = order.customer
    same = {name: getattr(who, name) for name in ("contact", "phone", "province", "city", "district", "street")}
    shown = asking(order, en, address=WantedAddress(**(same | {"district": "虎丘区", "street": "何山路 9 号"})))
    assert [(p.label, p.now, p.wanted, p.money) for p in shown.parts] == [
        ("Address", "江苏苏州吴中区建设路 12 号", "江苏苏州虎丘区何山路 9 号", "")
    ]
    assert shown.total == ""
    other = asking(order, en, address=WantedAddress(**(same | {"province": "苏州", "contact": "李雷"})))
    assert [p.label for p in other.parts] == ["Recipient", "Address"]
    assert other.parts[0].wanted == "李雷 13812345678"


def test_another_article_is_shown_beside_the_one_it_replaces_with_the_difference_of_price(
    en: Words, order: Order
) -> None:
    wanted = (line("SF-2300", 2, 289900, "北欧皮沙发"), line("CH-0432", 1200, 32900))
    shown = asking(order, en, lines=wanted)
    (part,) = shown.parts
    assert part.label == "Other article"
    assert part.now == "2 × ¥2,599.00\n北欧布艺沙发\nSF-2201"
    assert part.wanted == "2 × ¥2,899.00\n北欧皮沙发\nSF-2300"
    assert part.money == "+¥600.00"
    assert shown.total == "Total ¥399,998.00 → ¥400,598.00 (+¥600.00)"


def test_fewer_pieces_an_article_less_and_one_more(en: Words, order: Order) -> None:
    fewer = asking(order, en, lines=(line("SF-2201", 1, 259900),))
    assert [(p.label, p.now, p.wanted, p.money) for p in fewer.parts] == [
        ("北欧布艺沙发", "2 × ¥2,599.00", "1 × ¥2,599.00", "−¥2,599.00"),
        ("实木餐椅", "1,200 × ¥329.00", "nothing", "−¥394,800.00"),
    ]
    whole = tuple(line(old.sku, old.quantity, old.price) for old in order.lines)
    more = asking(order, en, lines=(*whole, line("LM-1", 1, 45900, "落地灯")))
    assert [(p.label, p.now, p.wanted, p.money) for p in more.parts] == [
        ("落地灯", "nothing", "1 × ¥459.00", "+¥459.00")
    ]
    assert "+¥459.00" in more.parts[0].told


def test_a_cancelled_order_says_what_comes_back(zh: Words, en: Words, order: Order) -> None:
    shown = asking(order, en, cancel=True)
    assert shown.title == "The customer cancels the whole order"
    assert [p.wanted for p in shown.parts] == ["nothing", "nothing"]
    assert shown.total == "¥400,000.00 goes back to the customer, 1,202 pieces to the stock."
    assert asking(order, zh, cancel=True).title == "客户取消整单"
