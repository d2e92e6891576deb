"""What does floor mode show? One order in big digits, what is asked or came of it, and what was heard."""

from dataclasses import dataclass

from desktop.connection.presenter import pill
from desktop.notices.presenter import Notice
from desktop.signs import Badge, Tone
from desktop.voice_bar.presenter import bar
from desktop.words import Words
from sync.domain.order import Order
from sync.events import Connection
from voice.view import VoiceView


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the board. ``said`` is the one sentence that counts, with its sign and tone. ``asking``: it waits
    for an answer, and what can be spared makes room for it.

    ``digits`` are the last four of the order's number, ``before`` those in front of them; both empty without an order.
    """

    before: str
    digits: str
    customer: str
    causes: tuple[Badge, ...]
    place: str
    said: Badge
    asking: bool
    heard: str
    voice: Badge
    link: Badge
    clock: str


def board(
    order: Order | None, notice: Notice | None, view: VoiceView | None, connection: Connection, words: Words, now: int
) -> Board:
    """The board for what is known now. A question that waits for an answer comes before what happened last."""
    shown = bar(view, words)
    asking = shown.awake and bool(shown.asked)
    if asking and view is not None and view.order_id is not None and (order is None or order.id != view.order_id):
        order = None  # it is on its way to the screen: another one's number must not stand above this question
    number = "" if order is None else order.number
    tail = "" if order is None else order.tail
    return Board(
        before=number.removesuffix(tail),
        digits=tail,
        customer=""
        if order is None
        else words.text("list.customer", customer=order.customer.company, city=order.customer.city),
        causes=()
        if order is None
        else tuple(words.kind(kind) for kind in dict.fromkeys(e.kind for e in order.open_exceptions)),
        place="" if order is None else words.place(order.place),
        said=_said(order, notice, shown.asked if shown.awake else "", shown.icon, shown.tone, words),
        asking=asking,
        heard=shown.heard,
        voice=Badge(shown.icon, shown.state, shown.tone),
        link=_link(connection, words),
        clock=words.clock(now),
    )


def _said(order: Order | None, notice: Notice | None, asked: str, icon: str, tone: Tone, words: Words) -> Badge:
    if asked:
        return Badge(icon, asked, tone)
    if notice is not None:
        return Badge(notice.icon, notice.title, notice.tone, notice.body)
    if order is None:
        return Badge("microphone", words.text("floor.idle"))
    status = words.status(order.status)
    return Badge(status.icon, status.label, status.tone)


def _link(connection: Connection, words: Words) -> Badge:
    shown = pill(connection, words)
    return Badge(shown.icon, words.text("list.and").join(t for t in (shown.label, shown.unsent) if t), shown.tone)
