"""What exactly is asked for? From an understood sentence and the order as seen to a proposal with its read-back."""

from collections.abc import Mapping

from sync.domain.commands import Args, Heard, Op, Target
from sync.domain.exceptions import Reason
from sync.domain.order import Order, Status
from sync.wire.messages import Result
from voice.dialogue.state import Candidate, Proposal, Sent
from voice.dialogue.wording import Digits, Number, Said, said
from voice.understanding.meaning import Intent, Meaning

OPS: Mapping[Intent, Op] = {
    Intent.INTERCEPT: Op.INTERCEPT,
    Intent.REASSIGN: Op.REASSIGN,
    Intent.RELEASE: Op.RELEASE,
}
ABOUT_AN_ORDER = frozenset({*OPS, Intent.READ})


def propose(wanted: Meaning, candidate: Candidate, heard: Heard | None) -> Proposal:
    """The command for this order as it was seen; the wanted intent is one of OPS."""
    op, seen = OPS[wanted.intent], candidate.seen
    reason = (wanted.reason or Reason.OTHER) if op is Op.INTERCEPT else None
    return Proposal(
        order_id=seen.order.id,
        tail=seen.order.tail,
        op=op,
        base=seen.base,
        after=seen.after,
        reason=reason,
        args=Args(holds=candidate.holds if op is Op.RELEASE else (), to=wanted.to if op is Op.REASSIGN else None),
        readback=_readback(op, seen.order, reason, candidate, wanted.to),
        heard=heard,
    )


def _readback(op: Op, order: Order, reason: Reason | None, candidate: Candidate, to: Target | None) -> Said:
    lifted = tuple(dict.fromkeys(h.reason for h in order.holds if h.id in candidate.holds))
    return said(
        f"readback.{op}",
        order=Digits(order.tail),
        customer=order.customer.company,
        reason=reason,
        holds=lifted,
        to=to,
    )


def carrier_intercept(result: Result, order: Order) -> Proposal:
    """What is offered when an intercept came too late: ask the carrier to bring it back."""
    return Proposal(
        order_id=order.id,
        tail=order.tail,
        op=Op.CARRIER_INTERCEPT,
        base=order.version if result.version is None else result.version,
        after=None,
        reason=Reason.OTHER,
        args=Args(),
        readback=said("readback.carrier_intercept", order=Digits(order.tail), customer=order.customer.company),
    )


def conflict_answer(sent: Sent, result: Result, order: Order) -> Proposal | None:
    """What can still be done for an intercept that met another order than was seen; None: a matter for the screen."""
    if sent.op is not Op.INTERCEPT or order.status is Status.CLOSED:
        return None
    gone = order.status is Status.HANDED_OVER
    return Proposal(
        order_id=order.id,
        tail=order.tail,
        op=Op.CARRIER_INTERCEPT if gone else Op.INTERCEPT,
        base=order.version if result.version is None else result.version,
        after=None,
        reason=sent.reason or Reason.OTHER,
        args=Args(),
        readback=said("conflict_return" if gone else "conflict_again", order=Digits(order.tail), status=order.status),
        decides=sent.key,
    )


def details(order: Order) -> Said:
    """An order read out: state, what stops it, how many lines."""
    return said(
        "details" if order.holds else "details_free",
        order=Digits(order.tail),
        customer=order.customer.company,
        status=order.status,
        holds=tuple(dict.fromkeys(hold.reason for hold in order.holds)),
        lines=Number(len(order.lines)),
    )
