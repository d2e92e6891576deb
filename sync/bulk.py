"""What would one request do to each of many orders? Foreseen by the rules that the central has, before it is given."""

from collections.abc import Callable, Mapping

import msgspec

from sync.domain.apply import Applied, Refusal, apply
from sync.domain.commands import ORGANISING, Args, Op, Outcome, Target
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order, OrderId, UserId
from sync.domain.organise import assign_args, claim_args, note_args, snooze_args, unclaim_args, wake_args
from sync.domain.permissions import GRANTS, User, refusal
from sync.store.projection import Seen
from sync.wishes import Wish, to_command


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One thing asked of many orders. ``reasons`` of a release: only holds with these, all that one may lift if empty.

    ``until`` is Unix ms.
    """

    op: Op
    reason: Reason | None = None
    reasons: frozenset[Reason] = frozenset()
    to: Target | None = None
    person: UserId | None = None
    until: int | None = None
    note: str = ""


class Foreseen(msgspec.Struct, frozen=True, kw_only=True):
    """What the request would be for one order: a wish with its expected outcome, or why it will be refused."""

    seen: Seen
    wish: Wish
    expected: Outcome | Refusal

    @property
    def order_id(self) -> OrderId:
        return self.seen.order.id


class Taken(msgspec.Struct, frozen=True):
    """One of many wishes: accepted under this key, or refused at once."""

    order_id: OrderId
    key: CommandKey
    refusal: Refusal | None = None


def foresee(request: Request, seen: Seen, user: User, now: int) -> Foreseen:
    """The wish for this order, as this person, and what will come of it by all that is known here."""
    order = seen.order
    organises = request.op in ORGANISING
    wish = Wish(
        order_id=order.id,
        op=request.op,
        base=seen.truth.version if organises else seen.base,
        after=None if organises else seen.after,
        reason=request.reason,
        args=_args(request, order, user),
        seen=seen.sight,
    )
    return Foreseen(seen=seen, wish=wish, expected=_expected(wish, seen, user, now))


def _expected(wish: Wish, seen: Seen, user: User, now: int) -> Outcome | Refusal:
    if wish.op is Op.RELEASE and not wish.args.holds:
        return Refusal.NOT_PERMITTED if seen.order.holds else Refusal.HOLD_GONE
    last = seen.last
    if wish.after is not None and last is not None and isinstance(last.expected, Refusal):
        return last.expected
    trial = to_command(wish, CommandKey(""), 0, "", user, now)
    refused = refusal(user, seen.order, trial)
    done = refused or apply(seen.order, trial, now)
    return done.outcome if isinstance(done, Applied) else done


def _args(request: Request, order: Order, user: User) -> Args:
    make = _ARGS.get(request.op)
    return Args(note=request.note) if make is None else make(request, order, user)


def _release(request: Request, order: Order, user: User) -> Args:
    granted = GRANTS[user.role].get(Op.RELEASE, frozenset())
    wanted = granted & request.reasons if request.reasons else granted
    return Args(holds=tuple(hold.id for hold in order.holds if hold.reason in wanted))


_ARGS: Mapping[Op, Callable[[Request, Order, User], Args]] = {
    Op.RELEASE: _release,
    Op.REASSIGN: lambda request, _order, _user: Args(to=request.to),
    Op.CLAIM: lambda _request, order, _user: claim_args(order),
    Op.UNCLAIM: lambda _request, order, _user: unclaim_args(order),
    Op.ASSIGN: lambda request, order, _user: assign_args(order, request.person or UserId("")),
    Op.SNOOZE: lambda request, order, _user: snooze_args(order, request.until or 0),
    Op.WAKE: lambda _request, order, _user: wake_args(order),
    Op.NOTE: lambda request, _order, _user: note_args(request.note),
}
