"""What happened? The values that the service tells its listeners, on the thread where it happened."""

from enum import StrEnum

import msgspec

from sync.domain.order import CommandKey, OrderId
from sync.domain.permissions import User
from sync.wire.messages import Result


class Link(StrEnum):
    """State of the connection to the central, as a person needs it."""

    SIGNED_OUT = "signed_out"
    CONNECTING = "connecting"
    ONLINE = "online"
    PULLING = "pulling"
    OFFLINE = "offline"
    SIGN_IN_AGAIN = "sign_in_again"
    CLIENT_TOO_OLD = "client_too_old"
    STORE_FULL = "store_full"


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """Link state, number of unsent commands, and what is wrong (a problem type or error key, with a free detail)."""

    link: Link
    unsent: int = 0
    problem: str = ""
    detail: str = ""
    pulled: int = 0
    """Orders received so far while ``PULLING``."""


class OrdersChanged(msgspec.Struct, frozen=True):
    """These orders look different now; empty means: anything may have changed, read again."""

    ids: tuple[OrderId, ...] = ()


class CommandQueued(msgspec.Struct, frozen=True):
    """A command is durable on this workstation."""

    key: CommandKey
    order_id: OrderId


class CommandSettled(msgspec.Struct, frozen=True):
    """The central answered; the result is stored."""

    order_id: OrderId
    result: Result


class ConnectionChanged(msgspec.Struct, frozen=True):
    connection: Connection


class UserChanged(msgspec.Struct, frozen=True):
    user: User | None


Event = OrdersChanged | CommandQueued | CommandSettled | ConnectionChanged | UserChanged
