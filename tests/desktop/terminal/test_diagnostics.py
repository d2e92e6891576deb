"""What support gets: nothing that names a customer, an order, a person or an address."""

import pytest

from desktop.terminal.diagnostics import cleaned

HEAD = "2026-11-22 15:00:00,123 WARNING sync.engine desk-engine "


@pytest.mark.parametrize(
    "message",
    [
        "order SO-20261122-4712 of 苏州家居 refused",
        "GET https://orders.example.com/v1/orders/o-17 failed for chen@example.com",
        "customer 'Suzhou Home', phone 13812345678",
        'heard "intercept order four seven one two"',
    ],
)
def test_nothing_of_customers_orders_or_people_stays_in_a_log_line(message: str) -> None:
    kept = cleaned(HEAD + message)
    assert kept.startswith(HEAD)
    for secret in ("4712", "苏州", "o-17", "chen", "Suzhou", "138", "four seven", "example.com"):
        assert secret not in kept.removeprefix(HEAD)


def test_what_happened_can_still_be_read() -> None:
    assert cleaned(HEAD + "the cache is damaged and is built anew") == HEAD + "the cache is damaged and is built anew"
    assert cleaned("ValueError: Suzhou Home has no phone") == "ValueError"
    assert (
        cleaned('  File "/home/chen/desk/sync/engine.py", line 12, in push')
        == '  File "sync/engine.py", line 12, in push'
    )


def test_a_line_of_no_known_kind_is_left_out() -> None:
    assert cleaned("    raise Refused(order.customer)") == ""
    assert cleaned("Suzhou Home, 138…") == ""
