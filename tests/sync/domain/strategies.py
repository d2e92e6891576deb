"""Any order, any command: what hypothesis draws from for the rules."""

import msgspec
from hypothesis import settings
from hypothesis import strategies as st

from sync.domain.commands import ORGANISING, Args, Command, Op, Target
from sync.domain.exceptions import Reason
from sync.domain.holds import HoldId
from sync.domain.order import CommandKey, Order, Status
from tests.sync.samples import ALPHA, BETA, EAST, LI, MEI, NOW, SOUTH, command, exception, hold, order

quick = settings(max_examples=50, deadline=None)
"""Enough for small rules; no deadline, for the machine may be busy."""
statuses = st.sampled_from(list(Status))
verbs = st.sampled_from([op for op in Op if op not in ORGANISING])
reasons = st.sampled_from(list(Reason))
targets = st.builds(
    Target, kind=st.sampled_from(["warehouse", "carrier"]), id=st.sampled_from([EAST, SOUTH, ALPHA, BETA, ""])
)


@st.composite
def orders(draw: st.DrawFn, status: st.SearchStrategy[Status] = statuses) -> Order:
    """An order with up to three exceptions, some solved, their holds, and holds that people placed."""
    causes, holds = [], []
    for n in range(draw(st.integers(0, 3))):
        solved = draw(st.sampled_from([None, None, NOW - 5]))
        cause = exception(draw(reasons), f"e{n}", resolved_at=solved)
        causes.append(cause)
        holds += [hold(cause.kind, f"h{n}-{i}", exception=cause.id) for i in range(draw(st.integers(0, 2)))]
    holds += [hold(draw(reasons), f"p{n}", placed_by=MEI.id) for n in range(draw(st.integers(0, 2)))]
    return order(
        status=draw(status),
        warehouse=draw(st.sampled_from([EAST, SOUTH])),
        carrier=draw(st.sampled_from([None, ALPHA, BETA])),
        waybill=draw(st.sampled_from([None, "SF1"])),
        return_requested=draw(st.booleans()),
        exceptions=tuple(causes),
        holds=tuple(draw(st.permutations(holds))),
        version=draw(st.integers(1, 9)),
    )


@st.composite
def commands(draw: st.DrawFn, of: Order, ops: st.SearchStrategy[Op] = verbs) -> Command:
    """A command on this order, meaningful or not."""
    named = [h.id for h in of.holds]
    holds = tuple(draw(st.lists(st.sampled_from([*named, "gone"]), max_size=3)))
    args = Args(
        holds=tuple(HoldId(h) for h in holds),
        to=draw(st.none() | targets),
        undo=draw(st.none() | st.just(CommandKey("some-key"))),
    )
    return command(of, draw(ops), reason=draw(st.none() | reasons), args=args, issued_by=LI.id)


def as_seen(of: Order) -> Order:
    """The order without what only the rules' own bookkeeping changes."""
    return msgspec.structs.replace(of, before=None)
