"""Who may tell whom, and share what? Messages and views of supervisors, each within one transaction."""

from sync.domain.masking import mask
from sync.domain.order import OrderId, WarehouseId
from sync.domain.permissions import Role, User
from sync.server.errors import Answer
from sync.server.rules.sight import visible
from sync.server.storage.base import Reading, Writing
from sync.server.storage.colleagues import StoredMessage
from sync.wire.colleagues import (
    PREVIOUS_LIMIT,
    VIEWS_LIMIT,
    Message,
    Messages,
    PreviousOrders,
    PutView,
    Recipient,
    SendMessage,
    SharedView,
    SharedViews,
)
from sync.wire.problems import Kind

_MINUTE_MS = 60_000


def send(writing: Writing, user: User, wanted: SendMessage, at: int) -> Message:
    """Keep the message and wake whom it is for. The same id again answers with what was kept.

    Raises Answer: NOT_PERMITTED for who is no supervisor, REFUSED when there is no such recipient in the scope,
    KEY_REUSED when the id stands for another message.
    """
    _supervisor(user)
    known = writing.message(wanted.id)
    if known is not None:
        told = known.message
        if (told.sender, told.to, told.text) != (user.id, wanted.to, wanted.text):
            raise Answer(Kind.KEY_REUSED)
        return told
    warehouses = _reached(writing, user, wanted.to)
    message = Message(
        id=wanted.id,
        sender=user.id,
        sender_name=user.name,
        to=wanted.to,
        text=wanted.text,
        at=at,
        expires_at=at + wanted.minutes * _MINUTE_MS,
    )
    writing.keep_message(StoredMessage(message=message, warehouses=warehouses))
    return message


def _supervisor(user: User) -> None:
    if user.role is not Role.SUPERVISOR:
        raise Answer(Kind.NOT_PERMITTED)


def _reached(reading: Reading, user: User, to: Recipient) -> tuple[WarehouseId, ...]:
    """The warehouses whose workstations are to look."""
    if to.kind == "all":
        return user.warehouses
    if to.kind == "warehouse":
        found = tuple(w for w in user.warehouses if w == to.id)
    else:
        there = next((p for p in reading.people(user.warehouses) if p.id == to.id), None)
        found = () if there is None else there.warehouses
    if not found:
        raise Answer(Kind.REFUSED, "no_such_recipient")
    return found


def inbox(reading: Reading, user: User, now: int) -> Messages:
    """What this person was told and still holds; one's own among them."""
    mine = tuple(stored.message for stored in reading.messages(now) if _is_for(stored, user))
    return Messages(messages=mine, count=len(mine))


def _is_for(stored: StoredMessage, user: User) -> bool:
    to = stored.message.to
    if stored.message.sender == user.id:
        return True
    return to.id == user.id if to.kind == "person" else bool({*stored.warehouses} & {*user.warehouses})


def share(writing: Writing, user: User, id_: str, wanted: PutView, at: int) -> SharedView:
    """Keep or change the view. Raises Answer: NOT_PERMITTED to whoever is no supervisor, REFUSED for too many."""
    _supervisor(user)
    if writing.view(id_) is None and len(writing.views()) >= VIEWS_LIMIT:
        raise Answer(Kind.REFUSED, "too_many_views", limit=str(VIEWS_LIMIT))
    view = SharedView(id=id_, name=wanted.name, query=wanted.query, by=user.id, at=at)
    writing.keep_view(view, _everywhere(writing))
    return view


def unshare(writing: Writing, user: User, id_: str) -> None:
    """Take the view back; one that is not there is no fault. Raises Answer NOT_PERMITTED."""
    _supervisor(user)
    if writing.view(id_) is not None:
        writing.drop_view(id_, _everywhere(writing))


def shared(reading: Reading) -> SharedViews:
    views = tuple(reading.views())
    return SharedViews(views=views, count=len(views))


def _everywhere(reading: Reading) -> tuple[WarehouseId, ...]:
    return tuple(WarehouseId(place.name.id) for place in reading.places() if place.kind == "warehouse")


def previous(reading: Reading, user: User, order_id: str) -> PreviousOrders:
    """What this customer had before, masked. Raises Answer NOT_FOUND."""
    order = visible(user, reading.order(OrderId(order_id)))
    if order is None:
        raise Answer(Kind.NOT_FOUND, "no_such_order")
    found = tuple(mask(o, user.role) for o in reading.previous(order, user.warehouses, PREVIOUS_LIMIT))
    return PreviousOrders(orders=found, count=len(found))
