"""Who must pull which tote? The orders whose intercept is only requested, as a page for the floor says it."""

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.words import Words
from sync.domain.holds import Hold
from sync.domain.order import ON_THE_FLOOR, Order


@dataclass(frozen=True, slots=True)
class Pull:
    """One order to pull: where its tote is, who asked for it, when and why; ``bars`` are the modules of Code 128."""

    number: str
    where: str
    status: str
    customer: str
    asked: str
    reason: str
    note: str
    bars: str


@dataclass(frozen=True, slots=True)
class PullList:
    """A page's worth of words around the pulls."""

    title: str
    made: str
    empty: str
    pulls: tuple[Pull, ...]


def asked_for(order: Order) -> Hold | None:
    """The newest hold that a person placed on an order under way: the request to pull it."""
    asked = [hold for hold in order.holds if hold.exception is None]
    return asked[-1] if asked and order.status in ON_THE_FLOOR else None


def pull_list(orders: Iterable[Order], words: Words, now: int) -> PullList:
    """The orders to pull, by place, so that one walk finds them all."""
    wanted = [(order, hold) for order in orders if (hold := asked_for(order)) is not None]
    wanted.sort(key=lambda pair: (pair[0].warehouse, pair[0].place.zone, pair[0].place.tote, pair[0].number))
    return PullList(
        title=words.text("pull.title"),
        made=words.text("pull.made", moment=words.moment(now, now - 86_400_000 * 2), n=len(wanted)),
        empty=words.text("pull.empty"),
        pulls=tuple(_pull(order, hold, words, now) for order, hold in wanted),
    )


def _pull(order: Order, hold: Hold, words: Words, now: int) -> Pull:
    place = words.place(order.place) or words.text("pull.nowhere")
    return Pull(
        number=order.number,
        where=words.text("pull.where", warehouse=words.warehouse(order.warehouse), place=place),
        status=words.status(order.status).label,
        customer=order.customer.company,
        asked=words.text("pull.asked", who=words.who(hold.placed_by), moment=words.moment(hold.placed_at, now)),
        reason=words.reason(hold.reason),
        note=hold.note,
        bars=modules(order.number),
    )


def modules(text: str) -> str:
    """Code 128 (ISO/IEC 15417) of the text as bars (1) and gaps (0), without quiet zones; empty where it cannot be."""
    from barcode import Code128  # noqa: PLC0415  only whoever prints needs it
    from barcode.errors import BarcodeError  # noqa: PLC0415  as above

    try:
        return str(Code128(text).build()[0])
    except BarcodeError:
        return ""
