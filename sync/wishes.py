"""What does a person ask for? A wish on an order as that person saw it, and the command that it becomes."""

import msgspec

from sync.domain.commands import Args, Command, Heard, Op
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, OrderId
from sync.domain.permissions import User
from sync.store.projection import Sight


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks for, on the order as that person saw it: ``base`` or ``after`` from ``Seen``, not both.

    ``seen`` is that order as the central told it (``Seen.sight``); None where nobody looked at one.
    """

    order_id: OrderId
    op: Op
    base: int | None = None
    after: CommandKey | None = None
    reason: Reason | None = None
    args: Args = Args()
    heard: Heard | None = None
    seen: Sight | None = None


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
