"""What exactly is asked for? From an understood sentence and the order as seen to a proposal with its read-back."""

from collections.abc import Mapping

from sync.domain.apply import Applied, Refusal, apply
from sync.domain.commands import Args, Command, Op, Target
from sync.domain.exceptions import Reason
from sync.domain.order import Order, Status, UserId
from sync.store.projection import Sight
from sync.wire.messages import Result, ResultStatus
from voice.dialogue.state import Candidate, News, Proposal, Sent
from voice.dialogue.wording import Digits, Number, Said, said
from voice.understanding.meaning import Intent, Meaning

OPS: Mapping[Intent, Op] = {
    Intent.INTERCEPT: Op.INTERCEPT,
    Intent.REASSIGN: Op.REASSIGN,
    Intent.RELEASE: Op.RELEASE,
    Intent.CLAIM: Op.CLAIM,
}


def propose(wanted: Meaning, candidate: Candidate) -> Proposal:
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
        seen=seen.sight,
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


def carrier_intercept(result: Result, order: Order, epoch: str) -> Proposal:
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
        seen=Sight(order, epoch),
    )


def conflict_answer(news: News, order: Order) -> Proposal:
    """What can still be done for a command that met another order than was seen; nothing but to keep it, where not."""
    sent, result = news.sent, news.result
    gone = order.status is Status.HANDED_OVER and sent.op in _STOPPING
    op = Op.CARRIER_INTERCEPT if gone else sent.op
    args = Args() if gone else _left(sent, order)
    reason = (sent.reason or Reason.OTHER) if op in _STOPPING and op is not Op.REASSIGN else None
    rejected = result.status is ResultStatus.REJECTED
    possible = not rejected and args is not None and _possible(op, reason, args, result, order)
    again = "conflict_return" if op is Op.CARRIER_INTERCEPT else _AGAIN.get(op, "conflict")
    lifted = tuple(dict.fromkeys(h.reason for h in order.holds if args is not None and h.id in args.holds))
    to = None if args is None else args.to
    why = Refusal(result.refusal) if not possible and result.refusal in tuple(Refusal) else None
    return Proposal(
        order_id=order.id,
        tail=order.tail,
        op=op,
        base=None if news.after is not None else order.version if result.version is None else result.version,
        after=news.after,
        reason=reason,
        args=args or Args(),
        readback=said(
            again if possible else "conflict_refused" if why else "conflict_rejected" if rejected else "conflict",
            order=Digits(order.tail),
            status=order.status,
            holds=lifted,
            to=to,
            refusal=why,
        ),
        decides=sent.key,
        only_keeps=not possible,
        seen=Sight(order, news.epoch),
    )


_STOPPING = frozenset({Op.INTERCEPT, Op.REASSIGN, Op.CARRIER_INTERCEPT})
"""Verbs after which the goods should not go where they are going."""
_AGAIN: Mapping[Op, str] = {
    Op.INTERCEPT: "conflict_again",
    Op.RELEASE: "conflict_release",
    Op.REASSIGN: "conflict_reassign",
}


def _left(sent: Sent, order: Order) -> Args | None:
    """What of the wish there still is to do: of a release, the holds that still stand."""
    if sent.op is not Op.RELEASE:
        return sent.args
    there = {hold.id for hold in order.holds}
    holds = tuple(hold for hold in sent.args.holds if hold in there)
    return Args(holds=holds) if holds else None


def _possible(op: Op, reason: Reason | None, args: Args, result: Result, order: Order) -> bool:
    """Whether neither the central nor the rules would refuse it on the order as it is."""
    if op not in {*_AGAIN, Op.CARRIER_INTERCEPT} or any(
        action.op is op and action.refusal is not None for action in result.actions
    ):
        return False
    trial = Command(
        key=result.key,
        device="",
        n=0,
        order_id=order.id,
        op=op,
        issued_by=UserId(""),
        issued_at=result.at,
        reason=reason,
        args=args,
        base=order.version,
    )
    return isinstance(apply(order, trial, result.at), Applied)


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
