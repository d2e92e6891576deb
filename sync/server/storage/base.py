"""What must a database do for the central? Reading, writing, and both within one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Literal, Protocol

import msgspec

from sync.domain.commands import Command
from sync.domain.order import Order, OrderId, UserId, WarehouseId
from sync.domain.permissions import User
from sync.server.feed import Wake
from sync.server.storage.colleagues import ReadingColleagues, WritingColleagues
from sync.wire.messages import HistoryEntry, IngestOrder, Person, PlaceName, Result, ResultStatus


class FeedRow(msgspec.Struct, frozen=True):
    """One step of the feed for a given scope; ``body`` is the order's stored JSON, None on ``remove``."""

    seq: int
    order_id: OrderId
    version: int
    op: Literal["put", "remove"]
    body: bytes | None


class StoredResult(msgspec.Struct, frozen=True, kw_only=True):
    """The kept fate of a command; ``body`` is the Result's JSON exactly as it was answered."""

    fingerprint: str
    order_id: OrderId
    issued_by: UserId
    status: ResultStatus
    version: int | None
    body: bytes


class SourceOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Which order a source's document made, and the document as it came last."""

    order_id: OrderId
    last: IngestOrder


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A warehouse or carrier; ``provinces`` are those that a carrier serves (empty: all)."""

    kind: Literal["warehouse", "carrier"]
    name: PlaceName
    provinces: tuple[str, ...] = ()


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Someone who may sign in. ``pin_hash`` is Argon2id."""

    user: User
    badge: str
    pin_hash: str
    active: bool = True


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in workstation of a person; times are Unix ms."""

    id: str
    user_id: UserId
    device: str
    language: str
    started_at: int
    ended_at: int | None = None


class AccessRow(msgspec.Struct, frozen=True, kw_only=True):
    """What an access token stands for."""

    session: SessionRow
    account: Account
    expires_at: int


class RefreshRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a refresh token stands for; ``used_at`` when it was traded in."""

    session: SessionRow
    account: Account
    expires_at: int
    used_at: int | None


class AccessEntry(msgspec.Struct, frozen=True):
    """One line of the access trail: who came in, was refused or changed who may. ``at`` is Unix ms."""

    at: int
    who: str
    device: str
    action: str
    detail: str = ""


class Failures(msgspec.Struct, frozen=True, kw_only=True):
    """How often a badge or an address failed lately; the count is void after ``until`` (Unix ms)."""

    count: int
    until: int


class Reading(ReadingColleagues, Protocol):
    """What can be asked within one consistent view of the database."""

    def epoch(self) -> str:
        """The id of this history; another one when the database does not continue what clients saw."""
        ...

    def kept_until(self) -> int:
        """The newest moment (Unix ms) of which all is kept, however often the central was restored in the last 60 days;
        0 when it never was.
        """
        ...

    def head(self) -> int:
        """The newest feed position."""
        ...

    def pruned(self) -> int:
        """The newest feed position that is no longer kept; readers before it must start again."""
        ...

    def order(self, order_id: OrderId) -> Order | None: ...

    def page(self, warehouses: Sequence[WarehouseId], after: str, limit: int) -> list[tuple[OrderId, bytes]]:
        """Open orders of these warehouses by id, beyond ``after``: id and stored JSON."""
        ...

    def changes(self, warehouses: Sequence[WarehouseId], since: int, limit: int) -> list[FeedRow]:
        """Steps after ``since``, oldest first. A step that a newer one replaces may be left out."""
        ...

    def versions(self, warehouses: Sequence[WarehouseId]) -> list[tuple[str, int]]:
        """Id and version of every open order of these warehouses, by id."""
        ...

    def result(self, key: str) -> StoredResult | None: ...

    def history(self, order_id: OrderId) -> list[HistoryEntry]:
        """The audit trail of an order, oldest first."""
        ...

    def history_page(self, order_id: OrderId, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Lines of the audit trail of an order beyond ``after``, oldest first: position and stored JSON."""
        ...

    def source_order(self, source: str, external_id: str) -> SourceOrder | None: ...

    def source_orders(self, source: str) -> list[tuple[str, OrderId]]:
        """External id and order id of every open order of a source."""
        ...

    def event_seen(self, source: str, order_id: OrderId, external_id: str) -> bool: ...

    def places(self) -> tuple[Place, ...]: ...

    def stock(self, skus: Iterable[str]) -> Mapping[tuple[str, str], int]:
        """Pieces by (sku, warehouse); what is absent is not in stock."""
        ...

    def account(self, badge: str) -> Account | None: ...

    def people(self, warehouses: Sequence[WarehouseId]) -> tuple[Person, ...]:
        """Everyone who may sign in and works in one of these, by name."""
        ...

    def accesses(self, token_hashes: Sequence[str]) -> dict[str, AccessRow]:
        """What these access tokens stand for, by their hash; those unknown are absent."""
        ...

    def refresh(self, token_hash: str) -> RefreshRow | None: ...

    def failures(self, subject: str) -> Failures | None:
        """The failed attempts of ``badge:…`` or ``address:…``."""
        ...

    def source_of(self, token_hash: str) -> str | None:
        """The source that a service token speaks for."""
        ...

    def revoked(self, device: str) -> bool:
        """Whether nobody may sign in on this workstation."""
        ...

    def revoked_devices(self) -> list[tuple[str, int]]:
        """Every revoked workstation and since when (Unix ms)."""
        ...

    def access_trail(self, newest: int) -> list[AccessEntry]:
        """The newest lines, oldest of them first."""
        ...


class Writing(Reading, WritingColleagues, Protocol):
    """What can be changed; nothing is seen by others before the transaction ends."""

    def save(self, order: Order, was: WarehouseId | None) -> int:
        """Store the order and its feed step, and answer the step's position. ``was``: its warehouse before."""
        ...

    def keep_result(self, command: Command, fingerprint: str, result: Result) -> None: ...

    def note(self, order_id: OrderId, entry: HistoryEntry) -> None:
        """Append to the audit trail."""
        ...

    def keep_source_order(self, source: str, external_id: str, known: SourceOrder) -> None: ...

    def keep_event(self, source: str, order_id: OrderId, external_id: str, at: int) -> None: ...

    def keep_place(self, place: Place) -> None: ...

    def keep_stock(self, rows: Iterable[tuple[str, str, int]]) -> None:
        """Set the pieces of (sku, warehouse, pieces)."""
        ...

    def keep_account(self, account: Account) -> None: ...

    def keep_failures(self, subject: str, failures: Failures | None) -> None:
        """Remember, or (None) forget, the failed attempts of ``badge:…`` or ``address:…``."""
        ...

    def start_session(self, session: SessionRow) -> None: ...

    def end_session(self, session_id: str, at: int) -> None: ...

    def keep_access(self, token_hash: str, session_id: str, expires_at: int) -> None: ...

    def drop_access(self, user_id: UserId) -> None:
        """Let no access token of this person work any more; refresh tokens still do."""
        ...

    def keep_refresh(self, token_hash: str, session_id: str, expires_at: int) -> None: ...

    def use_refresh(self, token_hash: str, at: int) -> None: ...

    def keep_service_token(self, token_hash: str, source: str, at: int) -> None: ...

    def use_id_token(self, token_hash: str, expires_at: int) -> bool:
        """Mark an ID token as used; False when it was before."""
        ...

    def revoke_device(self, device: str, at: int) -> int:
        """Let nobody sign in there, and end its sessions; answers how many."""
        ...

    def allow_device(self, device: str) -> None: ...

    def note_access(self, entry: AccessEntry) -> None:
        """Append to the access trail, which cannot be changed afterwards."""
        ...

    def renew_epoch(self, epoch: str, at: int) -> int:
        """Say at this moment (Unix ms) that this history does not continue what clients saw; answers what
        ``kept_until`` is now.

        No access token works any more: each client renews its own, and sees the epoch before it sends anything.
        """
        ...

    def load(self, orders: Iterable[tuple[Order, str, str]]) -> int:
        """Store many new orders with their source and external id at once; answers how many."""
        ...

    def prune(self, *, feed_before: int, results_before: int, now: int) -> None:
        """Forget feed steps and results older than these Unix ms, and what has expired by now."""
        ...


class Storage(Protocol):
    """A database of the central; safe for many threads."""

    def read(self) -> AbstractContextManager[Reading]:
        """One consistent view; raises StorageUnavailable."""
        ...

    def write(self) -> AbstractContextManager[Writing]:
        """One transaction, alone: committed durably at the end, undone on any exception; raises StorageUnavailable."""
        ...

    def watch(self, listener: Callable[[Wake], None]) -> Callable[[], None]:
        """Tell of every committed growth of the feed, from any thread; answers how to stop that."""
        ...

    def close(self) -> None: ...

    @property
    def shared(self) -> bool:
        """Whether several processes may serve it: each hears of the others' changes."""
        ...
