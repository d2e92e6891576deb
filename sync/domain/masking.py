"""What of a customer may a role see? Masks what it does not need."""

import msgspec

from sync.domain.order import Order
from sync.domain.permissions import Role

_HIDDEN = "*"


def _keep_first(text: str) -> str:
    return text[:1] + _HIDDEN * max(len(text) - 1, 0)


def _phone(text: str) -> str:
    return text[:3] + _HIDDEN * 4 + text[-4:] if len(text) > 7 else _HIDDEN * len(text)


def mask(order: Order, role: Role) -> Order:
    """The order as this role may see it: an operator gets company and district, not name, phone or street."""
    if role is Role.SUPERVISOR:
        return order
    customer = msgspec.structs.replace(
        order.customer,
        contact=_keep_first(order.customer.contact),
        phone=_phone(order.customer.phone),
        street=_HIDDEN * 3 if order.customer.street else "",
    )
    return msgspec.structs.replace(order, customer=customer)
