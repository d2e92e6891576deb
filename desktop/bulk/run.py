"""How is one request given to many orders? Foreseen and given some at a time on the workers; it may be stopped between.

Each chunk is one durable transaction, so that a stop, a crash or a full disk leaves whole chunks and nothing half told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.bridge import Line
from desktop.bulk.presenter import Item, item, renewed, settled, taken
from desktop.context import Context
from desktop.giving import Giving
from desktop.ports import DeskPort
from sync.bulk import Foreseen, Request, Taken
from sync.domain.order import CommandKey
from sync.errors import Refused
from sync.keys import new_key
from sync.wire.messages import Result

LOOKED_AT = 250
"""So many orders are foreseen at once, a few milliseconds each hundred."""
GIVEN = 250
"""So many commands are one transaction."""
TOLD_MS = 100
"""What the central answers within this time is shown together."""


@dataclass(frozen=True, slots=True)
class _Looked:
    turn: int
    foreseen: tuple[Foreseen, ...]
    rest: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Gave:
    """What became of the items at these places."""

    places: tuple[int, ...]
    items: tuple[Item, ...]


class Run(QObject):
    """``looked`` says that more is foreseen, ``changed`` that items are others, ``ended`` that giving has ended."""

    looked = Signal()
    changed = Signal()
    ended = Signal()
    failed = Signal(object)
    """An error that stopped it: what was given before stays given."""

    def __init__(self, context: Context, giving: Giving, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._giving = giving
        self._turn = 0
        self._places: dict[CommandKey, int] = {}
        self._early: dict[CommandKey, Result] = {}
        self._left: list[int] = []
        self._work: Callable[[tuple[int, ...]], _Gave] = self._give_some
        self.items: list[Item] = []
        self.foreseen: list[Foreseen] = []
        self.request: Request | None = None
        self.total = 0
        self.busy = False
        self.looking = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(TOLD_MS)
        self._soon.timeout.connect(self.changed)
        context.bridge.command_settled.connect(self._settle)

    # -- before

    def look(self, rowids: Sequence[int], request: Request) -> None:
        """Foresee the request for these rows; what was being foreseen before is dropped."""
        self._turn += 1
        self.request, self.total, self.looking = request, len(rowids), True
        self.items, self.foreseen = [], []
        self._look_on(tuple(rowids))

    def forget(self) -> None:
        """Nothing is foreseen any more."""
        self._turn += 1
        self.items, self.foreseen, self.looking = [], [], False

    def _look_on(self, rowids: tuple[int, ...]) -> None:
        turn, request, desk = self._turn, self.request, self._context.bridge.desk
        now, rest = rowids[:LOOKED_AT], rowids[LOOKED_AT:]
        if request is not None:
            asked = request
            self._context.bridge.run(Line.LOOK, lambda: _Looked(turn, desk.foresee(asked, now), rest), self._take_look)

    @Slot(object)
    def _take_look(self, answer: _Looked) -> None:
        if answer.turn != self._turn:
            return
        self.foreseen += answer.foreseen
        self.items += [item(f) for f in answer.foreseen]
        self.looking = bool(answer.rest)
        if answer.rest:
            self._look_on(answer.rest)
        self.looked.emit()

    # -- giving

    def give(self) -> None:
        """Give it to all that are ready."""
        self._begin([n for n, i in enumerate(self.items) if i.state == "ready"], self._give_some)

    def retry(self) -> None:
        """Ask again for those that failed, on the orders as they are now."""
        self._begin([n for n, i in enumerate(self.items) if i.state in {"failed", "refused"}], self._retry_some)

    def undo(self) -> None:
        """Take back what was given, as far as it can be."""
        self._begin(
            [n for n, i in enumerate(self.items) if i.key is not None and i.state in {"accepted", "done"}],
            self._undo_some,
        )

    @Slot()
    def stop(self) -> None:
        """No further chunk; what is given stays given."""
        self._left.clear()

    def _begin(self, places: list[int], work: Callable[[tuple[int, ...]], _Gave]) -> None:
        if not self.busy and places:
            self.busy, self._left, self._work = True, places, work
            self._go_on()

    def _go_on(self) -> None:
        now, self._left = tuple(self._left[:GIVEN]), self._left[GIVEN:]
        work = self._work
        self._context.bridge.run(Line.DO, lambda: work(now), self._take, self._fail)

    @Slot(object)
    def _take(self, gave: _Gave) -> None:
        for place, now in zip(gave.places, gave.items, strict=True):
            self.items[place] = now
            if now.key is not None:
                self._places[now.key] = place
                answer = self._early.pop(now.key, None)
                self.items[place] = now if answer is None else settled(now, answer)
        self.changed.emit()
        if self._left:
            self._go_on()
        else:
            self._end()

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        self._left.clear()
        self.failed.emit(error)
        self._end()

    def _end(self) -> None:
        self.busy = False
        self._early.clear()
        self.changed.emit()
        self.ended.emit()

    @Slot(str, object)
    def _settle(self, _order_id: str, result: Result) -> None:
        """The central may answer before the worker's own answer is here."""
        place = self._places.get(result.key)
        if place is None:
            if self.busy:
                self._early[result.key] = result
            return
        if self.items[place].key == result.key:
            self.items[place] = settled(self.items[place], result)
            if not self._soon.isActive():
                self._soon.start()

    # -- on the worker

    def _give_some(self, places: tuple[int, ...]) -> _Gave:
        return _Gave(places, self._submit([self.items[n] for n in places]))

    def _submit(self, items: Sequence[Item]) -> tuple[Item, ...]:
        """One transaction. Whoever tells of single commands is told before that these are not to be told."""
        now = self._context.now()
        keyed = [(new_key(now), i.wish) for i in items]
        self._giving.hush(key for key, _ in keyed)
        answers = self._context.bridge.desk.submit_all(keyed)
        return tuple(taken(i, answer) for i, answer in zip(items, answers, strict=True))

    def _retry_some(self, places: tuple[int, ...]) -> _Gave:
        """Anew on the present state; where a refused command waits for a decision, this is the decision."""
        desk, old = self._context.bridge.desk, [self.items[n] for n in places]
        request = self.request
        assert request is not None  # noqa: S101  nothing fails before something was asked
        foreseen = {f.order_id: f for f in desk.foresee_orders(request, [i.order_id for i in old])}
        anew = {i.order_id: renewed(i, foreseen.get(i.order_id)) for i in old}
        plain = [i for i in anew.values() if i.state == "ready" and i.open_case is None]
        given = {i.order_id: i for i in self._submit(plain)}
        decided = {i.order_id: self._decide(desk, i) for i in anew.values() if i.state == "ready" and i.open_case}
        return _Gave(places, tuple({**anew, **given, **decided}[i.order_id] for i in old))

    def _decide(self, desk: DeskPort, of: Item) -> Item:
        assert of.open_case is not None  # noqa: S101  asked for only then
        try:
            recorded = desk.decide(of.open_case, "retried", of.wish)
        except Refused as refused:
            return taken(of, Taken(of.order_id, of.open_case, refused.refusal))
        if recorded.key is None:  # somebody else decided: this order is no longer ours to ask for
            return replace(of, state="failed", why="blocked", open_case=None)
        self._giving.hush((recorded.key,))
        return taken(of, Taken(of.order_id, recorded.key))

    def _undo_some(self, places: tuple[int, ...]) -> _Gave:
        desk = self._context.bridge.desk
        return _Gave(places, tuple(self._take_back(desk, self.items[n]) for n in places))

    def _take_back(self, desk: DeskPort, of: Item) -> Item:
        """Withdrawn unsent, or the undo that follows it; what cannot be undone stays as it is and says why."""
        assert of.key is not None  # noqa: S101  only what was given is taken back
        try:
            key = desk.undo(of.key)
        except Refused as refused:
            return replace(of, why=refused.refusal.value)
        if key is None:
            return replace(of, state="undone", key=None)
        self._giving.hush((key,))
        return replace(of, state="accepted", key=key, outcome=None)
