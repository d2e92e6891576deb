"""Who takes this order, and until when is it put away? The menu of a line, whole or the part that a key asks for."""

from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from desktop.bridge import Line
from desktop.bulk.presenter import snooze_options
from desktop.context import Context
from desktop.giving import plain, refusal
from desktop.notices.presenter import Given
from desktop.verbs.presenter import Ask
from sync.domain.commands import Args, Op
from sync.domain.order import CommandKey, Order, OrderId
from sync.domain.organise import assign_args, claim_args, snooze_args, unclaim_args, wake_args
from sync.domain.permissions import Action
from sync.errors import Refused
from sync.store.projection import Seen


class RowMenu(QObject):
    """``asked`` carries the Seen order and the Ask of what was chosen; ``told`` a Telling of why it cannot be."""

    asked = Signal(object, object)
    told = Signal(object)

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._over = parent
        self._at = QPoint()
        self._wanted: Op | None = None
        self.menu: QMenu | None = None

    @Slot(object, QPoint)
    def open(self, order: OrderId, at: QPoint) -> None:
        """Read what can be done with the order, then offer it there."""
        self._read(order, at, None)

    def want(self, op: Op, order: OrderId, at: QPoint) -> None:
        """By a key: a claim is given, or given back, at once; whom and until when is asked there."""
        self._read(order, at, op)

    def _read(self, order: OrderId, at: QPoint, wanted: Op | None) -> None:
        desk, self._at, self._wanted = self._context.bridge.desk, at, wanted

        def read() -> tuple[Seen, tuple[Action, ...]] | None:
            seen = desk.order(order)
            return None if seen is None else (seen, desk.organising(seen))

        self._context.bridge.run(Line.LOOK, read, self._show)

    @Slot(object)
    def _show(self, found: tuple[Seen, tuple[Action, ...]] | None) -> None:
        if found is None:
            return
        seen, actions = found
        possible = {action.op for action in actions if action.refusal is None}
        if self._wanted is Op.CLAIM and Op.CLAIM not in possible and self._is_mine(seen.order):
            self._give(seen, Ask(Op.UNCLAIM, args=unclaim_args(seen.order)))
        elif self._wanted is Op.CLAIM and Op.CLAIM in possible:
            self._give(seen, Ask(Op.CLAIM, args=claim_args(seen.order)))
        elif self._wanted is not None and self._wanted not in possible:
            self._refuse(seen, next(a for a in actions if a.op is self._wanted))
        elif self._wanted is not None:
            self._offer(seen, self._wanted, possible)
        else:
            self._offer_all(seen, possible)

    def _is_mine(self, order: Order) -> bool:
        """A supervisor may give back what a colleague claimed, but not by a key that is pressed in passing."""
        user = self._context.bridge.desk.user
        return user is not None and order.claim is not None and order.claim.by == user.id

    def _refuse(self, seen: Seen, action: Action) -> None:
        order = seen.order
        if action.refusal is not None:
            given = Given(CommandKey(""), order.id, order.tail)
            self.told.emit(refusal(given, action.op, Refused(action.refusal)))

    def _open(self) -> QMenu:
        menu = self.menu = QMenu(self._over)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _offer(self, seen: Seen, op: Op, possible: set[Op]) -> None:
        """The choices of one verb alone, the first of them chosen already."""
        menu = self._open()
        for label, args in self._colleagues(seen.order) if op is Op.ASSIGN else self._times(seen.order):
            menu.addAction(label, partial(self._give, seen, Ask(op, args=args)))
        if op is Op.SNOOZE and Op.WAKE in possible:
            menu.addAction(
                self._context.words.op(Op.WAKE), partial(self._give, seen, Ask(Op.WAKE, args=wake_args(seen.order)))
            )
        if menu.isEmpty():
            self.told.emit(plain("nobody"))
        else:
            menu.popup(self._at)
            menu.setActiveAction(menu.actions()[0])

    def _offer_all(self, seen: Seen, possible: set[Op]) -> None:
        menu, order = self._open(), seen.order
        for op, args in ((Op.CLAIM, claim_args(order)), (Op.UNCLAIM, unclaim_args(order)), (Op.WAKE, wake_args(order))):
            if op in possible:
                menu.addAction(self._context.words.op(op), partial(self._give, seen, Ask(op, args=args)))
        if Op.ASSIGN in possible:
            self._add(menu, seen, Op.ASSIGN, self._colleagues(order))
        if Op.SNOOZE in possible:
            self._add(menu, seen, Op.SNOOZE, self._times(order))
        if not menu.isEmpty():
            menu.popup(self._at)

    def _add(self, menu: QMenu, seen: Seen, op: Op, choices: list[tuple[str, Args]]) -> None:
        below = menu.addMenu(self._context.words.op(op))
        for label, args in choices:
            below.addAction(label, partial(self._give, seen, Ask(op, args=args)))

    def _colleagues(self, order: Order) -> list[tuple[str, Args]]:
        people = self._context.words.directory.people
        return [(p.name, assign_args(order, p.id)) for p in people if order.warehouse in p.warehouses]

    def _times(self, order: Order) -> list[tuple[str, Args]]:
        offered = snooze_options(self._context.now(), self._context.words)
        return [(o.label, snooze_args(order, o.value)) for o in offered if isinstance(o.value, int)]

    def _give(self, seen: Seen, ask: Ask) -> None:
        self.asked.emit(seen, ask)
