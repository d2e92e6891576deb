"""Where could an order go, as the fake central says it in the caller's language?"""

from sync.domain.commands import Target
from sync.domain.order import Order
from sync.wire.messages import ReassignOption, ReassignOptions
from tests.gui.lifelike import DIRECTORY

_CARRIES = "C-SFX"
_ALREADY_THERE = {"en": "The order is in this warehouse already", "zh": "订单已在此仓"}
_TOO_LARGE = {"en": "Does not carry this volume", "zh": "不承运此体积"}


def options_for(order: Order, language: str) -> ReassignOptions:
    """Every place of the directory: the other warehouses and one carrier are possible."""
    warehouses = [
        ReassignOption(
            to=Target(kind="warehouse", id=w.id),
            name=w.names[language],
            possible=w.id != order.warehouse,
            why_not="" if w.id != order.warehouse else _ALREADY_THERE[language],
        )
        for w in DIRECTORY.warehouses
    ]
    carriers = [
        ReassignOption(
            to=Target(kind="carrier", id=c.id),
            name=c.names[language],
            possible=c.id == _CARRIES,
            why_not="" if c.id == _CARRIES else _TOO_LARGE[language],
        )
        for c in DIRECTORY.carriers
    ]
    return ReassignOptions(options=(*warehouses, *carriers), version=order.version)
