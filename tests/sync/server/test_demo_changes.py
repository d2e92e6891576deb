"""Do the made-up customers ask for something that can be shown beside the order?"""

from sync.domain.exceptions import Reason, WantedChange
from sync.server.demo.changes import wanted
from sync.server.demo.words import DETAILS
from tests.sync.samples import order


def test_each_request_means_what_it_says() -> None:
    of = order()
    shop, colour, later = (wanted(of, Reason.CUSTOMER_CHANGE, detail) for detail in DETAILS[Reason.CUSTOMER_CHANGE])
    assert shop is not None
    assert shop.address is not None
    assert (shop.address.city, shop.lines) == (of.customer.city, None)
    assert colour is not None
    assert colour.lines is not None
    assert [(line.sku, line.quantity, line.price) for line in colour.lines] == [("SF-3301-W", 2, 137_694)]
    assert later is None


def test_a_cancelled_order_is_cancelled_whole_and_other_exceptions_ask_for_nothing() -> None:
    assert wanted(order(), Reason.CUSTOMER_CANCEL, "x") == WantedChange(cancel=True)
    assert wanted(order(), Reason.STOCK_OUT, "x") is None
