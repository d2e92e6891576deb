"""What do colleagues give each other by way of the central? Messages that expire, views that all can use, and what
happened to a customer before.
"""

from typing import Annotated, Literal

import msgspec

from sync.domain.order import Order, UserId

TEXT_LIMIT = 280
"""Characters of a message: what can be heard in one breath."""
LONGEST_MINUTES = 24 * 60
VIEWS_LIMIT = 100
PREVIOUS_LIMIT = 20

Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f-]{32,36}$")]


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """A colleague, everybody in a warehouse, or everybody in the sender's warehouses (``id`` empty)."""

    kind: Literal["person", "warehouse", "all"]
    id: Annotated[str, msgspec.Meta(max_length=200)] = ""


class SendMessage(msgspec.Struct, frozen=True, kw_only=True):
    """``POST /v1/messages``: ``id`` is made by the sender, so that sending again is harmless."""

    id: Id
    to: Recipient
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT_LIMIT)]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_MINUTES)] = 60


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody was told; void after ``expires_at`` (Unix ms)."""

    id: str
    sender: UserId
    sender_name: str
    to: Recipient
    text: str
    at: int
    expires_at: int


class Messages(msgspec.Struct, frozen=True, kw_only=True):
    """``GET /v1/messages``: what the caller was told and has not expired, oldest first."""

    messages: tuple[Message, ...]
    count: int


class PutView(msgspec.Struct, frozen=True, kw_only=True):
    """``PUT /v1/views/{id}``: a list with a name; ``query`` is the workstation's business, as JSON text."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    query: Annotated[str, msgspec.Meta(min_length=2, max_length=4000)]


class SharedView(msgspec.Struct, frozen=True, kw_only=True):
    """A view that a supervisor shares with everybody."""

    id: str
    name: str
    query: str
    by: UserId
    at: int


class SharedViews(msgspec.Struct, frozen=True, kw_only=True):
    """``GET /v1/views``, by name."""

    views: tuple[SharedView, ...]
    count: int


class PreviousOrders(msgspec.Struct, frozen=True, kw_only=True):
    """``GET /v1/orders/{id}/previous``: other orders of this customer that had an exception of the same kind, newest
    first, closed ones too.
    """

    orders: tuple[Order, ...]
    count: int
