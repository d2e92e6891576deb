"""What happened? The values that the service tells its listeners, on the thread where it happened."""

from enum import StrEnum

import msgspec

from sync.domain.order import CommandKey, OrderId
from sync.domain.permissions import User
from sync.store.salvaged import Salvage
from sync.wire.colleagues import Message
from sync.wire.messages import Result


class Link(StrEnum):
    """State of the connection to the central, as a person needs it."""

    SIGNED_OUT = "signed_out"
    CONNECTING = "connecting"
    ONLINE = "online"
    STUMBLING = "stumbling"
    PULLING = "pulling"
    OFFLINE = "offline"
    SIGN_IN_AGAIN = "sign_in_again"
    WORKSTATION_REVOKED = "workstation_revoked"
    CLIENT_TOO_OLD = "client_too_old"
    STORE_FULL = "store_full"


ANSWERING = frozenset({Link.ONLINE, Link.STUMBLING, Link.PULLING})
"""The central answers; ``STUMBLING``: but not to some of this person's commands."""


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """Link state, number of unsent commands, and what is wrong (a problem type or error key, with a free detail)."""

    link: Link
    unsent: int = 0
    problem: str = ""
    detail: str = ""
    pulled: int = 0
    """Orders received so far while ``PULLING``."""
    waits_for: tuple[str, ...] = ()
    """Names of people whose unsent commands wait for them to sign in again."""


class OrdersChanged(msgspec.Struct, frozen=True):
    """These orders look different now; empty means: anything may have changed, read again."""

    ids: tuple[OrderId, ...] = ()


class CommandQueued(msgspec.Struct, frozen=True):
    """A command is durable on this workstation."""

    key: CommandKey
    order_id: OrderId


class CommandSettled(msgspec.Struct, frozen=True):
    """The central answered; the result is stored. ``epoch``: the central's history in which it was told."""

    order_id: OrderId
    result: Result
    epoch: str = ""


class ConnectionChanged(msgspec.Struct, frozen=True):
    connection: Connection


class UserChanged(msgspec.Struct, frozen=True):
    user: User | None


class OrdersWoke(msgspec.Struct, frozen=True):
    """The snooze of these orders is over; put away by the signed-in person, or looked after by that person."""

    ids: tuple[OrderId, ...]


class QueueSalvaged(msgspec.Struct, frozen=True):
    """The outbox was damaged: what came back and what did not. Told to the first person who signs in afterwards."""

    salvage: Salvage


class CacheMistaken(msgspec.Struct, frozen=True, kw_only=True):
    """The cache did not hold what the central has. ``rebuilt``: it is filled anew; else that was done this day."""

    held: int
    due: int
    rebuilt: bool


class MessageArrived(msgspec.Struct, frozen=True):
    """A supervisor told the signed-in person something; void when it has expired."""

    message: Message


class ViewsChanged(msgspec.Struct, frozen=True):
    """Shared views may be others now."""


Event = (
    MessageArrived
    | ViewsChanged
    | QueueSalvaged
    | CacheMistaken
    | OrdersWoke
    | OrdersChanged
    | CommandQueued
    | CommandSettled
    | ConnectionChanged
    | UserChanged
)
