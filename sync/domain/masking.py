"""What of a customer may a role see? Masks what it does not need."""

import msgspec

from sync.domain.exceptions import WantedChange
from sync.domain.holds import Hold
from sync.domain.order import Customer, Order
from sync.domain.permissions import Role

_HIDDEN = "*"
_STREET = _HIDDEN * 3


def _keep_first(text: str) -> str:
    return text[:1] + _HIDDEN * (len(text) - 1) if len(text) > 1 else _HIDDEN * len(text)


def _phone(text: str) -> str:
    if len(text) >= 11:
        return text[:3] + _HIDDEN * (len(text) - 7) + text[-4:]
    return _HIDDEN * (len(text) - 2) + text[-2:] if len(text) > 4 else _HIDDEN * len(text)


def mask(order: Order, role: Role) -> Order:
    """The order as this role may see it: an operator gets company and district, not name, phone or street.

    Where a source or a colleague wrote one of these into a free text, it is struck out there too.
    """
    if role is Role.SUPERVISOR:
        return order
    who = order.customer
    customer = msgspec.structs.replace(
        who, contact=_keep_first(who.contact), phone=_phone(who.phone), street=_STREET if who.street else ""
    )
    before = order.before
    return msgspec.structs.replace(
        order,
        customer=customer,
        exceptions=tuple(
            msgspec.structs.replace(e, detail=_struck(e.detail, who), change=_masked(e.change))
            for e in order.exceptions
        ),
        holds=_struck_notes(order.holds, who),
        notes=tuple(msgspec.structs.replace(n, text=_struck(n.text, who)) for n in order.notes),
        attachments=tuple(msgspec.structs.replace(a, name=_struck(a.name, who)) for a in order.attachments),
        before=None if before is None else msgspec.structs.replace(before, holds=_struck_notes(before.holds, who)),
    )


def _masked(change: WantedChange | None) -> WantedChange | None:
    """A wanted address shows as little as the one that it would replace."""
    if change is None or change.address is None:
        return change
    to = change.address
    hidden = msgspec.structs.replace(
        to, contact=_keep_first(to.contact), phone=_phone(to.phone), street=_STREET if to.street else ""
    )
    return msgspec.structs.replace(change, address=hidden)


def strike(text: str, who: Customer, role: Role) -> str:
    """A free text about this customer's order as this role may read it."""
    return text if role is Role.SUPERVISOR else _struck(text, who)


def _struck_notes(holds: tuple[Hold, ...], who: Customer) -> tuple[Hold, ...]:
    return tuple(msgspec.structs.replace(h, note=_struck(h.note, who)) for h in holds)


def _struck(text: str, who: Customer) -> str:
    """The free text without the customer's name, phone and street; a name of one letter is no name."""
    for personal in (who.street, who.phone, who.contact):
        if len(personal) > 1:
            text = text.replace(personal, _HIDDEN * len(personal))
    return text
