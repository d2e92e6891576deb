"""What exactly do the made-up customers want instead? By the words in which they ask, without chance."""

from sync.domain.exceptions import Reason, WantedAddress, WantedChange, WantedLine
from sync.domain.order import Line, Order

_DEARER = 6
"""So many per cent more the other colour costs."""


def wanted(order: Order, kind: Reason, detail: str) -> WantedChange | None:
    """The change that such a request means; None when it is no change, or only told in words."""
    if kind is Reason.CUSTOMER_CANCEL:
        return WantedChange(cancel=True)
    if kind is not Reason.CUSTOMER_CHANGE:
        return None
    if "地址" in detail:
        return WantedChange(address=_other_shop(order))
    return WantedChange(lines=_other_colour(order.lines)) if "换成" in detail else None


def _other_shop(order: Order) -> WantedAddress:
    who = order.customer
    return WantedAddress(
        contact=who.contact,
        phone=who.phone,
        province=who.province,
        city=who.city,
        district=who.district,
        street="新城广场 B 座 2 层门店",
    )


def _other_colour(lines: tuple[Line, ...]) -> tuple[WantedLine, ...]:
    """The first article in another colour, the rest as it is."""
    first, *rest = lines
    price = first.price * (100 + _DEARER) // 100
    other = WantedLine(sku=f"{first.sku}-W", name=f"{first.name} 米白", quantity=first.quantity, price=price)
    return (other, *(WantedLine(sku=r.sku, name=r.name, quantity=r.quantity, price=r.price) for r in rest))
