"""What came of a command? One notice per command: queued, then settled; told in a toast and kept with the order."""

from dataclasses import dataclass
from enum import StrEnum

from desktop.signs import OPS, OUTCOMES, Tone
from desktop.words import Words
from sync.domain.apply import Refusal
from sync.domain.commands import Op, Outcome
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order, OrderId
from sync.store.projection import Pending
from sync.store.salvaged import Salvage
from sync.wire.messages import Result, ResultStatus


class Offer(StrEnum):
    """What a notice lets the person do next."""

    UNDO = "undo"
    ASK_CARRIER = "ask_carrier"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class Given:
    """A command of this session: of which order (by the name people use) and what it was, where known."""

    key: CommandKey
    order_id: OrderId
    tail: str
    op: Op | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened to one command, in words. ``key`` is empty for what never became a command."""

    key: CommandKey | None
    order_id: OrderId | None
    icon: str
    tone: Tone
    title: str
    body: str
    offers: tuple[Offer, ...] = ()


def queued(order: Order, mark: Pending, *, online: bool, words: Words) -> Notice:
    """The command is durable here; what it will probably do, and when it goes out."""
    sign = OPS[mark.op]
    title = words.text("notice.queued.title", op=words.op(mark.op), tail=order.tail)
    when = words.text("notice.queued.online" if online else "notice.queued.offline")
    if isinstance(mark.expected, Outcome):
        will = words.text("notice.queued.expected", outcome=words.text(f"outcome.{mark.expected.value}"))
    else:
        will = words.text("notice.queued.doubtful", why=words.refusal(mark.expected.value))
    return Notice(
        mark.key, order.id, sign.icon, "info", title, words.text("list.sentence").join((when, will)), (Offer.UNDO,)
    )


def settled(given: Given, result: Result, words: Words) -> Notice:
    """The central's answer to a command, called by the name that people use for its order."""
    if result.status is ResultStatus.APPLIED and result.outcome is not None:
        return _applied(given, result, result.outcome, words)
    op, tail = given.op, given.tail
    what = words.text("notice.refused.what", op=words.op(op), tail=tail) if op else tail
    title = words.text(f"notice.{result.status.value}.title", what=what)
    return Notice(result.key, given.order_id, "scales", "danger", title, why(result, words), (Offer.DECIDE,))


def _applied(given: Given, result: Result, outcome: Outcome, words: Words) -> Notice:
    sign = OUTCOMES[outcome]
    offers: tuple[Offer, ...] = (Offer.UNDO,)
    if outcome is Outcome.TOO_LATE:
        offers = (Offer.ASK_CARRIER,)
    elif outcome in {Outcome.UNDONE, Outcome.NOTED}:
        offers = ()
    return Notice(
        key=result.key,
        order_id=given.order_id,
        icon=sign.icon,
        tone=sign.tone,
        title=words.text(f"notice.{outcome.value}.title", tail=given.tail),
        body=_body(outcome, result.order, words),
        offers=offers,
    )


def _body(outcome: Outcome, order: Order | None, words: Words) -> str:
    if outcome is Outcome.REQUESTED:
        where = words.place(order.place) if order else ""
        return words.text("notice.requested.where", place=where) if where else words.text("notice.requested.nowhere")
    if outcome is Outcome.REASSIGNED and order is not None:
        return words.text(
            "notice.reassigned.to", warehouse=words.warehouse(order.warehouse), carrier=words.carrier(order.carrier)
        )
    if outcome is Outcome.STILL_HELD and order is not None:
        reasons = words.text("list.and").join(words.reason(h.reason) for h in order.holds)
        return words.text("notice.still_held.by", reasons=reasons)
    if outcome is Outcome.ASSIGNED and order is not None and order.claim is not None:
        return words.text("notice.assigned.to", name=words.who(order.claim.by))
    return words.text(f"notice.{outcome.value}.body")


def why(result: Result, words: Words) -> str:
    """Why the central did not do it: in this program's words where it has them, else in the central's."""
    if result.refusal:
        return words.refusal(result.refusal)
    if result.problem is not None and result.problem.detail:
        return result.problem.detail
    return words.text(f"notice.{result.status.value}.body")


def withdrawn(order_id: OrderId, tail: str, words: Words) -> Notice:
    """An unsent command was taken back: nothing ever reached the central."""
    title, body = words.text("notice.withdrawn.title", tail=tail), words.text("notice.withdrawn.body")
    return Notice(None, order_id, OPS[Op.UNDO].icon, "info", title, body)


def refused(order_id: OrderId, op: Op, tail: str, refusal: Refusal, words: Words) -> Notice:
    """The workstation already knows that it cannot be."""
    title = words.text("notice.not_possible.title", op=words.op(op), tail=tail)
    return Notice(None, order_id, "prohibit", "warn", title, words.refusal(refusal.value))


def failed(title: str, body: str) -> Notice:
    """Something went wrong that is no answer to a command."""
    return Notice(None, None, "warning-octagon", "danger", title, body)


def salvaged(salvage: Salvage, words: Words) -> Notice:
    """The queue was damaged: what came back, what did not, and where the damaged file lies."""
    told = [words.translator.count("salvage.recovered", salvage.recovered, unsent=salvage.unsent)]
    if salvage.lost:
        told.append(words.translator.count("salvage.lost", len(salvage.lost)))
    if salvage.blind:
        told.append(words.text("salvage.blind"))
    if salvage.aside:
        told.append(words.text("salvage.aside", aside=salvage.aside))
    bad = bool(salvage.lost) or salvage.blind
    body = words.text("list.sentence").join(told)
    return Notice(None, None, "warning-octagon", "danger" if bad else "warn", words.text("salvage.title"), body)


def plain(title: str, body: str) -> Notice:
    """Something to know that is no answer to a command."""
    return Notice(None, None, "info", "info", title, body)
