"""A desk in memory: orders, the rules of the domain, and a central that answers when the test says so."""

from array import array
from collections.abc import Callable, Sequence

import msgspec

from sync.decisions import OpenCase, Recorded
from sync.domain.apply import Applied, Refusal, apply
from sync.domain.commands import Args, Command, Heard, Op
from sync.domain.exceptions import Reason
from sync.domain.holds import Hold, HoldId
from sync.domain.order import CarrierId, CommandKey, Customer, Line, Order, OrderId, Place, Status, UserId, WarehouseId
from sync.domain.permissions import Action, Role, User, actions, organising, refusal
from sync.errors import NotSignedIn, Refused
from sync.events import CommandSettled, Connection, Event, Link, OrdersChanged
from sync.service import Wish
from sync.store.listing import Counts, ListQuery, Row
from sync.store.outbox import Settled
from sync.store.projection import Seen, project
from sync.wire.colleagues import Message
from sync.wire.messages import Directory, PlaceName, Result, ResultStatus
from tests.sync.looks import assert_names_what_was_seen

NOW = 1_700_000_000_000
NOWHERE = Place()

DIRECTORY = Directory(
    warehouses=(
        PlaceName(id="W-EAST", names={"en": "East warehouse", "zh": "东仓"}, spoken={"en": ("east",), "zh": ("东仓",)}),
        PlaceName(id="W-WEST", names={"en": "West warehouse", "zh": "西仓"}, spoken={"en": ("west",), "zh": ("西仓",)}),
    ),
    carriers=(
        PlaceName(id="C-A", names={"en": "Alpha Express", "zh": "甲快递"}, spoken={"en": ("alpha",), "zh": ("甲",)}),
        PlaceName(id="C-B", names={"en": "Bravo Freight", "zh": "乙物流"}, spoken={"en": ("bravo",), "zh": ("乙",)}),
    ),
)

SUPERVISOR = User(
    id=UserId("u-2"), name="Lin", role=Role.SUPERVISOR, warehouses=(WarehouseId("W-WEST"), WarehouseId("W-EAST"))
)
OPERATOR = msgspec.structs.replace(SUPERVISOR, id=UserId("u-1"), role=Role.OPERATOR)


def order(
    number: str = "SO20244712",
    *,
    company: str = "Suzhou Home",
    status: Status = Status.WAITING,
    holds: tuple[Reason, ...] = (),
    version: int = 3,
    place: Place = NOWHERE,
) -> Order:
    return Order(
        id=OrderId(f"o-{number}"),
        number=number,
        version=version,
        warehouse=WarehouseId("W-WEST"),
        status=status,
        customer=Customer(company=company, contact="", phone="", province="", city="Suzhou", district="", street=""),
        lines=(Line(sku="A1", name="Oak table", quantity=2, price=120_000),),
        total=240_000,
        carrier=CarrierId("C-A"),
        waybill=None,
        due_at=NOW,
        created_at=NOW,
        updated_at=NOW,
        holds=tuple(
            Hold(id=HoldId(f"h-{reason}"), reason=reason, placed_by="central", placed_at=NOW) for reason in holds
        ),
        place=place,
    )


def seen(it: Order) -> Seen:
    return project(it, ())


class FakeDesk:
    """Behaves like the workstation's service; ``settle`` plays the central. ``wishes`` are what was submitted."""

    def __init__(self, *orders: Order, user: User | None = SUPERVISOR, link: Link = Link.ONLINE) -> None:
        self.orders = {it.id: it for it in orders}
        self.user = user
        self.link = link
        self.wishes: list[Wish] = []
        self.commands: dict[CommandKey, Command] = {}
        self.unsettled: list[CommandKey] = []
        self.places = DIRECTORY
        self.settle_at_once = False
        self.announced: list[Message] = []
        self.heard: list[str] = []
        self.decisions: list[tuple[CommandKey, str]] = []
        self.decided_by_words: list[Heard | None] = []
        self.met: dict[CommandKey, Result] = {}
        self.listeners: list[Callable[[Event], None]] = []

    @property
    def connection(self) -> Connection:
        return Connection(link=self.link, unsent=len(self.unsettled))

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def tell(self, event: Event) -> None:
        for listener in tuple(self.listeners):
            listener(event)

    def _command(self, wish: Wish, key: CommandKey, user: User) -> Command:
        return Command(
            key=key,
            device="d",
            n=len(self.commands),
            order_id=wish.order_id,
            op=wish.op,
            issued_by=user.id,
            issued_at=NOW,
            reason=wish.reason,
            args=wish.args,
            base=wish.base,
            after=wish.after,
            heard=wish.heard,
        )

    def submit(self, wish: Wish) -> CommandKey:
        assert_names_what_was_seen(wish)
        if self.user is None:
            raise NotSignedIn("sign in first")
        key = CommandKey(f"k-{len(self.commands)}")
        command = self._command(wish, key, self.user)
        shown = self.order(wish.order_id)
        if shown is not None and wish.op is not Op.UNDO:
            refused = refusal(self.user, shown.truth, command)
            result = refused or apply(shown.order, command, NOW)
            if isinstance(result, Refusal):
                raise Refused(result)
        self.wishes.append(wish)
        self.commands[key] = command
        self.unsettled.append(key)
        if self.settle_at_once:
            self.settle(key)
        return key

    def settle(self, key: CommandKey, result: Result | None = None) -> Result:
        """The central does the command by its own rules (or answers ``result``)."""
        command = self.commands[key]
        self.unsettled.remove(key)
        truth = self.orders[command.order_id]
        if result is None:
            applied = apply(truth, command, NOW)
            if isinstance(applied, Applied):
                after = msgspec.structs.replace(applied.order, version=truth.version + 1)
                self.orders[truth.id] = after
                result = Result(
                    key=key,
                    status=ResultStatus.APPLIED,
                    at=NOW,
                    version=after.version,
                    outcome=applied.outcome,
                    order=after,
                )
            else:
                result = Result(key=key, status=ResultStatus.REJECTED, at=NOW, refusal=applied.value)
        if result.status is not ResultStatus.APPLIED:
            self.met[key] = result
        self.tell(CommandSettled(command.order_id, result))
        self.tell(OrdersChanged((command.order_id,)))
        return result

    def change(self, it: Order) -> None:
        """The order moved on at the central."""
        self.orders[it.id] = it
        self.tell(OrdersChanged((it.id,)))

    def undo(self, key: CommandKey, heard: Heard | None = None) -> CommandKey | None:
        if key in self.unsettled:
            self.unsettled.remove(key)
            return None
        command = self.commands[key]
        truth = self.orders[command.order_id]
        return self.submit(Wish(order_id=truth.id, op=Op.UNDO, base=truth.version, args=Args(undo=key), heard=heard))

    def decide(self, key: CommandKey, decision: str, wish: Wish | None = None, heard: Heard | None = None) -> Recorded:
        if key in {decided for decided, _ in self.decisions}:
            return Recorded(False)
        given = None if wish is None else self.submit(wish)
        self.decisions.append((key, decision))
        self.decided_by_words.append(heard if wish is None else wish.heard)
        return Recorded(True, given)

    def cases(self) -> tuple[OpenCase, ...]:
        decided = {key for key, _ in self.decisions}
        left = [Settled(command=self.commands[key], result=met, seen=None) for key, met in self.met.items()]
        asked = [it for it in left if it.command.key not in decided]
        return tuple(OpenCase(settled=it, now=self.orders.get(it.command.order_id)) for it in asked)

    def order(self, order_id: OrderId) -> Seen | None:
        truth = self.orders.get(order_id)
        if truth is None:
            return None
        return project(truth, tuple(self.commands[k] for k in self.unsettled if self.commands[k].order_id == order_id))

    def find_by_tail(self, digits: str) -> tuple[Seen, ...]:
        found = (self.order(it.id) for it in self.orders.values() if it.number.endswith(digits))
        return tuple(it for it in found if it is not None and it.order.status is not Status.CLOSED)

    def actions(self, shown: Seen) -> tuple[Action, ...]:
        return () if self.user is None else actions(self.user, shown.order)

    def organising(self, shown: Seen) -> tuple[Action, ...]:
        return () if self.user is None else organising(self.user, shown.order)

    def counts(self) -> Counts:
        stopped = sum(1 for it in self.orders.values() if it.holds)
        return Counts(stopped=stopped, all=len(self.orders), attention=0, pending=len(self.unsettled), kinds={})

    def ids(self, query: ListQuery) -> "array[int]":  # noqa: ARG002  the service's signature
        return array("q", range(len(self.orders)))

    def rows(self, rowids: Sequence[int]) -> list[Row]:
        listed = list(self.orders.values())
        return [_row(rowid, listed[rowid]) for rowid in rowids]

    def unheard(self) -> tuple[Message, ...]:
        return tuple(it for it in self.announced if it.id not in self.heard)

    def hear_message(self, message_id: str) -> None:
        self.heard.append(message_id)

    def directory(self) -> Directory:
        return self.places


def _row(rowid: int, it: Order) -> Row:
    return Row(
        rowid=rowid,
        id=it.id,
        number=it.number,
        customer=it.customer.company,
        city=it.customer.city,
        warehouse=it.warehouse,
        carrier=it.carrier,
        status=it.status,
        due_at=it.due_at,
        total=it.total,
        kinds=(),
        holds=len(it.holds),
        pending=0,
        raised_at=None,
        attention=False,
        version=it.version,
    )
