"""What does a person ask for? A wish on an order as that person saw it, and the command that it becomes."""

import msgspec

from sync.domain.commands import ORGANISING, Args, Command, Heard, Op
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order, OrderId
from sync.domain.permissions import User
from sync.store.projection import alike


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks for, on the order as that person saw it: ``base`` or ``after`` from ``Seen``, not both.

    ``seen`` is that order as the central told it (``Seen.truth``); None where nobody looked at one.
    """

    order_id: OrderId
    op: Op
    base: int | None = None
    after: CommandKey | None = None
    reason: Reason | None = None
    args: Args = Args()
    heard: Heard | None = None
    seen: Order | None = None


def to_command(wish: Wish, key: CommandKey, n: int, device: str, user: User, at: int) -> Command:
    """The command that carries the wish, by this person at this moment (Unix ms)."""
    return Command(
        key=key,
        device=device,
        n=n,
        order_id=wish.order_id,
        op=wish.op,
        args=wish.args,
        reason=wish.reason,
        base=wish.base,
        after=wish.after,
        issued_by=user.id,
        issued_at=at,
        heard=wish.heard,
    )


def stands_on(wish: Wish, now: Order | None) -> bool:
    """Whether the version that the wish names means the same in the central's history of which ``now`` is.

    What was seen before the central was restored need not: a version that is higher than any known here, or one at
    which the order already was as it is now, with another state. A lower one is past in any case: within a history no
    version falls, and the central takes none of before the last change.
    """
    if wish.base is None or wish.op in ORGANISING or wish.op is Op.UNDO:
        return True  # those name a command, or go by no state
    if wish.seen is None:
        return True  # nobody looked at anything: the central's own look at the version is all there is
    if now is None or wish.base > now.version:
        return False
    return wish.base < now.same_since or alike(wish.seen, now)
