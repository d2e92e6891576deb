"""What have colleagues been doing with the orders of the demo? Some claimed, some put away, some noted."""

import msgspec

from sync.domain.commands import Op, Outcome
from sync.domain.exceptions import Reason
from sync.domain.order import Attachment, Claim, CommandKey, Note, Order, Snooze, UserId
from sync.server.demo.orders import RESERVED_TAILS
from sync.server.demo.places import OPERATOR, SUPERVISOR
from sync.wire.colleagues import SharedView
from sync.wire.messages import HistoryEntry

_MINUTE_MS = 60_000
_NOTES = ("客户下午三点后才能接电话", "已请财务核对到账", "承运商答应今天回复", "新地址等客户书面确认")


def organised(order: Order, place: int, now: int) -> Order:
    """The order as a shift leaves it: of the stopped ones every fifth is somebody's, every seventh noted, every
    eleventh put away for half an hour or more. ``place`` counts them; ``now`` is Unix ms.
    """
    if not order.is_held or order.tail in RESERVED_TAILS:
        return order
    changes: dict[str, object] = {}
    person = (OPERATOR if order.warehouse in OPERATOR.warehouses and place % 2 else SUPERVISOR).id
    if place % 5 == 0:
        changes["claim"] = Claim(by=person, at=now - (place % 50 + 1) * _MINUTE_MS)
    if place % 7 == 0:
        text = _NOTES[place % len(_NOTES)]
        note = Note(id=CommandKey(f"demo-{order.number}"), by=person, at=now - (place % 90 + 1) * _MINUTE_MS, text=text)
        changes["notes"] = (note,)
    if place % 11 == 0:
        changes["snooze"] = Snooze(until=now + (30 + place % 150) * _MINUTE_MS, by=SUPERVISOR.id, at=now)
    written = letter(order, place)
    if written is not None:
        changes["attachments"] = (written[0],)
    return msgspec.structs.replace(order, **changes)


def letter(order: Order, place: int) -> tuple[Attachment, bytes] | None:
    """What every ninth customer with a wish of its own wrote: the file, and its content."""
    if place % 9 or not any(e.kind in {Reason.CUSTOMER_CHANGE, Reason.CUSTOMER_CANCEL} for e in order.exceptions):
        return None
    content = f"订单 {order.number}\n{order.customer.company}\n{order.exceptions[-1].detail}\n".encode()
    id_ = f"letter-{order.number}"
    return Attachment(id=id_, name="客户来信.txt", media_type="text/plain", size=len(content)), content


def told(order: Order) -> list[HistoryEntry]:
    """The lines of the audit trail that such an order would have of this."""
    people = {OPERATOR.id: OPERATOR.name, SUPERVISOR.id: SUPERVISOR.name}
    found: list[HistoryEntry] = []

    def tell(op: Op, outcome: Outcome, by: UserId, at: int, detail: str = "", until: int | None = None) -> None:
        found.append(
            HistoryEntry(
                at=at,
                version=order.version,
                who=people[by],
                device="demo",
                action=op,
                outcome=outcome,
                detail=detail,
                until=until,
            )
        )

    if order.claim is not None:
        tell(Op.CLAIM, Outcome.CLAIMED, order.claim.by, order.claim.at)
    for note in order.notes:
        tell(Op.NOTE, Outcome.NOTED, note.by, note.at, note.text)
    if order.snooze is not None:
        tell(Op.SNOOZE, Outcome.SNOOZED, order.snooze.by, order.snooze.at, until=order.snooze.until)
    return sorted(found, key=lambda entry: entry.at)


def shared_view(now: int) -> SharedView:
    """A list that the supervisor shares."""
    return SharedView(
        id="0192f000-0000-7000-8000-000000000001",
        name="财务待核 / Finance",
        query='{"kinds":["payment_check","price_check"]}',
        by=SUPERVISOR.id,
        at=now,
    )
