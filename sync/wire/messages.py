"""What do workstation and central say to each other? Every body of the central order API, v1.

Source of the contract: docs/api.md and the published OpenAPI. Money is fen (1/100 CNY); times are Unix ms, UTC.
"""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from sync.domain.commands import Command, Heard, Outcome, Target
from sync.domain.exceptions import Node, Reason, WantedAddress, WantedChange, WantedLine
from sync.domain.order import CommandKey, Customer, Line, Order, OrderId, Place, Status, UserId, WarehouseId
from sync.domain.permissions import Action, Role, User
from sync.wire.problems import Problem

API_VERSION = 1
BATCH_LIMIT = 50
PAGE_LIMIT = 2000
STOCK_LIMIT = 10_000
FEATURES = ("organise", "messages", "views", "previous", "attachments", "decisions")
"""What this program's central offers beyond the first version 1: verbs that organise work, ``wire.colleagues``, and a
record of decisions about refused commands."""
SINCE_LIMIT = 20
"""So many steps of an order's history a conflict tells at most."""


class SingleSignOn(msgspec.Struct, frozen=True, kw_only=True):
    """Where people may sign in instead of by badge and PIN: the OpenID provider and our client id there."""

    issuer: str
    client_id: str


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """``GET /v1/meta``: what this central speaks. ``epoch`` changes when its history does not continue the old one.

    ``kept_until`` (Unix ms) is the newest moment until which a restored central knows all of the epochs before:
    commands settled later have to be sent again. 0 when there was no epoch before. ``features`` names what came to
    version 1 later (``FEATURES``); a central that does not name it does not have it. ``retention_days`` is how long
    changes are kept: a workstation that was away for longer loads anew, and forgets customers after that time.
    """

    name: str
    api_min: int
    api_max: int
    oldest_client: str
    epoch: str
    retention_days: int
    batch_limit: int
    server_time: int
    kept_until: int = 0
    features: tuple[str, ...] = ()
    single_sign_on: SingleSignOn | None = None


Plain = Annotated[str, msgspec.Meta(pattern=r"^[^\x00]*$")]
"""A text without NUL, which no badge or name of a workstation holds and no database keeps."""


class BadgeGrant(msgspec.Struct, frozen=True, kw_only=True, tag_field="grant", tag="badge"):
    """Sign in by badge and PIN; ``device`` names the workstation."""

    badge: Plain
    pin: str
    device: Plain
    language: str = "zh"


class RefreshGrant(msgspec.Struct, frozen=True, kw_only=True, tag_field="grant", tag="refresh"):
    """Renew a session; the refresh token is used up by this."""

    refresh_token: str
    device: Plain


class OidcGrant(msgspec.Struct, frozen=True, kw_only=True, tag_field="grant", tag="oidc"):
    """Sign in by the ID token of an authorization code flow with PKCE, which began with this ``nonce``."""

    id_token: str
    nonce: str
    device: Plain
    language: str = "zh"


SessionRequest = BadgeGrant | RefreshGrant | OidcGrant


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in person. ``access_token`` lives at most 15 minutes; ``expires_at`` is Unix ms."""

    access_token: str
    refresh_token: str
    expires_at: int
    user: User


class PlaceName(msgspec.Struct, frozen=True, kw_only=True):
    """A warehouse or carrier: its id, its name per language and the words people say for it per language."""

    id: str
    names: dict[str, str]
    spoken: dict[str, tuple[str, ...]]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A colleague: whom orders may be assigned to, in which warehouses."""

    id: UserId
    name: str
    role: Role
    warehouses: tuple[WarehouseId, ...]


class Directory(msgspec.Struct, frozen=True, kw_only=True):
    """``GET /v1/directory``: the places that the caller's orders may be at or move to, and who works there."""

    warehouses: tuple[PlaceName, ...]
    carriers: tuple[PlaceName, ...]
    people: tuple[Person, ...] = ()


class OrdersPage(msgspec.Struct, frozen=True, kw_only=True):
    """``GET /v1/orders``: one page of the snapshot by order id. ``cursor`` was taken before the first page."""

    orders: tuple[Order, ...]
    count: int
    after: OrderId | None
    cursor: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the feed; ``order`` is absent when ``op`` is ``remove`` (closed, out of scope, permission lost)."""

    id: OrderId
    version: int
    seq: int
    op: Literal["put", "remove"]
    order: Order | None = None


class ChangesPage(msgspec.Struct, frozen=True, kw_only=True):
    """``GET /v1/changes``: steps after the cursor, oldest first. ``count`` proves that the body is whole.

    ``news`` is another number whenever there is a new message or shared view; absent where the central has neither.
    """

    changes: tuple[Change, ...]
    next: str
    more: bool
    count: int
    news: int | None = None


class CommandBatch(msgspec.Struct, frozen=True, kw_only=True):
    """``POST /v1/commands``: at most 50, done in their order."""

    commands: tuple[Command, ...]


class ResultStatus(StrEnum):
    APPLIED = "applied"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    BLOCKED = "blocked"


class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the audit trail.

    ``action`` is an op, or ``ingested``, ``moved``, ``exception``, ``change``, ``attached``. ``person`` is whom an
    order was assigned to, ``until`` (Unix ms) how long it was snoozed. ``given_at`` (Unix ms) is when a command was
    given, by its workstation's clock; ``at`` when the central took it. ``decision`` was about the command ``decides``,
    and gave the command ``gives``, if any.
    """

    at: int
    version: int
    who: str
    device: str
    action: str
    outcome: str = ""
    reason: Reason | None = None
    detail: str = ""
    heard: Heard | None = None
    key: CommandKey | None = None
    person: str = ""
    until: int | None = None
    given_at: int | None = None
    decides: CommandKey | None = None
    decision: str = ""
    gives: CommandKey | None = None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The fate of one command: stored with its effect, and returned again to every retry.

    ``applied`` carries the outcome and the order after it; ``conflict`` the order as it is and what is allowed now;
    ``rejected`` and ``blocked`` say why in ``problem``. ``version`` is the order's version after it, where known.
    ``since`` of a conflict or blocked command: who did what to the order after the state that its person saw, oldest
    first, the newest 20 of it.
    """

    key: CommandKey
    status: ResultStatus
    at: int
    version: int | None = None
    outcome: Outcome | None = None
    order: Order | None = None
    actions: tuple[Action, ...] = ()
    refusal: str | None = None
    problem: Problem | None = None
    since: tuple[HistoryEntry, ...] = ()


class ResultBatch(msgspec.Struct, frozen=True, kw_only=True):
    results: tuple[Result, ...]
    count: int


class ReassignOption(msgspec.Struct, frozen=True, kw_only=True):
    """A place this order could move to; ``why_not`` is readable, in the caller's language, when not possible."""

    to: Target
    name: str
    possible: bool
    why_not: str = ""


class ReassignOptions(msgspec.Struct, frozen=True, kw_only=True):
    options: tuple[ReassignOption, ...]
    version: int


class History(msgspec.Struct, frozen=True, kw_only=True):
    """``GET /v1/orders/{id}/history``: one page of the audit trail, oldest first; ``after`` leads to the next."""

    entries: tuple[HistoryEntry, ...]
    count: int
    after: int | None = None


class Checksum(msgspec.Struct, frozen=True, kw_only=True):
    """``GET /v1/checksum``: number and hash (SHA-256 of ``id:version`` lines by id) of the caller's scope."""

    count: int
    hash: str
    cursor: str


class IngestOrder(msgspec.Struct, frozen=True, kw_only=True):
    """``PUT /v1/sources/{source}/orders/{external_id}``: an order as ERP or WMS knows it."""

    number: str
    warehouse: str
    status: Status
    customer: Customer
    lines: tuple[Line, ...]
    total: int
    due_at: int
    created_at: int
    carrier: str | None = None
    waybill: str | None = None
    place: Place = Place()


class StatusMoved(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="status"):
    """The order came further; a held order does not move (422)."""

    status: Status
    place: Place = Place()


class ExceptionRaised(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="exception"):
    """A check failed: places an exception and its hold. ``external_id`` makes a repeat harmless."""

    external_id: str
    kind: Reason
    node: Node
    detail: str = ""


class WaybillChecked(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="waybill"):
    """The carrier's answer about a waybill; refused raises ``waybill_refused``, accepted resolves it."""

    external_id: str
    carrier: str
    accepted: bool
    waybill: str | None = None
    detail: str = ""


class ChangeRequested(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="change"):
    """The customer wants another address, other articles, or to cancel.

    ``lines`` are all articles as they should be: what is absent is cancelled. ``detail`` says it in words.
    """

    external_id: str
    cancel: bool = False
    detail: str = ""
    address: WantedAddress | None = None
    lines: Annotated[tuple[WantedLine, ...], msgspec.Meta(max_length=500)] | None = None

    @property
    def wanted(self) -> WantedChange | None:
        """The change itself; None when it is only told in words."""
        if not self.cancel and self.address is None and self.lines is None:
            return None
        return WantedChange(address=self.address, lines=self.lines, cancel=self.cancel)


class StockLevel(msgspec.Struct, frozen=True, kw_only=True):
    """How many pieces of an article a warehouse can promise now."""

    sku: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    warehouse: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    pieces: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]


class StockLevels(msgspec.Struct, frozen=True, kw_only=True):
    """``PUT /v1/sources/{source}/stock``: levels that replace those known; articles not named stay as they are."""

    levels: Annotated[tuple[StockLevel, ...], msgspec.Meta(max_length=STOCK_LIMIT)]


class StockTaken(msgspec.Struct, frozen=True, kw_only=True):
    """How many levels were taken."""

    count: int


IngestEvent = StatusMoved | ExceptionRaised | WaybillChecked | ChangeRequested


class Ingested(msgspec.Struct, frozen=True, kw_only=True):
    """What ingest answers: the order's id and version, and whether anything changed."""

    id: OrderId
    version: int
    changed: bool
